"""Tokens, money and backfill: rules of a few lines each."""

from dataclasses import replace
from datetime import timedelta

import pytest

from keyword_assets.core.backfill import days_to_backfill
from keyword_assets.core.models import DayCoverage, Usage
from keyword_assets.core.money import cost_krw
from keyword_assets.core.tokens import estimate_tokens
from keyword_assets_tests.builders import DAY, PRICE, make_coverage

# -- tokens -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("가", 1),
        ("가나다라", 3),
        ("abcdefghij", 3),
        ("12345", 3),
        (" " * 20, 3),
        ("😀😀", 2),
        ('{"":}', 3),
        ("·", 1),
    ],
)
def test_tokens_are_estimated_by_kind_of_character_and_rounded_up(text: str, tokens: int) -> None:
    """A request that costs more than was reserved breaks the quota."""
    assert estimate_tokens(text) == tokens


def test_a_longer_text_never_has_fewer_tokens() -> None:
    """Batches are filled by it."""
    text = "전학 abc 123 !? 😀 " * 5
    estimates = [estimate_tokens(text[:length]) for length in range(len(text))]

    assert estimates == sorted(estimates)


# -- money ------------------------------------------------------------------------------------------------------------


def test_a_cost_is_of_prompt_and_completion_at_their_own_prices() -> None:
    """The bill has two lines."""
    assert cost_krw(Usage(prompt=2_000, completion=1_500), PRICE) == 1_700.0


def test_what_is_only_reserved_costs_nothing() -> None:
    """The output cap counts against the quota, not on the bill."""
    assert cost_krw(Usage(requests=9, retries=9, reserved=1_000_000), PRICE) == 0.0


def test_a_cost_has_four_decimals() -> None:
    """A question costs hundredths of a won: rounded to less, the days of a run would not add up to its sum."""
    assert cost_krw(Usage(prompt=1, completion=1), replace(PRICE, input_per_1k=0.12345, output_per_1k=0.5)) == 0.0006


# -- backfill ---------------------------------------------------------------------------------------------------------


def _day(offset: int, **counts: int) -> DayCoverage:
    return make_coverage(DAY + timedelta(days=offset), **counts)


def test_days_with_open_questions_are_chosen_the_newest_first() -> None:
    """That is what people look at."""
    rows = [_day(0, questions=2), _day(2, questions=2, classified=1), _day(1, questions=2)]

    assert days_to_backfill(rows, [], 10) == [DAY + timedelta(days=offset) for offset in (2, 1, 0)]


@pytest.mark.parametrize(
    "counts", [{}, {"questions": 3, "classified": 3}, {"questions": 3, "classified": 1, "quarantined": 2}]
)
def test_a_day_that_a_run_cannot_mend_is_left_alone(counts: dict[str, int]) -> None:
    """A run for a quarantined question would be launched again every hour, for ever."""
    assert days_to_backfill([_day(0, **counts)], [], 10) == []


def test_a_day_with_one_open_question_beside_quarantined_ones_is_chosen() -> None:
    """The quarantined ones must not hide it."""
    assert days_to_backfill([_day(0, questions=3, quarantined=2)], [], 10) == [DAY]


def test_a_day_in_flight_is_left_alone() -> None:
    """Two runs over one day would ask twice."""
    assert days_to_backfill([_day(0, questions=1), _day(1, questions=1)], [DAY], 10) == [DAY + timedelta(days=1)]


def test_at_most_so_many_days_are_chosen() -> None:
    """A year of gaps is not launched at once; the newest come first."""
    rows = [_day(offset, questions=1) for offset in range(9)]

    assert days_to_backfill(rows, [], 2) == [DAY + timedelta(days=8), DAY + timedelta(days=7)]
