"""Messages to channels that people read: which channels there are, what goes with a message, and what sends it."""
