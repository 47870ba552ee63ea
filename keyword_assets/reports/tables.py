"""The tables of a report in full, row by row: what the workbook and the CSV files hold."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

from keyword_assets.core.models.coverage import COUNTS
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.reporting.report import Report, ReportSource, change
from keyword_assets.core.texts import say
from keyword_assets.reports.words import reason, status

Cell = str | int | float | date | datetime | None


class Kind(Enum):
    """What a column holds."""

    DAY = auto()
    TIME = auto()
    COUNT = auto()
    SHARE = auto()
    CHANGE = auto()
    MONEY = auto()
    WORD = auto()
    TEXT = auto()


@dataclass(frozen=True)
class Column:
    """A column; `key` names its heading in `texts`, unless `name` is it."""

    key: str
    kind: Kind
    name: str = ""

    @property
    def heading(self) -> str:
        """What stands above it."""
        return self.name or say(self.key)


@dataclass(frozen=True)
class Table:
    """A table; `name` is a part of file names, and `report.NAME` its title in `texts`."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[tuple[Cell, ...]]


def tables_of(report: Report, source: ReportSource) -> list[Table]:
    """The tables of the report, in the order in which they are shown."""
    return [
        _days(report),
        _categories(report),
        _category_days(report),
        Table("keywords", _KEYWORDS, _keyword_rows(report, source)),
        Table("asked", _ASKED, _asked_rows(report, source)),
        Table("missing", _MISSING, _missing_rows(source)),
        _gaps(report),
    ]


def _days(report: Report) -> Table:
    spent: dict[date, tuple[Usage, float]] = {}
    for item in report.spent:
        usage, cost = spent.get(item.day, (Usage(), 0.0))
        spent[item.day] = usage + item.usage, cost + item.cost_krw
    rows: list[tuple[Cell, ...]] = []
    for row in report.days:
        usage, cost = spent.get(row.day, (Usage(), 0.0))
        counts = [getattr(row, name) for name in COUNTS]
        coverage = row.coverage if row.questions else None
        rows.append((row.day, *counts, coverage, usage.requests, usage.prompt, usage.completion, cost))
    columns = [
        Column("word.day", Kind.DAY),
        *(Column(f"word.{name}", Kind.COUNT) for name in COUNTS),
        Column("word.coverage", Kind.SHARE),
        Column("summary.requests", Kind.COUNT),
        Column("word.prompt", Kind.COUNT),
        Column("word.completion", Kind.COUNT),
        Column("report.krw", Kind.MONEY),
    ]
    return Table("days", columns, rows)


def _categories(report: Report) -> Table:
    columns = [
        Column("report.category", Kind.WORD),
        Column("word.questions", Kind.COUNT),
        Column("report.share", Kind.SHARE),
        Column("word.messages", Kind.COUNT),
        Column("report.before", Kind.COUNT),
        Column("report.change", Kind.CHANGE),
    ]
    rows: list[tuple[Cell, ...]] = [
        (c.name, c.questions, c.share, c.messages, c.before, change(c.messages, c.before)) for c in report.categories
    ]
    return Table("categories", columns, rows)


def _category_days(report: Report) -> Table:
    columns = [
        Column("word.day", Kind.DAY),
        Column("report.category", Kind.WORD),
        Column("word.questions", Kind.COUNT),
        Column("word.messages", Kind.COUNT),
    ]
    rows: list[tuple[Cell, ...]] = [
        (row.day, report.name_of(row.category_id), row.questions, row.messages) for row in report.category_days
    ]
    return Table("category_days", columns, rows)


_KEYWORDS = (
    Column("report.keyword", Kind.WORD),
    Column("word.messages", Kind.COUNT),
    Column("word.questions", Kind.COUNT),
    Column("report.before", Kind.COUNT),
    Column("report.change", Kind.CHANGE),
    Column("report.status", Kind.DAY),
)


def _keyword_rows(report: Report, source: ReportSource) -> Iterator[tuple[Cell, ...]]:
    for k in source.keywords():
        yield k.keyword, k.messages, k.questions, k.before, change(k.messages, k.before), status(k, report)


_ASKED = (
    Column("word.question", Kind.TEXT),
    Column("word.asked", Kind.COUNT),
    Column("report.days_asked", Kind.COUNT),
    Column("report.last_day", Kind.DAY),
    Column("report.category", Kind.WORD),
    Column("report.keyword", Kind.WORD),
)


def _asked_rows(report: Report, source: ReportSource) -> Iterator[tuple[Cell, ...]]:
    names = {category.id: category.name for category in report.categories}
    for q in source.questions():
        categories = " · ".join(names.get(category, f"#{category}") for category in q.categories)
        yield q.text, q.messages, q.days, q.last_day, categories, " · ".join(q.keywords)


_MISSING = (
    Column("word.day", Kind.DAY),
    Column("word.question", Kind.TEXT),
    Column("word.asked", Kind.COUNT),
    Column("word.reason", Kind.WORD),
    Column("word.tries", Kind.COUNT),
    Column("report.since", Kind.TIME),
)


def _missing_rows(source: ReportSource) -> Iterator[tuple[Cell, ...]]:
    for q in source.missing():
        yield q.day, q.text, q.messages, reason(q.reason), q.tries, q.since


def _gaps(report: Report) -> Table:
    columns = [
        Column("word.day", Kind.DAY),
        Column("report.opened", Kind.TIME),
        Column("report.closed", Kind.TIME),
        Column("report.most_missing", Kind.COUNT),
    ]
    rows: list[tuple[Cell, ...]] = [(gap.day, gap.opened_at, gap.closed_at, gap.most) for gap in report.gaps]
    return Table("gaps", columns, rows)
