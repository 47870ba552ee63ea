"""What stands in a database: the user's tables as they are found, ours as they are made, upgraded and taken away."""
