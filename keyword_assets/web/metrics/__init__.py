"""What Prometheus, and whoever asks whether all is well, are told."""
