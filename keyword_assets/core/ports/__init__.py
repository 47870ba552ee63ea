"""The few calls that the core makes outward."""
