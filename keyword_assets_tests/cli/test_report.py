"""`report` writes what it says, where it is told, and over nothing that it was not told to."""

import csv
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from PIL import Image

from keyword_assets.reports import charts
from keyword_assets_tests import straight
from keyword_assets_tests.cli.conftest import CommandLine, Once
from keyword_assets_tests.world import DAY, NEXT_DAY, Chats, contents

STEM = f"keyword-report_{DAY}_{NEXT_DAY}"


@pytest.fixture
def classified(cli: CommandLine, chats: Chats, once: Once) -> None:
    """Two days of which every question is classified."""

    def classify() -> None:
        chats.add("전학 절차", "검정고시 접수", day=DAY, times=3)
        chats.add("전학 절차", None, day=NEXT_DAY)
        assert [day.missing for day in straight.basic(DAY, NEXT_DAY).days] == [0, 0]

    once(classify)


def test_a_page_and_a_workbook_are_written_and_named(cli: CommandLine, classified: None, tmp_path: Path) -> None:
    """Into the working folder, with nothing left beside them."""
    there = {path.name for path in tmp_path.iterdir()}

    outcome = cli("report", DAY, NEXT_DAY)

    assert outcome.code == 0
    assert {path.name for path in tmp_path.iterdir()} - there == {f"{STEM}.html", f"{STEM}.xlsx"}
    assert f"썼습니다: {STEM}.html" in outcome.out
    assert f"썼습니다: {STEM}.xlsx" in outcome.out
    assert "100.0 %" in outcome.story
    page = (tmp_path / f"{STEM}.html").read_text(encoding="utf-8")
    assert '<html lang="ko">' in page
    assert "검정고시 접수" in page


