"""What people answer: corrections in tables of their own."""
