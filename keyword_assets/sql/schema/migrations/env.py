"""Runs the revisions on the connection that `migrate` hands over, or prints their SQL for it."""

from alembic import context

from keyword_assets.sql.schema.migrate import VERSION_TABLE

_connection = context.config.attributes["connection"]

if context.is_offline_mode():
    context.configure(
        dialect_name=_connection.dialect.name,
        dialect=_connection.dialect,
        literal_binds=True,
        version_table=VERSION_TABLE,
        output_buffer=context.config.output_buffer,
    )
else:
    context.configure(connection=_connection, version_table=VERSION_TABLE)

with context.begin_transaction():
    context.run_migrations()
