"""The quota book that all processes on an account share."""
