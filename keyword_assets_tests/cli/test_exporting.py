"""`export`: everything of ours as files that lose nothing, for the owner alone."""

import csv
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from keyword_assets.sql.database.tables import Tables
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.world import DAY, KEY, Chats, rows_of

FORMULA = '=HYPERLINK("http://evil.example")'
TEXTS = ("전학 절차", FORMULA, "'따옴표로 시작", '두 줄\n"인용"', "쉼표, 그리고 이모지 🙂")


@pytest.fixture(params=["sqlite", "mysql"])
def exported(
    request: pytest.FixtureRequest, cli: CommandLine, chats: Chats, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Path:
    """The folder of an export after a run."""
    if request.param == "mysql":
        monkeypatch.setenv("KEYWORDS_DATABASE_URL", request.getfixturevalue("mysql_url"))
        assert cli("db", "upgrade").code == 0
    chats.add(*TEXTS)
    assert cli("complete", DAY).code == 0
    folder = tmp_path / "new" / "export"
    outcome = cli("export", str(folder), "--json")
    assert outcome.code == 0, outcome.err
    assert outcome.document["tables"]["keyword_answers"] == len(TEXTS)
    return folder


def _read(path: Path) -> list[list[str]]:
    """The rows of a file, each text as it was."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        _, *rows = csv.reader(file)
    return [[value.removeprefix("'") for value in row] for row in rows]


def test_an_export_loses_nothing_and_replaces_nothing(exported: Path, cli: CommandLine) -> None:
    """Formulas of strangers run in no spreadsheet, and are what they were to whoever takes the apostrophe off. The
    same rows are the same files, and nothing is replaced unasked."""
    kept = {path.stem for path in exported.iterdir()}
    raw = (exported / "admin_chat_keywords.csv").read_text("utf-8-sig")
    rows = _read(exported / "admin_chat_keywords.csv")

    assert kept == {"admin_chat_keywords", *(table.name for table in Tables().ours)} - {
        "keyword_locks",
        "keyword_workers",
        "keyword_claims",
        "keyword_quota",
        "keyword_closings",
    }
    assert {stat.S_IMODE(os.stat(path).st_mode) for path in exported.iterdir()} == {0o600}
    assert {row[0] for row in rows} == set(TEXTS)
    assert f"\"'{FORMULA[:10]}" in raw
    assert sorted(_read(exported / "keyword_answers.csv")) == sorted(map(_as_text, rows_of("keyword_answers")))
    assert not any(KEY in path.read_text("utf-8-sig") for path in exported.iterdir())

    before = {path.name: path.read_bytes() for path in exported.iterdir()}
    (exported / "keyword_answers.csv").write_text("mine")
    refused = cli("export", str(exported))
    left = (exported / "keyword_answers.csv").read_text()
    again = cli("export", str(exported), "--overwrite")

    assert (refused.code, left) == (2, "mine")
    assert "개인정보" in again.out
    assert {path.name: path.read_bytes() for path in exported.iterdir()} == before


def _as_text(row: tuple[Any, ...]) -> list[str]:
    return [f"0x{value.hex()}" if isinstance(value, bytes) else str(value) for value in row]


def test_a_folder_that_cannot_be_made_is_named(cli: CommandLine, chats: Chats, tmp_path: Path) -> None:
    """A file is in its way."""
    chats.add("전학 절차")
    (tmp_path / "file").write_text("")

    outcome = cli("export", str(tmp_path / "file" / "export"))

    assert (outcome.code, outcome.out) == (2, "")
    assert str(tmp_path / "file" / "export") in outcome.err
