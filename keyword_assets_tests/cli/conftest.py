"""A command line in front of a database with a few chats and a simulated HCX."""

import json
import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from keyword_assets.cli.main import run
from keyword_assets.core import texts
from keyword_assets.hcx import attempts
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets_tests.builders import make_store
from keyword_assets_tests.nursery import Child, Nursery, shared
from keyword_assets_tests.world import Chats, Clock, environment


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
Once = Callable[[Callable[[], None]], None]
Process = Callable[..., Child]

# The same program, which takes a process that has fallen silent for dead after two seconds instead of thirty.
_HASTY = """
from keyword_assets.sql.classifying import workers
workers.ALIVE_SECONDS, workers._HEARTBEAT_SECONDS = 2.0, 0.2
from keyword_assets.__main__ import main
main()
"""


@pytest.fixture(autouse=True)
def _korean() -> Iterator[None]:
    """`--lang` holds for the process; the next test begins in Korean again."""
    texts.use("ko")
    yield
    texts.use("ko")


@pytest.fixture
def settings_in_force(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    clock: Clock,
    sqlite_url: str,
    hcx: SimulatorServer,
    new_dagster_home: Path,
    new_database: Path,
) -> None:
    """A new SQLite file, the simulator, a clock that hardly moves from TODAY, and retries without long pauses."""
    shutil.copytree(new_dagster_home, tmp_path / ".keyword_assets" / "dagster")
    shutil.copyfile(new_database, tmp_path / "keywords.db")
    for name, value in environment(sqlite_url, hcx.url).items():
        monkeypatch.setenv(name, value)
    clock.tick = timedelta(microseconds=1)
    monkeypatch.setattr(attempts, "LONGEST_PAUSE", 0.01)
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


@dataclass(frozen=True)
class _Past:
    """What was done in a world, and when."""

    folder: Path
    added: int
    now: datetime


@pytest.fixture(scope="module")
def _pasts() -> dict[str, _Past]:
    return {}


@pytest.fixture
def once(
    chats: Chats, clock: Clock, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, _pasts: dict[str, _Past]
) -> Once:
    """Brings about what a function does to the database and in Dagster's folder: it is called once for a module.

    Other tests get copies; what the simulated HCX was sent is forgotten.
    """

    def bring_about(do: Callable[[], None]) -> None:
        if past := _pasts.get(do.__qualname__):
            shutil.rmtree(tmp_path / ".keyword_assets")
            shutil.copytree(past.folder, tmp_path, dirs_exist_ok=True)
            chats.added, clock.now = past.added, past.now
            return
        do()
        folder = tmp_path_factory.mktemp("past")
        shutil.copyfile(tmp_path / "keywords.db", folder / "keywords.db")
        shutil.copytree(tmp_path / ".keyword_assets", folder / ".keyword_assets")
        _pasts[do.__qualname__] = _Past(folder, chats.added, clock.now)

    return bring_about


@pytest.fixture
def other_home(settings_in_force: None, tmp_path: Path, new_dagster_home: Path) -> str:
    """Another Dagster instance, which knows nothing of the runs of the first."""
    return str(shutil.copytree(new_dagster_home, tmp_path / "other-dagster"))


@pytest.fixture(scope="session")
def nursery() -> Nursery:
    """Where processes come from."""
    return shared()


@pytest.fixture
def process(settings_in_force: None, tmp_path: Path, nursery: Nursery) -> Iterator[Process]:
    """`python -m keyword_assets` in a process of its own, under the settings in force; ended with the test."""
    started: list[Child] = []

    def start(*arguments: str, hasty: bool = False, program: str = "", ignoring: str = "", **settings: str) -> Child:
        child = nursery.start(
            arguments,
            folder=tmp_path,
            environment=os.environ | settings,
            program=_HASTY if hasty else program,
            ignored=[signal.Signals[f"SIG{ignoring}"]] if ignoring else [],
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.kill()
        child.communicate()


@pytest.fixture
def on_mysql(cli: CommandLine, monkeypatch: pytest.MonkeyPatch, mysql_url: str) -> None:
    """A MySQL database with its schema in place, in place of SQLite."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", mysql_url)
    make_store(mysql_url).engine.dispose()


@pytest.fixture
def metered(settings_in_force: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatorServer]:
    """An HCX with a small quota, known to the settings, that counts refusals too; slow until a test lets it go."""
    settings = SimulatorSettings(
        qpm=20, tpm=40_000, window_seconds=1, count_refused=True, latency_seconds=0.05, keep_requests=5_000
    )
    with SimulatorServer(settings) as server:
        for name, value in {"QPM": 20, "TPM": 40_000, "QUOTA_WINDOW_SECONDS": 1, "BASE_URL": server.url}.items():
            monkeypatch.setenv(f"HCX_{name}", str(value))
        server.faults.add(Fault("slow", seconds=4))
        yield server
