"""The charts, as Vega-Lite specifications drawn by vl-convert: no browser, no script, nothing from the network.

On a page a chart is an SVG whose ink and paper are CSS variables, so that one drawing serves light, dark and print.
No chart says by colour alone what it says: numbers stand beside it.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import vl_convert
from PIL import Image

from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import visible
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.reporting.report import Report, calendar_weeks
from keyword_assets.core.texts import say
from keyword_assets.reports.words import percent

_VEGA_LITE = "5.21"
# Debian's font for Korean, else whichever has the letters; each further name that is absent costs time. Pages name
# those of other systems in their style sheet.
FONTS = "Noto Sans CJK KR, sans-serif"
# Six steps of cividis, made for whoever sees colours differently: from dark to light, in grey too.
STEPS = ("#00204D", "#31446B", "#666970", "#958F78", "#CBBA69", "#FFEA46")
# The coverage at which each step but the first begins. The last is reserved for days without any gap.
_BOUNDS = (0.5, 0.8, 0.95, 0.99, 1.0)
# Of Okabe and Ito, likewise.
BLUE, ORANGE, PURPLE = "#0072B2", "#E69F00", "#CC79A7"
_WIDTH = 680
# Above so many weeks a day is a thin line of the calendar, and its date is told by its place.
_ROOMY_WEEKS = 14
_KEYWORDS = 15
_KEYWORD_CHARS = 24

Spec = dict[str, Any]


@dataclass(frozen=True)
class Paint:
    """What text, lines and background are drawn with."""

    ink: str
    soft: str
    line: str
    paper: str | None


PAGE = Paint("var(--ink)", "var(--soft)", "var(--line)", None)
PRINT = Paint("#1b1f24", "#57606a", "#d0d7de", "#ffffff")


def svg(chart: str, report: Report) -> str:
    """A chart of `CHARTS` for a page, its ids made its own among the other charts there."""
    drawn: str = vl_convert.vegalite_to_svg(_dressed(CHARTS[chart](report, PAGE), PAGE), vl_version=_VEGA_LITE)
    drawn = re.sub(r'\bid="', f'id="{chart}-', drawn)
    return drawn.replace("url(#", f"url(#{chart}-")


def png(chart: str, report: Report, *, scale: float = 2) -> bytes:
    """A chart of `CHARTS` as a picture, `scale` times as many pixels wide as the chart is on a page.

    Raises:
        InputError: no font of this machine has Korean letters.
    """
    require_font()
    spec = _dressed(CHARTS[chart](report, PRINT), PRINT)
    drawn: bytes = vl_convert.vegalite_to_png(spec, vl_version=_VEGA_LITE, scale=scale)
    return _packed(drawn)


def _packed(picture: bytes) -> bytes:
    """The same PNG in a fifth of the bytes: vl-convert hardly packs the pixels of its pictures."""
    packed = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.save(packed, "PNG", optimize=True)
    return packed.getvalue()


def require_font(samples: tuple[str, str] = ("가", "힣")) -> None:
    """Refuse to draw pictures without letters: a font that lacks two letters draws the same box, or nothing, for both.

    Raises:
        InputError: they cannot be told apart.
    """
    first, second = (
        vl_convert.svg_to_png(
            '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
            f'<text x="4" y="32" font-size="28" font-family="{FONTS}">{letter}</text></svg>'
        )
        for letter in samples
    )
    if first == second:
        raise InputError("report.no_font")


def _dressed(spec: Spec, paint: Paint) -> Spec:
    text = {"labelColor": paint.ink, "titleColor": paint.soft, "labelFontSize": 11, "titleFontSize": 11}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        **spec,
        "config": {
            "background": paint.paper,
            "font": FONTS,
            "view": {"stroke": None},
            "axis": {
                **text,
                "titleFontWeight": "normal",
                "gridColor": paint.line,
                "domainColor": paint.line,
                "tickColor": paint.line,
                "labelLimit": 240,
            },
            "header": {"labelColor": paint.ink, "labelFontSize": 11, "labelLimit": 260},
            "legend": {**text, "title": None, "orient": "bottom", "labelLimit": 240, "symbolStrokeColor": paint.soft},
            "text": {"color": paint.ink, "fontSize": 11},
        },
    }


# -- the calendar -----------------------------------------------------------------------------------------------------


def step_of(row: DayCoverage) -> int:
    """The place of the day's coverage among `STEPS`."""
    return sum(row.coverage >= bound for bound in _BOUNDS)


def _step_names() -> list[str]:
    bounds = [percent(bound) for bound in _BOUNDS]
    ranges = [f"{low} ~" for low in bounds[:-1]]
    return [f"< {bounds[0]}", *ranges, bounds[-1]]


