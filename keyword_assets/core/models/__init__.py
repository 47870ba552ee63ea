"""The small values that travel between the parts, by subject."""
