"""A sheet that takes whole rows, and writes of them what XlsxWriter writes of their cells, several times as fast.

XlsxWriter goes through a dozen calls for a cell, and a report of a month has more than a million. The rows go as XML
to where XlsxWriter itself keeps the rows of a workbook in constant memory; a test compares the two byte for byte.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from math import isfinite

from xlsxwriter.format import Format
from xlsxwriter.utility import _datetime_to_excel_datetime, xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from keyword_assets.core.foreign import visible_lines
from keyword_assets.reports.cell_texts import fitting
from keyword_assets.reports.tables import Cell

# What of the rows is in memory at a time.
_ROWS_AT_ONCE = 500
# What is markup in XML, and what Excel would read as one character.
_MARKUP = re.compile("[&<>]")
_ESCAPE = re.compile("(_x[0-9a-fA-F]{4}_)")
# Most texts, found at a glance: what needs neither cutting nor escaping, of characters that are all seen.
_SHORT = 10_000
_AS_IT_IS = re.compile("(?! )[ -%'-;=?-^`-~가-힣ㄱ-ㅣ·]*+(?<! )")
# Below this a float has every integer, and its sixteen digits are all of it.
_EXACT = 10**15


class LongSheet(Worksheet):  # type: ignore[misc]
    """A sheet of a workbook in constant memory."""

    long_texts = 0
    """How many texts of its rows had to be cut."""

    def write_rows(self, first: int, rows: Iterable[Sequence[Cell]], formats: Sequence[Format]) -> int:
        """Write these rows from line `first` on, cells as what they are; returns how many there were.

        A text is never a formula, a link or markup, whatever it looks like; None leaves a cell empty.

        Args:
            first: the line of the first, counted from 0; nothing has been written from there on.
            rows: each as long as `formats`.
            formats: how the cells of each column look.

        Raises:
            OSError: they cannot be written.
        """
        # Where a cell of the column begins, up to the number of its row, and what comes after that.
        columns = [
            (f'<c r="{xl_col_to_name(place)}', f'" s="{format_._get_xf_index()}"')
            for place, format_ in enumerate(formats)
        ]
        self._write_single_row(first)
        written = 0
        lines = (self._line(number, row, columns) for number, row in enumerate(rows, first + 1))
        while some := list(islice(lines, _ROWS_AT_ONCE)):
            self.fh.write("".join(some))
            written += len(some)
        if written:
            self._check_dimensions(first + written - 1, len(formats) - 1)
        return written

    def _line(self, number: int, row: Sequence[Cell], columns: Sequence[tuple[str, str]]) -> str:
        cells = []
        for (begin, look), cell in zip(columns, row, strict=True):
            if isinstance(cell, str):
                cells.append(f'{begin}{number}{look} t="inlineStr"><is>{self._text(cell)}</is></c>')
            elif cell is not None:
                cells.append(f"{begin}{number}{look}><v>{self._number(cell)}</v></c>")
        return f'<row r="{number}">{"".join(cells)}</row>'

    def _text(self, text: str) -> str:
        if len(text) <= _SHORT and _AS_IT_IS.fullmatch(text):
            return f"<t>{text}</t>"
        seen = visible_lines(text)
        fits = fitting(seen)
        self.long_texts += fits is not seen
        space = "" if fits == fits.strip() else ' xml:space="preserve"'
        return f"<t{space}>{_escaped(fits)}</t>"

    def _number(self, cell: float | date) -> str:
        if isinstance(cell, date):
            return _serial(cell)
        if type(cell) is int and -_EXACT < cell < _EXACT:
            return str(cell)
        if not isfinite(cell):
            raise ValueError(f"{cell} is no number of a sheet")
        return f"{cell:.16G}"


@lru_cache(maxsize=1_000)
def _serial(when: date) -> str:
    """A day or a time as the number that Excel has for it; the same few stand in a column again and again."""
    return f"{_datetime_to_excel_datetime(when, date_1904=False, remove_timezone=False):.16G}"


def _escaped(text: str) -> str:
    if "_x" in text:
        text = _ESCAPE.sub(r"_x005F\1", text)
    if _MARKUP.search(text):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text
