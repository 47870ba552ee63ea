"""Rows written at once, beside the same cells written one by one."""

import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from keyword_assets.reports.long_sheet import LongSheet
from keyword_assets.reports.tables import Cell
from keyword_assets.reports.workbook import opened, write_cell
from keyword_assets_tests.reports.making import HOSTILE

ROWS: list[tuple[Cell, ...]] = [
    *((text, n, date(2025, 6, 2), datetime(2025, 6, 2, 12, 30, 15), 0.1 * n) for n, text in enumerate(HOSTILE)),
    ("앞뒤 ", 0, date(1900, 1, 1), datetime(1900, 2, 28, 23, 59, 59, 500_000), -0.5),
    ("\n두 줄\r\n탭\t", -3, date(1900, 3, 1), datetime(9999, 12, 31), 1e-7),
    ("&amp; <b> \" ' ]]>", 10**17 + 1, date.max, datetime(2025, 6, 2), 1 / 3),
    ("_x0041_ _x005F_ _x00_ _X0041_", True, None, None, None),
    ("", None, None, None, 1e300),
    (None, 7, None, None, None),
    ("가" * 40_000, 1, None, None, None),
    (" 앞", 10**15 - 1, None, None, None),
    ("가" * 16_383, -(10**15), None, None, None),
    ("😀" * 16_384, 10**15, None, None, None),
    *((f"가{chr(point)}나", point, None, None, None) for point in range(0x20, 0x3200)),
    *((f"질문 {number}", number, date(2025, 6, 1) + timedelta(days=number), None, None) for number in range(1_200)),
]  # fmt: skip


def _parts(path: Path, rows: Iterable[Sequence[Cell]], *, at_once: bool) -> dict[str, bytes]:
    with opened(path) as writer:
        formats = [writer.look(num_format=code) for code in ("@", "#,##0", "yyyy-mm-dd", "hh:mm", "0.0%")]
        sheet = writer.sheet("장", LongSheet)
        sheet.write_string(0, 0, "제목")
        if at_once:
            assert sheet.write_rows(1, rows, formats) == len(ROWS)
        else:
            for line, row in enumerate(rows, 1):
                for place, (cell, format_) in enumerate(zip(row, formats, strict=True)):
                    write_cell(sheet, line, place, cell, format_)
        sheet.write_string(len(ROWS) + 1, 0, "끝")
    with zipfile.ZipFile(path) as parts:
        # The core properties hold the moment.
        return {name: parts.read(name) for name in parts.namelist() if name != "docProps/core.xml"}


def test_rows_at_once_are_the_cells_one_by_one(tmp_path: Path) -> None:
    """It goes past XlsxWriter's public calls, whose next version may write something else."""
    at_once = _parts(tmp_path / "rows.xlsx", iter(ROWS), at_once=True)

    assert at_once == _parts(tmp_path / "cells.xlsx", ROWS, at_once=False)


def test_a_text_is_no_markup_even_where_xlsxwriter_takes_it_for_some(tmp_path: Path) -> None:
    """It would write such a text as it is, and Excel would refuse the sheet, or show what is not there."""
    text = "<r><t>굵게</t></x></r>"
    with opened(tmp_path / "rows.xlsx") as writer:
        writer.sheet("장", LongSheet).write_rows(0, [(text,)], [writer.heading])

    assert openpyxl.load_workbook(tmp_path / "rows.xlsx")["장"]["A1"].value == text


def test_what_is_no_number_is_refused(tmp_path: Path) -> None:
    """Excel would offer to repair the file, and leave the sheet out."""
    with opened(tmp_path / "rows.xlsx") as writer, pytest.raises(ValueError, match="inf"):
        writer.sheet("장", LongSheet).write_rows(0, [(float("inf"),)], [writer.heading])
