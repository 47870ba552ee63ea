"""Which past days to run again, and when: facts in, requests out."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from keyword_assets.core.models.coverage import DayCoverage

# After a try that brought something, or messages that came late: long enough that a trickle of them is one run.
_SHORT_PAUSE = timedelta(minutes=5)
# After the first try that brought nothing; doubled with each further one, up to a day.
_FIRST_PAUSE = timedelta(minutes=10)
_LONGEST_PAUSE = timedelta(days=1)


@dataclass(frozen=True)
class Try:
    """What is remembered of a day: the gap when it was launched last, or when it was last seen to change.

    `failures` are launches in a row that closed nothing of the gap, one under way included; `at` is when the day was
    launched, or last seen in flight.
    """

    open: int
    failures: int
    at: datetime

    @property
    def next(self) -> datetime:
        """When the day may be launched again."""
        if self.failures == 0:
            return self.at + _SHORT_PAUSE
        # 2 to the 10th is more than the longest pause.
        return self.at + min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << min(self.failures - 1, 10)))


@dataclass(frozen=True)
class Choice:
    """What to launch now, newest day first, why the other days have to wait, and what to remember until next time."""

    launch: list[date]
    in_flight: list[date] = field(default_factory=list)
    waiting: dict[date, datetime] = field(default_factory=dict)
    quarantined: list[date] = field(default_factory=list)
    limited: list[date] = field(default_factory=list)
    uncounted: list[date] = field(default_factory=list)
    postponed: list[date] = field(default_factory=list)
    tries: dict[date, Try] = field(default_factory=dict)


def decide(
    days: Iterable[date],
    coverage: Iterable[DayCoverage],
    in_flight: Collection[date],
    tries: Mapping[date, Try],
    now: datetime,
    most: int,
) -> Choice:
    """Choose the days to launch, newest first, because that is what people look at.

    A day is launched if something of it is missing that is not quarantined, no run or backfill is at it, and its pause
    is over. The pause grows with every launch in a row that closed nothing, and is short again as soon as one did or
    messages came late. While more than `most` days are in flight nothing is launched: one lot is at work and one waits.

    Args:
        days: the days within the look-back.
        coverage: the numbers of those that could be counted.
        in_flight: days that a run or a backfill covers that has not ended.
        tries: what the last decision said to remember.
        now: any clock, the same for all calls.
        most: at most so many days are launched.
    """
    rows = {row.day: row for row in coverage}
    full = len(in_flight) > most
    choice = Choice([])
    for day in sorted(days, reverse=True):
        row, last = rows.get(day), tries.get(day)
        if day in in_flight:
            choice.in_flight.append(day)
            if last:
                choice.tries[day] = Try(last.open, last.failures, now)
        elif row is None:
            choice.uncounted.append(day)
            if last:
                choice.tries[day] = last
        elif row.open:
            _decide_on(row, last, choice, now, may_launch=not full and len(choice.launch) < most)
        elif row.waiting:
            # Nothing of it would be sent. Something is open again tomorrow, or when the limit is raised.
            choice.limited.append(day)
        elif row.missing:
            choice.quarantined.append(day)
    return choice


def _decide_on(row: DayCoverage, last: Try | None, choice: Choice, now: datetime, *, may_launch: bool) -> None:
    """A day of which something is open, and that nobody is at."""
    if last and row.open != last.open:
        last = Try(row.open, 0, last.at)
    if last:
        choice.tries[row.day] = last
    if last and last.next > now:
        choice.waiting[row.day] = last.next
    elif may_launch:
        choice.launch.append(row.day)
        choice.tries[row.day] = Try(row.open, last.failures + 1 if last else 1, now)
    else:
        choice.postponed.append(row.day)
