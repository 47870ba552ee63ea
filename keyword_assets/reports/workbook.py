"""The Excel workbook: a summary with charts, and a sheet for each table, written row by row."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxFileError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from keyword_assets.core.coverage.without_day import examples, told
from keyword_assets.core.foreign import visible_lines
from keyword_assets.core.models.coverage import COUNTS, DayCoverage
from keyword_assets.core.reporting.report import change
from keyword_assets.core.texts import say
from keyword_assets.reports.cell_texts import MOST_UNITS, cell_text
from keyword_assets.reports.long_sheet import LongSheet
from keyword_assets.reports.report import Report
from keyword_assets.reports.tables import Cell, Kind, Table

# Excel's limit of a sheet.
MOST_ROWS = 1_048_576
# Bars that can be read beside each other.
_CHARTED = 15
# Each kind's number format, and its width in characters.
_FORMATS = {
    Kind.DAY: ("yyyy-mm-dd", 12),
    Kind.TIME: ("yyyy-mm-dd hh:mm", 17),
    Kind.COUNT: ("#,##0", 12),
    Kind.SHARE: ("0.0%", 10),
    Kind.CHANGE: ("+0%;-0%;0%", 10),
    Kind.MONEY: ("#,##0.00", 13),
    Kind.WORD: ("@", 24),
    Kind.TEXT: ("@", 70),
}
# Of Okabe and Ito: they differ for whoever sees colours differently.
_BLUE, _ORANGE = "#0072B2", "#E69F00"


def write_workbook(report: Report, tables: Sequence[Table], path: Path) -> list[str]:
    """Write the workbook; returns what had to be cut, in words, as the summary says it too.

    Raises:
        OSError: it cannot be written.
    """
    with opened(path) as writer:
        summary = writer.sheet(say("report.overview"))
        for table in tables:
            writer.table(table)
        writer.summary(summary, report, {table.name: table for table in tables})
        return writer.cuts


@contextmanager
def opened(path: Path) -> Iterator["Writer"]:
    """A workbook to be written, which is there at the end.

    Raises:
        OSError: it cannot be written.
    """
    # In a folder of its own, so that no rows stay behind when a disk is full.
    with tempfile.TemporaryDirectory() as folder:
        options = {
            # A row is written and forgotten: memory does not grow with the questions.
            "constant_memory": True,
            "tmpdir": folder,
            # What came from a chat is text, whatever it looks like.
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        try:
            with xlsxwriter.Workbook(str(path), options) as book:
                yield Writer(book)
        except XlsxFileError as error:
            # What becomes of an OSError there.
            raise OSError(str(error)) from error


class Writer:
    """One workbook. `write_string` and its kin are used throughout: plain `write` guesses what a text means."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._formats: dict[Kind, Format] = {
            kind: book.add_format({"num_format": code, "valign": "top"}) for kind, (code, _) in _FORMATS.items()
        }
        self.heading = book.add_format(
            {"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter"}
        )
        self._title = book.add_format({"bold": True, "font_size": 16})
        self._note = book.add_format({"italic": True, "font_color": "#8A4B00"})
        self._rows: dict[str, int] = {}
        self.cuts: list[str] = []

    def look(self, **properties: Any) -> Format:
        """How cells look, as XlsxWriter names it."""
        return self._book.add_format(properties)

    def sheet(self, name: str, kind: type[Worksheet] = Worksheet) -> Any:
        """A sheet with nothing on it."""
        return self._book.add_worksheet(name, kind)

    def lines(self, sheet: Worksheet, title: str, pairs: Sequence[tuple[str, str]], notes: Sequence[str]) -> None:
        """On a sheet a title, names with what they are, and notes below."""
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 60)
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, title, self._title)
        for line, (name, value) in enumerate(pairs, 2):
            sheet.write_string(line, 0, name)
            sheet.write_string(line, 1, visible_lines(value))
        for line, note in enumerate([*notes, *self.cuts], len(pairs) + 3):
            sheet.write_string(line, 0, visible_lines(note), self._note)
        sheet.activate()

    def table(self, table: Table, title: str | None = None) -> None:
        """A sheet with the table, its header frozen and filtered."""
        title = title or say(f"report.{table.name}")
        sheet = self.sheet(title, LongSheet)
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, _FORMATS[column.kind][1], self._formats[column.kind])
        sheet.freeze_panes(1, 0)
        # For whoever prints it: the header on every page, as wide as the paper.
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for place, column in enumerate(table.columns):
            sheet.write_string(0, place, column.heading, self.heading)
        formats = [self._formats[column.kind] for column in table.columns]
        rows = iter(table.rows)
        # The last row of the sheet is for the note that says so.
        written = sheet.write_rows(1, islice(rows, MOST_ROWS - 2), formats)
        whole = next(rows, None) is None
        sheet.autofilter(0, 0, max(written, 1), len(table.columns) - 1)
        self._rows[table.name] = written
        notes = [] if whole else [say("report.rows_cut", sheet=title, rows=written)]
        if sheet.long_texts:
            notes.append(say("report.texts_cut", sheet=title, cells=sheet.long_texts, most=MOST_UNITS))
        if notes:
            sheet.write_string(written + 1, 0, " ".join(notes), self._note)
        self.cuts += notes

    def summary(self, sheet: Worksheet, report: Report, tables: dict[str, Table]) -> None:
        """The first sheet: numbers with their change, notes, and charts over the other sheets."""
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 3, 16)
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, say("report.title"), self._title)
        sheet.write_string(1, 0, say("report.period", start=report.period.start, end=report.period.end))
        sheet.write_string(2, 0, say("report.made", at=f"{report.made_at:%Y-%m-%d %H:%M}"))
        if report.comparable:
            sheet.write_string(3, 0, say("report.compared", start=report.before.start, end=report.before.end))
        else:
            sheet.write_string(3, 0, say("report.nothing_before"))
        headings = ("", "report.now", "report.before", "report.change")
        for place, key in enumerate(headings):
            sheet.write_string(5, place, say(key) if key else "", self.heading)
        line = 6
        for key, now, before, kind in _numbers(report):
            sheet.write_string(line, 0, say(key))
            write_cell(sheet, line, 1, now, self._formats[kind])
            write_cell(sheet, line, 2, before, self._formats[kind])
            if kind is Kind.COUNT and isinstance(now, int) and isinstance(before, int):
                write_cell(sheet, line, 3, change(now, before), self._formats[Kind.CHANGE])
            line += 1
        undated = [told(report.without_day), *examples(report.without_day)] if report.without_day.messages else []
        for note in [*undated, *self.cuts]:
            sheet.write_string(line + 1, 0, visible_lines(note), self._note)
            line += 1
        self._charts(sheet, tables)
        sheet.activate()

    def _charts(self, sheet: Worksheet, tables: dict[str, Table]) -> None:
        days = tables["days"]
        volume = self._chart("column", "report.volume_title", "stacked")
        self._series(volume, days, "word.classified", _BLUE)
        self._series(volume, days, "word.missing", _ORANGE)
        sheet.insert_chart("F2", volume)
        coverage = self._chart("line", "report.coverage_title")
        self._series(coverage, days, "word.coverage", _BLUE)
        coverage.set_y_axis({"min": 0, "max": 1, "num_format": "0%"})
        sheet.insert_chart("F18", coverage)
        for cell, name in (("F34", "categories"), ("F50", "keywords")):
            chart = self._chart("bar", f"report.{name}")
            self._series(chart, tables[name], "word.messages", _BLUE, most=_CHARTED)
            # The first row on top.
            chart.set_y_axis({"reverse": True})
            chart.set_legend({"none": True})
            sheet.insert_chart(cell, chart)

    def _chart(self, kind: str, title: str, subtype: str | None = None) -> Any:
        chart = self._book.add_chart({"type": kind, **({"subtype": subtype} if subtype else {})})
        chart.set_title({"name": say(title), "name_font": {"size": 12}, "overlay": False})
        chart.set_size({"width": 720, "height": 300})
        chart.set_legend({"position": "bottom"})
        return chart

    def _series(self, chart: Any, table: Table, key: str, color: str, most: int = MOST_ROWS) -> None:
        name, column = say(f"report.{table.name}"), [column.key for column in table.columns].index(key)
        last = max(1, min(self._rows[table.name], most))
        chart.add_series(
            {
                "name": [name, 0, column],
                "categories": [name, 1, 0, last, 0],
                "values": [name, 1, column, last, column],
                "fill": {"color": color},
                "line": {"color": color},
            }
        )


