"""From what somebody typed to days that exist."""

import unicodedata
from datetime import date

import pytest

from keyword_assets.core.days import parse_period, require_classifiable, require_countable, spelled_out
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.period import Period

FIRST = date(2025, 6, 1)
LAST = date(2025, 6, 15)
TODAY = date(2025, 6, 20)


def day(number: int) -> date:
    """A day of June 2025."""
    return date(2025, 6, number)


def parsed(start: str, end: str | None = None, today: date = TODAY) -> Period:
    """What was typed on a Friday."""
    return parse_period(start, end, lambda: today)


def test_two_dates_make_a_period() -> None:
    """The usual case."""
    assert parsed("2025-06-11", "2025-06-14") == Period(day(11), day(14))


def test_the_same_date_twice_is_one_day() -> None:
    """Both ends belong to the period."""
    assert parsed("2025-06-11", "2025-06-11") == Period.of(day(11))


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
        "someday",
        "２０２５-06-11",
        "+025-06-11",
        "2025-13",
        "2025-6",
        "0000",
        "99999-days-ago",
        "days-ago",
        "-7d",
        "지난 어제",
    ],
)
@pytest.mark.parametrize("place", ["START", "END"])
def test_what_is_no_date_is_refused_by_name(text: str, place: str) -> None:
    """The person sees which of the two is wrong."""
    given = {"START": "2025-06-11", "END": "2025-06-11", place: text}

    with pytest.raises(InputError) as refused:
        parsed(given["START"], given["END"])

    assert (refused.value.key, refused.value.params["name"]) == ("period.not_a_date", place)


def test_an_end_before_its_start_is_refused() -> None:
    """An empty period would look like a complete one."""
    with pytest.raises(InputError) as refused:
        parsed("2025-06-12", "2025-06-11")

    assert refused.value.key == "period.reversed"


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        (["2025-06-11"], day(11), day(11)),
        (["today", "Today", "오늘"], TODAY, TODAY),
        (
            ["yesterday", "어제", unicodedata.normalize("NFD", "어제"), "1-days-ago", "1일전", "1일 전"],
            day(19),
            day(19),
        ),
        (["day-before-yesterday", "그제", "그저께", "2-days-ago"], day(18), day(18)),
        (["this-week", "this week", "thisweek", "이번주", "이번 주"], day(16), day(19)),
        (["last-week", "last_week", "지난주", "지난 주", "저번주"], day(9), day(15)),
        (["this-month", "이번달", "이달", "2025-06"], day(1), day(19)),
        (["last-month", "지난달", "저번 달", "2025-05"], date(2025, 5, 1), date(2025, 5, 31)),
        (["this-year", "올해", "2025"], date(2025, 1, 1), day(19)),
        (["last-year", "작년", "지난해", "2024"], date(2024, 1, 1), date(2024, 12, 31)),
        (["2024-02"], date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_one_word_is_all_of_its_days_that_are_over(words: list[str], first: date, last: date) -> None:
    """However it is spelled; weeks begin on Monday."""
    assert {parsed(word) for word in words} == {Period(first, last)}


def test_of_two_words_the_first_begins_and_the_second_ends() -> None:
    """As with dates."""
    assert parsed("7-days-ago", "어제") == Period(day(13), day(19))
    assert parsed("2025-05", "last-week") == Period(date(2025, 5, 1), day(15))
    assert parsed("last-month", "2025-06-03") == Period(date(2025, 5, 1), day(3))


@pytest.mark.parametrize(
    ("word", "today"), [("this-week", day(16)), ("이번달", day(1)), ("2025-07", TODAY), ("올해", date(2025, 1, 1))]
)
def test_what_has_no_day_that_is_over_is_refused(word: str, today: date) -> None:
    """Rather than taken for nothing at all, which would be complete."""
    with pytest.raises(InputError) as refused:
        parsed(word, today=today)

    assert refused.value.key == "period.not_over"


def test_last_month_and_week_are_found_across_a_year() -> None:
    """January has a month before it."""
    assert parsed("last-month", today=date(2025, 1, 31)) == Period(date(2024, 12, 1), date(2024, 12, 31))
    assert parsed("last-week", today=date(2025, 1, 3)) == Period(date(2024, 12, 23), date(2024, 12, 29))


def test_days_ago_are_no_option_of_a_command_line() -> None:
    """All else that begins with a dash still is."""
    assert [spelled_out(word) for word in ("-7d", "-n", "--days", "-7", "7d", "-7days")] == [
        "7-days-ago",
        "-n",
        "--days",
        "-7",
        "7d",
        "-7days",
    ]


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
