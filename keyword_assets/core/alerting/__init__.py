"""What people are told, when it begins and when it is over."""
