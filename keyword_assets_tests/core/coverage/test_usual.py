"""What a usual day has, which days have many times that, and what a budget for them is."""

from datetime import date, timedelta

import pytest

from keyword_assets.core.coverage.checks import questions_are_usual
from keyword_assets.core.coverage.usual import rush, suggested_budget, usual_questions
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets_tests.builders import make_coverage, make_facts

# A Thursday.
DAY = date(2025, 6, 19)


def _before(*questions: int) -> list[DayCoverage]:
    """The days before, the newest first."""
    return [make_coverage(DAY - timedelta(days=age), questions=count) for age, count in enumerate(questions, 1)]


@pytest.mark.parametrize(
    ("before", "usual"),
    [
        ([300] * 6, None),
        ([300] * 7, 300),
        # One rush before hides no other.
        ([300] * 6 + [90_000], 300),
        # Holidays and the time before the service say nothing.
        ([0] * 20 + [300] * 6, None),
        ([0] * 14 + [300] * 7, 300),
        # Only four weeks count.
        ([300] * 28 + [9_000] * 60, 300),
        # The seventh, fourteenth and twenty-first day before are Thursdays, too, and always busy.
        ([10, 10, 10, 10, 10, 10, 500] * 3, 500),
        ([10, 10, 10, 10, 10, 10, 500] * 2, 10),
        ([500, 500, 500, 500, 500, 500, 10] * 4, 500),
    ],
)
def test_the_usual_number_is_a_median_of_four_weeks(before: list[int], usual: int | None) -> None:
    """Robust, and a weekday that always has more is compared with its like."""
    assert usual_questions(DAY, _before(*before)) == usual


@pytest.mark.parametrize(
    ("questions", "usual", "is_rush"),
    [(1_500, 300, False), (1_501, 300, True), (99, 2, False), (100, 2, True), (1_000_000, 300, True)],
)
def test_a_rush_is_more_than_so_many_times_the_usual(questions: int, usual: int, is_rush: bool) -> None:
    """And enough to cost anything."""
    row = make_coverage(DAY, questions=questions)
    verdict = questions_are_usual(make_facts(row, days_before=_before(*[usual] * 10)))

    assert (rush(row, _before(*[usual] * 10), 5) is not None) == is_rush
    assert (verdict.passed, verdict.todo is None) == (not is_rush, not is_rush)
    assert verdict.numbers["usual_questions"] == usual


def test_too_few_days_are_not_judged() -> None:
    """The first week of a service has no usual day."""
    verdict = questions_are_usual(make_facts(make_coverage(DAY, questions=10_000), days_before=_before(5, 5)))

    assert (verdict.passed, "usual_questions" in verdict.numbers) == (True, False)


@pytest.mark.parametrize(
    ("questions", "krw", "budget"),
    [(620, 0.3, 560), (0, 0.3, 100), (10_000, 0.298, 9_000), (1_234_567, 0.3, 1_200_000)],
)
def test_a_budget_is_three_usual_days_in_round_numbers(questions: int, krw: float, budget: int) -> None:
    """A number that somebody can put into a setting."""
    assert suggested_budget(questions, krw) == budget
