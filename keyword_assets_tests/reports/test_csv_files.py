"""CSV: what Excel in Korea makes of it, and what it must not."""

import csv
from pathlib import Path

import pytest

from keyword_assets.reports.csv_files import defused, write_csv
from keyword_assets.reports.tables import tables_of
from keyword_assets_tests.reports.making import HOSTILE, make


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠SUM(A1)"])
def test_a_formula_is_made_a_text(text: str) -> None:
    """A spreadsheet decides by the first character."""
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["전학", "1+1", "", " =1", "'인용'"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    """Whoever reads the file with a program wants the text."""
    assert defused(text) == text


def test_the_file_begins_with_a_mark_and_reads_back(tmp_path: Path) -> None:
    """Without the mark Excel shows Korean as rubbish."""
    report, source = make()
    for table in tables_of(report, source):
        write_csv(table, tmp_path / f"{table.name}.csv")

    assert (tmp_path / "asked.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "asked.csv").open(encoding="utf-8-sig", newline="") as file:
        heading, *rows = csv.reader(file)
    assert heading[:3] == ["질문", "횟수", "물은 날 수"]
    assert [row[0] for row in rows] == [defused(text) for text in HOSTILE]
    assert rows[0][4] == "전학, 편입 · <b>굵은</b> 분류"


def test_numbers_and_days_are_written_for_programs(tmp_path: Path) -> None:
    """No thousands separators, no per cent signs."""
    report, source = make()
    write_csv(tables_of(report, source)[0], tmp_path / "days.csv")

    third = (tmp_path / "days.csv").read_text(encoding="utf-8-sig").splitlines()[3]

    assert third == "2025-06-04,200,4,100,40,60,20,0.400,0,0,0,0.0000"
