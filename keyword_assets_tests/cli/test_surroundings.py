"""Real processes in surroundings that nobody wished for: consoles, folders, and ten faults at once."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keyword_assets.cli.doctor import examine
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.cli.conftest import CommandLine, Process
from keyword_assets_tests.nursery import Nursery
from keyword_assets_tests.world import DAY, KEY, Chats, answers_to, questions, written

TEXTS = ["환불 — 언제 되나요? 😀", *questions(4)]
PERIOD = (DAY, DAY)


@pytest.fixture
def asked(chats: Chats) -> None:
    """A few questions that have no keywords yet."""
    chats.add(*TEXTS)


Shell = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def shell(settings_in_force: None, tmp_path: Path, nursery: Nursery) -> Shell:
    """A line of a shell in which `$KA` is our command, and `$PYTHON_KA` the same with what Python does at its start."""
    commands = {"KA": nursery.command, "PYTHON_KA": f"{sys.executable} -m keyword_assets"}

    def run(line: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
        environment = os.environ | commands | environment
        return subprocess.run(["sh", "-c", line], capture_output=True, cwd=tmp_path, env=environment, timeout=120)

    return run


@pytest.mark.parametrize("encoding", ["ascii", "cp949:strict", "latin-1"])
def test_a_console_of_another_encoding_costs_characters_only(asked: None, shell: Shell, encoding: str) -> None:
    """It ended `complete` between its steps, after everything had been paid for."""
    ended = shell("$KA complete 2025-06-11 2025-06-11 && $KA check 2025-06-11 2025-06-11", PYTHONIOENCODING=encoding)

    assert (ended.returncode, b"Traceback" in ended.stderr) == (0, False), ended.stderr
    assert ended.stdout.decode(encoding.split(":")[0]).count("100.0 %") >= 2
    assert written() == answers_to(TEXTS)


def test_a_document_is_one_in_every_encoding(asked: None, shell: Shell) -> None:
    """Whoever parses it does not know what the console was."""
    ended = shell("$PYTHON_KA doctor --json", PYTHONIOENCODING="ascii")
    plain = shell("$KA doctor --json")

    assert json.loads(ended.stdout.decode("ascii")) == json.loads(plain.stdout.decode("utf-8"))


@pytest.mark.parametrize("redirection", [">&-", ">/dev/full", ">/dev/full 2>&1", ">&- 2>&- <&-"])
def test_a_console_that_takes_nothing_costs_no_work(asked: None, shell: Shell, redirection: str) -> None:
    """The exit code tells the truth about the work: here, that it is done."""
    ended = shell(f"$KA complete 2025-06-11 2025-06-11 {redirection}")

    assert (ended.returncode, b"Traceback" in ended.stderr) == (0, False), ended.stderr
    assert written() == answers_to(TEXTS)


def test_a_reader_who_leaves_costs_no_work(asked: None, shell: Shell) -> None:
    """`keyword-assets complete … | head -1`: it took that for the end, and 0 for the exit code."""
    ended = shell("{ $KA complete 2025-06-11 2025-06-11; echo $? >code; } | head -c 1")

    assert b"Traceback" not in ended.stderr
    assert Path("code").read_text(encoding="utf-8") == "0\n"
    assert written() == answers_to(TEXTS)


@pytest.mark.parametrize(("redirection", "reason"), [(">/dev/full", "No space left"), (">&-", "닫혀")])
def test_a_document_that_is_lost_is_no_success(asked: None, shell: Shell, redirection: str, reason: str) -> None:
    """A program that reads the exit code only would go on with an empty file."""
    ended = shell(f"$KA basic 2025-06-11 2025-06-11 --json {redirection}")
    said = ended.stderr.decode("utf-8")

    assert ended.returncode == 1
    assert "--json 문서를 쓰지 못했습니다" in said
    assert reason in said
    assert "Traceback" not in said
    assert written() == answers_to(TEXTS)


def test_gaps_are_told_before_a_lost_document(asked: None, shell: Shell) -> None:
    """Of two things to say, the one about the work."""
    ended = shell("$KA check 2025-06-11 2025-06-11 --json >/dev/full")

    assert ended.returncode == 3


def test_nothing_is_printed_into_a_file_that_got_the_number_of_a_closed_stream(asked: None, shell: Shell) -> None:
    """The first file that is opened would be stdout: the database."""
    ended = shell("$PYTHON_KA check 2025-06-11 2025-06-11 >&-; $KA check 2025-06-11 2025-06-11 --json")

    assert json.loads(ended.stdout)["total"]["questions"] == len(TEXTS)


@pytest.mark.parametrize("command", ["check 2025-06-11 2025-06-11", "doctor", "complete 2025-06-11 2025-06-11"])
def test_a_working_folder_that_was_deleted_is_told(shell: Shell, command: str) -> None:
    """A second terminal has cleaned up."""
    ended = shell(f"mkdir gone && cd gone && rmdir ../gone && $PYTHON_KA {command}")

    assert ended.returncode == 2
    (line,) = (ended.stdout + ended.stderr).decode("utf-8").splitlines()
    assert "작업 폴더를 쓸 수 없습니다" in line


def test_help_needs_no_folder(shell: Shell) -> None:
    """It tells what to do."""
    ended = shell("mkdir gone && cd gone && rmdir ../gone && $PYTHON_KA complete --help")

    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_bare_environment_is_enough(asked: None, shell: Shell) -> None:
    """cron and containers give next to nothing: no HOME, no TERM, no locale, a folder for files that is not there."""
    ended = shell(
        "env -u HOME -u TERM -u LANG TMPDIR=/nowhere COLUMNS=0 NO_COLOR=1 $PYTHON_KA complete 2025-06-11 2025-06-11",
        LC_ALL="POSIX",
    )

    assert (ended.returncode, b"Traceback" in ended.stderr) == (0, False), ended.stderr
    assert written() == answers_to(TEXTS)


def test_a_terminal_that_says_it_has_no_columns_is_written_to(asked: None, shell: Shell) -> None:
    """Some that are run by other programs say so; nothing at all was shown on them."""
    ended = shell('COLUMNS=0 script -qec "$KA check 2025-06-11 2025-06-11" /dev/null')

    assert "2025-06-11" in ended.stdout.decode("utf-8")


# -- doctor -----------------------------------------------------------------------------------------------------------


def test_doctor_names_ten_faults_of_one_machine_at_once(
    process: Process, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Who mends one thing and runs it again, ten times over, gives up before the end."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    faults = {
        "HCX_QPM": "many",
        "KEYWORDS_TIMEZONE": "Asia/Seul",
        "KEYWORDS_COVERAGE_FLOOR": "90",
        "KEYWORDS_TAXONOMY": "nowhere.yaml",
        "KEYWORDS_DATABASE_URL": "mysql+mysqlconnector://me:s3cret@127.0.0.1:1/x?useSSL=false",
        "HCX_PRICES": "nowhere.yaml",
        "KEYWORDS_ALERT_URLS": "nonsense://s3cret",
        "DAGSTER_HOME": "file",
        "HTTPS_PROXY": "socks4://me:s3cret@127.0.0.1:9",
        "NO_PROXY": "::1/128",
        "SSL_CERT_FILE": "nowhere.pem",
    }

    out, err = process("doctor", "--lang", "en", HCX_BASE_URL="https://hcx.invalid", **faults).communicate(timeout=100)

    bad = [line for line in out.splitlines() if line.startswith("✘")]
    assert [name for name in faults if not any(name in line for line in bad)] == []
    assert len(bad) == len(faults)
    assert "s3cret" not in out + err
    assert KEY not in out + err


def test_doctor_goes_on_after_what_nobody_foresaw(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that dies is a finding, not the end of the visit; and what it says may quote what it was given."""

    def broken(settings: Any) -> str:
        raise RuntimeError(f"cannot use\n{settings.hcx.api_key}")

    monkeypatch.setattr(examine, "_taxonomy", broken)

    outcome = cli("doctor", "--json")
    checks = {check["name"]: check for check in outcome.document["checks"]}

    assert outcome.code == 1
    assert checks["taxonomy"]["message"].startswith("점검하지 못했습니다: RuntimeError cannot use ***")
    assert KEY not in outcome.out
    assert [name for name, check in checks.items() if not check["ok"]] == ["taxonomy"]


def test_doctor_does_not_mind_the_network_of_a_server_on_this_machine(
    cli: CommandLine, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demo works behind the oddest proxy."""
    monkeypatch.setenv("HTTPS_PROXY", "socks4://127.0.0.1:9")

    assert cli("doctor").code == 0


def test_complete_names_a_proxy_that_cannot_be_used(asked: None, process: Process, tmp_path: Path) -> None:
    """Not only `doctor` meets it."""
    child = process("complete", *PERIOD, HCX_BASE_URL="https://hcx.invalid", ALL_PROXY="socks4://127.0.0.1:9")
    _, err = child.communicate(timeout=100)

    assert child.returncode == 2
    assert "ALL_PROXY" in err.splitlines()[-1]
    assert "Traceback" not in err
