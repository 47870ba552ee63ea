"""The tables of a report: which column of which frame is shown under which heading, and as what.

Each is declared once. The workbook and the CSV files hold all rows and columns; the page shows some of both.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from functools import partial
from operator import itemgetter
from typing import Any

import pandas as pd

from keyword_assets import tabular
from keyword_assets.core.models.coverage import COUNTS
from keyword_assets.core.reporting.report import ReportSource
from keyword_assets.core.texts import say
from keyword_assets.reports.report import Report
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
    """A column; `key` names its heading in `texts`, unless `name` is it; `field` is its name in the frame."""

    key: str
    kind: Kind
    field: str = ""
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


_DAY = Column("word.day", Kind.DAY, "day")
_CATEGORY = Column("report.category", Kind.WORD, "category")
_KEYWORD = Column("report.keyword", Kind.WORD, "keyword")
_MESSAGES = Column("word.messages", Kind.COUNT, "messages")
_QUESTIONS = Column("word.questions", Kind.COUNT, "questions")
_BEFORE = Column("report.before", Kind.COUNT, "messages_before")
_CHANGE = Column("report.change", Kind.CHANGE, "change")
_TEXT = Column("word.question", Kind.TEXT, "text")
_ASKED = Column("word.asked", Kind.COUNT, "messages")
_REQUESTS = Column("summary.requests", Kind.COUNT, "requests")
_PROMPT = Column("word.prompt", Kind.COUNT, "prompt")
_COMPLETION = Column("word.completion", Kind.COUNT, "completion")
_COST = Column("report.krw", Kind.MONEY, "cost_krw")

# In the order in which they are shown.
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "days": (
        _DAY,
        *(Column(f"word.{name}", Kind.COUNT, name) for name in COUNTS),
        Column("word.coverage", Kind.SHARE, "coverage"),
        _REQUESTS,
        _PROMPT,
        _COMPLETION,
        _COST,
    ),
    "categories": (
        _CATEGORY,
        _QUESTIONS,
        Column("report.share", Kind.SHARE, "share"),
        _MESSAGES,
        _BEFORE,
        _CHANGE,
    ),
    "category_days": (_DAY, _CATEGORY, _QUESTIONS, _MESSAGES),
    "keywords": (
        _KEYWORD,
        _MESSAGES,
        _QUESTIONS,
        _BEFORE,
        _CHANGE,
        Column("report.status", Kind.DAY, "status"),
    ),
    "asked": (
        _TEXT,
        _ASKED,
        Column("report.days_asked", Kind.COUNT, "days"),
        Column("report.last_day", Kind.DAY, "last_day"),
        Column("report.category", Kind.WORD, "categories"),
        Column("report.keyword", Kind.WORD, "keywords"),
    ),
    "missing": (
        _DAY,
        _TEXT,
        _ASKED,
        Column("word.reason", Kind.WORD, "reason"),
        Column("word.tries", Kind.COUNT, "tries"),
        Column("report.since", Kind.TIME, "since"),
    ),
    "gaps": (
        _DAY,
        Column("report.opened", Kind.TIME, "opened"),
        Column("report.closed", Kind.TIME, "closed"),
        Column("report.most_missing", Kind.COUNT, "most_missing"),
    ),
}
# On the page alone.
COST = (
    Column("report.model", Kind.WORD, "model"),
    _REQUESTS,
    _PROMPT,
    _COMPLETION,
    Column("word.reserved", Kind.COUNT, "reserved"),
    _COST,
)


def tables_of(report: Report, source: ReportSource) -> list[Table]:
    """The tables of the report, in the order in which they are shown."""
    return [
        _table("days", [days_of(report)]),
        _table("categories", [report.categories]),
        _table("category_days", [report.category_days]),
        _table("keywords", _pieces(tabular.keywords, source.keywords, partial(_with_status, report))),
        Table("asked", COLUMNS["asked"], _asked(source)),
        _table("missing", _pieces(tabular.missing, source.missing, with_reasons)),
        _table("gaps", [report.gaps]),
    ]


def _asked(source: ReportSource) -> Iterator[tuple[Cell, ...]]:
    """The longest list, and so not by way of frames; nothing is read before somebody wants the first row."""
    places = [[*tabular.TEXTS].index(column.field) for column in COLUMNS["asked"]]
    yield from map(itemgetter(*places), tabular.text_rows(source.questions(), source.category_names()))


def _table(name: str, frames: Iterable[pd.DataFrame]) -> Table:
    columns = COLUMNS[name]
    return Table(name, columns, (row for frame in frames for row in cells(frame, columns)))


def _pieces(
    made: Callable[[Iterable[Any]], pd.DataFrame],
    read: Callable[[], Iterable[Any]],
    shown: Callable[[pd.DataFrame], pd.DataFrame] = lambda frame: frame,
) -> Iterator[pd.DataFrame]:
    """A long list piece by piece; nothing is read before somebody wants the first."""
    yield from map(shown, tabular.in_chunks(made, read()))


def cells(frame: pd.DataFrame, columns: Iterable[Column]) -> Iterator[tuple[Cell, ...]]:
    """The rows of these columns; None where there is nothing."""
    return zip(*(_cells(frame[column.field], column.kind) for column in columns), strict=True)


def _cells(series: "pd.Series[Any]", kind: Kind) -> list[Cell]:
    there = series.notna()
    if pd.api.types.is_datetime64_dtype(series.dtype):
        series = series.dt.date if kind is Kind.DAY else series.dt.to_pydatetime()
    return series.astype(object).where(there, None).tolist()


def days_of(report: Report) -> pd.DataFrame:
    """Coverage and cost of each day; a day without questions has no coverage."""
    cost = report.spent.groupby("day")[["requests", "prompt", "completion", "cost_krw"]].sum()
    found = report.coverage.join(cost, on="day").fillna(dict.fromkeys(cost.columns, 0))
    return found.assign(coverage=found["coverage"].where(found["questions"] > 0)).astype(dict(cost.dtypes))


def with_reasons(missing: pd.DataFrame) -> pd.DataFrame:
    """The missing questions with why they are, in words."""
    return missing.assign(reason=[reason(None if pd.isna(code) else code) for code in missing["reason"]])


def _with_status(report: Report, keywords: pd.DataFrame) -> pd.DataFrame:
    """Nothing is new where there is nothing to compare with."""
    moving = keywords[["new", "rising"]] & report.comparable
    return keywords.assign(status=[status(*pair) for pair in zip(moving["new"], moving["rising"], strict=True)])
