"""What is wrong is said in one line, with the exit code of the contract, and nothing is changed by it."""

import socket
from pathlib import Path

import pytest

from keyword_assets.cli.commands import check
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.world import DAY, KEY, NEXT_DAY, Chats, contents, execute, keyword_rows

TWO_CATCH_ALLS = """
categories:
  - {id: 1, name: 하나, catch_all: true}
  - {id: 2, name: 둘, catch_all: true}
"""


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def asked(chats: Chats) -> Chats:
    """A database with two questions of a day."""
    chats.add("전학 절차가 궁금해요", "검정고시 접수 기간", DAY)
    return chats


@pytest.mark.parametrize("option", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["check", NEXT_DAY, DAY], "END(2025-06-11)가 START(2025-06-12)보다 앞섭니다"),
        (["check", "2025-02-30", "2025-03-01"], "START '2025-02-30'은(는) 날짜가 아닙니다"),
        (["check", DAY, "20250612"], "END '20250612'은(는) 날짜가 아닙니다"),
        (["check", DAY, "2025-06-21"], "2025-06-21은(는) 아직 오지 않은 날입니다"),
        (["basic", DAY, "2025-06-20"], "오늘(2025-06-20)은 아직 끝나지 않았습니다"),
        (["missing", DAY, "2025-06-21"], "2025-06-21은(는) 아직 오지 않은 날입니다"),
        (["complete", "2025-05-31", DAY], "2025-05-31은(는) 첫날(2025-06-01)보다 앞섭니다"),
        (["quarantine", "list", NEXT_DAY, DAY], "END(2025-06-11)가 START(2025-06-12)보다 앞섭니다"),
        (["quarantine", "retry", DAY, "2025-06-20"], "오늘(2025-06-20)은 아직 끝나지 않았습니다"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_period_that_cannot_be_meant_is_refused(
    cli: CommandLine, asked: Chats, hcx: SimulatorServer, arguments: list[str], complaint: str, option: list[str]
) -> None:
    """A typing error in a date must not cost money or count the wrong days."""
    before = contents()

    outcome = cli(*arguments, *option)

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.complaint.startswith("오류: ")
    assert complaint in outcome.complaint
    assert contents() == before
    assert hcx.stats.snapshot.received == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["classify", DAY, DAY], "No such command 'classify'"),
        (["check"], "Missing argument 'START'"),
        (["basic", DAY, DAY, "--limit", "-1"], "'--limit'"),
        (["basic", DAY, DAY, "--limit", "many"], "'--limit'"),
        (["check", DAY, DAY, "--lang", "fr"], "'--lang'"),
        (["check", DAY, DAY, "--limit", "3"], "--limit"),
        (["simulator", "--port", "70000"], "'--port'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_line_that_cannot_be_read_is_answered_with_the_usage(
    cli: CommandLine, asked: Chats, arguments: list[str], complaint: str
) -> None:
    """Who mistypes a command needs to see its form, not a traceback."""
    before = contents()

    outcome = cli(*arguments)
    usage, line = outcome.err.splitlines()

    assert (outcome.code, outcome.out) == (2, "")
    assert usage.startswith("Usage: keyword-assets")
    assert line.startswith("잘못된 사용법: ")
    assert complaint in line
    assert contents() == before


@pytest.mark.parametrize("command", ["basic", "missing", "complete"])
@pytest.mark.parametrize("option", [[], ["--json"]], ids=["text", "json"])
def test_without_a_key_nothing_is_classified(
    cli: CommandLine, asked: Chats, monkeypatch: pytest.MonkeyPatch, command: str, option: list[str]
) -> None:
    """The first thing that is missing on a new machine is the key; the message says where to put it."""
    before = contents()
    monkeypatch.delenv("HCX_API_KEY")

    outcome = cli(command, DAY, DAY, *option)

    assert (outcome.code, outcome.out) == (2, "")
    assert "HCX_API_KEY가 없습니다" in outcome.complaint
    assert contents() == before


