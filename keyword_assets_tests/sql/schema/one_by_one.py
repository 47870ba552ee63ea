"""An upgrade made statement by statement, as if each came after an interruption."""

import sqlalchemy as sa

from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.database.transactions import writing
from keyword_assets.sql.schema.changes import Change
from keyword_assets.sql.schema.migrate import outstanding


def make_one_by_one(engine: sa.Engine) -> None:
    """Make each statement by itself; what is left to do must be the same statements without it.

    Then an upgrade from there makes what it would have made, and the tables become what they would have become.
    """
    left = _left(engine)
    while left:
        with writing(engine) as connection:
            left[0].make(connection)
        before, left = left, _left(engine)
        assert left == before[1:]


def _left(engine: sa.Engine) -> list[Change]:
    """Without the deletions: until what they stand for is made they come again and find nothing more to delete."""
    changes = outstanding(engine, DEFAULT_NAMES)
    return [change for change in changes if not change.statement.startswith("DELETE")]