def _calendar(report: Report, paint: Paint) -> Spec:
    rows, weekdays, names = {row.day: row for row in report.days}, say("report.weekdays").split(), _step_names()
    nothing = say("report.no_questions")
    weeks = calendar_weeks(report.period)
    roomy = len(weeks) <= _ROOMY_WEEKS
    cells = [
        _cell(rows[day], week, weekdays[day.weekday()], names, nothing, paint)
        for week in weeks
        for day in week
        if day is not None
    ]
    label = {"mark": {"type": "text", "baseline": "middle"}, "encoding": {**_paint_of("ink")}}
    coverage = _layer(label, "coverage", dy=6 if roomy else 0, size=12)
    layers = [
        {
            "mark": {"type": "rect", "stroke": paint.line, "strokeWidth": 1, "cornerRadius": 3},
            "encoding": {
                "color": {
                    "field": "step",
                    "type": "nominal",
                    "scale": {"domain": [*names, nothing], "range": [*STEPS, "transparent"]},
                    "legend": {"columns": 4 if roomy else 3, "symbolType": "square", "symbolSize": 160},
                }
            },
        },
        coverage,
    ]
    if roomy:
        layers.append(_layer(label, "date", dy=-9, size=9))
    return {
        "description": say("report.calendar_title"),
        "width": {"step": 78},
        "height": {"step": 40 if roomy else 19},
        "data": {"values": cells},
        "encoding": {
            "x": {
                "field": "weekday",
                "type": "ordinal",
                "sort": weekdays,
                "scale": {"domain": weekdays, "paddingInner": 0.04},
                "axis": {"orient": "top", "title": None, "labelAngle": 0, "domain": False, "ticks": False},
            },
            "y": {
                "field": "week",
                "type": "ordinal",
                "sort": None,
                "scale": {"paddingInner": 0.06},
                "axis": {"title": None, "domain": False, "ticks": False},
            },
        },
        "layer": layers,
    }


def _cell(
    row: DayCoverage, week: Sequence[date | None], weekday: str, names: Sequence[str], nothing: str, paint: Paint
) -> Spec:
    step = step_of(row)
    first = next(day for day in week if day is not None)
    return {
        "week": f"{first:%Y-%m-%d}",
        "weekday": weekday,
        "date": f"{row.day:%m-%d}",
        "coverage": percent(row.coverage) if row.questions else "-",
        "step": names[step] if row.questions else nothing,
        # Black or white, whichever can be read on the step's colour.
        "ink": paint.ink if not row.questions else "#ffffff" if step < len(STEPS) // 2 else "#000000",
    }


def _paint_of(field: str) -> Spec:
    return {"color": {"field": field, "type": "nominal", "scale": None}}


def _layer(label: Spec, field: str, *, dy: int, size: int) -> Spec:
    mark = {**label["mark"], "dy": dy, "fontSize": size}
    return {"mark": mark, "encoding": {**label["encoding"], "text": {"field": field}}}


# -- over time --------------------------------------------------------------------------------------------------------