def test_every_format_is_written_to_the_folder_that_is_named(
    cli: CommandLine, classified: None, tmp_path: Path
) -> None:
    """The folder is made."""
    outcome = cli("report", DAY, NEXT_DAY, "--out", "weekly/june", "--format", "csv, png,HTML,xlsx")

    folder = tmp_path / "weekly" / "june"
    assert outcome.code == 0
    with (folder / f"{STEM}_asked.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[:3] for row in rows[1:]] == [["전학 절차", "4", "2"], ["검정고시 접수", "3", "1"]]
    assert openpyxl.load_workbook(folder / f"{STEM}.xlsx")["질문"]["B2"].value == 4
    for chart in charts.CHARTS:
        with Image.open(folder / f"{STEM}_{chart}.png") as picture:
            picture.verify()


def test_english_is_spoken_throughout(cli: CommandLine, classified: None, tmp_path: Path) -> None:
    """The sheets and the page, too."""
    outcome = cli("report", DAY, NEXT_DAY, "--lang", "en")

    page = (tmp_path / f"{STEM}.html").read_text(encoding="utf-8")
    assert (outcome.code, '<html lang="en">' in page, "Coverage calendar" in page) == (0, True, True)
    assert openpyxl.load_workbook(tmp_path / f"{STEM}.xlsx").sheetnames[:2] == ["Summary", "By day"]


def test_gaps_are_shown_and_told_by_the_exit_code(cli: CommandLine, chats: Chats, tmp_path: Path) -> None:
    """As `check` does it."""
    chats.add("전학 <절차>", day=DAY)

    outcome = cli("report", DAY, NEXT_DAY, "--format", "html")

    assert outcome.code == 3
    assert "누락 1개가 남았습니다" in outcome.story
    assert "전학 &lt;절차&gt;" in (tmp_path / f"{STEM}.html").read_text(encoding="utf-8")


def test_personal_data_are_masked_in_every_file(cli: CommandLine, chats: Chats, tmp_path: Path) -> None:
    """A report is sent on to those who may not read the chats; KEYWORDS_MASK decides, as everywhere."""
    chats.add("010-1234-5678로 전화 주세요", day=DAY)

    assert cli("report", DAY, NEXT_DAY, "--format", "html,csv,xlsx").code == 3

    book = openpyxl.load_workbook(tmp_path / f"{STEM}.xlsx")
    cells = [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    files = [f"{STEM}.html", f"{STEM}_asked.csv", f"{STEM}_missing.csv"]
    for text in ("\n".join(cells), *((tmp_path / name).read_text(encoding="utf-8") for name in files)):
        assert "전화 주세요" in text
        assert "1234-5678" not in text


def test_a_file_that_is_there_stays_unless_it_may_be_replaced(
    cli: CommandLine, classified: None, tmp_path: Path
) -> None:
    """It may be somebody's own; and none of the others is written then."""
    mine = tmp_path / f"{STEM}.xlsx"
    mine.write_text("mine")

    report = ("report", DAY, NEXT_DAY, "--format", "csv,xlsx")

    refused = cli(*report)

    assert (refused.code, mine.read_text()) == (2, "mine")
    assert f"{STEM}.xlsx" in refused.complaint
    assert not list(tmp_path.glob("*.csv"))

    allowed = cli(*report, "--overwrite")

    assert allowed.code == 0
    assert f"바꿔 썼습니다: {STEM}.xlsx" in allowed.out
    assert openpyxl.load_workbook(mine).sheetnames


def test_the_json_document_names_the_files(cli: CommandLine, classified: None) -> None:
    """For whoever sends them on."""
    outcome = cli("report", DAY, NEXT_DAY, "--json")

    assert outcome.document["files"] == [
        {"path": f"{STEM}.html", "replaced": False},
        {"path": f"{STEM}.xlsx", "replaced": False},
    ]
    assert (outcome.document["check"]["coverage"], outcome.document["cuts"]) == (1.0, [])


@pytest.mark.parametrize(
    "arguments",
    [
        (DAY, NEXT_DAY, "--format", "pdf"),
        (DAY, NEXT_DAY, "--format", ","),
        (NEXT_DAY, DAY),
        ("2025-06-31", "2025-07-01"),
        (DAY, "2999-01-01"),
        ("2024-01-01", "2025-06-11"),
        ("0001-01-01", "0001-01-01"),
        ("1899-12-31", "1900-01-01"),
        (DAY, NEXT_DAY, "--out", "a-file/inside"),
    ],
)
def test_what_cannot_be_written_is_refused(cli: CommandLine, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Before anything is counted."""
    (tmp_path / "a-file").write_text("")

    assert cli("report", *arguments).code == 2


def test_a_folder_that_takes_no_files_is_refused_before_anything_is_counted(cli: CommandLine) -> None:
    """Counting a year takes minutes; told by the first thing that is said, the folder and not the database."""
    outcome = cli("report", DAY, NEXT_DAY, "--out", "/proc/self")

    assert outcome.code == 2
    assert outcome.complaint.startswith("오류: /proc/self에 쓸 수 없습니다:")


def test_pictures_without_letters_are_refused(
    cli: CommandLine, classified: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to install; looked for with letters that no font has, as Korean ones are on a bare machine."""
    monkeypatch.setattr(charts, "require_font", partial(charts.require_font, ("\u0378", "\u0379")))

    outcome = cli("report", DAY, NEXT_DAY, "--format", "png,html")

    assert (outcome.code, list(tmp_path.glob("*.html"))) == (2, [])
    assert "fonts-noto-cjk" in outcome.complaint


def test_a_report_changes_nothing_in_the_database(cli: CommandLine, classified: None) -> None:
    """Whoever may read may report."""
    before = contents()

    assert cli("report", DAY, NEXT_DAY, "--format", "html,csv").code == 0
    assert contents() == before


def test_a_database_without_messages_makes_a_report(cli: CommandLine, tmp_path: Path) -> None:
    """An office's first look."""
    outcome = cli("report", DAY, NEXT_DAY, "--format", "html,xlsx,csv,png")

    assert outcome.code == 0
    assert (tmp_path / f"{STEM}_calendar.png").exists()
    assert not (tmp_path / f"{STEM}_keywords.png").exists()


def test_a_report_can_be_made_on_mysql(on_mysql: None, cli: CommandLine, chats: Chats, tmp_path: Path) -> None:
    """Where the numbers of real offices are."""
    chats.add("전학 절차", "검정고시 접수", day=DAY, times=3)
    assert straight.basic().day.missing == 0

    outcome = cli("report", DAY, NEXT_DAY, "--format", "html,xlsx,csv")

    assert outcome.code == 0
    assert openpyxl.load_workbook(tmp_path / f"{STEM}.xlsx")["질문"]["E2"].value
