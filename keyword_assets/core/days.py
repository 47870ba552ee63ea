"""From what somebody typed to days that exist."""

import calendar
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from keyword_assets.core.errors import InputError
from keyword_assets.core.models.period import Period

_ONE, _WEEK = timedelta(days=1), timedelta(days=7)
_MONTH = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2}))?")
# Of up to 27 years.
_AGO = re.compile(r"([0-9]{1,4})(?:days?ago|일전)")
# What people put between the parts of a word.
_BETWEEN = str.maketrans("", "", " -_")


def spelled_out(argument: str) -> str:
    """`-7d` as a word, which no command line takes for an option; all else as it is."""
    found = re.fullmatch(r"-([0-9]{1,4})d", argument)
    return f"{found[1]}-days-ago" if found else argument


def parse_period(start: str, end: str | None, today: Callable[[], date]) -> Period:
    """The period that somebody has typed, both ends inclusive: dates, months, years, and what people call them.

    Args:
        start: `2025-06-11`, `2025-06`, `2025`, `yesterday`, `last-week`, `어제`, `지난주`, …: its first day counts.
        end: the same, of which the last day counts; None for all that `start` says.
        today: is asked where it matters.

    Raises:
        InputError: a text says no day of the calendar, END lies before START, or no day of it is over yet.
    """
    first = _said("START", start, today)
    period = first if end is None else Period(first.start, _said("END", end, today).end)
    if period.end < period.start:
        raise InputError("period.reversed", start=period.start, end=period.end)
    return period


def _said(name: str, text: str, today: Callable[[], date]) -> Period:
    word = unicodedata.normalize("NFC", text).lower().translate(_BETWEEN)
    try:
        if found := _AGO.fullmatch(word):
            return Period.of(today() - timedelta(days=int(found[1])))
        if word in _WORDS:
            return _over(text, _WORDS[word](today()), today())
        if found := _MONTH.fullmatch(text):
            return _over(text, _calendar(int(found["year"]), found["month"]), today())
        return Period.of(_parse_day(text))
    except (ValueError, OverflowError) as error:
        raise InputError("period.not_a_date", name=name, text=text) from error


def _over(text: str, period: Period, today: date) -> Period:
    """As much of several days as is over: whoever says "this month" does not mean what is still to come.

    Raises:
        InputError: nothing of it is.
    """
    if period.start == period.end or period.end < today:
        return period
    if period.start >= today:
        raise InputError("period.not_over", text=text, today=today)
    return Period(period.start, today - _ONE)


def _calendar(year: int, month: str | None) -> Period:
    """A month, or a whole year."""
    first, last = (int(month), int(month)) if month else (1, 12)
    return Period(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))


def _month_of(day: date) -> Period:
    return _calendar(day.year, f"{day.month:02}")


def _week_of(day: date) -> Period:
    """From Monday to Sunday (ISO 8601)."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + _WEEK - _ONE)


_MEANT: Mapping[tuple[str, ...], Callable[[date], Period]] = {
    ("today", "오늘"): Period.of,
    ("yesterday", "어제"): lambda today: Period.of(today - _ONE),
    ("day-before-yesterday", "그제", "그저께"): lambda today: Period.of(today - 2 * _ONE),
    ("this-week", "이번주"): _week_of,
    ("last-week", "지난주", "저번주"): lambda today: _week_of(today - _WEEK),
    ("this-month", "이번달", "이달"): _month_of,
    ("last-month", "지난달", "저번달"): lambda today: _month_of(today.replace(day=1) - _ONE),
    ("this-year", "올해"): lambda today: _calendar(today.year, None),
    ("last-year", "작년", "지난해"): lambda today: _calendar(today.year - 1, None),
}
NAMES = tuple(name for names in _MEANT for name in names)
"""What people call days, as it is offered; any of it may be written together, or with blanks."""
_WORDS = {name.translate(_BETWEEN): meant for names, meant in _MEANT.items() for name in names}


def _parse_day(text: str) -> date:
    # fromisoformat also takes 20250611 and 2025-W24-3, which nobody means here.
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        raise ValueError(text)
    return date.fromisoformat(text)


def require_countable(period: Period, today: date) -> None:
    """Refuse days that have not begun: there is nothing to count yet.

    Raises:
        InputError: the period reaches past `today`.
    """
    if period.end > today:
        raise InputError("period.future", end=period.end, today=today)


def require_classifiable(period: Period, first_day: date, last_day: date | None, today: date) -> None:
    """Refuse days that are not over, or lie outside the partitions.

    Raises:
        InputError: the period is not wholly inside [first_day, today), or reaches past last_day.
    """
    require_countable(period, today)
    if period.end == today:
        raise InputError("period.today", today=today)
    if period.start < first_day:
        raise InputError("period.before_first", start=period.start, first=first_day)
    if last_day and period.end > last_day:
        raise InputError("period.after_last", end=period.end, last=last_day)
