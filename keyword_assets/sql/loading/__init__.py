"""Messages from files into the user's table."""
