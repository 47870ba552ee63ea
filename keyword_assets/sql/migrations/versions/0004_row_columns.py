"""Keyword rows by day; on MySQL and MariaDB in a virtual column with an index beside that of the messages.

Both indexes are in the order of day and hash, so that a day is counted by walking the two side by side, and
`query_count` is in this one, so that wrong counts are found on the way. Where a row's day depends on the session's time
zone (TIMESTAMP), the index is over the hash and the time.
"""

import sqlalchemy as sa
from alembic import context, op

from keyword_assets.sql.migrations.online import alter, depends_on_time_zone, invisible
from keyword_assets.sql.tables import DAY, DEFAULT_NAMES, TEXT_HASH, Names

revision = "0004"
down_revision = "0003"

_INDEX, _INDEX_WITHOUT_DAY = "ix_keyword_day", "ix_keyword_text_hash"
_FACTS = "keyword_day_facts"


def upgrade() -> None:
    """Add what is absent."""
    connection = context.config.attributes["connection"]
    inspector = sa.inspect(connection)
    if inspector.has_table(_FACTS):
        # Of an earlier version of the third revision. Numbers that were kept without these two are counted again.
        there = {column["name"] for column in inspector.get_columns(_FACTS)}
        for name in ("orphaned", "miscounted"):
            if name not in there:
                op.execute(sa.delete(sa.table(_FACTS)))
                op.add_column(_FACTS, sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    if connection.dialect.name != "sqlite":
        _index_rows(connection)


def _index_rows(connection: sa.Connection) -> None:
    names: Names = context.config.attributes.get("names", DEFAULT_NAMES)
    name = names.table("admin_chat_keywords")
    inspector = sa.inspect(connection)
    # In a dry run on an empty database the first revision's table is not there yet.
    there = inspector.has_table(name)
    columns = {column["name"] for column in inspector.get_columns(name)} if there else set()
    indexes = {index["name"] for index in inspector.get_indexes(name)} if there else set()
    quote = connection.dialect.identifier_preparer.quote
    time, count = (names.column("admin_chat_keywords", column) for column in ("created_at", "query_count"))
    table, beside = quote(name), "ALGORITHM=INPLACE, LOCK=NONE"
    if depends_on_time_zone(connection, name, time):
        if _INDEX_WITHOUT_DAY not in indexes:
            alter(f"ALTER TABLE {table} ADD INDEX {_INDEX_WITHOUT_DAY} ({TEXT_HASH}, {quote(time)})", beside)
        return
    if DAY not in columns:
        day = f"{DAY} DATE AS (CAST({quote(time)} AS DATE)) VIRTUAL{invisible(connection)}"
        alter(f"ALTER TABLE {table} ADD COLUMN {day}", "ALGORITHM=INSTANT")
    changes = []
    if _INDEX not in indexes:
        changes.append(f"ADD INDEX {_INDEX} ({DAY}, {TEXT_HASH}, {quote(count)})")
    if _INDEX_WITHOUT_DAY in indexes:
        # Of an earlier version of the first revision.
        changes.append(f"DROP INDEX {_INDEX_WITHOUT_DAY}")
    if changes:
        alter(f"ALTER TABLE {table} {', '.join(changes)}", beside)


def downgrade() -> None:
    """Refused, as in the first revision."""
    raise NotImplementedError("keyword_assets does not take its columns back")
