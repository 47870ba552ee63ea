"""The HTML page: one file, without scripts, that needs nothing from anywhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from keyword_assets.core.coverage.without_day import told
from keyword_assets.core.foreign import visible
from keyword_assets.core.models.coverage import COUNTS
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.reporting.report import SHOWN, AskedQuestion, KeywordCount, Report
from keyword_assets.core.texts import say
from keyword_assets.reports import charts
from keyword_assets.reports.words import moment, moved, percent, reason

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
    source = (resources.files("keyword_assets") / "resources" / "report.html.jinja").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    # The charts are markup of ours: vl-convert has escaped what is in them.
    names = [name for name in charts.CHARTS if report.category_days or name in ("calendar", "volume")]
    page: str = environment.from_string(source).render(
        say=say,
        report=report,
        made_at=f"{report.made_at:%Y-%m-%d %H:%M}",
        charts={name: Markup(charts.svg(name, report)) for name in names},
        tiles=_tiles(report),
        undated=told(report.without_day) if report.without_day.messages else "",
        undated_examples=_undated(report),
        catch_all_share=percent(report.catch_all.share),
        days=_days(report),
        categories=_categories(report),
        keywords=_keywords(report.keywords, report),
        new=_keywords(report.new, report),
        rising=_keywords(report.rising, report),
        questions=_questions(report.questions, report),
        examples=_questions(report.examples, report),
        reasons=_reasons(report),
        missing=_missing(report),
        gaps=_gaps(report),
        cost=_cost(report),
    )
    return page


def _text(text: str) -> tuple[str]:
    return (visible(text, _TEXT_CHARS),)


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


def _days(report: Report) -> _Table:
    rows = [
        [
            row.day.isoformat(),
            *(f"{getattr(row, name):,}" for name in COUNTS),
            percent(row.coverage if row.questions else None),
        ]
        for row in report.days
    ]
    return _Table(_say("word.day", *(f"word.{name}" for name in COUNTS), "word.coverage"), rows)


def _categories(report: Report) -> _Table:
    headings = ("report.category", "word.questions", "report.share", "word.messages", "report.before", "report.change")
    rows: list[list[Cell]] = [
        [
            _text(c.name),
            f"{c.questions:,}",
            percent(c.share),
            f"{c.messages:,}",
            f"{c.before:,}",
            moved(c.messages, c.before),
        ]
        for c in report.categories
    ]
    return _Table(_say(*headings), rows)


def _keywords(keywords: Iterable[KeywordCount], report: Report) -> _Table:
    headings = ["report.keyword", "word.questions", "word.messages"]
    if report.comparable:
        headings += ["report.before", "report.change"]
    rows: list[list[Cell]] = [
        [
            _text(k.keyword),
            f"{k.questions:,}",
            f"{k.messages:,}",
            *([f"{k.before:,}", moved(k.messages, k.before)] if report.comparable else []),
        ]
        for k in keywords
    ]
    return _Table(_say(*headings), rows)


def _questions(questions: Iterable[AskedQuestion], report: Report) -> _Table:
    headings = ("word.question", "word.asked", "report.days_asked", "report.category", "report.keyword")
    rows: list[list[Cell]] = [
        [
            _text(q.text),
            f"{q.messages:,}",
            f"{q.days:,}",
            _text(" · ".join(report.name_of(category) for category in q.categories)),
            _text(" · ".join(q.keywords)),
        ]
        for q in questions
    ]
    return _Table(_say(*headings), rows)


def _reasons(report: Report) -> _Table:
    counts = {reason(None): report.total.open, say("state.waiting"): report.total.waiting or 0}
    for code, count in report.reasons.items():
        counts[reason(code)] = counts.get(reason(code), 0) + count
    rows: list[list[Cell]] = [[_text(why), f"{count:,}"] for why, count in counts.items() if count]
    return _Table(_say("word.reason", "word.missing"), rows)


def _missing(report: Report) -> _Table:
    headings = ("word.question", "word.day", "word.asked", "word.reason", "word.tries", "report.since")
    rows: list[list[Cell]] = [
        [
            _text(q.text),
            q.day.isoformat(),
            f"{q.messages:,}",
            _text(reason(q.reason)),
            f"{q.tries:,}",
            moment(q.since),
        ]
        for q in report.missing
    ]
    return _Table(_say(*headings), rows, report.total.missing)


def _gaps(report: Report) -> _Table:
    headings = ("word.day", "report.opened", "report.closed", "report.most_missing")
    rows = [
        [gap.day.isoformat(), moment(gap.opened_at), moment(gap.closed_at), f"{gap.most:,}"]
        for gap in reversed(report.gaps[-SHOWN:])
    ]
    return _Table(_say(*headings), rows, len(report.gaps))


def _cost(report: Report) -> _Table:
    headings = ("report.model", "summary.requests", "word.prompt", "word.completion", "word.reserved", "report.krw")
    totals: dict[str, tuple[Usage, float]] = {}
    for item in report.spent:
        usage, cost = totals.get(item.model, (Usage(), 0.0))
        totals[item.model] = usage + item.usage, cost + item.cost_krw
    rows: list[list[Any]] = [
        [
            _text(model),
            *(f"{number:,}" for number in (usage.requests, usage.prompt, usage.completion, usage.reserved)),
            f"{cost:,.2f}",
        ]
        for model, (usage, cost) in totals.items()
    ]
    return _Table(_say(*headings), rows)
