"""A number of HCX's that asks us to wait: never obeyed without bound, nor in silence."""

import signal

import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.quota import governor as quota
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.orchestration.hosting.instance import open_instance
from keyword_assets_tests.cli.conftest import CommandLine, Process
from keyword_assets_tests.nursery import Child
from keyword_assets_tests.world import DAY, KEY, Chats, answers_to, questions, written

# One request's worth.
TEXTS = questions(6)
A_DAY = Fault("error", code="42901", headers={"Retry-After": "86400"})


@pytest.fixture
def shut_out(cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """HCX said "in a day" to our key, to a run that has given up since; it would serve us again now."""
    chats.add(*TEXTS)
    monkeypatch.setenv("HCX_MAX_RETRIES", "0")
    monkeypatch.setenv("HCX_MAX_WAIT_SECONDS", "3600")
    hcx.faults.add(A_DAY)
    assert cli("basic", DAY, DAY).code == 3
    hcx.reset()
    return cli


def _said(child: Child, word: str) -> str:
    """The line on stderr that holds the word; fails where the child ends without."""
    assert child.stderr is not None
    for line in child.stderr:
        if word in line:
            return line
    raise AssertionError(f"{word} was not said")


def test_a_run_goes_on_after_the_longest_wait_of_the_settings(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not after the day that the server asked for; the console and the run's log say what it waits for."""
    chats.add(*TEXTS)
    monkeypatch.setenv("HCX_MAX_WAIT_SECONDS", "1")
    monkeypatch.setattr(quota, "TOLD_FROM_SECONDS", 0.1)
    hcx.faults.add(Fault("error", code="42901", headers={"Retry-After": "86400"}, times=1))

    outcome = cli("complete", DAY, DAY)

    with open_instance(Settings.from_env()) as instance:
        (run,) = instance.get_runs()
        log = "\n".join(entry.user_message for entry in instance.all_logs(run.run_id))
    assert outcome.code == 0
    assert written() == answers_to(TEXTS)
    for told in (outcome.err, log):
        assert told.count("까지 기다립니다. HCX: HTTP 429 42901") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_wait_is_told_with_its_end_and_reason_and_can_be_left(
    shut_out: CommandLine, process: Process, hcx: SimulatorServer, number: signal.Signals
) -> None:
    """Another run was told to wait: this one says so, and what HCX said, and ends when somebody wants it to."""
    child = process("complete", DAY, DAY, "--lang", "en")

    line = _said(child, "Waiting until")
    child.send_signal(number)
    _, rest = child.communicate(timeout=200)

    assert "42901" in line
    assert "86,400 s" in line
    assert child.returncode == 130
    assert "Traceback" not in rest
    assert "Waiting until" not in rest
    # Long before the hour of the wait was over.
    assert hcx.stats.snapshot.received == 0


def test_another_key_does_not_wait(shut_out: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is what people try when the first one is refused."""
    monkeypatch.setenv("HCX_API_KEY", "nv-another")

    assert shut_out("complete", DAY, DAY).code == 0


def test_doctor_says_until_when_and_why_nothing_is_sent(shut_out: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first question about a run that stands still."""
    said = shut_out("doctor").story
    monkeypatch.setenv("HCX_API_KEY", "nv-another")
    other = shut_out("doctor").story

    assert "까지는 이 키로 보내지 않습니다. HCX: HTTP 429 42901" in said
    assert "까지는 이 키로 보내지 않습니다" not in other
    assert KEY not in said


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "soon", "86401", "9" * 5_000])
def test_the_longest_wait_is_a_whole_number_of_seconds(
    cli: CommandLine, chats: Chats, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """A misspelt setting must not be replaced by a default in silence."""
    monkeypatch.setenv("HCX_MAX_WAIT_SECONDS", value)

    outcome = cli("complete", DAY, DAY)

    assert outcome.code == 2
    assert "HCX_MAX_WAIT_SECONDS" in outcome.complaint
