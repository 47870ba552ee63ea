"""Reports on their way to people: the files that go with a message."""

import sqlalchemy as sa
from alembic import context, op

from keyword_assets.sql.tables import LONG_TEXT

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add what is absent."""
    inspector = sa.inspect(context.config.attributes["connection"])
    # In a dry run on an empty database the fifth revision's table is not there yet.
    there = inspector.get_columns("keyword_outbox") if inspector.has_table("keyword_outbox") else []
    if "attachments" not in {column["name"] for column in there}:
        op.add_column("keyword_outbox", sa.Column("attachments", LONG_TEXT))


def downgrade() -> None:
    """Refused, as in the first revision."""
    raise NotImplementedError("keyword_assets does not take its columns back")
