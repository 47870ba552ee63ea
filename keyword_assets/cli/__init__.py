"""The command line: reads what was typed, calls one thing, shows the result, returns the exit code."""
