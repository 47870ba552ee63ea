"""Measurements, not tests: each writes its figures to `results/` with the command and the machine."""
