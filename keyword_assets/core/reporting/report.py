"""The rows that a report about a period is made from, and the rules behind it: what is new, what rises, which weeks.

They come from a `ReportSource`, which counts in the database; its long lists are read one row at a time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt
from typing import Protocol

from keyword_assets.core.coverage.history import Gap
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.usage import Usage

# A year's calendar and time series can still be read on a page.
LONGEST_DAYS = 366
# Where the days of a workbook begin; Excel shows those before as #####.
EARLIEST_DAY = date(1900, 1, 1)
# Standard deviations. Counts of rare things scatter by about their root: below this a rise is as good as none.
NOTABLE = 2.0


@dataclass(frozen=True)
class CategoryDay:
    """How many questions of a day have a keyword under a category, and how many messages asked them."""

    day: date
    category_id: int
    questions: int
    messages: int


@dataclass(frozen=True)
class KeywordCount:
    """How many messages of the period, and of the one before it, asked a question with this keyword.

    `questions` are those of the period, each day's counted for itself.
    """

    keyword: str
    questions: int
    messages: int
    before: int

    @property
    def notability(self) -> float:
        """How far the count has moved, in standard deviations of what chance alone would do; below 0 if it fell."""
        both = self.messages + self.before
        return (self.messages - self.before) / sqrt(both) if both else 0.0

    @property
    def is_new(self) -> bool:
        """Asked this often now, and not once before."""
        return self.before == 0 and self.notability >= NOTABLE

    @property
    def is_rising(self) -> bool:
        """Asked before, and notably more often now."""
        return self.before > 0 and self.notability >= NOTABLE


@dataclass(frozen=True)
class AskedQuestion:
    """A text of the period: the messages that asked it, on how many days, and its keywords on the last of them.

    `keywords` and `categories` are empty where it has no keyword rows on that day.
    """

    text: str
    messages: int
    days: int
    last_day: date
    keywords: tuple[str, ...] = ()
    categories: tuple[int, ...] = ()


@dataclass(frozen=True)
class AskedOnDay:
    """A question: the messages of a day that asked a text, and its keyword rows of that day.

    A classified one may be without any keyword or category, where another program wrote its rows.
    """

    day: date
    text: str
    messages: int
    classified: bool
    keywords: tuple[str, ...] = ()
    categories: tuple[int, ...] = ()


@dataclass(frozen=True)
class MissingQuestion:
    """A question without keywords. `reason` and `tries` are those of the quarantine; it may wait for HCX.

    `since` is when a report first found it missing (local time), or when it was quarantined if that is not known.
    """

    day: date
    text: str
    messages: int
    reason: str | None = None
    tries: int = 0
    since: datetime | None = None


@dataclass(frozen=True)
class Spent:
    """What a model used for the questions of a day; KRW without VAT."""

    day: date
    model: str
    usage: Usage
    cost_krw: float


@dataclass(frozen=True)
class Audited:
    """What the newest audit about days of the period tells of the categories of its answers; 95 % interval.

    `judged` are those of its population of `questions` that people have judged.
    """

    audit: int
    judged: int
    questions: int
    accuracy: float
    low: float
    high: float


class ReportSource(Protocol):
    """The facts of a period and of the one before it, counted in the database; texts come masked."""

    period: Period
    before: Period

    def coverage(self, period: Period) -> list[DayCoverage]:
        """Each day of the period, oldest first."""

    def category_names(self) -> Mapping[int, str]:
        """The names of `admin_categories` by id."""

    def category_days(self, period: Period) -> list[CategoryDay]:
        """Each day and category that has questions."""

    def keywords(self) -> Iterable[KeywordCount]:
        """Every keyword of the period, the most asked first."""

    def questions(self) -> Iterable[AskedQuestion]:
        """The texts of the period, the most asked first."""

    def examples(self, category_id: int, most: int) -> Sequence[AskedQuestion]:
        """The texts of a category that were asked most."""

    def missing(self) -> Iterable[MissingQuestion]:
        """The questions without keywords, the most asked first."""

    def quarantine_reasons(self) -> Mapping[str, int]:
        """How many missing questions are quarantined for which reason."""

    def gaps(self) -> Sequence[Gap]:
        """The gaps of the period's days as their reports have them, oldest first."""

    def spent(self) -> Sequence[Spent]:
        """What each day's questions cost, by model."""

    def corrected(self) -> int:
        """How many questions of the period a person has answered."""


def period_before(period: Period) -> Period:
    """The days just before, as many as the period has."""
    length = period.end - period.start
    end = period.start - timedelta(days=1)
    return Period(end - length, end)


def require_reportable(period: Period) -> None:
    """Refuse more days than a page can show, and days that a workbook cannot.

    Raises:
        InputError: the period is longer than a leap year, or begins before 1900.
    """
    if period.start < EARLIEST_DAY:
        raise InputError("report.too_early", start=period.start, first=EARLIEST_DAY)
    days = (period.end - period.start).days + 1
    if days > LONGEST_DAYS:
        raise InputError("report.too_long", days=days, most=LONGEST_DAYS)


def change(now: int, before: int) -> float | None:
    """By what part of `before` it has grown, below 0 if it fell; None from nothing."""
    return (now - before) / before if before else None


def calendar_weeks(period: Period) -> list[tuple[date | None, ...]]:
    """The weeks that the period touches, Monday to Sunday; None for days outside of it."""
    monday = period.start - timedelta(days=period.start.weekday())
    weeks = []
    while monday <= period.end:
        week = [monday + timedelta(days=offset) for offset in range(7)]
        weeks.append(tuple(day if period.start <= day <= period.end else None for day in week))
        monday += timedelta(days=7)
    return weeks
