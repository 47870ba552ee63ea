"""Which questions of a day are missing, and since when; and reports on their way to people with their files."""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from keyword_assets.sql.database.tables import HASH, LONG_TEXT, SHORT_TEXT
from keyword_assets.sql.schema.migrations.locks import add_lock

revision = "0006"
down_revision = "0005"

_TIME = sa.DateTime().with_variant(sa.dialects.mysql.DATETIME(fsp=6), "mysql", "mariadb")
_UTF8MB4: dict[str, Any] = {"mysql_charset": "utf8mb4", "mariadb_charset": "utf8mb4"}


def upgrade() -> None:
    """Add what is absent."""
    inspector = sa.inspect(context.config.attributes["connection"])
    if not inspector.has_table("keyword_missing_questions"):
        op.create_table(
            "keyword_missing_questions",
            sa.Column("day", sa.Date(), primary_key=True),
            sa.Column("text_hash", HASH, primary_key=True),
            sa.Column("missing_since", _TIME, primary_key=True),
            sa.Column("query_text", LONG_TEXT, nullable=False),
            sa.Column("query_count", sa.BigInteger(), nullable=False),
            sa.Column("reason", SHORT_TEXT),
            sa.Column("tries", sa.Integer(), nullable=False),
            sa.Column("quarantined_at", _TIME),
            sa.Column("closed_at", _TIME),
            **_UTF8MB4,
        )
    add_lock("report")
    # In a dry run on an empty database the fifth revision's table is not there yet.
    there = inspector.get_columns("keyword_outbox") if inspector.has_table("keyword_outbox") else []
    if "attachments" not in {column["name"] for column in there}:
        op.add_column("keyword_outbox", sa.Column("attachments", LONG_TEXT))


def downgrade() -> None:
    """Refused, as in the first revision."""
    raise NotImplementedError("keyword_assets does not take its tables back")
