"""The queues of reviewers."""

from datetime import timedelta

import pytest

from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.doubtful import offer
from keyword_assets.sql.quality.judging import Judging
from keyword_assets.sql.quality.review_items import ReviewItems
from keyword_assets_tests.builders import BATCH_TIME
from keyword_assets_tests.sql.quality.items import doubtful


@pytest.fixture
def items(store: SqlQuestionStore) -> ReviewItems:
    """A doubtful list of three, the most doubtful called 셋."""
    offer(store.engine, store.tables, doubtful("하나", "둘", "셋"))
    return ReviewItems(store.engine, store.tables)


@pytest.fixture
def judging(store: SqlQuestionStore, items: ReviewItems) -> Judging:
    """Verdicts on them, a second apart."""
    ticks = iter(range(10_000))
    return Judging(store.engine, store.tables, items, lambda: BATCH_TIME + timedelta(seconds=next(ticks)))
