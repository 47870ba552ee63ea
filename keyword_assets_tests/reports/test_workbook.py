"""The workbook, opened with another library than the one that wrote it."""

import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from keyword_assets.core.reporting.report import AskedQuestion, Audited
from keyword_assets.reports import workbook
from keyword_assets.reports.cell_texts import MOST_UNITS
from keyword_assets.reports.tables import tables_of
from keyword_assets.reports.workbook import write_workbook
from keyword_assets_tests.reports.making import HOSTILE, START, WITHOUT_DAY, make

SHEETS = ["요약", "날짜별", "분류", "날짜별 분류", "키워드", "질문", "누락", "누락 이력"]


def _written(path: Path, **facts: object) -> tuple[openpyxl.Workbook, list[str]]:
    report, source = make(**facts)
    cuts = write_workbook(report, tables_of(report, source), path)
    return openpyxl.load_workbook(path), cuts


@pytest.fixture
def book(tmp_path: Path) -> openpyxl.Workbook:
    """The workbook of the tests' report."""
    return _written(tmp_path / "report.xlsx")[0]


def test_every_table_has_a_sheet_with_a_header_that_stays_and_filters(book: openpyxl.Workbook) -> None:
    """Whoever scrolls through thousands of rows still sees what they are."""
    assert book.sheetnames == SHEETS
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert all(cell.value and cell.font.bold for cell in sheet[1])
        assert all(sheet.column_dimensions[cell.column_letter].width >= 10 for cell in sheet[1])


def test_numbers_and_days_are_numbers_and_days(book: openpyxl.Workbook) -> None:
    """Texts that look like numbers cannot be added up."""
    third = [cell.value for cell in book["날짜별"][4]]

    assert third[:8] == [datetime(2025, 6, 4), 200, 4, 100, 40, 60, 20, 0.4]
    assert book["날짜별"]["A4"].number_format == "yyyy-mm-dd"
    assert book["날짜별"]["H4"].number_format == "0.0%"
    # A day without questions has no coverage.
    assert book["날짜별"]["H6"].value is None
    assert book["누락"]["F3"].value == datetime(2025, 6, 5, 12, 30)
    assert [cell.value for cell in book["누락 이력"][2]] == [
        datetime(2025, 6, 2),
        datetime(2025, 6, 5, 1, 12),
        datetime(2025, 6, 6, 8),
        7,
    ]
    # A gap that is still open has no end.
    assert book["누락 이력"]["C3"].value is None


def test_what_came_from_a_chat_is_never_a_formula_or_a_link(book: openpyxl.Workbook) -> None:
    """A formula would run on the desk of whoever opens the report."""
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]

    assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    found = [row[0].value for row in book["질문"].iter_rows(min_row=2)]
    assert found[3:7] == list(HOSTILE[3:7])
    assert found[7].endswith("=1+1")
    assert found[13] == "010"
    assert all(row[0].data_type in ("s", "inlineStr") for row in book["질문"].iter_rows(min_row=2))


def test_characters_that_xml_cannot_hold_do_not_break_the_file(book: openpyxl.Workbook) -> None:
    """Excel would offer to repair it, and leave the sheet out."""
    assert "글자\\u0000\\u0008\\ufffe사이" in [row[0].value for row in book["질문"].iter_rows()]


def test_the_summary_has_charts_over_the_other_sheets(book: openpyxl.Workbook, tmp_path: Path) -> None:
    """Excel draws them itself, so they can be changed there."""
    assert len(book["요약"]._charts) == 4
    with zipfile.ZipFile(tmp_path / "report.xlsx") as parts:
        drawn = "".join(parts.read(name).decode() for name in parts.namelist() if "charts/chart" in name)
    assert "'날짜별'!$E$2:$E$15" in drawn or "날짜별!$E$2:$E$15" in drawn


