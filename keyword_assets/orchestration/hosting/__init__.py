"""Dagster's own processes and places: its home, instance, storage of events, webserver, and who is alive."""
