"""Takes back what earlier revisions had added to the user's tables: virtual columns, and indexes over them.

They made the service's own statements fail: MySQL computes such a column in the session of whoever writes, under the
modes of whoever opened the table first. Tables that we made ourselves get their index by text instead.
"""

import sqlalchemy as sa
from alembic import context, op

from keyword_assets.sql.database.tables import DEFAULT_NAMES, Names
from keyword_assets.sql.schema.migrations.made import index_what_we_made, present_tables
from keyword_assets.sql.schema.removal import alter, old_additions

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Drop what is there."""
    names: Names = context.config.attributes.get("names", DEFAULT_NAMES)
    connection = context.config.attributes["connection"]
    for statement, how in old_additions(connection, names):
        if context.is_offline_mode():
            op.execute(sa.text(f"{statement}, {how}"))
        else:
            alter(connection, statement, how)
    index_what_we_made(names, {"chattings": False, "admin_chat_keywords": False, **present_tables(names)})


def downgrade() -> None:
    """Refused: what harms the service is never put back."""
    raise NotImplementedError("keyword_assets does not add to the user's tables")