def _day_axis(days: Sequence[date], *, shown: bool = True) -> Spec:
    """A place for each day, and a label for so many that they do not touch."""
    names = [day.isoformat() for day in days]
    every = -(-len(names) // 12)
    axis = {"title": None, "values": names[::every], "labelAngle": 0, "labelExpr": "slice(datum.label, 5)"}
    return {
        "field": "day",
        "type": "ordinal",
        "sort": None,
        "scale": {"domain": names},
        "axis": {**axis, "labels": shown, "ticks": shown},
    }


def _volume(report: Report, paint: Paint) -> Spec:
    days = [row.day for row in report.days]
    parts = {
        say("word.classified"): ("classified", BLUE),
        say("report.waiting"): ("open", ORANGE),
        say("report.set_aside"): ("quarantined", PURPLE),
    }
    bars = [
        {"day": row.day.isoformat(), "part": part, "order": order, "questions": getattr(row, name)}
        for row in report.days
        for order, (part, (name, _)) in enumerate(parts.items())
    ]
    line = [
        {"day": row.day.isoformat(), "coverage": row.coverage, "shown": percent(row.coverage)}
        for row in report.days
        if row.questions
    ]
    color = {
        "field": "part",
        "type": "nominal",
        "scale": {"domain": list(parts), "range": [shade for _, shade in parts.values()]},
    }
    volume = {
        "width": _WIDTH,
        "height": 170,
        "data": {"values": bars},
        "mark": {"type": "bar", "stroke": paint.paper, "strokeWidth": 0.3},
        "encoding": {
            "x": _day_axis(days, shown=False),
            "y": {
                "field": "questions",
                "type": "quantitative",
                "title": say("word.questions"),
                "axis": _counts(4, max(row.questions for row in report.days)),
                # Of nothing, the axis would have its zero in the middle.
                **({} if report.total.questions else {"scale": {"domain": [0, 1]}}),
            },
            "color": color,
            "order": {"field": "order"},
        },
    }
    y = {
        "field": "coverage",
        "type": "quantitative",
        "title": say("word.coverage"),
        "scale": {"domain": [0, 1]},
        "axis": {"format": ".0%", "tickCount": 4},
    }
    place = {"x": _day_axis(days), "y": y}
    layers: list[Spec] = [
        {"mark": {"type": "line", "color": BLUE, "strokeWidth": 2}, "encoding": place},
        {"mark": {"type": "point", "color": BLUE, "filled": True, "size": 24}, "encoding": place},
    ]
    if len(days) <= _ROOMY_WEEKS:
        text = {"field": "shown", "type": "nominal"}
        layers.append({"mark": {"type": "text", "dy": 14}, "encoding": {**place, "text": text}})
    coverage = {"width": _WIDTH, "height": 110, "data": {"values": line}, "layer": layers}
    return {"description": say("report.volume_title"), "vconcat": [volume, coverage], "spacing": 8}


def _categories(report: Report, paint: Paint) -> Spec:
    """A row of bars for each category, all at one scale: many categories cannot be told apart by colour."""
    counts = {(row.day, row.category_id): row.messages for row in report.category_days}
    shown = [category for category in report.categories if category.messages]
    names = {category.id: f"{visible(category.name, 26)} ({category.messages:,})" for category in shown}
    days = [row.day for row in report.days]
    axis = _counts(2, max(counts.values(), default=0))
    values = [
        {"day": day.isoformat(), "category": names[category.id], "messages": counts.get((day, category.id), 0)}
        for category in shown
        for day in days
    ]
    return {
        "description": say("report.categories_title"),
        "data": {"values": values},
        "facet": {
            "row": {
                "field": "category",
                "type": "nominal",
                "sort": list(names.values()),
                "header": {"title": None, "labelAngle": 0, "labelAlign": "left", "labelOrient": "left"},
            }
        },
        "spacing": 12,
        "spec": {
            "width": _WIDTH - 180,
            "height": 30,
            "mark": {"type": "bar", "color": BLUE, "stroke": paint.paper, "strokeWidth": 0.3},
            "encoding": {
                "x": _day_axis(days),
                "y": {"field": "messages", "type": "quantitative", "title": None, "axis": axis},
            },
        },
    }


def _keywords(report: Report, paint: Paint) -> Spec:
    """Bars for now, a stroke for the period before."""
    rows = [
        {
            # Two keywords that are shortened alike keep places of their own.
            "place": place,
            "messages": keyword.messages,
            "before": keyword.before,
            "shown": f"{keyword.messages:,}",
        }
        for place, keyword in enumerate(report.keywords[:_KEYWORDS])
    ]
    labels = [visible(keyword.keyword, _KEYWORD_CHARS) for keyword in report.keywords[:_KEYWORDS]]
    most = max((max(keyword.messages, keyword.before) for keyword in report.keywords[:_KEYWORDS]), default=0)
    y = {
        "field": "place",
        "type": "ordinal",
        "axis": {
            "title": None,
            "domain": False,
            "ticks": False,
            "labelExpr": f"{_expression(labels)}[datum.value]",
        },
    }
    x = {"type": "quantitative", "title": say("word.messages"), "axis": _counts(5, most)}
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "color": BLUE, "height": {"band": 0.65}},
            "encoding": {"x": {"field": "messages", **x}},
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 5},
            "encoding": {"x": {"field": "messages", **x}, "text": {"field": "shown", "type": "nominal"}},
        },
    ]
    if report.comparable:
        tick = {"type": "tick", "color": ORANGE, "thickness": 3, "size": 16, "opacity": 1}
        layers.append({"mark": tick, "encoding": {"x": {"field": "before", **x}}})
    return {
        "description": say("report.keywords_title"),
        "width": _WIDTH - 140,
        "height": {"step": 22},
        "data": {"values": rows},
        "encoding": {"y": y},
        "layer": layers,
    }


def _counts(ticks: int, most: int) -> Spec:
    """An axis of about so many ticks up to `most`, all of them whole numbers: nobody asks half a question."""
    # `tickMinStep` is meant for it, and has no effect.
    places: Spec = {"tickCount": ticks} if most >= ticks else {"values": list(range(max(most, 1) + 1))}
    return {"format": ",d", **places}


def _expression(texts: Sequence[str]) -> str:
    """The texts as an array in Vega's expression language: they are data there, whatever is in them."""
    return "[" + ",".join("'" + "".join(f"\\u{{{ord(c):x}}}" for c in text) + "'" for text in texts) + "]"


CHARTS: Mapping[str, Any] = {
    "calendar": _calendar,
    "volume": _volume,
    "categories": _categories,
    "keywords": _keywords,
}
