"""How many new texts of each day were sent on each calendar day: what a limit on them goes by, for all processes."""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

revision = "0009"
down_revision = "0008"

_UTF8MB4: dict[str, Any] = {"mysql_charset": "utf8mb4", "mariadb_charset": "utf8mb4"}


def upgrade() -> None:
    """Add what is absent."""
    if sa.inspect(context.config.attributes["connection"]).has_table("keyword_sent_texts"):
        return
    op.create_table(
        "keyword_sent_texts",
        sa.Column("sent_on", sa.Date(), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("texts", sa.BigInteger(), nullable=False),
        **_UTF8MB4,
    )


def downgrade() -> None:
    """Refused, as in the first revision."""
    raise NotImplementedError("keyword_assets does not take its tables back")
