"""The workbook in which people judge answers: what to do on the first sheet, and a row an answer on the second.

Written by XlsxWriter; read by openpyxl, whatever program has saved it in between.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from unicodedata import east_asian_width

from xlsxwriter.worksheet import Worksheet

from keyword_assets.core.quality.review_sheet import (
    COLUMNS,
    KEY_COLUMNS,
    MARK_COLUMNS,
    MARKS_SHEET,
    MAX_ROWS,
    SAID_COLUMNS,
    SHEET,
    SHOWN_COLUMNS,
    VERDICT_WORDS,
    Line,
    Mark,
    Refused,
    SheetRow,
    digest,
)
from keyword_assets.core.texts import say
from keyword_assets.reports import workbook_reading
from keyword_assets.reports.cell_texts import MOST_UNITS
from keyword_assets.reports.tables import Cell
from keyword_assets.reports.workbook import Writer, opened, write_cell

_CATEGORIES_SHEET = "_categories"
# In characters, and what each column holds.
_WIDTHS = (6, 11, 42, 9, 20, 20, 10, 24, 20, 20)
_CODES = ("0", "yyyy-mm-dd", "@", "#,##0", "@", "@")
_SHOWN = {"valign": "top", "text_wrap": True, "border": 1, "border_color": "#C0C0C0"}
_YELLOW = "#FFF8DC"
# Of a line of text and of the highest row that a spreadsheet has, and so many characters as can be seen in that.
_LINE_POINTS, _MOST_POINTS, _SEEN = 16.0, 400.0, 1_000
_NOTES = ("wrong", "for_ever", "masked", "formulas", "import")
_GUIDE_WIDTHS = (18, 90)
# All that does not change what a row is about.
_ALLOWED = dict.fromkeys(("format_columns", "format_rows", "sort", "autofilter"), True)


@dataclass(frozen=True)
class About:
    """What a workbook is about, for its first sheet."""

    queue: str
    made_at: datetime
    items: int


def write_review(path: Path, about: About, categories: Sequence[str], lines: Iterable[Line]) -> None:
    """Write the workbook, row by row: memory does not grow with it.

    Raises:
        OSError: it cannot be written.
    """
    with opened(path) as writer:
        _guide(writer, about)
        sheet, marks = writer.sheet(SHEET), _hidden(writer, MARKS_SHEET, MARK_COLUMNS)
        _lines(writer, sheet, marks, lines)
        _choices(writer, sheet, about.items, categories)
        sheet.protect("", _ALLOWED)


def _guide(writer: Writer, about: About) -> None:
    sheet = writer.sheet(say("sheet.guide"))
    sheet.hide_gridlines(2)
    name, value = writer.look(valign="top", bold=True), writer.look(valign="top", text_wrap=True)
    for place, width in enumerate(_GUIDE_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, say("sheet.title", queue=about.queue), writer.look(bold=True, font_size=16))
    for line, (heading, told) in enumerate(_pairs(about), 2):
        sheet.write_string(line, 0, heading, name)
        sheet.write_string(line, 1, told, value)
    sheet.activate()


def _pairs(about: About) -> list[tuple[str, str]]:
    said = zip(SAID_COLUMNS, ("verdict", "categories", "keywords", "note"), strict=True)
    return [
        (say("sheet.made"), f"{about.made_at:%Y-%m-%d %H:%M}"),
        (say("sheet.items"), f"{about.items:,}"),
        (say("sheet.where"), say("sheet.where_value", sheet=SHEET)),
        *((column, say(f"sheet.how_{what}", **VERDICT_WORDS)) for column, what in said),
        *(("", say(f"sheet.note_{what}", example=say("mask.phone"))) for what in _NOTES),
    ]


def _lines(writer: Writer, sheet: Worksheet, marks: Worksheet, lines: Iterable[Line]) -> None:
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    for place, column in enumerate(COLUMNS):
        sheet.write_string(0, place, column, writer.heading)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    looks = [writer.look(num_format=code, **_SHOWN) for code in _CODES]
    said = writer.look(num_format="@", bg_color=_YELLOW, locked=False, **_SHOWN)
    row = 0
    for row, line in enumerate(lines, 1):
        if (height := _height(line)) is not None:
            sheet.set_row(row, height)
        cells: tuple[Cell, ...] = line.cells
        for place, (cell, look) in enumerate(zip(cells, looks, strict=True)):
            write_cell(sheet, row, place, cell, look)
        for place in range(len(SHOWN_COLUMNS), len(COLUMNS)):
            sheet.write_blank(row, place, None, said)
        known: tuple[Cell, ...] = (line.cells[0], *line.mark)
        for place, cell in enumerate(known):
            write_cell(marks, row, place, cell, None)
    sheet.autofilter(0, 0, max(row, 1), len(COLUMNS) - 1)


def _height(line: Line) -> float | None:
    """The points that a row needs for its texts; None where a line is enough. LibreOffice does not see to it itself."""
    lines = max(
        -(-sum(1 + (east_asian_width(char) in "WF") for char in cell[:_SEEN]) // width)
        for cell, width in zip(line.cells, _WIDTHS, strict=False)
        if isinstance(cell, str)
    )
    return None if lines <= 1 else min(_MOST_POINTS, lines * _LINE_POINTS)


def _choices(writer: Writer, sheet: Worksheet, items: int, categories: Sequence[str]) -> None:
    """Lists to choose from; that of categories is on a sheet, as names have commas and a list in a rule must be short.

    What is not in it may be several of them: a person is told so and not stopped.
    """
    listed = writer.sheet(_CATEGORIES_SHEET)
    listed.hide()
    for row, name in enumerate(categories):
        listed.write_string(row, 0, name)
    column = COLUMNS.index("판정")
    words = list(VERDICT_WORDS.values())
    verdicts = {"source": words, "error_message": say("sheet.pick_verdict", verdicts=", ".join(words))}
    sheet.data_validation(1, column, items, column, {"validate": "list", **verdicts})
    column = COLUMNS.index("올바른 분류")
    names = {"source": f"={_CATEGORIES_SHEET}!$A$1:$A${len(categories)}", "error_type": "information"}
    told = {"error_message": say("sheet.pick_category")}
    sheet.data_validation(1, column, items, column, {"validate": "list", **names, **told})


def _hidden(writer: Writer, name: str, columns: Sequence[str]) -> Worksheet:
    sheet = writer.sheet(name)
    sheet.very_hidden()
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column)
    return sheet


@dataclass(frozen=True)
class Sent:
    """What people have said in a workbook: rows that say something, and those that cannot be read.

    `marks` are of the rows by their ids when they were written; None where they were removed.
    """

    rows: Sequence[SheetRow]
    refused: Sequence[Refused]
    marks: Mapping[str, Mark] | None


def read_review(path: Path) -> Sent:
    """Read a workbook that comes back, by whichever program it was saved.

    Raises:
        InputError: it is no such workbook.
    """
    rows: dict[str, list[SheetRow]] = {}
    refused: list[Refused] = []
    with workbook_reading.opened(path) as book:
        for number, cells in book.rows(SHEET, (*KEY_COLUMNS, *SAID_COLUMNS), MAX_ROWS):
            if not any(cell.text.strip() or cell.fault for cell in cells[len(KEY_COLUMNS) :]):
                continue
            read = _row(number, cells)
            if isinstance(read, Refused):
                refused.append(read)
            else:
                rows.setdefault(read.item, []).append(read)
        marks = _marks(book)
    refused += [Refused(row.row, _twice(same)) for same in rows.values() if len(same) > 1 for row in same]
    return Sent([same[0] for same in rows.values() if len(same) == 1], refused, marks)


def _row(number: int, cells: Sequence[workbook_reading.Cell]) -> SheetRow | Refused:
    for column, cell in zip((*KEY_COLUMNS, *SAID_COLUMNS), cells, strict=True):
        # Some programs make a formula of each text that looks like one. What was exported is compared as it is written.
        if cell.fault and not (column in KEY_COLUMNS[1:] and cell.text):
            return Refused(number, say(cell.fault, column=column))
        if len(cell.text) > MOST_UNITS:
            return Refused(number, say("sheet.long", column=column, most=MOST_UNITS))
    item, text, keywords, categories, *said = (cell.text.strip() for cell in cells)
    # A number that was typed again as a text may have zeros before it.
    item = item.lstrip("0") if item.isdecimal() else item
    return SheetRow(number, item, digest(text, keywords, categories), keywords, *said)


def _twice(same: Sequence[SheetRow]) -> str:
    return say("sheet.twice", item=same[0].item, rows=", ".join(str(row.row) for row in same))


def _marks(book: workbook_reading.Workbook) -> dict[str, Mark] | None:
    if MARKS_SHEET not in book:
        return None
    found = {}
    for _, cells in book.rows(MARKS_SHEET, MARK_COLUMNS, MAX_ROWS):
        item, question, correction, stands, shown = (cell.text.strip() for cell in cells)
        found[item] = Mark(question, int(correction) if correction.isdecimal() else 0, stands, shown)
    return found
