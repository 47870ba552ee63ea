"""Somebody else who has an account on this machine: what he can read while a command is at work, and afterwards."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import InputError
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.modes import exposures
from keyword_assets_tests.cli.processes import wait_until

KEY = "nv-c4n4ry-of-other-users"
DAY = "2025-06-11"
NOBODY = 65534
# Runs as another user: which of these files it can open, and which folders it can list.
_SPY = """
import json, os, sys
folder, process = sys.argv[1], sys.argv[2]
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
read, lines = [], []
for path, folders, files in os.walk(folder):
    read += [os.path.join(path, name) for name in files if os.access(os.path.join(path, name), os.R_OK)]
try:
    open(f"/proc/{process}/environ").read()
    read.append("environ")
except OSError:
    pass
for name in os.listdir("/proc"):
    try:
        lines.append(open(f"/proc/{name}/cmdline").read())
    except OSError:
        pass
print(json.dumps([read, lines]))
"""


def _start(folder: Path, *arguments: str, **settings: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "keyword_assets", *arguments],
        cwd=folder,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # The usual one, under which whatever is made can be read by all.
        umask=0o022,
    )


def _run(folder: Path, *arguments: str, **settings: str) -> None:
    child = _start(folder, *arguments, **settings)
    out, err = child.communicate(timeout=120)
    assert child.returncode in (0, 3), out + err


def _modes(folder: Path) -> dict[str, str]:
    """The rights of all that was made there, but for what the test itself has made."""
    found = [path for path in folder.rglob("*") if path.name != "chats.csv"]
    return {str(path.relative_to(folder)): f"{stat.S_IMODE(path.stat().st_mode):04o}" for path in found}


def test_nobody_else_reads_what_a_command_makes(open_folder: Path, hcx: SimulatorServer) -> None:
    """Databases, Dagster's storage and logs, locks and reports, while it is at work and afterwards."""
    settings = {"HCX_API_KEY": KEY, "HCX_BASE_URL": hcx.url, "KEYWORDS_DATABASE_URL": "sqlite:///data/keywords.db"}
    settings |= {"KEYWORDS_ALERT_URLS": f"json://me:{KEY}@127.0.0.1:9/{KEY}"}
    (open_folder / "chats.csv").write_text(
        f"chatting_pk,input_text,created_at\n1,전학 절차가 궁금해요,{DAY} 10:00:00\n", encoding="utf-8"
    )
    _run(open_folder, "load-chats", "chats.csv", **settings)
    hcx.faults.add(Fault("slow", seconds=60))
    child = _start(open_folder, "complete", DAY, DAY, **settings)
    try:
        wait_until(lambda: hcx.faults.struck.get("slow"), child)
        meanwhile = _modes(open_folder)
        spied = _spied(open_folder, child.pid)
    finally:
        child.terminate()
        child.communicate()
    _run(open_folder, "report", DAY, DAY, "--out", "reports", "--format", "html,csv", **settings)

    made = _modes(open_folder)
    assert {"data/keywords.db-wal", ".keyword_assets/dagster/dagster.yaml"} <= set(meanwhile)
    assert {name: mode for name, mode in (meanwhile | made).items() if mode not in ("0600", "0700")} == {}
    if spied is not None:
        read, lines = spied
        assert [name for name in read if not name.endswith("chats.csv")] == []
        assert [line for line in lines if KEY in line] == []


def _spied(folder: Path, process: int) -> tuple[list[str], list[str]] | None:
    """What another user reads; None where this one may not become another."""
    if os.geteuid() != 0:
        return None
    spy = subprocess.run(
        ["/usr/bin/env", "python3", "-c", _SPY, str(folder), str(process)], capture_output=True, text=True, check=True
    )
    read, lines = json.loads(spy.stdout)
    return read, lines


def test_a_setting_shares_what_is_made(open_folder: Path) -> None:
    """With a group that runs it together, say."""
    (open_folder / "chats.csv").write_text("chatting_pk,input_text,created_at\n", encoding="utf-8")
    _run(open_folder, "load-chats", "chats.csv", KEYWORDS_UMASK="027")

    made = _modes(open_folder)
    assert {made[".keyword_assets"], made[".keyword_assets/keywords.db"]} == {"0750", "0640"}


@pytest.mark.parametrize(("value", "umask"), [("", 0o077), ("027", 0o027), ("0022", 0o022), ("000", 0)])
def test_the_mask_is_octal(tmp_path: Path, value: str, umask: int) -> None:
    """As in a shell."""
    assert Settings.from_env({"KEYWORDS_UMASK": value}, tmp_path).umask == umask


@pytest.mark.parametrize("value", ["777", "700", "77", "0o77", "u=rwx", "-27", "088", "1027"])
def test_a_mask_that_is_none_is_refused(tmp_path: Path, value: str) -> None:
    """With 700 we could not read our own files."""
    with pytest.raises(InputError, match="KEYWORDS_UMASK"):
        Settings.from_env({"KEYWORDS_UMASK": value}, tmp_path)


@pytest.fixture
def tree(open_folder: Path) -> Path:
    """A folder with a folder and files, all for the owner alone."""
    inner = open_folder / "home" / "inner"
    inner.mkdir(parents=True)
    (inner / "runs.db").write_text("x")
    (open_folder / "home" / "a b.yaml").write_text("x")
    for path, mode in (("home", 0o700), ("home/inner", 0o700), ("home/inner/runs.db", 0o600), ("home/a b.yaml", 0o600)):
        (open_folder / path).chmod(mode)
    return open_folder


@pytest.mark.parametrize(
    ("modes", "allowed", "found"),
    [
        ({}, 0, []),
        ({"home/inner/runs.db": 0o644}, 0, []),
        ({"home": 0o755, "home/inner/runs.db": 0o644}, 0, []),
        ({"home": 0o755, "home/inner": 0o755}, 0, []),
        ({"home": 0o755, "home/inner": 0o711, "home/inner/runs.db": 0o644}, 0, [("home", False)]),
        ({"home": 0o755, "home/a b.yaml": 0o604}, 0, [("home", False)]),
        ({"home": 0o755, "home/a b.yaml": 0o602}, 0, [("home", True)]),
        ({"home": 0o777}, 0, [("home", True)]),
        ({"home": 0o755, "home/a b.yaml": 0o644}, 0o755, []),
        ({"home": 0o755, "home/a b.yaml": 0o646}, 0o755, [("home", True)]),
    ],
)
def test_an_exposed_folder_is_told_once_and_only_where_somebody_gets_that_far(
    tree: Path, modes: dict[str, int], allowed: int, found: list[tuple[str, bool]]
) -> None:
    """A file's own rights say nothing below a closed folder, and a hundred lines would say no more than one."""
    for name, mode in modes.items():
        (tree / name).chmod(mode)

    exposed = exposures([tree / "home", tree / "home" / "inner", tree / "nowhere"], allowed)

    assert [(exposure.path.name, exposure.changeable) for exposure in exposed] == found


def test_what_to_type_is_told(tree: Path) -> None:
    """A path with a blank in it has to be quoted."""
    (tree / "home").chmod(0o711)
    (tree / "home" / "a b.yaml").chmod(0o644)

    (exposed,) = exposures([tree / "home" / "a b.yaml"])

    assert exposed.remedy == f"chmod go-rwx '{tree}/home/a b.yaml'"
