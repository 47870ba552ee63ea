"""How a day stood before: its gaps, and the last weeks at a glance."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.core.texts import say

SPARKLINE_DAYS = 30
# From nothing classified to all but a little; the full block is for complete days alone.
_LEVELS = "▁▂▃▄▅▆▇"
_COMPLETE, _NOTHING_ASKED, _NOT_REPORTED = "█", "·", "?"


@dataclass(frozen=True)
class Gap:
    """From the state in which questions of a day were first missing to the first in which none were, as local time.

    `closed_at` is None while it is open; `most` is the largest number of missing questions of those states.
    """

    day: date
    opened_at: datetime
    closed_at: datetime | None
    most: int


def last_days(day: date) -> Period:
    """The days of a sparkline that ends with this one."""
    return Period(day - timedelta(days=SPARKLINE_DAYS - 1), day)


def sparkline(period: Period, states: Iterable[DayCoverage]) -> str:
    """The coverage of each day as a character, oldest first, and how many there are of each kind, in words.

    It begins with the first day that was ever reported. A day with a gap never looks like a complete one.
    """
    rows = {row.day: row for row in states if row.day in period.days()}
    first = min(rows, default=period.end)
    marks = "".join(_mark(rows.get(day)) for day in Period(first, period.end).days())
    return say("sparkline", marks=marks, start=first, end=period.end, days=", ".join(_in_words(marks)))


def _mark(row: DayCoverage | None) -> str:
    if row is None:
        return _NOT_REPORTED
    if not row.questions:
        return _NOTHING_ASKED
    return _LEVELS[row.classified * len(_LEVELS) // row.questions] if row.missing else _COMPLETE


def _in_words(marks: str) -> Iterator[str]:
    """What these marks are; a kind that is not among them needs no word."""
    kinds = {
        "complete": marks.count(_COMPLETE),
        "gaps": sum(map(marks.count, _LEVELS)),
        "nothing_asked": marks.count(_NOTHING_ASKED),
        "not_reported": marks.count(_NOT_REPORTED),
    }
    return (say(f"sparkline.{kind}", days=days) for kind, days in kinds.items() if days)
