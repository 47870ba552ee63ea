"""Which keys the server has shut out, until when and why: no longer by places in the quota book that are nobody's."""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from keyword_assets.sql.database.tables import HASH, SHORT_TEXT

revision = "0007"
down_revision = "0006"

_UTF8MB4: dict[str, Any] = {"mysql_charset": "utf8mb4", "mariadb_charset": "utf8mb4"}


def upgrade() -> None:
    """Add what is absent."""
    inspector = sa.inspect(context.config.attributes["connection"])
    if inspector.has_table("keyword_closings"):
        return
    if inspector.has_table("keyword_quota"):
        # Closings of the old kind, which could last for a day, took more than one request's place. Use by strangers,
        # which stands there in the same way, is noticed anew with the next answer.
        quota = sa.table("keyword_quota", sa.column("requests"))
        op.execute(sa.delete(quota).where(quota.c.requests != sa.literal_column("1")))
    op.create_table(
        "keyword_closings",
        sa.Column("account", HASH, primary_key=True),
        sa.Column("key_hash", HASH, primary_key=True),
        sa.Column("free_at", sa.Double(), nullable=False),
        sa.Column("reason", SHORT_TEXT, nullable=False),
        sa.Column("probe", sa.BigInteger()),
        sa.Column("probe_until", sa.Double()),
        **_UTF8MB4,
    )


def downgrade() -> None:
    """Refused, as in the first revision."""
    raise NotImplementedError("keyword_assets does not take its tables back")
