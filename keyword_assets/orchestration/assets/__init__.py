"""The assets: their names, days, columns and checks, what their step does, and what Dagster is told of it."""
