"""The charts, as Vega-Lite specifications drawn by vl-convert: no browser, no script, nothing from the network.

The specifications are dictionaries. Altair makes the same, and the same pictures, for 45 MB of memory and half as much
computing again: a report would come to the 300 MB that it may take.

On a page a chart is an SVG whose ink and paper are CSS variables, so that one drawing serves light, dark and print.
No chart says by colour alone what it says: numbers stand beside it.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import vl_convert
from PIL import Image

from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import visible
from keyword_assets.core.reporting.report import calendar_weeks
from keyword_assets.core.texts import say
from keyword_assets.reports.report import Report
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


def drawable(report: Report) -> list[str]:
    """The charts of `CHARTS` that have something to show."""
    return [name for name in CHARTS if len(report.category_days) or name in ("calendar", "volume")]


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


def _field(name: str, **options: Any) -> Spec:
    """A column and what it is, `questions:quantitative`, as a place or a colour is taken from it."""
    field, _, kind = name.partition(":")
    return {"field": field, "type": kind, **options}


def _data(frame: pd.DataFrame) -> Spec:
    """The rows of a frame, its days as the axes name them."""
    days = frame.select_dtypes("datetime64").apply(lambda column: column.dt.strftime("%Y-%m-%d"))
    return {"values": frame.assign(**days).to_dict("records")}


# -- the calendar -----------------------------------------------------------------------------------------------------


def step_of(coverage: float) -> int:
    """The place of a day's coverage among `STEPS`."""
    return sum(coverage >= bound for bound in _BOUNDS)


def _step_names() -> list[str]:
    bounds = [percent(bound) for bound in _BOUNDS]
    ranges = [f"{low} ~" for low in bounds[:-1]]
    return [f"< {bounds[0]}", *ranges, bounds[-1]]


def _calendar(report: Report, paint: Paint) -> Spec:
    weekdays, names, nothing = say("report.weekdays").split(), _step_names(), say("report.no_questions")
    roomy = len(calendar_weeks(report.period)) <= _ROOMY_WEEKS
    bare = {"title": None, "domain": False, "ticks": False}
    scale = {"domain": [*names, nothing], "range": [*STEPS, "transparent"]}
    legend = {"columns": 4 if roomy else 3, "symbolType": "square", "symbolSize": 160}
    square = {"type": "rect", "stroke": paint.line, "strokeWidth": 1, "cornerRadius": 3}
    layers = [
        {"mark": square, "encoding": {"color": _field("step:nominal", scale=scale, legend=legend)}},
        _label("coverage", dy=6 if roomy else 0, size=12),
    ]
    if roomy:
        layers.append(_label("date", dy=-9, size=9))
    return {
        "description": say("report.calendar_title"),
        "width": {"step": 78},
        "height": {"step": 40 if roomy else 19},
        "data": _data(_cells(report, weekdays, names, nothing, paint)),
        "encoding": {
            "x": _field(
                "weekday:ordinal",
                sort=weekdays,
                scale={"domain": weekdays, "paddingInner": 0.04},
                axis={"orient": "top", "labelAngle": 0, **bare},
            ),
            "y": _field("week:ordinal", sort=None, scale={"paddingInner": 0.06}, axis=bare),
        },
        "layer": layers,
    }


