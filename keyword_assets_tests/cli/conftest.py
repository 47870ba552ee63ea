"""A command line in front of a database with a few chats and a simulated HCX."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from keyword_assets.cli.main import run
from keyword_assets.core import texts
from keyword_assets.hcx import client
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.settings import Settings
from keyword_assets_tests.world import TODAY, Chats, environment


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line on stderr that is not indented as the log of a run is; fails where there is another."""
        (line,) = [line for line in self.err.splitlines() if not line.startswith("  HCX request ")]
        return line

    @property
    def story(self) -> str:
        """stdout with each run of blanks and table lines made one blank, to look for sentences in."""
        return re.sub(r"[\s│┃]+", " ", self.out)


CommandLine = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _korean() -> Iterator[None]:
    """`--lang` holds for the process; the next test begins in Korean again."""
    texts.use("ko")
    yield
    texts.use("ko")


@pytest.fixture
def settings_in_force(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str, hcx: SimulatorServer, new_dagster_home: Path
) -> None:
    """SQLite, the simulator, a clock that hardly moves from TODAY, and retries without their pauses of seconds."""
    shutil.copytree(new_dagster_home, tmp_path / ".keyword_assets" / "dagster")
    for name, value in environment(sqlite_url, hcx.url).items():
        monkeypatch.setenv(name, value)
    ticks = count()
    monkeypatch.setattr(Settings, "now", lambda self: TODAY + timedelta(microseconds=next(ticks)))
    monkeypatch.setattr(client, "LONGEST_PAUSE", 0.01)
    monkeypatch.setattr("random.uniform", lambda low, high: low)


@pytest.fixture
def cli(settings_in_force: None, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """`keyword-assets` in this process."""

    def call(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = run(arguments)
        return Outcome(code, *capsys.readouterr())

    return call


@pytest.fixture
def chats(settings_in_force: None) -> Chats:
    """Adds messages to the database."""
    return Chats()


@pytest.fixture
def process(settings_in_force: None, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`python -m keyword_assets` in a process of its own, under the settings in force; ended with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-m", "keyword_assets", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env=os.environ | {"PYTHONWARNINGS": "default"},
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.kill()
        child.communicate()
