"""A configuration that nobody meant: a wrong folder, a misspelled name, a file that is not there."""

import json
import sqlite3
from pathlib import Path

import pytest

from keyword_assets.configuration.settings import SETTING_NAMES
from keyword_assets.orchestration.resources import DatabaseResource
from keyword_assets_tests.cli.conftest import CommandLine, Process
from keyword_assets_tests.world import DAY, KEY, NEXT_DAY, Chats

READING = [
    ["check", DAY, DAY],
    ["check", DAY, DAY, "--json"],
    ["basic", DAY, DAY],
    ["missing", DAY, DAY],
    ["complete", DAY, DAY],
    ["complete", DAY, DAY, "--dry-run"],
    ["quarantine", "list", DAY, DAY],
    ["quarantine", "retry", DAY, DAY],
    ["report", DAY, DAY, "--out", "reports"],
    ["doctor"],
    ["db", "upgrade", "--dry-run"],
]


@pytest.fixture
def foreign(cli: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder in which nobody has set anything up, with a key in the environment; cron starts commands there."""
    folder = tmp_path / "somewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("KEYWORDS_DATABASE_URL")
    return folder


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_in_a_foreign_folder_nothing_is_made_and_nothing_is_fine(
    cli: CommandLine, foreign: Path, command: list[str]
) -> None:
    """`complete` ended with 0, "no questions", every night."""
    outcome = cli(*command)

    assert list(foreign.iterdir()) == []
    if command[:2] == ["db", "upgrade"]:
        return
    assert outcome.code == 2
    said = outcome.err + outcome.story
    assert str(foreign / ".keyword_assets" / "keywords.db") in said
    for way_out in ("KEYWORDS_DATABASE_URL", ".env", "--env-file", "KEYWORDS_HOME"):
        assert way_out in said
    assert KEY not in said


@pytest.mark.parametrize("key", [KEY, ""])
@pytest.mark.parametrize("made", ["absent", "empty", "without tables"])
def test_a_named_file_that_is_not_there_or_empty_is_refused_too(
    cli: CommandLine, foreign: Path, monkeypatch: pytest.MonkeyPatch, key: str, made: str
) -> None:
    """A path is easily mistyped, and a file that was only just begun has nothing in it."""
    monkeypatch.setenv("HCX_API_KEY", key)
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", "sqlite:///mine.db")
    if made == "empty":
        Path("mine.db").touch()
    if made == "without tables":
        with sqlite3.connect("mine.db") as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("CREATE TABLE t (x)")
            database.execute("DROP TABLE t")
        database.close()
    before = sorted(path.name for path in foreign.iterdir())

    outcome = cli("check", DAY, DAY)

    assert (outcome.code, outcome.out) == (2, "")
    assert str(foreign / "mine.db") in outcome.complaint
    assert sorted(path.name for path in foreign.iterdir()) == before


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite://mine.db"])
@pytest.mark.parametrize("command", [["check", DAY, DAY], ["load-chats", "c.csv"], ["db", "upgrade"]], ids=" ".join)
def test_a_database_that_would_not_last_is_refused(
    cli: CommandLine, foreign: Path, monkeypatch: pytest.MonkeyPatch, url: str, command: list[str]
) -> None:
    """What is written into memory is gone when the command ends, and two slashes name a host."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", url)
    Path("c.csv").write_text(f"chatting_pk,input_text,created_at\n1,가,{DAY}\n", encoding="utf-8")

    outcome = cli(*command)

    assert (outcome.code, outcome.out) == (2, "")
    assert "KEYWORDS_DATABASE_URL" in outcome.complaint


def test_who_asks_for_a_new_file_is_told_which_one_was_made(cli: CommandLine, foreign: Path) -> None:
    """Somebody in the wrong folder learns it at once."""
    made = cli("db", "upgrade")
    again = cli("db", "upgrade")

    assert (made.code, again.code) == (0, 0)
    assert str(foreign / ".keyword_assets" / "keywords.db") in made.complaint
    assert again.err == ""


