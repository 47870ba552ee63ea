"""The quota of an account: what is known of it, and when a request may go out."""
