"""A text that many days have."""

import pytest

from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets_tests.builders import (
    add_messages,
    make_question,
)
from keyword_assets_tests.sql.corrections.people import DAYS, OTHER_SPELLING, TEXT, save


@pytest.fixture
def answered(store: SqlQuestionStore) -> SqlQuestionStore:
    """A text that stands on twenty days, in two spellings on the first, all of them answered by the model."""
    for number, day in enumerate(DAYS):
        add_messages(store, TEXT, at=day, times=number % 3 + 1)
    add_messages(store, OTHER_SPELLING, "학폭 신고")
    questions = [make_question(TEXT, day, number % 3 + 1) for number, day in enumerate(DAYS)]
    save(store, [*questions, make_question(OTHER_SPELLING), make_question("학폭 신고")])
    return store
