"""The steps of `init`, one a file: what each asks, looks at and writes into `.env`."""
