"""Everything that knows SQL: tables, statements, what a database lacks of them, and the store over them."""
