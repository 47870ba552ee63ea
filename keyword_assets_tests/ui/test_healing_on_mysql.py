"""A day heals by itself where everything is on a server, and webserver, daemon and code location run apart."""

import os
import uuid
from collections.abc import Callable, Iterator

import pytest

from keyword_assets.cli.main import run
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.conftest import clean
from keyword_assets_tests.mariadb import MySQLServer
from keyword_assets_tests.services import SENSOR, Services, apart, running
from keyword_assets_tests.ui.conftest import Page, browser
from keyword_assets_tests.ui.healing import OLD_DAY, Healing, complaints, ended, settings_of
from keyword_assets_tests.world import DAY, Chats, answers_to, questions, written

TEXTS = questions(9)


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


@pytest.fixture
def switch_on(page: Page) -> Callable[[], None]:
    """Turn the sensor on, on its page."""

    def clicked() -> None:
        page.go(f"locations/keyword_assets/sensors/{SENSOR}")
        page.see(SENSOR)
        page.switch_on()
        page.leave()

    return clicked


@pytest.fixture(autouse=True)
def _flawless_page(page: Page) -> Iterator[None]:
    """No test may leave an error in the browser's console or in the server's answers."""
    yield
    assert page.errors() == []


def test_a_day_is_materialized_with_a_few_clicks(
    services: Services, page: Page, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its numbers and its check are there to be seen when it is done."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    Chats().add(*TEXTS)

    page.go("asset-groups")
    page.click("Materialize all…")
    page.type_into("ex: ", DAY)
    page.click("Launch 1 run")
    services.until(lambda: services.runs(partition=DAY))
    page.leave()
    run = services.until(lambda: ended(services.runs(partition=DAY)))

    assert run["status"] == "SUCCESS", services.logs()
    page.go("assets/classified_keywords", view="partitions", partition=DAY)
    page.see(run["runId"][:8])
    assert [page.number(name) for name in ("questions", "classified", "missing", "coverage")] == [9, 9, 0, 1]
    page.go("assets/missing_data_report", view="checks", checkDetail="coverage_is_complete")
    page.see("Execution history", "About")
    page.click("Partitions")
    page.type_into("Filter by partition", DAY)
    page.click(DAY)
    page.see("Passed (1)", f"{DAY}: 모든 질문이 처리되었습니다.")
    assert written() == answers_to(TEXTS)


class TestHealingOnMySQL(Healing):
    """See `Healing`."""

    before = TEXTS


def test_the_pages_show_its_backfills_and_the_day(services: Services, page: Page) -> None:
    """Who launched what, why, and what became of it."""
    newest, oldest = services.backfills()

    page.go("runs", view="backfills")
    page.see(newest["id"], oldest["id"], SENSOR)
    page.shoot("backfills.png")
    page.go(f"runs/b/{newest['id']}", tab="runs")
    page.see(newest["id"], "1일, 누락")
    page.shoot("backfill.png")
    page.go("assets/classified_keywords", view="partitions", partition=OLD_DAY)
    page.see("Materialized (2)")
    assert [page.number(name) for name in ("questions", "missing", "coverage")] == [60, 0, 1]
    page.shoot("healed.png")


def test_nothing_but_the_kill_was_complained_of(services: Services) -> None:
    """Nothing else may cry wolf."""
    assert complaints(services) == []
