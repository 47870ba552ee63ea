"""The days' numbers with the faults of their rows."""

import sqlalchemy as sa
from alembic import context, op

revision = "0004"
down_revision = "0003"

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


def downgrade() -> None:
    """Refused, as in the first revision."""
    raise NotImplementedError("keyword_assets does not take its tables back")
