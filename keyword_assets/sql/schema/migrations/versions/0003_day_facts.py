"""A table of the days' numbers."""

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"


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


def downgrade() -> None:
    """Refused, as in the first revision."""
    raise NotImplementedError("keyword_assets does not take its tables back")
