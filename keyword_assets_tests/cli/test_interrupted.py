"""Real processes, interrupted and killed: what was paid for stays, and nothing stands in the way afterwards."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.orchestration.hosting.instance import open_instance
from keyword_assets_tests.cli.conftest import CommandLine, Process
from keyword_assets_tests.cli.processes import wait_until
from keyword_assets_tests.nursery import Child
from keyword_assets_tests.world import DAY, KEY, Chats, answers_to, keyword_rows, questions, rows_of, written

TEXTS = questions(60)


@pytest.fixture
def slow_hcx(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SimulatorServer]:
    """Sixty questions, and an HCX that takes its time for five of them, one request after the other."""
    chats.add(*TEXTS)
    hcx.faults.add(Fault("slow", seconds=1.5))
    monkeypatch.setenv("HCX_BATCH_SIZE", "5")
    monkeypatch.setenv("HCX_QPM", "1")
    monkeypatch.setenv("HCX_QUOTA_WINDOW_SECONDS", "0.001")
    yield hcx
    hcx.reset()


def _wait_for_rows(child: Child) -> None:
    deadline = time.monotonic() + 60
    while not rows_of("admin_chat_keywords"):
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.2)


def _wait_for_word(child: Child, word: str) -> None:
    assert child.stderr is not None
    said = ""
    while word not in said:
        line = child.stderr.readline()
        assert line, said
        said += line


def _statuses() -> list[dg.DagsterRunStatus]:
    with open_instance(Settings.from_env()) as instance:
        return [run.status for run in instance.get_runs()]


def _saved() -> set[str]:
    return {row["query_text"] for row in keyword_rows()}


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_keeps_its_answers_and_the_next_goes_on_from_there(
    cli: CommandLine, process: Process, slow_hcx: SimulatorServer, name: signal.Signals
) -> None:
    """Ctrl-C, an orderly shutdown, a closed ssh: stopping must cost neither answers nor a second payment."""
    child = process("complete", DAY, DAY)
    _wait_for_rows(child)
    child.send_signal(name)
    _, complaint = child.communicate(timeout=60)
    saved = _saved()
    slow_hcx.reset()

    again = cli("complete", DAY, DAY, "--json")

    assert child.returncode == 130, complaint
    assert complaint.splitlines()[-1].startswith("중단했습니다.")
    assert "Traceback" not in complaint
    assert 0 < len(saved) < len(TEXTS)
    assert (again.code, again.document["skipped"]) == (0, len(saved))
    assert not saved & {text for record in slow_hcx.stats.records for text in record.texts}
    assert written() == answers_to(TEXTS)


def test_ctrl_c_reaches_the_whole_group_without_a_traceback(process: Process, slow_hcx: SimulatorServer) -> None:
    """A terminal tells all processes of the command at once; impatient people press it twice."""
    child = process("complete", DAY, DAY)
    _wait_for_rows(child)
    for _ in range(2):
        os.killpg(child.pid, signal.SIGINT)
    out, complaint = child.communicate(timeout=60)
    slow_hcx.reset()

    assert (child.returncode, "Traceback" in out + complaint) == (130, False)
    assert _statuses() == [dg.DagsterRunStatus.CANCELED]


def _has_run() -> bool:
    # To open an instance, again and again, would take from the child what it is waited for.
    with closing(sqlite3.connect(Settings.from_env().dagster_home / "history" / "runs.db")) as file:
        return bool(file.execute("SELECT 1 FROM runs").fetchall())


def test_a_run_that_is_stopped_before_it_has_begun_is_canceled(process: Process, slow_hcx: SimulatorServer) -> None:
    """Else it would show as waiting until the next command took it for killed, and people were alarmed."""
    child = process("complete", DAY, DAY)
    wait_until(_has_run, child)
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=60)

    assert (child.returncode, _statuses()) == (130, [dg.DagsterRunStatus.CANCELED])


# A command that a person stops once more while its run is being canceled.
_STOPPED_TWICE = """
import os, signal
from keyword_assets.orchestration.hosting import dead_runs

def stopped_once_more(*_):
    os.kill(os.getpid(), signal.SIGINT)
    signal.pause()

dead_runs._cancel = stopped_once_more
from keyword_assets.__main__ import main
main()
"""


def test_whoever_finds_a_run_that_was_stopped_twice_does_not_take_it_for_killed(
    process: Process, slow_hcx: SimulatorServer
) -> None:
    """The database may be slow just then, and people are impatient."""
    child = process("complete", DAY, DAY, program=_STOPPED_TWICE)
    wait_until(_has_run, child)
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=60)

    assert (child.returncode, _statuses()) == (130, [dg.DagsterRunStatus.CANCELED])


# Ctrl-C while garbage is collected: Python drops what is raised there.
_STOPPED_WHILE_TIDYING = """
import os, signal, time, weakref
from keyword_assets import __main__
from keyword_assets.cli import main

class Garbage:
    pass

def run(arguments):
    thing = Garbage()
    told = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGINT))
    del thing
    print("goes on", flush=True)
    time.sleep(60)
    return 0

main.run = run
__main__.main()
"""


def test_an_interrupt_is_not_lost_while_garbage_is_collected(process: Process) -> None:
    """Loading and Dagster's book-keeping make a great deal of it."""
    child = process(program=_STOPPED_WHILE_TIDYING)

    said = child.communicate(timeout=30)

    assert (child.returncode, said) == (130, ("goes on\n", ""))


