"""The rows of `keyword_locks`."""

import sqlalchemy as sa
from alembic import context, op


def add_lock(name: str) -> None:
    """Add the row that is this lock, unless it is there."""
    connection = context.config.attributes["connection"]
    locks = sa.table("keyword_locks", sa.column("name", sa.String(64)))
    # In a dry run on an empty database the table is not there yet.
    there = sa.inspect(connection).has_table("keyword_locks")
    names = connection.execute(sa.select(locks.c.name)).scalars().all() if there else ()
    if name not in names:
        op.bulk_insert(locks, [{"name": name}])