def write_cell(sheet: Worksheet, row: int, place: int, cell: Cell, format_: Format | None) -> None:
    """Write a cell as what it is."""
    if cell is None:
        return
    if isinstance(cell, str):
        sheet.write_string(row, place, cell_text(cell), format_)
    elif isinstance(cell, date | datetime):
        sheet.write_datetime(row, place, cell, format_)
    else:
        sheet.write_number(row, place, cell, format_)


def _numbers(report: Report) -> list[tuple[str, Cell, Cell, Kind]]:
    total, before = report.total, report.total_before
    return [
        *((f"word.{name}", getattr(total, name), getattr(before, name), Kind.COUNT) for name in COUNTS),
        ("word.coverage", _coverage(total), _coverage(before), Kind.SHARE),
        *_audited(report),
        ("report.without_day", report.without_day.messages, None, Kind.COUNT),
        ("report.catch_all_share", report.catch_all.share, None, Kind.SHARE),
        ("report.corrected", report.corrected, None, Kind.COUNT),
        ("summary.requests", report.usage.requests, None, Kind.COUNT),
        ("word.prompt", report.usage.prompt, None, Kind.COUNT),
        ("word.completion", report.usage.completion, None, Kind.COUNT),
        ("report.krw", report.cost_krw, None, Kind.MONEY),
    ]


def _audited(report: Report) -> list[tuple[str, Cell, Cell, Kind]]:
    told = report.audited
    if told is None:
        return []
    return [
        ("report.audited", told.accuracy, None, Kind.SHARE),
        ("report.audited_low", told.low, None, Kind.SHARE),
        ("report.audited_high", told.high, None, Kind.SHARE),
    ]


def _coverage(row: DayCoverage) -> float | None:
    return row.coverage if row.questions else None
