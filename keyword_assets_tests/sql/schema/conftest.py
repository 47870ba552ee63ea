"""What stood in a database before us."""

import pytest
import sqlalchemy as sa

from keyword_assets_tests.sql.schema.old_script import old_tables


@pytest.fixture
def old(engine: sa.Engine) -> sa.Engine:
    """The old script's database, still without rows of keywords or messages."""
    old_tables(engine)
    return engine
