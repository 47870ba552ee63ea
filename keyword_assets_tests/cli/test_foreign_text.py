"""Texts of chats, of HCX, of the database and of the machine, through every command: nothing of them is obeyed."""

import csv
import sqlite3
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from keyword_assets.cli.story import LiveProgress
from keyword_assets.core.foreign import has_unseen
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests import straight
from keyword_assets_tests.cli.conftest import CommandLine, Outcome
from keyword_assets_tests.world import DAY, Chats, keyword_rows, questions

# A terminal's title and colours, a turned line, what is hidden, and the markup of the library that draws our tables.
CANARY = "카나리\x1b]0;제목\x07\x1b[31m\x9b2J\u202e거꾸로\u2066\u200b\u3164\U000e0041[/][bold red]:smile:"
FILE = CANARY.replace("/", "")
SEEN = "카나리\\u001b]0;제목"


def _harmless(outcome: Outcome) -> None:
    """Nothing raw on either stream, of whatever is shown."""
    assert "Traceback" not in outcome.err
    for line in (*outcome.out.split("\n"), *outcome.err.split("\n")):
        assert not has_unseen(line), ascii(line)


def _write(folder: Path, statement: str, *rows: tuple[object, ...]) -> None:
    """As another program writes to the database."""
    connection = sqlite3.connect(folder / "keywords.db")
    connection.executemany(statement, rows or [()])
    connection.commit()
    connection.close()


@pytest.fixture
def hostile(cli: CommandLine, chats: Chats, hcx: SimulatorServer, tmp_path: Path) -> CommandLine:
    """Of four questions two are quarantined; keywords, categories, reasons and replies are the canary, too."""
    chats.add(*questions(2), CANARY, f"\x1b[2J{CANARY}")
    hcx.faults.add(Fault("error", code="40005", text="카나리"))
    _harmless(cli("complete", DAY, DAY))
    hcx.faults.clear()
    _write(tmp_path, "UPDATE admin_categories SET category_name = category_id || ?", (CANARY,))
    _write(tmp_path, "UPDATE admin_chat_keywords SET keyword = ?", (CANARY,))
    _write(tmp_path, "UPDATE keyword_quarantine SET reason = ?, last_reply = ?", (CANARY, CANARY))
    return cli


COMMANDS = [
    ["check", DAY, DAY],
    ["quarantine", "list", DAY, DAY],
    ["missing", DAY, DAY],
    ["doctor"],
    ["db", "upgrade", "--dry-run"],
    ["db", "prune", "--keep-days", "400", "--dry-run"],
]


def test_no_command_shows_anything_raw(hostile: CommandLine) -> None:
    """For people and for programs; the data in JSON are what they were."""
    for command in COMMANDS:
        _harmless(hostile(*command))
        as_json = hostile(*command, "--json")
        _harmless(as_json)
        # Those that classify are refused for the category's name, in words.
        assert as_json.code == 2 or isinstance(as_json.document, dict)
    listed = hostile("quarantine", "list", DAY, DAY, "--json").document["quarantined"]
    assert {entry["text"] for entry in listed} == {CANARY, f"\x1b[2J{CANARY}"}
    assert SEEN in hostile("quarantine", "list", DAY, DAY).story


def test_no_file_of_a_report_holds_anything_raw(hostile: CommandLine, tmp_path: Path) -> None:
    """A page, a workbook and tables; the text is there to be read."""
    outcome = hostile("report", DAY, DAY, "--out", str(tmp_path / "out"), "--format", "html,xlsx,csv")

    _harmless(outcome)
    texts = [path.read_text(encoding="utf-8-sig") for path in (tmp_path / "out").iterdir() if path.suffix != ".xlsx"]
    (workbook,) = (tmp_path / "out").glob("*.xlsx")
    book = openpyxl.load_workbook(workbook)
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    for text in (*texts, *cells):
        assert not any(has_unseen(line.replace("\t", "")) for line in text.split("\n"))
    for text in (texts[0] + texts[1] + "".join(texts), "".join(cells)):
        assert SEEN in text


