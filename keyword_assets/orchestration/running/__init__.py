"""What every run goes through, whatever it does: which tags end it, how it is stopped, and how it ends."""
