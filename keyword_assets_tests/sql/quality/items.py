"""A doubtful list of three, and its items as reviewers take them."""

from keyword_assets.core.quality.reviewing import Doubtful, ReviewItem
from keyword_assets.sql.quality.review_items import ReviewItems
from keyword_assets_tests.builders import DAY

CATCH_ALL = 3
GIVEN = '[["전학", 1]]'


def doubtful(*texts: str) -> list[Doubtful]:
    return [Doubtful(DAY, text, 2, GIVEN, number / 10, "드문 낱말") for number, text in enumerate(texts, 1)]


def took(items: ReviewItems, reviewer: str, seconds: float = 60) -> ReviewItem:
    """The next item, which there must be."""
    item = items.take_next(None, reviewer, seconds)
    assert item is not None
    return item
