"""Which day a stored time belongs to, where the service writes its times in another zone than that of the days.

A day is the calendar day of `KEYWORDS_TIMEZONE`. It begins at an instant; what the service's clock showed at that
instant is where the day begins in the table. Between two such bounds the stored times run on without a gap, so that
each belongs to exactly one day, also where a clock is put back and shows an hour twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import groupby
from zoneinfo import ZoneInfo

from keyword_assets.core.models.period import Period

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """Days in a row that are all shifted by as much: the local time is the stored time plus `seconds`.

    `ends` is where the day after the last of them begins, as stored; `ends_as_shifted` is where it would if that day
    had 24 hours. Where the last day has 25, the shift alone would lay its last hour on the next.
    """

    last: date
    ends: datetime
    seconds: int

    @property
    def ends_as_shifted(self) -> datetime:
        """See above."""
        return _midnight(self.last + _DAY) - timedelta(seconds=self.seconds)


@dataclass(frozen=True)
class StoredDays:
    """How stored times make days.

    Args:
        local: the zone of the days.
        stored: the zone of the stored times.
    """

    local: ZoneInfo
    stored: ZoneInfo

    @property
    def as_they_stand(self) -> bool:
        """Whether the date that is stored is the day."""
        return self.local.key == self.stored.key

    def beginning(self, day: date) -> date | datetime:
        """The first stored time of a day, without a zone: the day itself where it begins at midnight as stored."""
        return day if self.as_they_stand else _as_stored(_midnight(day), self.local, self.stored)

    def stretches(self, period: Period) -> list[Stretch]:
        """The days of the period, parted where the difference of the two zones changes; oldest first."""
        parted = groupby(period.days(), lambda day: int((_midnight(day) - self._begins(day)).total_seconds()))
        lasts = ((seconds, list(days)[-1]) for seconds, days in parted)
        return [Stretch(last, self._begins(last + _DAY), seconds) for seconds, last in lasts]

    def _begins(self, day: date) -> datetime:
        return _as_stored(_midnight(day), self.local, self.stored)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


@cache
def _as_stored(midnight: datetime, local: ZoneInfo, stored: ZoneInfo) -> datetime:
    # Where clocks are put forward at midnight there is none: the day begins when they are. To UTC and back is what
    # tells: it turns a time that does not exist into the one that the clock showed then.
    instant = midnight.replace(tzinfo=local).astimezone(UTC)
    return instant.astimezone(stored).replace(tzinfo=None)


def month_ends(period: Period) -> Iterator[tuple[datetime, datetime]]:
    """For each end of a month in or at the edge of the period: its last moment, and the first of the next month.

    Nothing that exists lies between the two, but what a lax MySQL stores does: 2025-06-00 and 2025-02-30 are there.
    """
    first = (max(period.start, date.min + timedelta(days=33)) - timedelta(days=2)).replace(day=1)
    while first <= period.end + timedelta(days=2):
        begins = datetime(first.year, first.month, 1)
        yield begins - timedelta(microseconds=1), begins
        first = (first + timedelta(days=31)).replace(day=1)


LOCAL_DAYS = StoredDays(ZoneInfo("Asia/Seoul"), ZoneInfo("Asia/Seoul"))
"""Where the stored date is the day."""
