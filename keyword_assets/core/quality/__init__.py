"""Whether answers are right: golden questions, what people say, and what a question's category is."""
