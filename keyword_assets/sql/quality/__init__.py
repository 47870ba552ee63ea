"""What is known of whether answers are right: evaluations."""
