"""Days counted live, and what is kept of their numbers."""
