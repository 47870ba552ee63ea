"""What is new, what rises, and how weeks are laid out."""

from datetime import date, timedelta

import pytest

from keyword_assets.core.errors import InputError
from keyword_assets.core.models.period import Period
from keyword_assets.core.reporting.report import (
    KeywordCount,
    calendar_weeks,
    change,
    period_before,
    require_reportable,
)


@pytest.mark.parametrize(
    ("messages", "before", "new", "rising"),
    [
        (4, 0, True, False),
        (3, 0, False, False),
        (12, 4, False, True),
        (9, 1, False, True),
        (9, 3, False, False),
        (1_100, 1_000, False, True),
        (1_050, 1_000, False, False),
        (10, 10, False, False),
        (1, 50, False, False),
    ],
)
def test_only_what_chance_would_not_do_is_new_or_rising(messages: int, before: int, new: bool, rising: bool) -> None:
    """A keyword asked once and then three times is no trend; a list of such would hide the ones that are."""
    keyword = KeywordCount("전학", 1, messages, before)

    assert (keyword.is_new, keyword.is_rising) == (new, rising)


@pytest.mark.parametrize(("now", "before", "part"), [(12, 10, 0.2), (0, 10, -1.0), (10, 10, 0.0), (5, 0, None)])
def test_a_change_is_a_part_of_what_was(now: int, before: int, part: float | None) -> None:
    """From nothing there is no part."""
    assert change(now, before) == part


def test_the_period_before_is_as_long_and_ends_the_day_before() -> None:
    """Also across the end of a year."""
    assert period_before(Period(date(2025, 1, 1), date(2025, 1, 7))) == Period(date(2024, 12, 25), date(2024, 12, 31))
    assert period_before(Period.of(date(2024, 3, 1))) == Period.of(date(2024, 2, 29))


def test_weeks_run_from_monday_to_sunday_with_holes_outside_the_period() -> None:
    """2025-06-11 is a Wednesday."""
    first, second = calendar_weeks(Period(date(2025, 6, 11), date(2025, 6, 16)))

    assert first == (None, None, *(date(2025, 6, day) for day in range(11, 16)))
    assert second == (date(2025, 6, 16), *[None] * 6)


def test_every_day_has_one_place_in_its_weekday() -> None:
    """A whole leap year, which begins and ends within a week."""
    period = Period(date(2024, 1, 1), date(2024, 12, 31))

    weeks = calendar_weeks(period)

    assert [day for week in weeks for day in week if day] == list(period.days())
    assert all(day is None or day.weekday() == place for week in weeks for place, day in enumerate(week))


def test_a_report_has_an_end() -> None:
    """A leap year can be read on a page, ten years cannot."""
    start = date(2024, 1, 1)
    require_reportable(Period(start, start + timedelta(days=365)))

    with pytest.raises(InputError, match="367"):
        require_reportable(Period(start, start + timedelta(days=366)))
