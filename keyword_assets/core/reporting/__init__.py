"""What a report about a period says."""
