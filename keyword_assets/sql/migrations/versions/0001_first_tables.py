"""The user's tables where they are absent, our own, and the hash by which MySQL finds a question's rows.

Nothing that is there is altered but `admin_chat_keywords` on MySQL and MariaDB: it gets a virtual column, which takes
no room in the rows.
"""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from keyword_assets.sql.migrations.online import alter, invisible
from keyword_assets.sql.tables import DEFAULT_NAMES, HASH, LONG_TEXT, SHORT_TEXT, Names

revision = "0001"
down_revision = None

# A revision says what it made, once and for all; it does not follow `tables.py` when that moves on.
_TIME = sa.DateTime().with_variant(sa.dialects.mysql.DATETIME(fsp=6), "mysql", "mariadb")
_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UTF8MB4: dict[str, Any] = {"mysql_charset": "utf8mb4", "mariadb_charset": "utf8mb4"}


def upgrade() -> None:
    """Create what is absent."""
    names: Names = context.config.attributes.get("names", DEFAULT_NAMES)
    inspector = sa.inspect(context.config.attributes["connection"])
    present = {*inspector.get_table_names(), *inspector.get_view_names()}
    _user_tables(names, present)
    _own_tables(present)
    _index_keywords(names, present)


def downgrade() -> None:
    """Refused: rows that were paid for are never dropped by a command."""
    raise NotImplementedError("keyword_assets does not take its tables back")


def _user_tables(names: Names, present: set[str]) -> None:
    table = "chattings"
    created_at = names.column(table, "created_at")
    if names.table(table) not in present:
        op.create_table(
            names.table(table),
            sa.Column(names.column(table, "chatting_pk"), _BIG_ID, primary_key=True, autoincrement=True),
            sa.Column(names.column(table, "input_text"), LONG_TEXT),
            sa.Column(created_at, _TIME, nullable=False),
            **_UTF8MB4,
        )
    _index_by_time(names.table(table), created_at, present)
    table = "admin_categories"
    if names.table(table) not in present:
        op.create_table(
            names.table(table),
            sa.Column(names.column(table, "category_id"), sa.Integer(), primary_key=True, autoincrement=False),
            sa.Column(names.column(table, "category_name"), SHORT_TEXT, nullable=False),
            **_UTF8MB4,
        )
    table = "admin_chat_keywords"
    created_at = names.column(table, "created_at")
    if names.table(table) not in present:
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
            sa.Column(created_at, _TIME, nullable=False),
            sa.Column(names.column(table, "batch_created_at"), _TIME, nullable=False),
            **_UTF8MB4,
        )

    _index_by_time(names.table(table), created_at, present)


def _index_by_time(table: str, created_at: str, present: set[str]) -> None:
    """Index a table that we made: one that was absent, or that an interrupted run left empty and without its index.

    MySQL commits each DDL statement. A table with rows is the user's, and the user decides about its indexes.
    """
    connection = context.config.attributes["connection"]
    if table in sa.inspect(connection).get_view_names():
        return
    if table in present:
        indexes = sa.inspect(connection).get_indexes(table)
        filled = connection.execute(sa.select(sa.literal(1)).select_from(sa.table(table)).limit(1)).first()
        if filled or any(index["column_names"][:1] == [created_at] for index in indexes):
            return
    op.create_index(f"ix_{table}_created_at", table, [created_at])


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


def _index_keywords(names: Names, present: set[str]) -> None:
    """What answers "has this question rows?": on SQLite an index, on MySQL the hash that revision 0004 indexes."""
    logical = "admin_chat_keywords"
    table, created_at = names.table(logical), names.column(logical, "created_at")
    text = names.column(logical, "query_text")
    connection = context.config.attributes["connection"]
    inspector = sa.inspect(connection)
    there = table in present
    columns = {column["name"] for column in inspector.get_columns(table)} if there else set()
    if connection.dialect.name == "sqlite":
        indexes = {index["name"] for index in inspector.get_indexes(table)} if there else set()
        if "ix_keyword_text" not in indexes:
            op.create_index("ix_keyword_text", table, [text, created_at])
        return
    if "keyword_text_hash" not in columns:
        quoted = connection.dialect.identifier_preparer.quote(text)
        # Invisible, so that `SELECT *` and `INSERT` without column names go on as before.
        altered = connection.dialect.identifier_preparer.quote(table)
        alter(
            f"ALTER TABLE {altered} ADD COLUMN keyword_text_hash BINARY(32) "
            f"AS (unhex(sha2(convert({quoted} using utf8mb4), 256))) VIRTUAL{invisible(connection)}",
            "ALGORITHM=INSTANT",
        )
