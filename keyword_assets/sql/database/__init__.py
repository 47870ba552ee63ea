"""A database as such: connections, sessions, dialects, faults, locks, and the tables by name."""
