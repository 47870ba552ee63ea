"""How everything stands at a moment, as the tables tell it: values, and what follows from them.

Times are local wall-clock times, as everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from keyword_assets.core.alerting.alerts import EndedRun
from keyword_assets.core.coverage.history import Gap
from keyword_assets.core.models.coverage import DayCoverage, ratio_down
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.quota.known import KnownClosing
from keyword_assets.core.quota.limits import Limits
from keyword_assets.core.watching.hosts import Hosted


@dataclass(frozen=True)
class Process:
    """A process at work: on which days (none while its run waits for its turn), and for which runs.

    `asking` are the texts that it has claimed and not got an answer to yet, `requests` those that its runs have sent.
    """

    host: str
    pid: int
    began_at: datetime
    periods: tuple[Period, ...]
    runs: tuple[str, ...]
    asking: int
    requests: int = 0

    def days(self) -> set[date]:
        """The days that it is at."""
        return {day for period in self.periods for day in period.days()}


@dataclass(frozen=True)
class KnownDay:
    """A past day as it was counted last, and when that was.

    `classified_now` are its texts with rows at this moment; None where nobody is at the day, or it is too large to look
    while somebody is.
    """

    row: DayCoverage
    counted_at: datetime
    classified_now: int | None = None

    @property
    def classified(self) -> int:
        """How many of its questions are classified, as far as is known; never more than there are."""
        return min(self.row.questions, max(self.row.classified, self.classified_now or 0))


@dataclass(frozen=True)
class QuotaNow:
    """Of the account: what is taken of the window, who waits for a place, and which keys are shut out."""

    limits: Limits
    requests: int
    tokens: int
    waiting: int
    closings: Sequence[KnownClosing]


@dataclass(frozen=True)
class Spent:
    """What was used today, and the KRW of today and of this month so far; `budget_krw` is for a day."""

    today: Usage
    krw_today: float
    krw_month: float
    budget_krw: float | None


@dataclass(frozen=True)
class Snapshot:
    """All that our own tables tell.

    Args:
        at: when it was looked.
        past: the days that ought to be complete; None before the first of them is over.
        days: those of them that were ever counted.
        gaps: the open gaps, oldest first.
        processes: who is at work.
        quota: of the account of the settings.
        spent: what was spent.
        last_success: when a run last ended with nothing left to do.
        last_run: the run that ended last.
        ended: how many runs of the last day ended how, by outcome.
    """

    at: datetime
    past: Period | None
    days: Mapping[date, KnownDay]
    gaps: Sequence[Gap]
    processes: Sequence[Process]
    quota: QuotaNow
    spent: Spent
    last_success: datetime | None
    last_run: EndedRun | None
    ended: Mapping[str, int]

    @property
    def total(self) -> DayCoverage:
        """The sum of the past days as they were counted last."""
        last = self.past.end if self.past else self.at.date()
        return DayCoverage.total((day.row for day in self.days.values()), last)

    @property
    def classified(self) -> int:
        """The classified questions of the past days, as far as is known."""
        return sum(day.classified for day in self.days.values())

    @property
    def coverage(self) -> float | None:
        """Of the past days that were counted, rounded down; None where nothing was asked on them."""
        questions = self.total.questions
        return ratio_down(self.classified, questions) if questions else None

    @property
    def uncounted(self) -> int:
        """How many past days nobody has ever counted."""
        return len(list(self.past.days())) - len(self.days) if self.past else 0

    @property
    def counted_at(self) -> datetime | None:
        """When that of the days was counted which was counted longest ago; None where none was."""
        return min((day.counted_at for day in self.days.values()), default=None)

    @property
    def days_with_gaps(self) -> list[date]:
        """The past days of which something was missing when they were counted last, oldest first."""
        return sorted(day for day, known in self.days.items() if known.row.missing)

    @property
    def days_limited(self) -> int:
        """How many days have questions that wait for tomorrow, because so many new texts were sent today."""
        return sum(bool(day.row.waiting) for day in self.days.values())

    @property
    def oldest_gap(self) -> timedelta | None:
        """For how long the gap is open that was opened first; None where none is."""
        opened = min((gap.opened_at for gap in self.gaps), default=None)
        # Clocks are set back.
        return None if opened is None else max(timedelta(), self.at - opened)


def questions_a_minute(before: Snapshot | None, now: Snapshot) -> float | None:
    """How many questions were classified a minute between two looks; None where that cannot be told."""
    seconds = (now.at - before.at).total_seconds() if before else 0.0
    if before is None or seconds <= 0 or before.past != now.past:
        return None
    return max(0, now.classified - before.classified) * 60 / seconds


@dataclass(frozen=True)
class View:
    """A look at everything: our tables, and Dagster.

    `hosted` is None where there is no Dagster instance, or nothing can be known of it: then `unknown` says why.
    `switched_on` names what is on without anybody's turning it on, and so before Dagster knows anything of it.
    """

    snapshot: Snapshot
    hosted: Hosted | None = None
    unknown: str | None = None
    switched_on: Sequence[str] = ()