@pytest.mark.parametrize(
    "arguments",
    [
        ["load-chats", f"{FILE}.csv"],
        ["load-chats", "chats.csv", "--encoding", CANARY],
        ["report", DAY, DAY, "--format", CANARY],
        ["report", DAY, DAY, "--out", f"{FILE}/\n할 일"],
        ["check", CANARY, DAY],
        [CANARY],
        ["check", f"--{CANARY}"],
        ["quarantine", CANARY],
    ],
)  # fmt: skip
def test_what_was_typed_or_found_in_a_folder_is_shown_harmless(
    cli: CommandLine, chats: Chats, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str]
) -> None:
    """A completed file name is typed by whoever named the file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"{FILE}.csv").write_text(f"chatting_pk,input_text,created_at\n1,{CANARY},{CANARY}\n{CANARY},a\n")
    (tmp_path / "chats.csv").write_text("chatting_pk,input_text,created_at\n")

    _harmless(cli(*arguments))


@pytest.mark.parametrize(
    "name",
    ["KEYWORDS_TIMEZONE", "HCX_MODEL", "HCX_QPM", "HCX_BASE_URL", "KEYWORDS_DATABASE_URL", "KEYWORDS_TAXONOMY",
     "KEYWORDS_ALERT_URLS", "KEYWORDS_START_DATE", "HCX_PRICES", "KEYWORDS_TABLE_CHATTINGS", "KEYWORDS_REPORTS",
     "HTTPS_PROXY", "SSL_CERT_FILE"],
)  # fmt: skip
def test_a_setting_is_shown_harmless(cli: CommandLine, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """In `doctor`, which lists them, and where one is refused."""
    monkeypatch.setenv(name, CANARY)

    for command in (["doctor"], ["doctor", "--json"], ["check", DAY, DAY]):
        _harmless(cli(*command))


def test_an_unexpected_error_is_shown_harmless(cli: CommandLine, chats: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its traceback quotes what it was about."""

    def fail(*_: object, **_options: object) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr("keyword_assets.cli.commands.check.counted", fail)

    outcome = cli("check", DAY, DAY)

    assert f"RuntimeError: {SEEN}" in outcome.err
    assert not any(has_unseen(line) for line in outcome.err.split("\n"))


def test_another_process_may_be_called_anything(capsys: pytest.CaptureFixture[str]) -> None:
    """Its name comes from a table, and stands in a line that is drawn with the library of our tables."""
    progress = LiveProgress(quiet=False)

    progress.elsewhere(3, [f"[/]{CANARY}", "[red]host"])
    progress.waiting(f"[/{CANARY}")
    progress.held(datetime(2025, 6, 20), CANARY)

    err = capsys.readouterr().err
    _harmless(Outcome(0, "", err))
    assert "[red]host" in err
    assert err.count(SEEN) == 3


def test_a_message_of_bytes_is_a_question_like_any_other(cli: CommandLine, chats: Chats, tmp_path: Path) -> None:
    """SQLite takes any bytes of any type; the rest of the day went unanswered for them."""
    chats.add(*questions(2))
    for pk, value in enumerate(
        ("CAST(x'eca084ed9599ff20eca088ecb0a8' AS TEXT)", "x'fffe41'", "CAST(x'ff' AS TEXT)"), 901
    ):
        _write(tmp_path, f"INSERT INTO chattings VALUES ({pk}, {value}, '{DAY} 12:00:00')")

    outcome = cli("complete", DAY, DAY, "--json")

    assert (outcome.code, outcome.document["processed"], outcome.document["check"]["coverage"]) == (0, 5, 1.0)
    assert {row["query_text"] for row in keyword_rows()} == {*questions(2), "전학\\xff 절차", "\\xff\\xfeA", "\\xff"}
    (found,) = [c for c in cli("doctor", "--json").document["checks"] if "UTF-8" in c["message"]]
    assert (found["ok"], found["warning"], " 3개" in found["message"]) == (True, True, True)


def test_a_script_follows_no_link(cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one that leads nowhere yet, nor one to a script of ours."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    target, ours, link = tmp_path / "elsewhere.sql", tmp_path / "ours.sql", tmp_path / "link.sql"
    assert cli("db", "upgrade", "--dry-run", "--sql", str(ours)).code == 0
    script = ours.read_text()
    assert cli("db", "upgrade", "--dry-run", "--sql", str(ours)).code == 0

    for leads_to in (target, ours):
        link.symlink_to(leads_to)
        outcome = cli("db", "upgrade", "--dry-run", "--sql", str(link))
        assert outcome.code == 2
        assert link.is_symlink()
        link.unlink()
    assert (target.exists(), ours.read_text()) == (False, script)


def test_the_rows_that_were_removed_hold_no_formula_and_can_be_restored(
    cli: CommandLine, chats: Chats, tmp_path: Path
) -> None:
    """An apostrophe before what a spreadsheet would run, and before those that there are: one is taken off again."""
    texts = ["=1+1", "'=1+1", "''", " @SUM(A1)", "\u200b＝1", "-1", "전학 절차", 'a"b,c\n=1']
    chats.add("질문")
    assert straight.complete().day.missing == 0
    columns = "query_text, keyword, category_id, query_count, created_at, batch_created_at"
    statement = f"INSERT INTO admin_chat_keywords ({columns}) VALUES (?, ?, 1, 1, '{DAY}', '2025-06-20 00:00:00')"
    _write(tmp_path, statement, *((text, text) for text in texts * 2))

    outcome = cli("db", "upgrade", "--dedupe", "--dump", str(tmp_path / "rows.csv"), "--json")

    assert outcome.document["removed"] == len(texts)
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = {row["query_text"] for row in rows} | {row["keyword"] for row in rows}
    assert not any(text.lstrip(" \u200b")[:1] in "=@-＝" for text in kept)
    assert {text.removeprefix("'") for text in kept} == set(texts)
