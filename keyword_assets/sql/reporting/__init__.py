"""The numbers and the rows of a report."""
