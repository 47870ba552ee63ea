"""The user's tables where they are absent, and our own.

Nothing that is there is altered: a column, even an index, that we add to somebody's table can make statements of his
fail that worked before, and be it an ALTER TABLE.
"""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from keyword_assets.sql.database.tables import DEFAULT_NAMES, HASH, LONG_TEXT, SHORT_TEXT, Names
from keyword_assets.sql.schema.migrations.made import index_what_we_made, present_tables
from keyword_assets.sql.schema.removal import MADE_BY_US

revision = "0001"
down_revision = None

# A revision says what it made, once and for all; it does not follow `tables.py` when that moves on.
_TIME = sa.DateTime().with_variant(sa.dialects.mysql.DATETIME(fsp=6), "mysql", "mariadb")
_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UTF8MB4: dict[str, Any] = {"mysql_charset": "utf8mb4", "mariadb_charset": "utf8mb4"}


def upgrade() -> None:
    """Create what is absent."""
    names: Names = context.config.attributes.get("names", DEFAULT_NAMES)
    _user_tables(names)
    _own_tables(set(sa.inspect(context.config.attributes["connection"]).get_table_names()))


def downgrade() -> None:
    """Refused: rows that were paid for are never dropped by a command."""
    raise NotImplementedError("keyword_assets does not take its tables back")


def _user_tables(names: Names) -> None:
    present = present_tables(names)
    table = "chattings"
    if table not in present:
        op.create_table(
            names.table(table),
            sa.Column(names.column(table, "chatting_pk"), _BIG_ID, primary_key=True, autoincrement=True),
            sa.Column(names.column(table, "input_text"), LONG_TEXT),
            sa.Column(names.column(table, "created_at"), _TIME, nullable=False),
            schema=names.schema(table),
            comment=MADE_BY_US,
            **_UTF8MB4,
        )
    table = "admin_categories"
    if table not in present:
        op.create_table(
            names.table(table),
            sa.Column(names.column(table, "category_id"), sa.Integer(), primary_key=True, autoincrement=False),
            sa.Column(names.column(table, "category_name"), SHORT_TEXT, nullable=False),
            schema=names.schema(table),
            comment=MADE_BY_US,
            **_UTF8MB4,
        )
    table = "admin_chat_keywords"
    if table not in present:
        op.create_table(
            names.table(table),
            sa.Column("chat_keyword_pk", _BIG_ID, primary_key=True, autoincrement=True),
            sa.Column(names.column(table, "query_text"), LONG_TEXT, nullable=False),
            sa.Column(
                names.column(table, "keyword"),
                sa.String(100).with_variant(
                    sa.dialects.mysql.VARCHAR(100, collation="utf8mb4_bin"), "mysql", "mariadb"
                ),
                nullable=False,
            ),
            sa.Column(names.column(table, "category_id"), sa.Integer(), nullable=False),
            sa.Column(names.column(table, "query_count"), sa.Integer(), nullable=False),
            sa.Column(names.column(table, "created_at"), _TIME, nullable=False),
            sa.Column(names.column(table, "batch_created_at"), _TIME, nullable=False),
            schema=names.schema(table),
            comment=MADE_BY_US,
            **_UTF8MB4,
        )
    index_what_we_made(names, present)


def _own_tables(present: set[str]) -> None:
    connection = context.config.attributes["connection"]
    if "keyword_answers" not in present:
        op.create_table(
            "keyword_answers",
            sa.Column("share_key", HASH, primary_key=True),
            sa.Column("classifier_version", sa.String(64), primary_key=True),
            sa.Column("answer", LONG_TEXT, nullable=False),
            sa.Column("answered_at", _TIME, nullable=False),
            **_UTF8MB4,
        )
    if "keyword_quarantine" not in present:
        op.create_table(
            "keyword_quarantine",
            sa.Column("text_hash", HASH, primary_key=True),
            sa.Column("share_key", HASH, nullable=False),
            sa.Column("query_text", LONG_TEXT, nullable=False),
            sa.Column("reason", SHORT_TEXT, nullable=False),
            sa.Column("tries", sa.Integer(), nullable=False),
            sa.Column("last_reply", LONG_TEXT, nullable=False),
            sa.Column("classifier_version", sa.String(64), nullable=False),
            sa.Column("quarantined_at", _TIME, nullable=False),
            **_UTF8MB4,
        )
    if "keyword_quarantine" not in present or not sa.inspect(connection).get_indexes("keyword_quarantine"):
        op.create_index("ix_keyword_quarantine_share_key", "keyword_quarantine", ["share_key"])
    if "keyword_missing_reports" not in present:
        op.create_table(
            "keyword_missing_reports",
            sa.Column("day", sa.Date(), primary_key=True),
            sa.Column("reported_at", _TIME, primary_key=True),
            *(
                sa.Column(name, sa.BigInteger(), nullable=False)
                for name in ("messages", "blank", "questions", "classified", "quarantined")
            ),
            **_UTF8MB4,
        )
    locks = sa.table("keyword_locks", sa.column("name", sa.String(64)))
    if "keyword_locks" not in present:
        op.create_table("keyword_locks", sa.Column("name", sa.String(64), primary_key=True), **_UTF8MB4)
    # MySQL commits each DDL statement, so an interrupted run may have left the table without its row.
    if "keyword_locks" not in present or connection.execute(sa.select(locks.c.name)).first() is None:
        op.bulk_insert(locks, [{"name": "write"}])
