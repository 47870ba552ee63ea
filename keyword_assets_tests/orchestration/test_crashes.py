"""Runs of the daemon when processes die, are stopped or start anew: with the real ones, as on several machines.

Starting them costs more than what a test does with them. So most tests share them: each begins with whatever the one
before it has ended started anew, an instance that knows of no run, and a database as good as new. Those that end the
code server, after which the daemon has to start anew as well, come last.
"""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._core.storage.dagster_run import NOT_FINISHED_STATUSES

from keyword_assets.configuration.settings import Settings
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.orchestration.hosting import dead_runs
from keyword_assets.orchestration.hosting.instance import open_instance
from keyword_assets.sql.opening import open_store
from keyword_assets_tests.cli.processes import is_gone, process_of, saved, sent, sent_twice
from keyword_assets_tests.conftest import clean
from keyword_assets_tests.services import Services, apart, running, together
from keyword_assets_tests.world import DAY, NEXT_DAY, Chats, answers_to, environment, questions, written

ROOT = Path(__file__).parents[2]
# Twelve requests, one after the other, each taking a second: there is a middle.
TEXTS = questions(60)
NEXT_TEXTS = [f"다음 날 {text}" for text in questions(3)]
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}


def _settings(folder: Path, hcx_url: str) -> dict[str, str]:
    """One request of five questions at a time; everything is kept in the folder."""
    return environment(f"sqlite:///{folder / 'keywords.db'}", hcx_url) | {
        "KEYWORDS_END_DATE": "2025-06-30",
        "HCX_BATCH_SIZE": "5",
        "HCX_QPM": "1",
        "HCX_QUOTA_WINDOW_SECONDS": "0.001",
        # A time-out is asked again, which would pass for paying twice.
        "HCX_TIMEOUT_SECONDS": "60",
        "DAGSTER_HOME": str(folder / ".keyword_assets" / "dagster"),
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }


def _furnish(folder: Path, dagster_home: Path, database: Path) -> None:
    shutil.copytree(dagster_home, folder / ".keyword_assets" / "dagster")
    shutil.copy(ROOT / "workspace.yaml", folder)
    shutil.copyfile(database, folder / "keywords.db")


def _begin(hcx: SimulatorServer) -> None:
    """Sixty questions of a day and three of the next, and an HCX that takes its time."""
    chats = Chats()
    chats.add(*TEXTS)
    chats.add(*NEXT_TEXTS, day=NEXT_DAY)
    hcx.faults.add(Fault("slow", seconds=1))


@pytest.fixture
def own_folder(
    monkeypatch: pytest.MonkeyPatch, hcx: SimulatorServer, tmp_path: Path, new_dagster_home: Path, new_database: Path
) -> Path:
    """A folder with a world of its own, for tests that start everything themselves."""
    _furnish(tmp_path, new_dagster_home, new_database)
    for name, value in _settings(tmp_path, hcx.url).items():
        monkeypatch.setenv(name, value)
    _begin(hcx)
    return tmp_path


