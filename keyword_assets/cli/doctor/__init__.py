"""What `doctor` looks at, by subject; each fault with what to do about it."""
