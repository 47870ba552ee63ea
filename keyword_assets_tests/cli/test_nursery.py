"""A command from the nursery is what a started process would be."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from keyword_assets_tests.cli.conftest import Process
from keyword_assets_tests.nursery import Nursery

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
    assert other.poll() is None


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