def _cells(report: Report, weekdays: Sequence[str], names: Sequence[str], nothing: str, paint: Paint) -> pd.DataFrame:
    days, asked = report.coverage["day"].dt, report.coverage["questions"] > 0
    week_of = {day: next(filter(None, week)) for week in calendar_weeks(report.period) for day in week}
    steps = report.coverage["coverage"].map(step_of)
    return pd.DataFrame(
        {
            "week": days.date.map(week_of).astype(str),
            "weekday": days.day_of_week.map(dict(enumerate(weekdays))),
            "date": days.strftime("%m-%d"),
            "coverage": report.coverage["coverage"].map(percent).where(asked, "-"),
            "step": steps.map(dict(enumerate(names))).where(asked, nothing),
            # Black or white, whichever can be read on the step's colour.
            "ink": (steps < len(STEPS) // 2).map({True: "#ffffff", False: "#000000"}).where(asked, paint.ink),
        }
    )


def _label(field: str, *, dy: int, size: int) -> Spec:
    mark = {"type": "text", "baseline": "middle", "dy": dy, "fontSize": size}
    return {"mark": mark, "encoding": {"color": _field("ink:nominal", scale=None), "text": {"field": field}}}


# -- over time --------------------------------------------------------------------------------------------------------


def _day_axis(report: Report, *, shown: bool = True) -> Spec:
    """A place for each day, and a label for so many that they do not touch."""
    names = [day.isoformat() for day in report.period.days()]
    every = -(-len(names) // 12)
    axis = {"title": None, "values": names[::every], "labelAngle": 0, "labelExpr": "slice(datum.label, 5)"}
    scale = {"domain": names}
    return _field("day:ordinal", sort=None, scale=scale, axis={**axis, "labels": shown, "ticks": shown})


def _volume(report: Report, paint: Paint) -> Spec:
    parts = {
        say("word.classified"): ("classified", BLUE),
        say("report.waiting"): ("open", ORANGE),
        say("report.set_aside"): ("quarantined", PURPLE),
    }
    days = report.coverage
    waiting = days["missing"] - days["quarantined"] - days["waiting"].fillna(0)
    counts = days[["day", "classified", "quarantined"]].assign(open=waiting)
    counts = counts.rename(columns={name: part for part, (name, _) in parts.items()})
    bars = counts.melt("day", list(parts), "part", "questions").sort_values("day", kind="stable")
    bars["order"] = bars["part"].map(list(parts).index)
    line = days[days["questions"] > 0].assign(shown=days["coverage"].map(percent))
    colors = {"domain": list(parts), "range": [shade for _, shade in parts.values()]}
    # Of nothing, the axis would have its zero in the middle.
    room = {} if report.total.questions else {"scale": {"domain": [0, 1]}}
    axis = _counts(4, int(days["questions"].max()))
    volume = {
        "width": _WIDTH,
        "height": 170,
        "data": _data(bars),
        "mark": {"type": "bar", "stroke": paint.paper, "strokeWidth": 0.3},
        "encoding": {
            "x": _day_axis(report, shown=False),
            "y": _field("questions:quantitative", title=say("word.questions"), axis=axis, **room),
            "color": _field("part:nominal", scale=colors),
            "order": {"field": "order"},
        },
    }
    shares = {"scale": {"domain": [0, 1]}, "axis": {"format": ".0%", "tickCount": 4}}
    place = {"x": _day_axis(report), "y": _field("coverage:quantitative", title=say("word.coverage"), **shares)}
    layers: list[Spec] = [
        {"mark": {"type": "line", "color": BLUE, "strokeWidth": 2}, "encoding": place},
        {"mark": {"type": "point", "color": BLUE, "filled": True, "size": 24}, "encoding": place},
    ]
    if len(days) <= _ROOMY_WEEKS:
        text = {**place, "text": _field("shown:nominal")}
        layers.append({"mark": {"type": "text", "dy": 14}, "encoding": text})
    coverage = {"width": _WIDTH, "height": 110, "data": _data(line), "layer": layers}
    return {"description": say("report.volume_title"), "vconcat": [volume, coverage], "spacing": 8}


def _categories(report: Report, paint: Paint) -> Spec:
    """A row of bars for each category, all at one scale: many categories cannot be told apart by colour."""
    shown = report.categories[report.categories["messages"] > 0]
    names = [
        f"{visible(name, 26)} ({messages:,})"
        for name, messages in zip(shown["category"], shown["messages"], strict=True)
    ]
    # With the days on which nobody asked about it.
    places = pd.MultiIndex.from_product([shown["category_id"], report.coverage["day"]])
    counts = report.category_days.set_index(["category_id", "day"])["messages"].reindex(places, fill_value=0)
    bars = counts.reset_index()
    bars["category"] = bars["category_id"].map(dict(zip(shown["category_id"], names, strict=True)))
    header = {"title": None, "labelAngle": 0, "labelAlign": "left", "labelOrient": "left"}
    axis = _counts(2, int(report.category_days["messages"].max()))
    return {
        "description": say("report.categories_title"),
        "data": _data(bars),
        "facet": {"row": _field("category:nominal", sort=names, header=header)},
        "spacing": 12,
        "spec": {
            "width": _WIDTH - 180,
            "height": 30,
            "mark": {"type": "bar", "color": BLUE, "stroke": paint.paper, "strokeWidth": 0.3},
            "encoding": {
                "x": _day_axis(report),
                "y": _field("messages:quantitative", title=None, axis=axis),
            },
        },
    }


def _keywords(report: Report, paint: Paint) -> Spec:
    """Bars for now, a stroke for the period before."""
    shown = report.keywords.head(_KEYWORDS)
    # Two keywords that are shortened alike keep places of their own.
    bars = shown[["messages", "messages_before"]].assign(place=shown.index, shown=shown["messages"].map("{:,}".format))
    labels = [visible(keyword, _KEYWORD_CHARS) for keyword in shown["keyword"]]
    most = max(shown["messages"].max(), shown["messages_before"].max())
    bare = {"title": None, "domain": False, "ticks": False}
    y = _field("place:ordinal", axis={**bare, "labelExpr": f"{_expression(labels)}[datum.value]"})
    x, before = (
        _field(f"{name}:quantitative", title=say("word.messages"), axis=_counts(5, int(most)))
        for name in ("messages", "messages_before")
    )
    layers: list[Spec] = [
        {"mark": {"type": "bar", "color": BLUE, "height": {"band": 0.65}}, "encoding": {"x": x}},
        {"mark": {"type": "text", "align": "left", "dx": 5}, "encoding": {"x": x, "text": _field("shown:nominal")}},
    ]
    if report.comparable:
        tick = {"type": "tick", "color": ORANGE, "thickness": 3, "size": 16, "opacity": 1}
        layers.append({"mark": tick, "encoding": {"x": before}})
    return {
        "description": say("report.keywords_title"),
        "width": _WIDTH - 140,
        "height": {"step": 22},
        "data": _data(bars),
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
