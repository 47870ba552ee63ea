"""A month at a glance: what is complete looks complete, and nothing else does."""

from datetime import date, timedelta

import pytest

from keyword_assets.core.coverage.history import SPARKLINE_DAYS, last_days, sparkline
from keyword_assets.core.models.period import Period
from keyword_assets_tests.builders import DAY, NEXT_DAY, make_coverage


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

    assert sparkline(Period.of(DAY), [row]).startswith(f"{mark} 2025-06-11 ~ 2025-06-11: ")


def test_a_day_that_nobody_has_reported_is_not_taken_for_one_without_questions() -> None:
    """Not knowing is another thing than nothing to do."""
    days = Period(DAY - timedelta(days=2), NEXT_DAY)
    states = [make_coverage(DAY - timedelta(days=1)), make_coverage(NEXT_DAY, questions=4, classified=2)]

    assert (
        sparkline(days, states) == "·?▄ 2025-06-10 ~ 2025-06-12: 누락 있음 1일, 질문 없음(·) 1일, 아직 세지 않음(?) 1일"
    )


def test_it_ends_with_the_day_and_has_thirty_at_most() -> None:
    """The day of the report is its last mark. Of a service that has just begun, thirty question marks say nothing."""
    period = last_days(DAY)
    states = [make_coverage(day, questions=1, classified=1) for day in Period(date(2025, 1, 1), NEXT_DAY).days()]

    assert sparkline(period, states) == f"{'█' * SPARKLINE_DAYS} 2025-05-13 ~ 2025-06-11: 완료 30일"
    assert sparkline(period, states[-2:]) == "█ 2025-06-11 ~ 2025-06-11: 완료 1일"
    assert sparkline(period, []) == "? 2025-06-11 ~ 2025-06-11: 아직 세지 않음(?) 1일"
