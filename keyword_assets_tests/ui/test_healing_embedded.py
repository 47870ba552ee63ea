"""A day heals by itself under `make dev`: SQLite everywhere."""

import os
import shutil
from collections.abc import Iterator

import pytest

from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.conftest import clean
from keyword_assets_tests.services import Services, running, together
from keyword_assets_tests.ui.conftest import ROOT, Page, browser
from keyword_assets_tests.ui.healing import Healing, settings_of


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
    settings = settings_of(f"sqlite:///{folder / 'keywords.db'}", hcx_of_module)
    with running(together(folder, clean(os.environ) | settings)) as started:
        yield started


@pytest.fixture
def settings(services: Services, hcx_of_module: SimulatorServer) -> dict[str, str]:
    """The settings in force."""
    return settings_of(f"sqlite:///{services.folder / 'keywords.db'}", hcx_of_module)


@pytest.fixture(scope="module")
def page(chromium: tuple[str, str], services: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A browser window."""
    with browser(chromium, services.url, tmp_path_factory) as window:
        yield window


class TestHealingEmbedded(Healing):
    """See `Healing`."""