def test_check_needs_no_key(cli: CommandLine, asked: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who only looks at the coverage need not be trusted with the key."""
    monkeypatch.delenv("HCX_API_KEY")

    outcome = cli("check", DAY, DAY)

    assert (outcome.code, outcome.err) == (3, "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HCX_MODEL", "HCX-008"),
        ("HCX_QPM", "0"),
        ("HCX_TPM", "lots"),
        ("HCX_QUOTA_WINDOW_SECONDS", "-1"),
        ("HCX_MAX_RETRIES", "-1"),
        ("HCX_BASE_URL", "clovastudio.stream.ntruss.com"),
        ("KEYWORDS_TIMEZONE", "Asia/Pyongyang-South"),
        ("KEYWORDS_START_DATE", "2025-13-01"),
        ("KEYWORDS_COVERAGE_FLOOR", "90"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    cli: CommandLine, asked: Chats, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """A misspelt setting must not be replaced by a default in silence."""
    before = contents()
    monkeypatch.setenv(name, value)

    outcome = cli("complete", DAY, DAY, "--json")

    assert (outcome.code, outcome.out) == (2, "")
    # An address may hold a password in the wrong place.
    assert (f"{name}은" if name == "HCX_BASE_URL" else f"{name} '{value}'") in outcome.complaint
    assert contents() == before


@pytest.mark.parametrize("url", ["nonsense", "postgresql://me:secret@host/db", "mysql+nodriver://me:secret@host/db"])
def test_a_database_url_that_we_do_not_speak_is_refused_without_being_repeated(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """The URL holds a password; an error message ends in tickets and chats."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", url)

    outcome = cli("check", DAY, DAY)

    assert (outcome.code, outcome.out) == (2, "")
    assert "KEYWORDS_DATABASE_URL" in outcome.complaint
    assert "mysql+mysqlconnector://" in outcome.complaint
    assert "secret" not in outcome.err


