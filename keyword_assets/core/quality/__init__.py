"""Whether answers are right: golden questions, and what a question's category is."""
