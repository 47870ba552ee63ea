"""A day heals by itself under `make dev`: SQLite everywhere."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.orchestration.hosting.instance import open_instance
from keyword_assets_tests.cli.processes import is_gone, process_of, saved
from keyword_assets_tests.conftest import clean
from keyword_assets_tests.services import Services, running, together
from keyword_assets_tests.ui.conftest import ROOT
from keyword_assets_tests.ui.healing import OLD_TEXTS, Healing, complaints, settings_of
from keyword_assets_tests.world import Chats, questions, rows_of

# Before those that the sensor looks at.
MAY, DAY_IN_MAY = "2025-05-01", "2025-05-05"
# So many that there is a middle.
TEXTS_IN_MAY = [f"오월의 {text}" for text in questions(60)]


@pytest.fixture(scope="module")
def hcx_of_module() -> Iterator[SimulatorServer]:
    """An HCX for all tests of this module."""
    with SimulatorServer() as server:
        server.warm_up()
        yield server


@pytest.fixture(scope="module")
def services(hcx_of_module: SimulatorServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """`make dev` with a key."""
    folder = tmp_path_factory.mktemp("embedded")
    shutil.copy(ROOT / "workspace.yaml", folder)
    with running(together(folder, clean(os.environ) | _settings(folder, hcx_of_module))) as started:
        yield started


@pytest.fixture
def settings(services: Services, hcx_of_module: SimulatorServer) -> dict[str, str]:
    """The settings in force."""
    return _settings(services.folder, hcx_of_module)


def _settings(folder: Path, hcx: SimulatorServer) -> dict[str, str]:
    return settings_of(f"sqlite:///{folder / 'keywords.db'}", hcx) | {"KEYWORDS_START_DATE": MAY}


@pytest.fixture
def switch_on(services: Services) -> Callable[[], None]:
    """Turn the sensor on."""
    return services.turn_the_sensor_on


class TestHealingEmbedded(Healing):
    """See `Healing`."""


def test_nothing_but_the_kill_was_complained_of(services: Services) -> None:
    """Nothing else may cry wolf."""
    assert complaints(services) == []


def test_ctrl_c_in_the_terminal_stops_its_runs_too(
    services: Services, settings: dict[str, str], hcx_of_module: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The terminal tells all its processes; the answers are kept, and the run does not show as going on.

    It comes last: nothing is at work afterwards.
    """
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DAGSTER_HOME", str(services.folder / ".keyword_assets" / "dagster"))
    chats = Chats()
    chats.added = len(OLD_TEXTS)
    chats.add(*TEXTS_IN_MAY, day=DAY_IN_MAY)
    hcx_of_module.faults.add(Fault("slow", seconds=1, text="오월의"))
    run_id = services.launch(DAY_IN_MAY)
    services.until(lambda: saved() & set(TEXTS_IN_MAY))
    process = process_of(run_id)
    services.send_to_all("dev", signal.SIGINT)
    code = services.wait("dev")
    services.until(lambda: is_gone(process))
    answered = saved() & set(TEXTS_IN_MAY)
    with open_instance(Settings.from_env()) as instance:
        run = instance.get_run_by_id(run_id)

    assert run is not None
    assert (code, run.status) == (0, dg.DagsterRunStatus.CANCELED)
    assert 0 < len(answered) < len(TEXTS_IN_MAY)
    assert run_id not in {row[-1] for row in rows_of("keyword_workers")}
