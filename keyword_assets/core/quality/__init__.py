"""Whether answers are right: golden questions, audits, what people say, and what a question's category is."""
