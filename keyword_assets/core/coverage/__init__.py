"""What ought to be true of a day, what is missing of it, and when to run it again."""