@pytest.fixture(scope="module")
def shared(
    hcx_server: SimulatorServer, new_dagster_home: Path, new_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    """Code location, webserver and daemon."""
    folder = tmp_path_factory.mktemp("apart")
    _furnish(folder, new_dagster_home, new_database)
    with running(apart(folder, clean(os.environ) | _settings(folder, hcx_server.url))) as started:
        yield started


@pytest.fixture
def services(shared: Services, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch) -> Services:
    """The same, all of them at work, as if nothing had been before."""
    for name, value in _settings(shared.folder, hcx.url).items():
        monkeypatch.setenv(name, value)
    _start_the_ended(shared)
    with open_instance(Settings.from_env()) as instance:
        shared.until(lambda: _is_idle(instance))
        for run in instance.get_runs():
            instance.delete_run(run.run_id)
    with open_store(Settings.from_env()) as store, store.engine.begin() as connection:
        for table in store.tables.metadata.tables.values():
            if table is not store.tables.locks:
                connection.execute(sa.delete(table))
    _begin(hcx)
    return shared


def _start_the_ended(services: Services) -> None:
    ended = services.ended()
    if "code" in ended and "daemon" not in ended:
        # Until it has noticed that there is another one, it fails what is queued.
        services.kill("daemon")
    services.start(*ended - {"daemon"})
    services.until(services.reload)
    services.start(*services.ended())


def _is_idle(instance: dg.DagsterInstance) -> bool:
    """Whether every run has ended, and has given its place in the pool back."""
    unfinished = instance.get_runs(dg.RunsFilter(statuses=list(NOT_FINISHED_STATUSES)))
    return not unfinished and not instance.event_log_storage.get_concurrency_run_ids()


def _at_work(services: Services, day: str = DAY) -> tuple[str, int]:
    """Launch a run of the day; its id and its process, once it has saved something."""
    run_id = services.launch(day)
    before = saved()
    services.until(lambda: saved() - before)
    return run_id, process_of(run_id)


def _outcome(services: Services, run_id: str) -> str:
    return str(services.until(lambda: {services.run(run_id)["status"]} & ENDED).pop())


def test_a_killed_worker_is_seen_at_once_and_the_next_run_goes_on_from_there(
    services: Services, hcx: SimulatorServer
) -> None:
    """A machine that runs out of memory kills whoever is largest."""
    first, process = _at_work(services)
    os.kill(process, signal.SIGKILL)
    killed_at = time.monotonic()

    assert _outcome(services, first) == "FAILURE"
    assert time.monotonic() - killed_at < 60
    answered, before = saved(), sent(hcx)
    hcx.faults.clear()
    second = services.launch(DAY)
    assert _outcome(services, second) == "SUCCESS"
    # Half a minute each until the place in the pool and the claims on texts are free again.
    assert time.monotonic() - killed_at < 180
    assert 0 < len(answered) < len(TEXTS)
    assert sent_twice(hcx) <= before.keys() - answered
    assert written() == answers_to(TEXTS)


def test_a_daemon_and_a_webserver_that_start_anew_find_their_runs(services: Services, hcx: SimulatorServer) -> None:
    """Updates, restarts: the run at work goes on, the one in the queue is not lost, nothing is paid twice."""
    working, process = _at_work(services)
    for name in ("daemon", "web"):
        services.send(name, signal.SIGTERM)
        assert services.wait(name) == 0
    services.start("web")
    services.until_they_answer()
    queued = services.launch(NEXT_DAY)
    status_without_daemon = services.run(queued)["status"]
    hcx.faults.clear()
    services.start("daemon")

    assert not is_gone(process) or services.run(working)["status"] == "SUCCESS"
    assert status_without_daemon == "QUEUED"
    assert (_outcome(services, working), _outcome(services, queued)) == ("SUCCESS", "SUCCESS")
    assert not sent_twice(hcx)
    assert written() == answers_to(TEXTS + NEXT_TEXTS)


def test_a_run_is_stopped_from_the_ui_and_the_next_goes_on_from_there(services: Services, hcx: SimulatorServer) -> None:
    """Its answers are kept, and its place is free at once: it ended by itself."""
    stopped, _ = _at_work(services)
    answer = services.terminate(stopped)
    assert _outcome(services, stopped) == "CANCELED"
    answered, before = saved(), sent(hcx)
    hcx.faults.clear()
    again = services.launch(DAY)

    assert answer == "TerminateRunSuccess"
    assert _outcome(services, again) == "SUCCESS"
    assert 0 < len(answered) < len(TEXTS)
    assert sent_twice(hcx) <= before.keys() - answered
    assert written() == answers_to(TEXTS)


def test_a_run_whose_host_died_is_failed_by_the_sensor_and_others_are_left_alone(
    services: Services, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is left to notice: code server and worker are gone together. What is queued was never at work."""
    # A beat comes every five seconds, later under load; ninety would make a long test.
    monkeypatch.setattr(dead_runs, "SILENT_SECONDS", 25.0)
    working, process = _at_work(services)
    # On a busy machine the run would end while the other one is asked for.
    hcx.faults.clear()
    hcx.faults.add(Fault("slow", seconds=30))
    queued = services.launch(NEXT_DAY)
    with open_instance(Settings.from_env()) as instance, open_store(Settings.from_env()) as store:
        while_alive = dead_runs.fail_the_silent(instance, store)
        for name in ("code", "daemon", "web"):
            services.kill(name)
        assert is_gone(process)
        answered, before = saved(), sent(hcx)
        too_soon = dead_runs.fail_the_silent(instance, store)
        seen_by_dagster = _runs(instance, dg.DagsterRunStatus.STARTED)
        buried = services.until(lambda: dead_runs.fail_the_silent(instance, store))
        failed = _runs(instance, dg.DagsterRunStatus.FAILURE)
    hcx.faults.clear()
    services.start("code", "web")
    services.until_they_answer()
    # Dagster fails a queued run whose code it cannot reach.
    services.start("daemon")
    again = services.launch(DAY)

    assert (while_alive, too_soon, buried) == ([], [], [working])
    assert seen_by_dagster == failed == {working}
    assert (_outcome(services, queued), _outcome(services, again)) == ("SUCCESS", "SUCCESS")
    assert sent_twice(hcx) <= before.keys() - answered
    assert written() == answers_to(TEXTS + NEXT_TEXTS)


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_code_server_that_is_stopped_lets_its_runs_end(
    services: Services, hcx: SimulatorServer, name: signal.Signals
) -> None:
    """A new version is deployed in the middle of a run."""
    run_id, process = _at_work(services)
    services.send("code", name)
    hcx.faults.clear()
    code = services.wait("code")

    assert code == 0
    services.until(lambda: is_gone(process))
    assert services.run(run_id)["status"] == "SUCCESS"
    assert not sent_twice(hcx)
    assert written() == answers_to(TEXTS)


def test_make_dev_that_is_terminated_lets_its_runs_end(own_folder: Path, hcx: SimulatorServer) -> None:
    """The UI and the daemon are gone at once; what was being paid for is still written."""
    with running(together(own_folder, os.environ)) as services:
        run_id, process = _at_work(services)
        services.send("dev", signal.SIGTERM)
        hcx.faults.clear()
        code = services.wait("dev")
        services.until(lambda: is_gone(process))

    assert (code, _status(run_id)) == (0, dg.DagsterRunStatus.SUCCESS)
    assert written() == answers_to(TEXTS)


def _runs(instance: dg.DagsterInstance, status: dg.DagsterRunStatus) -> set[str]:
    return {run.run_id for run in instance.get_runs(dg.RunsFilter(statuses=[status]))}


def _status(run_id: str) -> dg.DagsterRunStatus:
    with open_instance(Settings.from_env()) as instance:
        run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status
