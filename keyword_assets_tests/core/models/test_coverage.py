"""A day in numbers."""

import pytest

from keyword_assets.core.models.coverage import DayCoverage, ratio_down
from keyword_assets_tests.builders import DAY, NEXT_DAY, make_coverage


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
