"""What stands before a page of ours that people open in a browser."""
