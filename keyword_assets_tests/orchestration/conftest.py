"""The definitions over a database with a few chats, a simulated HCX, and a real Dagster instance."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.core import texts
from keyword_assets.hcx import attempts
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.hosting.instance import open_instance
from keyword_assets_tests.world import Chats, environment


@pytest.fixture(autouse=True)
def _settings_in_force(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str, new_database: Path, hcx: SimulatorServer
) -> None:
    """A new SQLite file, the simulator, and retries without their pauses of seconds."""
    shutil.copyfile(new_database, tmp_path / "keywords.db")
    for name, value in environment(sqlite_url, hcx.url).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(attempts, "LONGEST_PAUSE", 0.01)
    texts.use("ko")


@pytest.fixture
def chats() -> Chats:
    """Adds messages to the database."""
    return Chats()


@pytest.fixture
def instance(tmp_path: Path, new_dagster_home: Path) -> Iterator[dg.DagsterInstance]:
    """A Dagster instance on disk, configured as ours are, in which nothing has run."""
    shutil.copytree(new_dagster_home, tmp_path / ".keyword_assets" / "dagster")
    with open_instance(Settings.from_env()) as dagster_instance:
        yield dagster_instance


@pytest.fixture
def defs() -> dg.Definitions:
    """The definitions under the settings in force."""
    return build_defs(Settings.from_env())
