"""Questions in, answers out: the store, what it keeps of each process, and what runs have spent."""