def test_a_run_in_the_background_of_a_script_goes_on_after_ctrl_c_and_ends_on_termination(
    process: Process, slow_hcx: SimulatorServer
) -> None:
    """Its shell has it ignore the one; ignored, too, by way of Dagster, the other could not stop it but by force."""
    child = process("complete", DAY, DAY, ignoring="INT")
    _wait_for_rows(child)
    child.send_signal(signal.SIGINT)
    before = len(_saved())
    wait_until(lambda: len(_saved()) > before, child)
    child.send_signal(signal.SIGTERM)
    _, complaint = child.communicate(timeout=60)

    assert (child.returncode, "Traceback" in complaint) == (130, False)
    assert before < len(_saved()) < len(TEXTS)


def test_under_nohup_the_end_of_the_terminal_is_not_the_end_of_the_run(
    process: Process, slow_hcx: SimulatorServer
) -> None:
    """This is what people start it with when it will take all night."""
    child = process("complete", DAY, DAY, "--json", ignoring="HUP")
    _wait_for_rows(child)
    child.send_signal(signal.SIGHUP)
    slow_hcx.reset()
    out, _ = child.communicate(timeout=60)

    assert (child.returncode, json.loads(out)["check"]["coverage"]) == (0, 1.0)


def test_a_killed_run_is_buried_and_does_not_block_the_next(process: Process, slow_hcx: SimulatorServer) -> None:
    """After a crash the next night's run must start by itself, and the dead one must not show as running."""
    child = process("complete", DAY, DAY, hasty=True)
    _wait_for_rows(child)
    child.kill()
    child.communicate()
    saved = _saved()
    slow_hcx.reset()

    # In a process of its own, which can be given up on: it would wait for the dead run's place in the pool for ever.
    out, _ = (again := process("complete", DAY, DAY, "--json", hasty=True)).communicate(timeout=60)

    assert (again.returncode, json.loads(out)["skipped"]) == (0, len(saved))
    assert _statuses() == [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]


def test_a_run_that_is_alive_is_not_taken_for_dead(process: Process, slow_hcx: SimulatorServer) -> None:
    """Looking at the instance from a second terminal must not fail the run that is at work."""
    child = process("basic", DAY, DAY, "--json")
    _wait_for_rows(child)
    statuses = _statuses()
    slow_hcx.faults.clear()
    out, _ = child.communicate(timeout=60)

    assert statuses == [dg.DagsterRunStatus.STARTED]
    assert (child.returncode, json.loads(out)["check"]["coverage"]) == (0, 1.0)


def test_two_commands_at_once_take_turns_and_pay_once(process: Process, slow_hcx: SimulatorServer) -> None:
    """Somebody runs by hand what the schedule is running already."""
    first = process("basic", DAY, DAY, "--json")
    _wait_for_rows(first)
    second = process("basic", DAY, DAY, "--json")
    _wait_for_word(second, "HCX를 쓰고 있어")
    slow_hcx.faults.clear()
    first_out, _ = first.communicate(timeout=60)
    second_out, _ = second.communicate(timeout=60)

    assert (first.returncode, second.returncode) == (0, 0)
    assert json.loads(first_out)["processed"] + json.loads(second_out)["processed"] == len(TEXTS)
    assert json.loads(second_out)["requests"] == 0


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_waiting_for_another_run_can_be_given_up(
    process: Process, slow_hcx: SimulatorServer, name: signal.Signals
) -> None:
    """Who sees that it will take hours stops it, and must not have to kill it; it has not failed."""
    first = process("basic", DAY, DAY, "--json")
    _wait_for_rows(first)
    second = process("basic", DAY, DAY, "--json")
    _wait_for_word(second, "HCX를 쓰고 있어")
    second.send_signal(name)
    second.communicate(timeout=60)
    slow_hcx.faults.clear()
    first.communicate(timeout=60)

    assert (second.returncode, first.returncode) == (130, 0)
    assert dg.DagsterRunStatus.FAILURE not in _statuses()


def test_a_process_writes_one_document_to_stdout_and_no_secret_anywhere(
    process: Process, chats: Chats, hcx: SimulatorServer
) -> None:
    """The same as in this process: nothing that Dagster or a logger writes slips in between."""
    chats.add(*questions(3))
    hcx.faults.add(Fault("error", times=1))

    out, err = (child := process("complete", DAY, DAY, "--json")).communicate(timeout=60)

    assert child.returncode == 0
    assert json.loads(out)["processed"] == 3
    assert KEY not in out + err


def test_a_reader_that_has_seen_enough_is_no_error(process: Process, chats: Chats) -> None:
    """`keyword-assets check … | head -1` is how people look at long periods."""
    child = process("check", "2025-01-01", "2025-06-19")
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()

    child.wait(timeout=60)

    assert "Traceback" not in child.stderr.read()


# A command that is interrupted while a module makes a dataclass, which is `exec` of a text.
_INTERRUPTED_IN_EXEC = """
import os, signal, sys
from keyword_assets import __main__
from keyword_assets.cli import main

def check(*_, **__):
    exec("os.kill(os.getpid(), signal.SIGINT)\\nwhile True: pass", {"os": os, "signal": signal})

main.cli.main = check
sys.argv[1:] = ["check"]
__main__.main()
"""


def test_an_interrupt_during_loading_has_its_exit_code(tmp_path: Path) -> None:
    """CPython would kill itself by the signal, although the interrupt was caught; a script could not tell why."""
    (tmp_path / "interrupted.py").write_text(_INTERRUPTED_IN_EXEC, encoding="utf-8")

    command = [sys.executable, "-m", "interrupted"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path, env=_importing_us())

    assert (ended.returncode, ended.stdout) == (130, "")
    assert "Traceback" not in ended.stderr


def _importing_us() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
