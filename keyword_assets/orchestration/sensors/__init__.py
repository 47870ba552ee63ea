"""The sensors, one a file under its own name."""
