"""What a report about a period says, and the rules behind it: what is new, what rises, how weeks are laid out.

It is made from a `ReportSource`, which counts in the database. What a page shows is bounded, whatever the period holds;
the long lists stay in the source and are read one row at a time by whoever writes them to a file.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from math import sqrt
from typing import Protocol, TypeVar

from keyword_assets.core.coverage.history import Gap
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.coverage import DayCoverage, WithoutDay, ratio_down
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.usage import Usage

# A year's calendar and time series can still be read on a page.
LONGEST_DAYS = 366
# Where the days of a workbook begin; Excel shows those before as #####.
EARLIEST_DAY = date(1900, 1, 1)
# Rows of the tables that a page shows; files have them all.
SHOWN = 30
# Texts of the catch-all category that are shown, to see which category is lacking.
EXAMPLES = 15
# Standard deviations. Counts of rare things scatter by about their root: below this a rise is as good as none.
NOTABLE = 2.0

_Row = TypeVar("_Row")


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


@dataclass(frozen=True)
class CategoryTotal:
    """A category over the period: questions of each day added up, messages, and messages of the period before."""

    id: int
    name: str
    questions: int
    messages: int
    before: int
    share: float
    """Of all classified questions, 0 to 1; shares add up to more than 1, as a question may have several categories."""


@dataclass(frozen=True)
class Report:
    """What a page says about a period, at the moment it was made. Lists are cut to what a page shows."""

    period: Period
    before: Period
    made_at: datetime
    days: Sequence[DayCoverage]
    total: DayCoverage
    total_before: DayCoverage
    categories: Sequence[CategoryTotal]
    category_days: Sequence[CategoryDay]
    catch_all: CategoryTotal
    examples: Sequence[AskedQuestion]
    keywords: Sequence[KeywordCount]
    new: Sequence[KeywordCount]
    rising: Sequence[KeywordCount]
    questions: Sequence[AskedQuestion]
    missing: Sequence[MissingQuestion]
    reasons: Mapping[str, int]
    gaps: Sequence[Gap]
    spent: Sequence[Spent]
    without_day: WithoutDay
    audited: Audited | None

    @property
    def comparable(self) -> bool:
        """Whether the period before has anything to compare with: else everything would be new."""
        return self.total_before.questions > 0

    @property
    def usage(self) -> Usage:
        """All that was used for the questions of the period."""
        return sum((item.usage for item in self.spent), Usage())

    @property
    def cost_krw(self) -> float:
        """What that cost."""
        return sum(item.cost_krw for item in self.spent)

    def name_of(self, category_id: int) -> str:
        """The name of a category of the report; its number if it has none."""
        return next((c.name for c in self.categories if c.id == category_id), f"#{category_id}")


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


def make_report(
    source: ReportSource,
    made_at: datetime,
    catch_all: int,
    without_day: WithoutDay,
    audited: Audited | None = None,
) -> Report:
    """The report about the source's period.

    Args:
        source: the facts.
        made_at: now.
        catch_all: the id of the category for what fits nowhere else.
        without_day: the messages that are in no day, of this period or any other; examples as they may be shown.
        audited: what an audit tells of its answers.
    """
    period, before = source.period, source.before
    days = source.coverage(period)
    total = DayCoverage.total(days, period.end)
    total_before = DayCoverage.total(source.coverage(before), before.end)
    category_days = source.category_days(period)
    categories = _category_totals(source, category_days, total)
    keywords = _Keywords(source.keywords(), comparable=total_before.questions > 0)
    return Report(
        period=period,
        before=before,
        made_at=made_at,
        days=days,
        total=total,
        total_before=total_before,
        categories=sorted(categories.values(), key=lambda category: (-category.messages, category.id)),
        category_days=category_days,
        catch_all=categories.get(catch_all) or _category_total(source, catch_all, [], 0, total),
        examples=source.examples(catch_all, EXAMPLES),
        keywords=keywords.top,
        new=keywords.new,
        rising=keywords.rising,
        questions=_first(source.questions(), SHOWN),
        missing=_first(source.missing(), SHOWN),
        reasons=source.quarantine_reasons(),
        gaps=source.gaps(),
        spent=source.spent(),
        without_day=without_day,
        audited=audited,
    )


class _Keywords:
    """The lists that a page shows, from one pass over all keywords, the most asked first."""

    def __init__(self, keywords: Iterable[KeywordCount], *, comparable: bool) -> None:
        self.top: list[KeywordCount] = []
        self.new: list[KeywordCount] = []
        rising: list[tuple[float, int, str, KeywordCount]] = []
        for keyword in keywords:
            if len(self.top) < SHOWN:
                self.top.append(keyword)
            if comparable and keyword.is_new and len(self.new) < SHOWN:
                self.new.append(keyword)
            elif comparable and keyword.is_rising:
                heapq.heappush(rising, (keyword.notability, keyword.messages, keyword.keyword, keyword))
                if len(rising) > SHOWN:
                    heapq.heappop(rising)
        self.rising = [keyword for *_, keyword in sorted(rising, reverse=True)]


def _category_totals(source: ReportSource, days: Sequence[CategoryDay], total: DayCoverage) -> dict[int, CategoryTotal]:
    before: dict[int, int] = {}
    for row in source.category_days(source.before):
        before[row.category_id] = before.get(row.category_id, 0) + row.messages
    names = source.category_names()
    found: dict[int, list[CategoryDay]] = {category: [] for category in (*names, *before)}
    for row in days:
        found.setdefault(row.category_id, []).append(row)
    return {
        category: _category_total(source, category, rows, before.get(category, 0), total)
        for category, rows in found.items()
    }


def _category_total(
    source: ReportSource, category: int, rows: Sequence[CategoryDay], before: int, total: DayCoverage
) -> CategoryTotal:
    questions = sum(row.questions for row in rows)
    return CategoryTotal(
        category,
        source.category_names().get(category, f"#{category}"),
        questions,
        sum(row.messages for row in rows),
        before,
        ratio_down(questions, total.classified) if total.classified else 0.0,
    )


def _first(rows: Iterable[_Row], most: int) -> list[_Row]:
    return list(islice(rows, most))
