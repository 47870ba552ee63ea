"""How a day stood before: its gaps, and the last weeks at a glance."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period

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
    """The coverage of each day as a character, oldest first; a day with a gap never looks like a complete one."""
    rows = {row.day: row for row in states}
    return "".join(_mark(rows.get(day)) for day in period.days())


def _mark(row: DayCoverage | None) -> str:
    if row is None:
        return _NOT_REPORTED
    if not row.questions:
        return _NOTHING_ASKED
    return _LEVELS[row.classified * len(_LEVELS) // row.questions] if row.missing else _COMPLETE