def test_the_summary_shows_the_change(book: openpyxl.Workbook) -> None:
    """Against as many days before."""
    rows = {row[0].value: [cell.value for cell in row[1:4]] for row in book["요약"].iter_rows(min_row=6)}

    assert rows["전체 고유 질문"][:2] == [2_200, 700]
    assert rows["전체 고유 질문"][2] == pytest.approx(1_500 / 700)
    assert rows["처리율"][:2] == [0.972, 1]


def test_a_text_too_long_for_a_cell_is_cut_and_that_is_told(tmp_path: Path) -> None:
    """Excel counts an emoji as two; one too many, and the cell would be left empty."""
    texts = ["가" * MOST_UNITS, "가" * (MOST_UNITS + 1), "😀" * 20_000]
    questions = [AskedQuestion(text, 1, 1, START) for text in texts]

    book, cuts = _written(tmp_path / "report.xlsx", questions=questions)

    whole, cut, emoji = (book["질문"].cell(row, 1).value for row in (2, 3, 4))
    assert whole == texts[0]
    assert cut == "가" * (MOST_UNITS - 1) + "…"
    assert emoji.endswith("😀…")
    assert len(emoji.encode("utf-16-le")) // 2 <= MOST_UNITS
    assert cuts == ["'질문' 시트에서 2칸의 글을 32,767자에서 잘랐습니다. Excel의 한계입니다."]
    assert book["질문"].cell(5, 1).value == cuts[0]
    assert cuts[0] in [row[0].value for row in book["요약"].iter_rows()]


def test_rows_beyond_a_sheet_are_left_out_and_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The most asked ones are there, and nobody takes the part for the whole."""
    monkeypatch.setattr(workbook, "MOST_ROWS", 100)
    questions = [AskedQuestion(f"질문 {n}", 1, 1, START) for n in range(200)]

    book, cuts = _written(tmp_path / "report.xlsx", questions=questions)

    assert book["질문"].max_row == 100
    assert book["질문"].cell(99, 1).value == "질문 97"
    assert cuts == ["'질문' 시트에는 많이 물은 순으로 98행까지만 있습니다. Excel의 한계입니다."]
    assert book["질문"].cell(100, 1).value == cuts[0]


def test_as_many_rows_as_fit_are_not_called_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last of them is the last there is."""
    monkeypatch.setattr(workbook, "MOST_ROWS", 100)
    questions = [AskedQuestion(f"질문 {n}", 1, 1, START) for n in range(98)]

    book, cuts = _written(tmp_path / "report.xlsx", questions=questions)

    assert (book["질문"].max_row, cuts) == (99, [])


def test_messages_without_a_day_are_told_on_the_first_sheet(tmp_path: Path) -> None:
    """With what is known of them, for whoever looks for them; and a 0 says that somebody looked."""

    def first_sheet(**facts: object) -> list[tuple[object, ...]]:
        book, _ = _written(tmp_path / "report.xlsx", **facts)
        return [row[:2] for row in book["요약"].iter_rows(values_only=True)]

    with_some, with_none = first_sheet(without_day=WITHOUT_DAY), first_sheet()

    assert ("어느 날에도 들지 않는 메시지", 1_203) in with_some
    assert ("어느 날에도 들지 않는 메시지", 0) in with_none
    notes = [str(row[0]) for row in with_some if row[0]]
    assert any("날짜 없음 1,200, 달력에 없는 날짜 2, 마지막 날(2025-06-16) 이후 1" in note for note in notes)
    assert f"예: 2025-06-00 00:00:00 {HOSTILE[3]}" in notes


def test_what_an_audit_tells_stands_on_the_first_sheet(tmp_path: Path) -> None:
    """As numbers, with the ends of the interval."""
    report, source = make()
    audited = replace(report, audited=Audited(7, 380, 12_400, 0.941, 0.913, 0.962))
    write_workbook(audited, tables_of(audited, source), tmp_path / "report.xlsx")
    rows = openpyxl.load_workbook(tmp_path / "report.xlsx")["요약"].iter_rows(values_only=True)

    told = [value for row in rows for value in row if value in (0.941, 0.913, 0.962)]
    assert told == [0.941, 0.913, 0.962]