def test_with_a_key_days_without_messages_in_the_default_file_are_not_fine(
    cli: CommandLine, foreign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demo's file is there, and the line with the real database is not."""
    Path("c.csv").write_text(f"chatting_pk,input_text,created_at\n1,전학,{DAY} 09:00:00\n", encoding="utf-8")
    cli("load-chats", "c.csv")

    there, elsewhere = cli("check", DAY, DAY), cli("complete", NEXT_DAY, NEXT_DAY)

    assert (there.code, elsewhere.code) == (3, 2)
    assert "KEYWORDS_DATABASE_URL" in elsewhere.complaint
    monkeypatch.delenv("HCX_API_KEY")
    assert cli("check", NEXT_DAY, NEXT_DAY).code == 0


def test_days_without_messages_in_a_database_that_was_named_are_fine(
    cli: CommandLine, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A holiday."""
    chats.add("전학", day=DAY)

    assert cli("complete", NEXT_DAY, NEXT_DAY).code == 0


def test_which_file_is_worked_on_is_said_where_nobody_named_one(cli: CommandLine, foreign: Path) -> None:
    """With a key it costs money."""
    Path("c.csv").write_text(f"chatting_pk,input_text,created_at\n1,전학,{DAY} 09:00:00\n", encoding="utf-8")
    cli("load-chats", "c.csv")

    outcome = cli("basic", DAY, DAY)

    assert outcome.code == 0
    assert str(foreign / ".keyword_assets" / "keywords.db") in outcome.err.splitlines()[0]


def test_neither_sensors_nor_runs_of_dagster_make_a_file(foreign: Path) -> None:
    """A daemon that was started in the wrong folder says so at each tick."""
    from keyword_assets.core.errors import InputError

    with pytest.raises(InputError) as refused, DatabaseResource().open():
        pass

    assert refused.value.key == "database.no_file"
    assert list(foreign.iterdir()) == []


# -- where from -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ["--env-file", "../etc/my.env", "check", DAY, DAY],
        ["check", DAY, DAY, "--env-file", "../etc/my.env"],
        ["quarantine", "--env-file", "../etc/my.env", "list", DAY, DAY],
        ["complete", DAY, DAY, "--env-file", "../etc/my.env"],
        ["doctor", "--env-file", "../etc/my.env"],
    ],
    ids=" ".join,
)
def test_the_file_can_be_named_before_and_after_the_command(
    cli: CommandLine, foreign: Path, tmp_path: Path, command: list[str]
) -> None:
    """Its folder is where relative paths are seen from, and where Dagster's runs are kept."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "my.env").write_text("KEYWORDS_DATABASE_URL=sqlite:///../keywords.db\n", encoding="utf-8")

    outcome = cli(*command)

    assert outcome.code == 0, outcome.err
    assert list(foreign.iterdir()) == []


@pytest.mark.parametrize("before", [True, False])
def test_a_file_that_is_not_there_is_named(cli: CommandLine, before: bool) -> None:
    """The settings of another folder would hold in its place."""
    named = ["--env-file", "no.env"]

    outcome = cli(*named, "check", DAY, DAY) if before else cli("check", DAY, DAY, *named)

    assert outcome.code == 2
    assert "no.env" in outcome.complaint


def test_home_holds_for_runs_too(cli: CommandLine, foreign: Path, tmp_path: Path, process: Process) -> None:
    """As cron would start it: another folder, one variable."""
    home = tmp_path / "srv"
    home.mkdir()
    (home / ".env").write_text("KEYWORDS_DATABASE_URL=sqlite:///chats.db\n", encoding="utf-8")
    (home / "c.csv").write_text(f"chatting_pk,input_text,created_at\n1,전학,{DAY} 09:00:00\n", encoding="utf-8")

    for command in (["load-chats", str(home / "c.csv")], ["complete", DAY, DAY]):
        child = process(*command, KEYWORDS_HOME=str(home))
        _, err = child.communicate(timeout=300)
        assert child.returncode == 0, err

    assert sorted(path.name for path in home.iterdir()) == [".env", ".keyword_assets", "c.csv", "chats.db"]
    assert not (foreign / ".keyword_assets").exists()


# -- names that nobody reads ------------------------------------------------------------------------------------------


def test_a_misspelled_name_is_told_once_and_stdout_stays_one_document(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything else, and never its value."""
    monkeypatch.setenv("HCX_APIKEY", "nv-s3cret")

    outcome = cli("check", DAY, DAY, "--json")

    assert outcome.code == 0
    assert outcome.document["total"]["messages"] == 0
    assert "HCX_APIKEY" in outcome.complaint
    assert "HCX_API_KEY" in outcome.complaint
    assert "s3cret" not in outcome.err


def test_a_misspelled_name_is_told_before_the_error_that_it_causes(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is there, under another name."""
    monkeypatch.delenv("HCX_API_KEY")
    Path(".env").write_text("HCX_API_KEY: nv-s3cret\nHCX_APIKEY=nv-s3cret\n", encoding="utf-8")

    first, second, error = cli("complete", DAY, DAY).err.splitlines()

    assert "1번째 줄" in first
    assert "HCX_APIKEY" in second
    assert "HCX_API_KEY가 없습니다" in error


def test_doctor_finds_misspelled_names_and_says_where_settings_came_from(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each is a fault."""
    (tmp_path / ".env").write_text("HCX_QPM_=5\nHCX_MAX_RETRIES=3\nKEYWORDS_MASK=sent\n", encoding="utf-8")

    outcome = cli("doctor", "--json")

    assert (outcome.code, outcome.err) == (2, "")
    assert [check["name"] for check in outcome.document["checks"] if not check["ok"]] == ["names"]
    found = {entry["name"]: (entry["source"], entry["value"]) for entry in outcome.document["settings"]}
    assert list(found) == list(SETTING_NAMES)
    assert found["KEYWORDS_MASK"] == (str(tmp_path / ".env"), "sent")
    assert found["HCX_MAX_RETRIES"] == ("environment", "1")
    assert found["HCX_API_KEY"] == ("environment", None)
    assert found["DAGSTER_HOME"] == ("default", None)
    assert KEY not in json.dumps(outcome.document)


def test_doctor_lists_for_people_only_what_was_set(cli: CommandLine) -> None:
    """Sixty defaults would hide it."""
    outcome = cli("doctor")

    assert "HCX_MAX_RETRIES = 1 (환경 변수)" in outcome.story
    assert "HCX_API_KEY = (비밀) (환경 변수)" in outcome.story
    assert "KEYWORDS_LOOK_BACK_DAYS" not in outcome.story
    assert KEY not in outcome.out
