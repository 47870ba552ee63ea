"""What people answer to texts: kept, written as rows, and taken back from them."""
