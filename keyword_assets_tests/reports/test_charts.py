"""The pictures: Korean letters really drawn, colours that can be told apart, nothing taken for markup."""

import io
import itertools
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PIL import Image, ImageChops

from keyword_assets.core.errors import InputError
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.reports import charts
from keyword_assets_tests.reports.making import START, make

# What the two common kinds of colour blindness make of linear RGB, after Viénot,
# Brettel and Mollon (1999); and a printer without colours.
_SIGHTS = {
    "as most": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "without red": ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)),
    "without green": ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)),
    "without colour": ((0.2126, 0.7152, 0.0722),) * 3,
}


def _picture(drawn: bytes) -> Image.Image:
    return Image.open(io.BytesIO(drawn)).convert("L")


def _linear(color: str) -> list[float]:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def _luminance(color: str) -> float:
    red, green, blue = _linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


@pytest.mark.parametrize("chart", charts.CHARTS)
def test_a_picture_shows_something(chart: str) -> None:
    """Of a size to be read, and not of one colour."""
    report, _ = make()

    picture = _picture(charts.png(chart, report))

    assert min(picture.size) > 200
    assert picture.getextrema() != (255, 255)
    assert len(set(picture.tobytes())) > 10


def test_different_letters_are_different_drawings() -> None:
    """A font without Korean draws the same box for each letter, or none; the code would not notice."""
    report, _ = make()
    drawn = [
        _picture(charts.png("categories", replace(report, categories=report.categories.head(1).assign(category=name))))
        for name in ("가나다", "힣뷁쀍")
    ]

    first, second = (picture.crop((0, 0, 200, 90)) for picture in drawn)

    assert ImageChops.difference(first, second).getbbox() is not None


def test_letters_that_no_font_has_are_noticed() -> None:
    """Two that nobody assigned: every machine lacks them, as a bare one lacks Korean."""
    with pytest.raises(InputError, match="fonts-noto-cjk"):
        charts.require_font(("\u0378", "\u0379"))


def test_korean_letters_are_found_here() -> None:
    """The machine that runs the tests has a font for them."""
    charts.require_font()


@pytest.mark.parametrize("sight", _SIGHTS)
def test_the_steps_of_coverage_get_lighter_to_every_eye(sight: str) -> None:
    """Darker is worse, whichever colours one sees."""
    lights = []
    for color in charts.STEPS:
        linear = _linear(color)
        seen = [max(0.0, sum(part * value for part, value in zip(row, linear, strict=True))) for row in _SIGHTS[sight]]
        lights.append(0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2])

    assert all(_contrast(darker, lighter) > 1.3 for darker, lighter in itertools.pairwise(lights))
    assert lights == sorted(lights)


def test_numbers_can_be_read_on_every_step() -> None:
    """4.5 is what WCAG asks of text."""
    for place, color in enumerate(charts.STEPS):
        ink = 1.0 if place < len(charts.STEPS) // 2 else 0.0

        assert _contrast(_luminance(color), ink) >= 4.5, color


@pytest.mark.parametrize(
    ("questions", "classified", "step"),
    [(1000, 0, 0), (1000, 499, 0), (1000, 500, 1), (1000, 989, 3), (1000, 990, 4), (100_000, 99_999, 4), (10, 10, 5)],
)
def test_only_a_whole_day_has_the_colour_of_a_whole_day(questions: int, classified: int, step: int) -> None:
    """One question of a hundred thousand is a gap."""
    assert charts.step_of(DayCoverage(START, questions, 0, questions, classified).coverage) == step


@pytest.mark.parametrize("chart", charts.CHARTS)
def test_hostile_texts_are_texts_in_the_drawing(chart: str) -> None:
    """It is put into a page as markup."""
    report, _ = make()

    drawn = charts.svg(chart, report)

    kinds = {element.tag.rpartition("}")[2] for element in ET.fromstring(drawn).iter()}
    assert kinds <= {"svg", "g", "path", "text", "rect", "line", "defs", "clipPath", "title", "tspan"}
    assert "<script" not in drawn
    assert "onerror" not in {name for element in ET.fromstring(drawn).iter() for name in element.attrib}


def test_a_keyword_is_no_expression() -> None:
    """Labels go through Vega's expression language."""
    report, _ = make()

    labels = [element.text for element in ET.fromstring(charts.svg("keywords", report)).iter() if element.text]

    assert "</script><script>window…" in labels
    assert "{{ 7 * 7 }} {% raw %}" in labels


@pytest.mark.parametrize(
    ("chart", "most"), [("volume", 3), ("volume", 1), ("volume", 0), ("categories", 1), ("keywords", 1)]
)
def test_counts_are_whole_numbers(chart: str, most: int) -> None:
    """A quiet day had 0.2 questions on its axis, and one without any its zero in the middle."""
    report, _ = make(Period(START, START))
    day = DayCoverage(START, most, 0, most, most)
    few = replace(
        report,
        days=[day],
        total=day,
        category_days=report.category_days.assign(messages=most),
        keywords=report.keywords.head(1).assign(messages=most, messages_before=0),
    )

    texts = [element.text or "" for element in ET.fromstring(charts.svg(chart, few)).iter()]

    numbers = [text for text in texts if text.replace(".", "").isdigit()]
    assert "0" in numbers
    assert all(number.isdigit() for number in numbers)
    assert str(max(most, 1)) in numbers


@pytest.mark.thorough
def test_a_year_is_drawn() -> None:
    """53 weeks, and not a label over another."""
    report, _ = make(Period(date(2024, 1, 1), date(2024, 12, 31)))

    picture = _picture(charts.png("calendar", report, scale=1))

    assert picture.height > 750


def test_ids_of_a_drawing_are_its_own() -> None:
    """Several drawings share a page; one that refers to another's clip would vanish."""
    report, _ = make(Period(START, START + timedelta(days=1)))

    for chart in charts.CHARTS:
        drawn = charts.svg(chart, report)
        assert drawn.count('id="') == drawn.count(f'id="{chart}-')
