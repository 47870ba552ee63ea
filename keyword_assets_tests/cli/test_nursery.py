"""A command from the nursery is what a started process would be."""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from keyword_assets_tests import nursery as nursery_module
from keyword_assets_tests.cli.conftest import Process
from keyword_assets_tests.nursery import Nursery, NurseryError, opened

_TELL = """
import json, os, sys
print(json.dumps({
    "arguments": sys.argv, "folder": os.getcwd(), "setting": os.environ.get("KEYWORDS_LANG"),
    "home": "HOME" in os.environ, "leads": os.getpgid(0) == os.getpid(), "input": sys.stdin.read(),
    "files": sorted(os.listdir("/proc/self/fd"))[:-1],
}))
print("표준", file=sys.stderr)
sys.exit(7)
"""


def test_it_has_a_folder_settings_streams_and_a_group_of_its_own(
    process: Process, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And none of the files of the others."""
    monkeypatch.delenv("HOME")
    other = process(program="import time; time.sleep(60)")
    child = process("one", "둘", program=_TELL, KEYWORDS_LANG="en")
    out, err = child.communicate(timeout=60)
    told = json.loads(out)

    assert (child.returncode, err) == (7, "표준\n")
    assert {name: told[name] for name in ("arguments", "folder", "setting", "home", "leads", "input")} == {
        "arguments": ["-c", "one", "둘"],
        "folder": str(tmp_path),
        "setting": "en",
        "home": False,
        "leads": True,
        "input": "",
    }
    assert told["files"] == ["0", "1", "2"]
    assert other.poll() is None


# Two are copies, the third is a new Python.
_START = """
import __main__, json, os, subprocess, sys
__main__._what_it_starts_are_copies(2)
ours, theirs = os.pipe()
os.makedirs("there")
for number in range(3):
    with open("there/told.py", "w") as file:
        file.write(
            "import json, os, sys, warnings\\n"
            "os.write(int(sys.argv[1]), b'kept')\\n"
            "tell = sys.argv[2:], os.getcwd(), os.environ['ONE'], os.getppid(), warnings.filters[0][0]\\n"
            "print(json.dumps([*tell, 'sqlalchemy' in sys.modules, len(os.listdir('/proc/self/fd'))]))\\n"
            "sys.exit(int(sys.stdin.read()))"
        )
    command = [sys.executable, "-W", "error", "-m", "told", str(theirs), "둘"]
    how = {"cwd": "there", "env": {**os.environ, "ONE": "하나"}, "pass_fds": [theirs]}
    done = subprocess.run(command, **how, input="7", stdout=subprocess.PIPE, text=True)
    print(json.dumps([done.returncode, os.read(ours, 9).decode(), os.getpid(), *json.loads(done.stdout)]))
"""


def test_what_it_starts_are_copies_and_what_started_processes_would_be(process: Process, tmp_path: Path) -> None:
    """`make dev` starts others, and waits for them as for its own: they are."""
    child = process(program=_START)
    out, err = child.communicate(timeout=60)
    told = [json.loads(line) for line in out.splitlines()]
    pid = told[0][2]

    assert (child.returncode, err) == (0, "")
    # A list of open files is open itself, besides three streams and what is passed on.
    expected = [7, "kept", pid, ["둘"], str(tmp_path / "there"), "하나", pid, "error"]
    assert told == [[*expected, True, 5], [*expected, True, 5], [*expected, False, 5]]


_END = """
import atexit, sys, threading, time
atexit.register(print, "registered")
threading.Thread(target=lambda: (time.sleep(0.1), print("thread"))).start()
print("main")
sys.exit(7)
"""


def test_it_ends_as_any_process_does(process: Process) -> None:
    """Threads are waited for, what was registered is called, and what was written arrives."""
    child = process(program=_END)

    assert child.communicate(timeout=60) == ("main\nthread\nregistered\n", "")
    assert child.returncode == 7


def test_a_signal_ends_it_as_it_ends_any_process(process: Process) -> None:
    """Whoever waits is told which."""
    children = [process(program="import time; time.sleep(60)") for _ in range(2)]
    children[0].kill()
    os.killpg(children[1].pid, signal.SIGALRM)

    assert [child.wait(timeout=60) for child in children] == [-signal.SIGKILL, -signal.SIGALRM]


def test_a_shell_gives_it_what_it_gives_any_command(settings_in_force: None, nursery: Nursery, tmp_path: Path) -> None:
    """Its exit code, its streams, and those that are closed."""
    line = f"{nursery.command} check 2025-06-11 >&- 2>&1; echo $?; {nursery.command} --lang en chek 2>&1"
    done = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, timeout=60)

    first, *rest = done.stdout.splitlines()
    assert first.isdecimal()
    assert "chek" in "".join(rest)
    assert done.returncode == 2


_PYTHON = """
import signal, sys
try:
    print(sys.argv, sys.stdin.readline(), end="", flush=True)
    signal.pause()
except KeyboardInterrupt:
    sys.exit(7)
"""


def test_a_worker_reads_what_it_is_told_and_is_interrupted_with_whoever_started_it(nursery: Nursery) -> None:
    """As pytest-xdist starts one: it believes to have started a Python."""
    command = [*shlex.split(nursery.command), "-u", "-c", _PYTHON]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdin is not None
        assert started.stdout is not None
        started.stdin.write("말\n")
        started.stdin.flush()
        said = started.stdout.readline()
        started.send_signal(signal.SIGINT)
        code = started.wait(timeout=60)

    assert (said, code) == ("['-c'] 말\n", 7)


def test_an_interrupt_that_comes_before_its_number_is_passed_on(tmp_path: Path) -> None:
    """A worker can be at work, and be interrupted, before whoever stands for it has heard which it is."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening, ExitStack() as stack:
        listening.bind(str(tmp_path / "nursery"))
        listening.listen()
        stands_for_it = Path(nursery_module.__file__).with_name("from_nursery.py")
        command = [sys.executable, "-IS", stands_for_it, tmp_path / "nursery", "-u", "-c", "pass"]
        it = stack.enter_context(subprocess.Popen(["sleep", "60"]))
        started = stack.enter_context(subprocess.Popen(command))
        line, _ = listening.accept()
        stack.callback(line.close)
        line.recv(1 << 16)
        started.send_signal(signal.SIGINT)
        line.send(str(it.pid).encode())
        ended = it.wait(timeout=60)
        line.send(str(ended).encode())

        assert (ended, started.wait(timeout=60)) == (-signal.SIGINT, 128 + signal.SIGINT)


def test_no_client_ends_it_or_keeps_it_from_others(process: Process, nursery: Nursery) -> None:
    """A test that is broken off would fail all that come after it."""
    address = nursery.command.split()[-1]
    stages = [b"", b"{", b"[]", json.dumps({"module": "keyword_assets"}).encode()]
    lines = [socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in stages]
    for line, said in zip(lines, stages, strict=True):
        line.connect(address)
        if said:
            line.send(said)
    whys = [line.recv(1 << 16).decode() for line in lines[1:3]]
    # One has not said yet what it wants, and another leaves without having heard its number.
    lines[3].close()
    child = process(program="print(1)")

    assert child.communicate(timeout=60) == ("1\n", "")
    assert [why.splitlines()[-1].partition(":")[0] for why in whys] == ["json.decoder.JSONDecodeError", "TypeError"]
    for line in lines:
        line.close()


@pytest.mark.parametrize("is_ours", [True, False])
def test_one_that_was_killed_is_told_once_and_there_is_another(tmp_path: Path, is_ours: bool) -> None:
    """By whoever kills what takes memory: one test of a worker fails, and says why; the next has the worker's own."""
    with opened() as begun:
        nursery = begun if is_ours else Nursery(Path(begun.place["folder"]), whose=int(begun.place["whose"]))
        os.kill(begun.pid, signal.SIGKILL)
        os.waitid(os.P_PID, begun.pid, os.WEXITED | os.WNOWAIT)
        with pytest.raises(NurseryError, match=f"ended with -{signal.SIGKILL}\n" if is_ours else "ended\n"):
            nursery.start([], folder=tmp_path, environment=os.environ)
        child = nursery.start([], folder=tmp_path, environment=os.environ, program="print(1)")

        assert child.communicate(timeout=60) == ("1\n", "")
        if not is_ours:
            nursery.end()
