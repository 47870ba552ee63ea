"""The jobs, when they are due, and which days one of them is at work on."""
