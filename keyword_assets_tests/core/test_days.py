"""From what somebody typed to days that exist."""

from datetime import date

import pytest

from keyword_assets.core.days import parse_period, require_classifiable, require_countable
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.period import Period

FIRST = date(2025, 6, 1)
LAST = date(2025, 6, 15)
TODAY = date(2025, 6, 20)


def day(number: int) -> date:
    """A day of June 2025."""
    return date(2025, 6, number)


def test_two_dates_make_a_period() -> None:
    """The usual case."""
    assert parse_period("2025-06-11", "2025-06-14") == Period(day(11), day(14))


def test_the_same_date_twice_is_one_day() -> None:
    """Both ends belong to the period."""
    assert parse_period("2025-06-11", "2025-06-11") == Period.of(day(11))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20250611",
        "2025-W24-3",
        "2025-6-11",
        "25-06-11",
        "2025-06-31",
        "2025-02-29",
        "0000-01-01",
        "2025/06/11",
        "2025-06-11 ",
        " 2025-06-1",
        "2025-06-1x",
        "2025-06-11T00:00",
        "today",
        "２０２５-06-11",
        "+025-06-11",
    ],
)
@pytest.mark.parametrize("place", ["START", "END"])
def test_what_is_no_date_is_refused_by_name(text: str, place: str) -> None:
    """The person sees which of the two is wrong."""
    given = {"START": "2025-06-11", "END": "2025-06-11", place: text}

    with pytest.raises(InputError) as refused:
        parse_period(given["START"], given["END"])

    assert (refused.value.key, refused.value.params["name"]) == ("period.not_a_date", place)


def test_an_end_before_its_start_is_refused() -> None:
    """An empty period would look like a complete one."""
    with pytest.raises(InputError) as refused:
        parse_period("2025-06-12", "2025-06-11")

    assert refused.value.key == "period.reversed"


def test_today_can_be_counted() -> None:
    """Looking costs nothing."""
    require_countable(Period(FIRST, TODAY), TODAY)


def test_tomorrow_cannot_be_counted() -> None:
    """It would be shown as complete."""
    with pytest.raises(InputError) as refused:
        require_countable(Period(FIRST, day(21)), TODAY)

    assert refused.value.key == "period.future"


def test_all_days_from_the_first_to_yesterday_can_be_classified() -> None:
    """Both ends are allowed."""
    require_classifiable(Period(FIRST, day(19)), FIRST, None, TODAY)


@pytest.mark.parametrize(
    ("start", "end", "key"),
    [
        (day(19), day(20), "period.today"),
        (day(20), day(20), "period.today"),
        (day(20), day(21), "period.future"),
        (date(2025, 5, 31), day(2), "period.before_first"),
        (day(14), day(16), "period.after_last"),
    ],
)
def test_a_day_that_cannot_be_classified_is_refused_with_its_reason(start: date, end: date, key: str) -> None:
    """A day that is not over would have to be run again; one before the first has no partition."""
    with pytest.raises(InputError) as refused:
        require_classifiable(Period(start, end), FIRST, LAST, TODAY)

    assert refused.value.key == key


def test_the_last_day_itself_can_be_classified() -> None:
    """The end of the partitions belongs to them."""
    require_classifiable(Period(FIRST, LAST), FIRST, LAST, TODAY)
