"""Days from one to another."""

from datetime import date

from keyword_assets.core.models.period import Period
from keyword_assets_tests.builders import DAY


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


def test_days_make_up_as_few_periods_as_there_can_be() -> None:
    """A month with two gaps is read in three pieces, and a whole one in one."""
    days = [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 3)]

    assert Period.stretches(days) == [Period(days[0], days[2]), Period.of(days[3])]
    assert Period.stretches([]) == []