@pytest.mark.parametrize("command", ["check", "complete"])
def test_a_database_server_that_is_down_is_said_at_once(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """The operator has to learn which server to look at, and must not find its password in the log."""
    port = _closed_port()
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", f"mysql+mysqlconnector://me:s3cret@127.0.0.1:{port}/chats")

    outcome = cli(command, DAY, DAY, "--json")

    assert (outcome.code, outcome.out) == (4, "")
    assert f"127.0.0.1:{port}/chats" in outcome.complaint
    assert "연결할 수 없습니다" in outcome.complaint
    assert "s3cret" not in outcome.err


@pytest.mark.parametrize("command", ["check", "complete"])
def test_a_server_database_is_not_changed_before_somebody_says_so(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, mysql_url: str, command: str
) -> None:
    """Tables in somebody's production database are created by `db upgrade` and by nothing else."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", mysql_url)

    outcome = cli(command, DAY, DAY, "--json")

    assert (outcome.code, outcome.out) == (2, "")
    assert "keyword-assets db upgrade" in outcome.complaint
    assert contents() == {}


def test_a_taxonomy_with_two_catch_alls_is_refused(
    cli: CommandLine, asked: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With two of them nobody could say where a question belongs that fits nowhere."""
    before = contents()
    (tmp_path / "mine.yaml").write_text(TWO_CATCH_ALLS, encoding="utf-8")
    monkeypatch.setenv("KEYWORDS_TAXONOMY", "mine.yaml")

    outcome = cli("complete", DAY, DAY, "--json")

    assert (outcome.code, outcome.out) == (2, "")
    assert "2개입니다: 하나, 둘" in outcome.complaint
    assert contents() == before
    assert hcx.stats.snapshot.received == 0


def test_a_taxonomy_file_that_is_not_there_is_named(
    cli: CommandLine, asked: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path in a setting is easily wrong on another machine."""
    monkeypatch.setenv("KEYWORDS_TAXONOMY", "absent.yaml")

    outcome = cli("complete", DAY, DAY, "--json")

    assert (outcome.code, outcome.out) == (2, "")
    assert "absent.yaml" in outcome.complaint


def test_categories_that_differ_from_the_taxonomy_stop_the_run_before_anything_is_sent(
    cli: CommandLine, asked: Chats, hcx: SimulatorServer
) -> None:
    """Rows under an id that means something else on the admin screens would be worse than no rows."""
    execute("INSERT INTO admin_categories (category_id, category_name) VALUES (1, '급식')")
    before = contents()

    outcome = cli("complete", DAY, DAY, "--json")

    assert (outcome.code, outcome.out) == (2, "")
    assert "1: 학교폭력" in outcome.complaint
    assert "1: 급식" in outcome.complaint
    assert contents() == before
    assert hcx.stats.snapshot.received == 0


def test_a_key_that_hcx_does_not_know_ends_the_run(
    cli: CommandLine, asked: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but a person can help; and the key that was refused may be right elsewhere, so it is not shown."""
    with SimulatorServer(SimulatorSettings(api_keys=frozenset({"nv-another"}))) as server:
        monkeypatch.setenv("HCX_BASE_URL", server.url)

        outcome = cli("complete", DAY, DAY, "--json")

        assert server.stats.snapshot.received == 1
    assert (outcome.code, outcome.out) == (4, "")
    assert "HTTP 401 40104 Invalid key" in outcome.complaint
    assert "HCX_API_KEY" in outcome.complaint
    assert KEY not in outcome.err
    assert keyword_rows() == []


@pytest.mark.parametrize("code", ["40080", "40082", "40170", "40300"])
def test_a_model_or_account_that_hcx_refuses_ends_the_run(
    cli: CommandLine, asked: Chats, hcx: SimulatorServer, code: str
) -> None:
    """A model that was retired over night must not look like questions that nobody can answer."""
    hcx.faults.add(Fault("error", code=code))

    outcome = cli("complete", DAY, DAY, "--json")

    assert (outcome.code, outcome.out) == (4, "")
    assert f"HTTP {code[:3]} {code}" in outcome.complaint
    assert "HCX-007" in outcome.complaint
    assert hcx.stats.snapshot.received == 1
    assert keyword_rows() == []


def test_what_was_classified_before_hcx_refused_is_kept(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that expires in the middle of a night's run must not take the night's work with it."""
    monkeypatch.setenv("HCX_BATCH_SIZE", "1")
    chats.add("전학 절차가 궁금해요", "검정고시 접수 기간")
    hcx.faults.add(Fault("error", code="40103", text="검정고시"))

    outcome = cli("basic", DAY, DAY)

    assert outcome.code == 4
    assert {row["query_text"] for row in keyword_rows()} == {"전학 절차가 궁금해요"}


def test_an_unexpected_error_is_told_apart_from_foreseen_ones(
    cli: CommandLine, asked: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug is ours: it comes with its traceback to pass on, and with an exit code that scripts can tell apart."""

    def bug(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(check, "counted", bug)

    outcome = cli("check", DAY, DAY, "--json")

    assert (outcome.code, outcome.out) == (1, "")
    assert "ZeroDivisionError: a bug" in outcome.err
    assert outcome.err.splitlines()[-1].startswith("예상하지 못한 오류입니다")


def test_the_language_of_messages_can_be_english(cli: CommandLine, asked: Chats) -> None:
    """Whoever runs it in another office reads the same facts in English."""
    outcome = cli("check", NEXT_DAY, DAY, "--lang", "en")

    assert outcome.complaint == "Error: END (2025-06-11) lies before START (2025-06-12). Swap the two dates."


def test_the_language_can_be_named_before_the_command_too(cli: CommandLine, asked: Chats) -> None:
    """An alias `keyword-assets --lang en` should serve for every command."""
    outcome = cli("--lang", "en", "check", DAY, DAY)

    assert "Period: 2025-06-11 to 2025-06-11 (1 days)" in outcome.out


@pytest.mark.parametrize("arguments", [["--help"], ["complete", "--help"], ["db", "-h"]])
def test_help_is_an_answer_and_not_an_error(cli: CommandLine, arguments: list[str]) -> None:
    """Scripts and people alike ask for help first."""
    outcome = cli(*arguments)

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("Usage: keyword-assets")
