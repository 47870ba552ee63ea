"""How questions are asked, in which requests, and which answers are taken."""
