"""Workbooks that come back, from whoever and by whichever program."""

import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from keyword_assets.core.errors import InputError
from keyword_assets.reports import workbook_reading
from keyword_assets.reports.workbook_reading import Cell, opened

COLUMNS = ("id", "말")
Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """A workbook with these rows on its sheet 검토."""

    def make(*rows: tuple[Any, ...], title: str = "검토") -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = title
        for row in rows:
            sheet.append(row)
        book.save(path := tmp_path / "book.xlsx")
        return path

    return make


def rows_of(path: Path, most: int = 10) -> list[tuple[int, list[Cell]]]:
    with opened(path) as book:
        return list(book.rows("검토", COLUMNS, most))


def repacked(path: Path, member: str, change: Callable[[str], str]) -> Path:
    """The workbook with one of its parts changed, as a program of ours would not write it."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts[member] = change(parts[member].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def test_columns_are_found_by_their_names_and_blank_rows_left_out(save: Save) -> None:
    path = save(("말", "또", "id "), ("가", 1, 1), (None, None, None), (" ", 5, ""), ("나", 2, 2))

    assert rows_of(path) == [(2, [Cell("1"), Cell("가")]), (5, [Cell("2"), Cell("나")])]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (12.0, Cell("12")),
        (0.5, Cell("0.5")),
        (True, Cell("True")),
        ("=1+1", Cell("=1+1", "sheet.formula")),
        (date(2025, 6, 11), Cell("", "sheet.not_text")),
        ("#N/A", Cell("", "sheet.not_text")),
        ("가_x000D_\n나", Cell("가\r\n나")),
    ],
)
def test_what_is_no_text_is_read_as_it_is_seen_or_not_at_all(save: Save, value: object, cell: Cell) -> None:
    """A formula's value is whatever the last program made of it."""
    assert rows_of(save(COLUMNS, (1, value))) == [(2, [Cell("1"), cell])]


def test_a_sheet_is_as_large_as_it_is_whatever_it_says(save: Save) -> None:
    path = repacked(
        save(COLUMNS, (1, "가"), (2, "나")),
        SHEET,
        lambda text: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:B2"', text),
    )

    assert len(rows_of(path)) == 2


def test_two_cells_far_apart_take_no_room(save: Save) -> None:
    far = '<row r="1048576"><c r="B1048576" t="inlineStr"><is><t>끝</t></is></c><c r="XFD1048576"><v>1</v></c></row>'
    path = repacked(save(COLUMNS), SHEET, lambda text: text.replace("</sheetData>", f"{far}</sheetData>"))

    assert rows_of(path) == [(1_048_576, [Cell(""), Cell("끝")])]


@pytest.mark.parametrize(
    ("header", "title", "words"),
    [
        (COLUMNS, "Sheet1", "Sheet1"),
        (("id",), "검토", "id, 말"),
        (("id", "말", "말"), "검토", "하나씩"),
        ((), "검토", "id, 말"),
    ],
)
def test_a_sheet_that_is_another_is_told(save: Save, header: tuple[str, ...], title: str, words: str) -> None:
    with pytest.raises(InputError) as told:
        rows_of(save(header, title=title))

    assert words in str(told.value)


def test_more_rows_than_anybody_was_given_are_refused(save: Save) -> None:
    with pytest.raises(InputError, match="2개를"):
        rows_of(save(COLUMNS, *((number, "가") for number in range(3))), most=2)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "xlsx"),
        (b"id,\xeb\xa7\x90\n", "다른 종류"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "암호"),
        (b"PK\x03\x04" + bytes(600), "깨졌습니다"),
    ],
)
def test_another_kind_of_file_is_told(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)

    with pytest.raises(InputError) as told:
        rows_of(path)

    assert words in str(told.value)


def test_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="없거나"):
        rows_of(tmp_path)


def test_an_opendocument_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(path := tmp_path / "book.xlsx", "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")

    with pytest.raises(InputError, match="OpenDocument"):
        rows_of(path)


@pytest.mark.parametrize("member", [SHEET, "xl/workbook.xml"])
def test_entities_are_not_unfolded(save: Save, member: str) -> None:
    """Ten lines of them are gigabytes."""
    bomb = '<!DOCTYPE b [<!ENTITY a "가"><!ENTITY b "&a;&a;">]>'
    path = repacked(save(COLUMNS, (1, "가")), member, lambda text: bomb + text.partition("?>")[2].lstrip() or text)
    path = repacked(path, member, lambda text: text.replace("말", "&b;").replace('name="검토"', 'name="&b;"'))

    with pytest.raises(InputError):
        rows_of(path)


def test_what_unfolds_to_too_much_is_not_unpacked(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_reading, "MOST_BYTES", 1 << 20)
    path = repacked(save(COLUMNS), SHEET, lambda text: text + " " * (1 << 20))

    with pytest.raises(InputError, match="1 MB"):
        rows_of(path)


def half(text: str) -> str:
    return text[: len(text) // 2]


def other(_text: str) -> str:
    return "<a/>"


@pytest.mark.parametrize(
    ("member", "change"),
    [
        (SHEET, half),
        ("xl/workbook.xml", half),
        ("xl/workbook.xml", other),
        ("[Content_Types].xml", half),
        ("[Content_Types].xml", other),
        ("xl/styles.xml", half),
    ],
)
def test_a_damaged_file_is_told(save: Save, member: str, change: Callable[[str], str]) -> None:
    """In words, whatever part of it is damaged."""
    with pytest.raises(InputError, match=r"book\.xlsx.*깨졌습니다"):
        rows_of(repacked(save(COLUMNS, (1, "가")), member, change))
