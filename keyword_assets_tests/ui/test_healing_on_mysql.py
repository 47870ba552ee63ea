"""A day heals by itself where everything is on a server, and webserver, daemon and code location run apart."""

import os
import uuid
from collections.abc import Iterator

import pytest

from keyword_assets.cli.main import run
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.conftest import clean
from keyword_assets_tests.mariadb import MySQLServer
from keyword_assets_tests.services import Services, apart, running
from keyword_assets_tests.ui.conftest import Page, browser
from keyword_assets_tests.ui.healing import Healing, settings_of


@pytest.fixture(scope="module")
def hcx_of_module() -> Iterator[SimulatorServer]:
    """An HCX for all tests of this module."""
    with SimulatorServer() as server:
        server.warm_up()
        yield server


@pytest.fixture(scope="module")
def settings(
    hcx_of_module: SimulatorServer, mysql_server: MySQLServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The settings in force: a database of ours and one of Dagster's, both set up by our commands."""
    names = [f"{name}_{uuid.uuid4().hex[:12]}" for name in ("keywords", "dagster")]
    ours, dagsters = (mysql_server.create_database(name) for name in names)
    settings = settings_of(ours, hcx_of_module) | {
        "DAGSTER_HOME": str(tmp_path_factory.mktemp("dagster-home")),
        # Dagster connects anew for everything it does, and a handshake costs many times what is done then.
        "DAGSTER_MYSQL_URL": f"{dagsters}?ssl_disabled=true",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        assert run(["db", "upgrade"]) == 0
        assert run(["db", "upgrade", "--dagster"]) == 0
    yield settings
    for name in names:
        mysql_server.drop_database(name)


@pytest.fixture(scope="module")
def services(settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Code location, webserver and daemon."""
    folder = tmp_path_factory.mktemp("apart")
    with running(apart(folder, clean(os.environ) | settings)) as started:
        yield started


@pytest.fixture(scope="module")
def page(chromium: tuple[str, str], services: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A browser window."""
    with browser(chromium, services.url, tmp_path_factory) as window:
        yield window


class TestHealingOnMySQL(Healing):
    """See `Healing`."""
