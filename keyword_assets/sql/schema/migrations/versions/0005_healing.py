"""What nobody should have to watch: the days that a process is at work on, its run, how runs ended, alerts, messages.

And how a day's questions fall into categories.
"""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from keyword_assets.sql.database.tables import HASH, LONG_TEXT, SHORT_TEXT

revision = "0005"
down_revision = "0004"

_TIME = sa.DateTime().with_variant(sa.dialects.mysql.DATETIME(fsp=6), "mysql", "mariadb")
_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_RUN_ID = sa.String(64)
_UTF8MB4: dict[str, Any] = {"mysql_charset": "utf8mb4", "mariadb_charset": "utf8mb4"}


def upgrade() -> None:
    """Add what is absent."""
    inspector = sa.inspect(context.config.attributes["connection"])
    there = set(inspector.get_table_names())
    workers = (
        {column["name"] for column in inspector.get_columns("keyword_workers")} if "keyword_workers" in there else set()
    )
    for column in (sa.Column("start_day", sa.Date()), sa.Column("end_day", sa.Date()), sa.Column("run_id", _RUN_ID)):
        if column.name not in workers:
            op.add_column("keyword_workers", column)
    for name, columns, index in _tables():
        if name not in there:
            op.create_table(name, *columns, **_UTF8MB4)
        if index and (name not in there or not inspector.get_indexes(name)):
            op.create_index(f"ix_{name}_{index}", name, [index])


def _tables() -> list[tuple[str, list[sa.Column[Any]], str | None]]:
    """Name, columns, and the column that is looked up by."""
    return [
        (
            "keyword_runs",
            [
                sa.Column("run_id", sa.String(64), primary_key=True),
                sa.Column("ended_at", _TIME, nullable=False),
                sa.Column("start_day", sa.Date(), nullable=False),
                sa.Column("end_day", sa.Date(), nullable=False),
                sa.Column("outcome", sa.String(32), nullable=False),
                sa.Column("reason", SHORT_TEXT, nullable=False),
            ],
            "ended_at",
        ),
        (
            "keyword_alerts",
            [
                sa.Column("subject", sa.String(128), primary_key=True),
                sa.Column("kind", sa.String(32), nullable=False),
                sa.Column("began_at", _TIME, nullable=False),
                sa.Column("told_at", _TIME),
                sa.Column("details", LONG_TEXT, nullable=False),
            ],
            None,
        ),
        (
            "keyword_outbox",
            [
                sa.Column("message_id", _BIG_ID, primary_key=True, autoincrement=True),
                sa.Column("channel", HASH, nullable=False),
                sa.Column("title", SHORT_TEXT, nullable=False),
                sa.Column("body", LONG_TEXT, nullable=False),
                sa.Column("written_at", _TIME, nullable=False),
                sa.Column("tries", sa.Integer(), nullable=False),
                sa.Column("next_try", sa.Double(), nullable=False),
                sa.Column("last_error", SHORT_TEXT, nullable=False),
            ],
            "next_try",
        ),
        (
            "keyword_day_categories",
            [
                sa.Column("day", sa.Date(), primary_key=True),
                sa.Column("category_id", sa.Integer(), primary_key=True, autoincrement=False),
                sa.Column("questions", sa.BigInteger(), nullable=False),
                sa.Column("messages", sa.BigInteger(), nullable=False),
                sa.Column("counted_at", _TIME, nullable=False),
            ],
            None,
        ),
    ]


def downgrade() -> None:
    """Refused, as in the first revision."""
    raise NotImplementedError("keyword_assets does not take its tables back")
