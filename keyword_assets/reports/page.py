"""The HTML page: one file, without scripts, that needs nothing from anywhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from keyword_assets.core.coverage.without_day import told
from keyword_assets.core.foreign import visible
from keyword_assets.core.models.coverage import COUNTS
from keyword_assets.core.texts import say
from keyword_assets.reports import charts
from keyword_assets.reports.report import SHOWN, Report
from keyword_assets.reports.tables import COLUMNS, COST, Column, Kind, cells, days_of, with_reasons
from keyword_assets.reports.words import changed, moment, moved, percent, reason
from keyword_assets.templates import template

_TEXT_CHARS = 300
# A number as it is shown, or a text of somebody's in a tuple of its own: the template tells them apart by that.
Cell = str | tuple[str]


@dataclass(frozen=True)
class _Table:
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    count: int = 0
    """How many there are in all, where that is known and the rows may be fewer."""


@dataclass(frozen=True)
class _Tile:
    name: str
    value: str
    change: str = ""


def render_page(report: Report) -> str:
    """The page; every text in it is escaped."""
    # The charts are markup of ours: vl-convert has escaped what is in them.
    names = charts.drawable(report)
    page: str = template("report.html.jinja").render(
        report=report,
        made_at=f"{report.made_at:%Y-%m-%d %H:%M}",
        charts={name: Markup(charts.svg(name, report)) for name in names},
        tiles=_tiles(report),
        undated=told(report.without_day) if report.without_day.messages else "",
        undated_examples=_undated(report),
        catch_all_share=percent(report.catch_all.share),
        days=_table(COLUMNS["days"], days_of(report), _DAYS),
        categories=_table(COLUMNS["categories"], report.categories),
        keywords=_keywords(report.keywords, report),
        new=_keywords(report.new, report),
        rising=_keywords(report.rising, report),
        questions=_table(COLUMNS["asked"], report.questions, _ASKED),
        examples=_table(COLUMNS["asked"], report.examples, _ASKED),
        reasons=_reasons(report),
        missing=_table(COLUMNS["missing"], with_reasons(report.missing), _MISSING, report.total.missing),
        gaps=_table(COLUMNS["gaps"], report.gaps[::-1].head(SHOWN), count=len(report.gaps)),
        cost=_table(COST, report.spent.groupby("model", sort=False).sum(numeric_only=True).reset_index()),
    )
    return page


def _text(text: str | None) -> tuple[str]:
    return (visible(text or "", _TEXT_CHARS),)


# How a cell is shown, by what its column holds.
_SHOWN: Mapping[Kind, Callable[[Any], Cell]] = {
    Kind.DAY: str,
    Kind.TIME: moment,
    Kind.COUNT: "{:,}".format,
    Kind.SHARE: percent,
    Kind.CHANGE: changed,
    Kind.MONEY: "{:,.2f}".format,
    Kind.WORD: _text,
    Kind.TEXT: _text,
}
# What the page shows of a table's columns, where that is not all.
_DAYS = ("day", *COUNTS, "coverage")
_KEYWORDS = ("keyword", "questions", "messages")
_MOVED = ("messages_before", "change")
_ASKED = ("text", "messages", "days", "categories", "keywords")
_MISSING = ("text", "day", "messages", "reason", "tries", "since")


def _table(columns: Sequence[Column], frame: pd.DataFrame, fields: Sequence[str] = (), count: int = 0) -> _Table:
    """The columns of these fields, in their order."""
    if fields:
        columns = sorted((c for c in columns if c.field in fields), key=lambda column: fields.index(column.field))
    rows = [
        [_SHOWN[column.kind](cell) for cell, column in zip(row, columns, strict=True)] for row in cells(frame, columns)
    ]
    return _Table([column.heading for column in columns], rows, count)


def _keywords(keywords: pd.DataFrame, report: Report) -> _Table:
    return _table(COLUMNS["keywords"], keywords, (*_KEYWORDS, *(_MOVED if report.comparable else ())))


def _say(*keys: str) -> list[str]:
    return [say(key) for key in keys]


def _tiles(report: Report) -> list[_Tile]:
    total, before = report.total, report.total_before

    def counted(name: str) -> _Tile:
        now, then = getattr(total, name), getattr(before, name)
        return _Tile(say(f"word.{name}"), f"{now:,}", moved(now, then) if report.comparable and then else "")

    coverage = percent(total.coverage if total.questions else None)
    was = f"{say('report.before')} {percent(before.coverage)}" if report.comparable else ""
    return [
        _Tile(say("word.coverage"), coverage, was),
        *_audited(report),
        *(counted(name) for name in ("messages", "questions")),
        *(_Tile(say(f"word.{name}"), f"{getattr(total, name):,}") for name in ("missing", "quarantined")),
        _Tile(say("report.catch_all_share"), percent(report.catch_all.share)),
        *([_Tile(say("report.corrected"), f"{report.corrected:,}")] if report.corrected else []),
        _Tile(say("report.krw"), f"{report.cost_krw:,.2f}"),
    ]


def _audited(report: Report) -> list[_Tile]:
    told = report.audited
    if told is None:
        return []
    interval = f"{told.low * 100:.1f}–{told.high * 100:.1f}"
    of = say("report.audited_of", audit=told.audit, n=told.judged, population=told.questions)
    return [_Tile(say("report.audited"), f"{told.accuracy * 100:.1f} %", f"({interval}) {of}")]


def _undated(report: Report) -> _Table:
    rows: list[list[Cell]] = [[_text(at or "NULL"), _text(text or "")] for at, text in report.without_day.examples]
    return _Table(_say("report.stored_time", "word.question"), rows, report.without_day.messages)


def _reasons(report: Report) -> _Table:
    counts = {reason(None): report.total.open, say("state.waiting"): report.total.waiting or 0}
    for code, count in report.reasons.items():
        counts[reason(code)] = counts.get(reason(code), 0) + count
    rows: list[list[Cell]] = [[_text(why), f"{count:,}"] for why, count in counts.items() if count]
    return _Table(_say("word.reason", "word.missing"), rows)
