"""Looks at our tables, and at those of Dagster, for who looks on from outside; changes nothing."""
