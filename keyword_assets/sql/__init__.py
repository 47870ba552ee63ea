"""Everything that knows SQL: tables, statements, migrations, and the store that owns the transactions."""
