"""Whether answers are right: what people say of them, as values and rules."""
