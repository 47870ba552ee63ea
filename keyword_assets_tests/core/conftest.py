"""The real store on a SQLite file: the rules are tested against what a database does."""

from collections.abc import Iterator

import pytest

from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets_tests.builders import make_store


@pytest.fixture
def store(sqlite_url: str) -> Iterator[SqlQuestionStore]:
    """A store on a new SQLite file."""
    store = make_store(sqlite_url)
    yield store
    store.engine.dispose()
