"""One file a revision; each can be interrupted and run again."""
