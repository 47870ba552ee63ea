"""A table of the days' numbers; on MySQL and MariaDB, each message's day and hash in virtual columns with an index.

A day's questions are then counted from the index alone. The columns take no room in the rows and are invisible to
`SELECT *`; a view, or a `created_at` whose day depends on the session's time zone (TIMESTAMP), goes without them.
"""

import sqlalchemy as sa
from alembic import context, op

from keyword_assets.core.questions import blank_ranges
from keyword_assets.sql.migrations.online import alter, depends_on_time_zone, invisible
from keyword_assets.sql.tables import DAY, DEFAULT_NAMES, TEXT_HASH, Names

revision = "0003"
down_revision = "0002"

_INDEX = "ix_keyword_day"


def upgrade() -> None:
    """Add what is absent."""
    connection = context.config.attributes["connection"]
    if not sa.inspect(connection).has_table("keyword_day_facts"):
        op.create_table(
            "keyword_day_facts",
            sa.Column("day", sa.Date(), primary_key=True),
            sa.Column("counted_at", sa.Double(), nullable=False),
            sa.Column("newest_message", sa.BigInteger(), nullable=False),
            sa.Column("recent_messages", sa.Integer(), nullable=False),
            *(
                sa.Column(name, sa.BigInteger(), nullable=False)
                for name in ("messages", "blank", "questions", "classified", "quarantined", "orphaned", "miscounted")
            ),
            mysql_charset="utf8mb4",
            mariadb_charset="utf8mb4",
        )
    if connection.dialect.name == "sqlite":
        return
    names: Names = context.config.attributes.get("names", DEFAULT_NAMES)
    name = names.table("chattings")
    inspector = sa.inspect(connection)
    created_at = names.column("chattings", "created_at")
    if name in inspector.get_view_names() or depends_on_time_zone(connection, name, created_at):
        return
    # In a dry run on an empty database the first revision's table is not there yet.
    there = inspector.has_table(name)
    columns = {column["name"] for column in inspector.get_columns(name)} if there else set()
    indexes = {index["name"] for index in inspector.get_indexes(name)} if there else set()
    quote = connection.dialect.identifier_preparer.quote
    table = quote(name)
    if TEXT_HASH not in columns:
        text, created_at = quote(names.column("chattings", "input_text")), quote(created_at)
        hidden = invisible(connection)
        alter(
            f"ALTER TABLE {table} ADD COLUMN {DAY} DATE AS (CAST({created_at} AS DATE)) VIRTUAL{hidden}, "
            f"ADD COLUMN {TEXT_HASH} BINARY(32) AS (CASE WHEN {text} REGEXP '{_visible()}' "
            f"THEN UNHEX(SHA2(CONVERT({text} USING utf8mb4), 256)) END) VIRTUAL{hidden}",
            "ALGORITHM=INSTANT",
        )
    if _INDEX not in indexes:
        alter(f"ALTER TABLE {table} ADD INDEX {_INDEX} ({DAY}, {TEXT_HASH})", "ALGORITHM=INPLACE, LOCK=NONE")


def downgrade() -> None:
    """Refused, as in the first revision."""
    raise NotImplementedError("keyword_assets does not take its columns back")


def _visible() -> str:
    """A pattern that finds a character that is seen, as MySQL reads it between quotes."""
    ranges = "".join(f"\\\\x{{{low:x}}}-\\\\x{{{high:x}}}" for low, high in blank_ranges())
    return f"[^{ranges}]"
