"""How runs ended, open alerts, and messages on their way."""
