"""CSV: what Excel in Korea makes of it, and what it must not."""

import csv
import re
from pathlib import Path

import pytest

from keyword_assets.core.foreign import has_unseen, is_formula, visible_lines
from keyword_assets.reports.csv_files import defused, write_csv
from keyword_assets.reports.tables import Column, Kind, Table, tables_of
from keyword_assets_tests.reports.making import HOSTILE, make


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠SUM(A1)"])
def test_a_formula_is_made_a_text(text: str) -> None:
    """A spreadsheet decides by the first character."""
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("before", [" ", "\u3000", "\n", "\r\n\t ", "\x00", "\u200b", "\ufeff", "\u202e"])
@pytest.mark.parametrize("first", "=+-@＝﹦")
def test_what_stands_before_a_formula_makes_it_no_text(tmp_path: Path, before: str, first: str) -> None:
    """Blanks and hidden characters are left out by some readers, and others begin a cell at each line or semicolon."""
    texts = [f"{before}{first}1+1", f"전학;{first}1+1", f"전학\t{first}1+1", f"전학\n {first}1+1"]
    table = Table("asked", [Column("word.question", Kind.TEXT)], [(text,) for text in texts])

    write_csv(table, tmp_path / "a.csv")

    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        whole, *others = (row[0] for row in list(csv.reader(file))[1:])
    assert (whole[0], is_formula(whole)) == ("'", False)
    for cell in others:
        assert [part for part in re.split(r"[;\t\n]", cell) if is_formula(part)] == []
    for cell in (whole, *others):
        assert not any(has_unseen(line) for line in re.split(r"[\t\n]", cell))
        assert f"{first}1+1" in cell


@pytest.mark.parametrize("text", ["전학", "1+1", "", "a; b = 1", "'인용'"])
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
    assert [row[0] for row in rows] == [visible_lines(defused(text)) for text in HOSTILE]
    assert rows[0][4] == "전학, 편입 · <b>굵은</b> 분류"


def test_numbers_and_days_are_written_for_programs(tmp_path: Path) -> None:
    """No thousands separators, no per cent signs."""
    report, source = make()
    write_csv(tables_of(report, source)[0], tmp_path / "days.csv")

    third = (tmp_path / "days.csv").read_text(encoding="utf-8-sig").splitlines()[3]

    assert third == "2025-06-04,200,4,100,40,60,20,0.400,0,0,0,0.0000"
