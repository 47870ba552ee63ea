"""From what somebody typed to days that exist."""

from datetime import date

from keyword_assets.core.errors import InputError
from keyword_assets.core.models.period import Period


def parse_period(start: str, end: str) -> Period:
    """The period from two `YYYY-MM-DD` texts, both inclusive.

    Raises:
        InputError: a text is no date of the calendar, or END lies before START.
    """
    period = Period(_parse_day("START", start), _parse_day("END", end))
    if period.end < period.start:
        raise InputError("period.reversed", start=period.start, end=period.end)
    return period


def _parse_day(name: str, text: str) -> date:
    # fromisoformat also takes 20250611 and 2025-W24-3, which nobody means here.
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        raise InputError("period.not_a_date", name=name, text=text)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError("period.not_a_date", name=name, text=text) from error


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
