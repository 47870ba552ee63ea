"""A month at a glance: what is complete looks complete, and nothing else does."""

from datetime import timedelta

import pytest

from keyword_assets.core.coverage.history import SPARKLINE_DAYS, last_days, sparkline
from keyword_assets.core.models.period import Period
from keyword_assets_tests.builders import BOTH_DAYS, DAY, NEXT_DAY, make_coverage


@pytest.mark.parametrize(
    ("questions", "classified", "mark"),
    [
        (10, 10, "█"),
        (1_000_000, 999_999, "▇"),
        (10, 5, "▄"),
        (100, 1, "▁"),
        (1, 0, "▁"),
        (0, 0, "·"),
    ],
)
def test_a_day_is_a_mark_as_high_as_its_coverage(questions: int, classified: int, mark: str) -> None:
    """One question in a million that is missing shows: only complete days are full."""
    row = make_coverage(DAY, messages=questions, questions=questions, classified=classified)

    assert sparkline(Period.of(DAY), [row]) == mark


def test_a_day_that_nobody_has_reported_is_not_taken_for_one_without_questions() -> None:
    """Not knowing is another thing than nothing to do."""
    assert sparkline(BOTH_DAYS, [make_coverage(NEXT_DAY, messages=1)]) == "?·"


def test_it_ends_with_the_day_and_has_thirty() -> None:
    """The day of the report is its last mark."""
    period = last_days(DAY)

    assert (period.end, len(sparkline(period, []))) == (DAY, SPARKLINE_DAYS)
    assert period.start == DAY - timedelta(days=29)
