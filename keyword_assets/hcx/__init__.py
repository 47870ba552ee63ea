"""Everything that knows the HCX API; neither SQL nor Dagster."""
