"""An upgrade made statement by statement, as if each came after an interruption."""

import sqlalchemy as sa

from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.database.transactions import writing
from keyword_assets.sql.schema.changes import Change
from keyword_assets.sql.schema.migrate import outstanding


def make_one_by_one(engine: sa.Engine, *, but_for: str | None = None) -> None:
    """Make each statement by itself; what is left to do must be the same statements without it.

    Then an upgrade from there makes what it would have made, and the tables become what they would have become.

    Args:
        engine: the database.
        but_for: how statements begin after which nobody looks, because another test does.
    """
    left = _left(engine)
    while left:
        made, *rest = left
        with writing(engine) as connection:
            made.make(connection)
        is_seen_elsewhere = but_for is not None and made.statement.startswith(but_for)
        left = rest if rest and is_seen_elsewhere else _left(engine)
        assert left == rest


def _left(engine: sa.Engine) -> list[Change]:
    """Without the deletions: until what they stand for is made they come again and find nothing more to delete."""
    changes = outstanding(engine, DEFAULT_NAMES)
    return [change for change in changes if not change.statement.startswith("DELETE")]
