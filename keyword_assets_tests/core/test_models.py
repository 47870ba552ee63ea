"""The values that travel between the parts."""

from datetime import date, datetime, timedelta

import pytest

from keyword_assets.core.models import DayCoverage, DayTally, Period, RunReport, Usage, ratio_down
from keyword_assets_tests.builders import DAY, NEXT_DAY, make_coverage

BEGAN = datetime(2025, 6, 20)


@pytest.mark.parametrize(
    ("part", "whole", "ratio"),
    [
        (0, 1, 0.0),
        (1, 1, 1.0),
        (1, 3, 0.333),
        (2, 3, 0.666),
        (9_996, 10_000, 0.999),
        (999_999_999, 1_000_000_000, 0.999),
        (544, 620, 0.877),
        (0, 0, 1.0),
    ],
)
def test_a_ratio_is_rounded_down_to_a_tenth_of_a_percent(part: int, whole: int, ratio: float) -> None:
    """99.96 % shown as 100.0 % would hide a gap."""
    assert ratio_down(part, whole) == ratio


def test_only_a_whole_is_one() -> None:
    """Whatever the size, one missing question shows."""
    assert [whole for whole in range(1, 5_000) if ratio_down(whole - 1, whole) >= 1.0] == []


def test_a_day_without_questions_is_complete() -> None:
    """A holiday must not raise an alarm."""
    assert make_coverage(messages=3, blank=3).coverage == 1.0


def test_quarantined_questions_are_missing_and_not_open() -> None:
    """They lower the coverage, and are not sent."""
    row = make_coverage(messages=12, questions=10, classified=6, quarantined=3)

    assert (row.missing, row.open, row.coverage) == (4, 1, 0.6)


def test_a_total_adds_every_count() -> None:
    """A column left out would make a table that does not add up."""
    rows = [DayCoverage(DAY, 1, 2, 3, 4, 5), DayCoverage(NEXT_DAY, 10, 20, 30, 40, 50)]

    assert DayCoverage.total(rows, NEXT_DAY) == DayCoverage(NEXT_DAY, 11, 22, 33, 44, 55)


def test_a_total_is_of_questions_and_not_of_ratios() -> None:
    """A quiet day must not outweigh a busy one."""
    rows = [make_coverage(questions=1, classified=1), make_coverage(questions=999, classified=0)]

    assert DayCoverage.total(rows, DAY).coverage == 0.001


def test_the_total_of_no_days_is_nothing() -> None:
    """It is complete, and does not fail."""
    assert DayCoverage.total([], DAY).coverage == 1.0


def test_a_period_has_both_its_ends() -> None:
    """Dates are inclusive on the command line."""
    assert list(Period(date(2024, 2, 28), date(2024, 3, 1)).days()) == [
        date(2024, 2, 28),
        date(2024, 2, 29),
        date(2024, 3, 1),
    ]


def test_a_period_of_a_day_is_that_day() -> None:
    """Most runs are of one."""
    assert list(Period.of(DAY).days()) == [DAY]


def test_usage_is_added_and_subtracted_field_by_field() -> None:
    """What one run used is what was used after it less what was used before."""
    before, later = Usage(1, 2, 3, 4, 5, 6), Usage(10, 20, 30, 40, 50, 60)

    assert (before + later, later - before) == (Usage(11, 22, 33, 44, 55, 66), Usage(9, 18, 27, 36, 45, 54))


@pytest.mark.parametrize("weights", [[1], [10], [1, 9], [5, 5], [3, 3, 3], [1, 2, 3, 4], [7, 1, 1]])
@pytest.mark.parametrize("whole", [Usage(1, 2, 1, 613, 87, 811), Usage(1), Usage(), Usage(prompt=1, completion=2)])
def test_usage_laid_on_days_adds_up_to_the_whole(weights: list[int], whole: Usage) -> None:
    """Ten requests rounded down each would lose a question's price."""
    by_day = {DAY + timedelta(days=number): weight for number, weight in enumerate(weights)}

    parts = whole.shared(by_day)

    assert sum(parts.values(), Usage()) == whole
    assert set(parts) == set(by_day)
    assert all(abs(part.prompt - whole.prompt * by_day[day] / sum(weights)) <= 1 for day, part in parts.items())
    heaviest = max(parts, key=lambda day: (by_day[day], day))
    assert [day for day, part in parts.items() if part.requests] == ([heaviest] if whole.requests else [])


def test_a_tally_counts_everything_that_needs_nothing_more() -> None:
    """The progress bar ends at the day's questions."""
    tally = DayTally(DAY, make_coverage(classified=5), processed=3, reused=2, failed=1, quarantined=1)

    assert tally.done == 9


def test_two_runs_are_told_as_one() -> None:
    """`complete` is a basic run and a missing one; its summary is of both."""
    basic = RunReport(
        BEGAN, processed=8, reused=1, skipped=5, failed=2, asked=9, usage=Usage(3), cost_krw=0.1, seconds=2
    )
    missing = RunReport(BEGAN, processed=2, reused=1, skipped=13, asked=2, usage=Usage(1), cost_krw=0.2, seconds=1)

    both = basic + missing

    assert both == RunReport(
        BEGAN, processed=10, reused=2, skipped=5, failed=0, asked=11, usage=Usage(4), cost_krw=0.3, seconds=3
    )


def test_what_the_second_run_did_not_try_again_stays_failed() -> None:
    """A quarantined question of the first run is not tried by the second."""
    both = RunReport(BEGAN, failed=3, quarantined=1) + RunReport(BEGAN, processed=2)

    assert (both.failed, both.quarantined) == (1, 1)


def test_two_runs_used_what_both_used_on_each_day() -> None:
    """The summary of `complete` tells it by day."""
    basic = RunReport(BEGAN, model="HCX-007", by_day={NEXT_DAY: Usage(1), DAY: Usage(2)})

    both = basic + RunReport(BEGAN, by_day={DAY: Usage(4)})

    assert both.model == "HCX-007"
    assert list(both.by_day.items()) == [(DAY, Usage(6)), (NEXT_DAY, Usage(1))]


def test_the_reason_of_an_early_end_is_not_lost() -> None:
    """A limit that stopped the first run stopped the whole."""
    assert (RunReport(BEGAN, stopped="limit") + RunReport(BEGAN)).stopped == "limit"
