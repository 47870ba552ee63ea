"""What is set, where it comes from, and what of it is secret."""
