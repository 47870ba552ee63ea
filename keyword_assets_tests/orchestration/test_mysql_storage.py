"""Dagster's storage while its server is silent, restarts, is replaced, or loses answers: it goes on, all once."""

import gc
import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa
import yaml
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.events import StepMaterializationData
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, TickData, TickStatus
from dagster._core.storage.dagster_run import DagsterRun
from dagster_mysql import MySQLRunStorage
from dagster_mysql.utils import DagsterMySQLException

from keyword_assets.cli.main import run
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.orchestration import mysql_storage
from keyword_assets.orchestration.hosting import failover
from keyword_assets.orchestration.hosting.failover import ServerGone
from keyword_assets.orchestration.mysql_storage import MySQLStorage
from keyword_assets_tests.mariadb import OrdinaryUser, PrivateMariaDB
from keyword_assets_tests.proxy import Proxy
from keyword_assets_tests.services import apart, running
from keyword_assets_tests.world import DAY, NEXT_DAY, Chats, answers_to, questions, written

# Long enough for a busy machine, short enough for a suite.
SILENCE = 2
PATIENCE = 60
# So that at least one of the commits loses its answer.
TIMES = 6
# Of a log: nobody reads more, and a disk may be small.
MOST_BYTES = 500_000
SECRET = "hunter2-not-to-be-seen"


@pytest.fixture(scope="module")
def server() -> Iterator[PrivateMariaDB]:
    """A server of our own, which may be killed."""
    with PrivateMariaDB() as server:
        yield server


@pytest.fixture
def user(server: PrivateMariaDB) -> Iterator[OrdinaryUser]:
    """A user of a new database without rights on the server."""
    with OrdinaryUser(server, SECRET) as user:
        yield user


@pytest.fixture
def proxy(server: PrivateMariaDB) -> Iterator[Proxy]:
    """A way to the server that can lose answers and fall silent."""
    with closing(Proxy(server.port)) as proxy:
        yield proxy


@pytest.fixture
def behind(user: OrdinaryUser, proxy: Proxy) -> str:
    """The URL of the database by way of the proxy, which has to read what is said."""
    return _url(user, proxy.port)


def _url(user: OrdinaryUser, port: int) -> str:
    url = sa.make_url(user.url).set(port=port).update_query_dict({"ssl_disabled": "1"})
    return url.render_as_string(hide_password=False)


def _configure(home: Path, url: str, monkeypatch: pytest.MonkeyPatch, **more: int) -> None:
    """An instance as `dagster.yaml` describes it, with times for a suite."""
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
    monkeypatch.setenv("DAGSTER_MYSQL_URL", url)
    times = {"connect_seconds": SILENCE, "read_seconds": SILENCE, "retry_seconds": PATIENCE} | more
    config = {"mysql_url": {"env": "DAGSTER_MYSQL_URL"}, **times}
    custom = {"module": MySQLStorage.__module__, "class": MySQLStorage.__name__, "config": config}
    (home / "dagster.yaml").write_text(yaml.safe_dump({"storage": {"custom": custom}}))


@pytest.fixture
def instance(behind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """An instance behind the proxy."""
    _configure(tmp_path, behind, monkeypatch)
    with dg.DagsterInstance.get() as instance:
        yield instance


def _execute(user: OrdinaryUser, statement: str) -> list[tuple[Any, ...]]:
    """Past the proxy."""
    with closing(user.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(statement)
        return [tuple(row) for row in cursor.fetchall()] if cursor.with_rows else []


# -- silence ----------------------------------------------------------------------------------------------------------


def _while_silent(instance: dg.DagsterInstance, silent: Callable[[], None], over: Callable[[], None]) -> int:
    """Ask in several threads while the server says nothing for longer than anybody waits; how many were answered."""
    instance.get_runs_count()
    silent()
    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(instance.get_runs_count) for _ in range(4)]
        time.sleep(2.5 * SILENCE)
        over()
        return len([answer.result(PATIENCE) for answer in answers])


def test_who_asks_a_silent_network_is_answered_when_it_speaks_again(
    instance: dg.DagsterInstance, proxy: Proxy, caplog: pytest.LogCaptureFixture
) -> None:
    """Dagster's own storage waits for ever, whatever comes back; this one says meanwhile what it waits for."""
    assert _while_silent(instance, proxy.fall_silent, proxy.speak) == 4
    told = [record.getMessage() for record in caplog.records if record.name == "dagster.mysql_storage"]
    assert told
    assert not [message for message in told if SECRET in message]


def test_who_asks_a_frozen_server_is_answered_when_it_goes_on(
    instance: dg.DagsterInstance, server: PrivateMariaDB
) -> None:
    """A host that hangs: its system still takes connections, and nobody speaks on them."""
    assert _while_silent(instance, server.freeze, server.thaw) == 4


def test_connections_that_are_never_heard_of_again_are_replaced(instance: dg.DagsterInstance, proxy: Proxy) -> None:
    """A fail-over to another host: nothing tells the old connections that they are dead."""
    assert _while_silent(instance, proxy.abandon, lambda: None) == 4


def test_a_page_is_told_sooner_than_a_run(
    instance: dg.DagsterInstance, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks at it can reload it; a run cannot be had back."""
    monkeypatch.setattr(failover, "PAGE_SECONDS", 1)
    instance.optimize_for_webserver(statement_timeout=15_000, pool_recycle=3600, max_overflow=20)
    proxy.fall_silent()

    with pytest.raises(DagsterMySQLException, match="retry_seconds") as error:
        instance.get_runs_count()
    assert SECRET not in str(error.value)
    proxy.speak()
    assert instance.get_runs_count() == 0


# -- another server on the same port ----------------------------------------------------------------------------------


def test_a_server_that_was_killed_and_comes_back_is_gone_on_with(
    user: OrdinaryUser, server: PrivateMariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by who asks for the first time meanwhile: a run whose process starts in the middle of it."""
    _configure(tmp_path, user.url, monkeypatch)
    with dg.DagsterInstance.get() as instance, ThreadPoolExecutor(2) as threads:
        run = _run(instance)
        server.kill9()
        asked = threads.submit(instance.get_run_by_id, run.run_id)
        opened = threads.submit(_count_in_a_new_instance)
        time.sleep(1.5)
        server.restart()

        found = asked.result(PATIENCE)
        assert found is not None
        assert found.run_id == run.run_id
        assert opened.result(PATIENCE) == 1


def _count_in_a_new_instance() -> int:
    with dg.DagsterInstance.get() as instance:
        return instance.get_runs_count()


def _run(instance: dg.DagsterInstance) -> DagsterRun:
    return instance.run_storage.add_run(DagsterRun(job_name="job", run_id=str(uuid.uuid4()), tags={"a": "b"}))


def test_a_server_without_dagsters_tables_is_told_as_such(instance: dg.DagsterInstance, user: OrdinaryUser) -> None:
    """An empty server in place of the old one: waiting would not help."""
    instance.get_runs_count()
    _execute(user, "RENAME TABLE runs TO runs_elsewhere")

    with pytest.raises(DagsterMySQLException, match="DAGSTER_MYSQL_URL"):
        instance.get_runs_count()
    _execute(user, "RENAME TABLE runs_elsewhere TO runs")
    assert instance.get_runs_count() == 0


def test_an_empty_database_in_place_of_the_old_one_is_given_tables_by_the_command_alone(
    user: OrdinaryUser,
    server: PrivateMariaDB,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A run's process, a tick, another command: whoever opened it first would make them, and nobody would notice."""
    _configure(tmp_path, user.url, monkeypatch)
    assert _count_in_a_new_instance() == 0
    server.drop_database(user.name)

    for _ in range(2):
        with pytest.raises(ServerGone, match="db upgrade --dagster"):
            _count_in_a_new_instance()
        server.execute(f"CREATE DATABASE IF NOT EXISTS `{user.name}`")
    assert run(["complete", DAY, DAY]) == 4
    assert "db upgrade --dagster" in capsys.readouterr().err
    assert _execute(user, "SHOW TABLES") == []

    assert run(["db", "upgrade", "--dagster"]) == 0
    assert _count_in_a_new_instance() == 0


def test_a_home_that_moves_to_another_server_gets_its_tables_there(
    user: OrdinaryUser, server: PrivateMariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has changed the address means it."""
    _configure(tmp_path, user.url, monkeypatch)
    assert _count_in_a_new_instance() == 0

    with OrdinaryUser(server, SECRET) as other:
        monkeypatch.setenv("DAGSTER_MYSQL_URL", other.url)
        assert _count_in_a_new_instance() == 0


def test_a_single_table_that_is_missing_is_dagsters_to_tell(instance: dg.DagsterInstance, user: OrdinaryUser) -> None:
    """Of an older version, or dropped by somebody: most of it works, and nobody need end."""
    _execute(user, "DROP TABLE daemon_heartbeats")

    with pytest.raises(sa.exc.ProgrammingError, match="daemon_heartbeats"):
        instance.get_daemon_heartbeats()


def test_an_account_that_is_refused_is_told_in_words(
    user: OrdinaryUser, server: PrivateMariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another server, or another password; neither is waited for."""
    _configure(tmp_path, user.url.replace(SECRET, f"{SECRET}-no-more"), monkeypatch)

    with pytest.raises(ServerGone, match="접속을 거절합니다") as error:
        _count_in_a_new_instance()
    assert SECRET not in str(error.value)


def test_who_writes_to_a_former_primary_goes_on_when_there_is_one_again(
    instance: dg.DagsterInstance, server: PrivateMariaDB, proxy: Proxy
) -> None:
    """It answers and reads as ever, and takes no writes: the pool would stay with it for ever."""
    instance.get_runs_count()
    before = proxy.connections
    server.execute("SET GLOBAL read_only = 1")
    timer = threading.Timer(1.5, server.execute, ["SET GLOBAL read_only = 0"])
    timer.start()
    try:
        run = _run(instance)
    finally:
        timer.join()

    assert [one.run_id for one in instance.get_runs()] == [run.run_id]
    assert proxy.connections > before


# -- commits whose answers are lost -----------------------------------------------------------------------------------


def _log(instance: dg.DagsterInstance) -> None:
    run = _run(instance)
    instance.report_engine_event("begun", run)
    instance.report_dagster_event(_materialization(dg.AssetKey(uuid.uuid4().hex), DAY), run.run_id)


def _log_together(instance: dg.DagsterInstance) -> None:
    run, asset = _run(instance), dg.AssetKey(uuid.uuid4().hex)
    entries = [
        dg.EventLogEntry(None, logging.DEBUG, "", run.run_id, time.time(), dagster_event=_materialization(asset, day))
        for day in (DAY, NEXT_DAY)
    ]
    instance.event_log_storage.store_event_batch(entries)


def _materialization(asset: dg.AssetKey, day: str) -> dg.DagsterEvent:
    return dg.DagsterEvent(
        event_type_value=dg.DagsterEventType.ASSET_MATERIALIZATION.value,
        job_name="job",
        event_specific_data=StepMaterializationData(dg.AssetMaterialization(asset, partition=day), []),
    )


def _tick(instance: dg.DagsterInstance) -> None:
    instance.create_tick(
        TickData("origin", "sensor", InstigatorType.SENSOR, TickStatus.STARTED, time.time(), selector_id="selector")
    )


def _backfill(instance: dg.DagsterInstance) -> None:
    instance.run_storage.add_backfill(
        PartitionBackfill(uuid.uuid4().hex, BulkActionStatus.REQUESTED, True, {}, time.time(), partition_names=["a"])
    )


def _switch_on(instance: dg.DagsterInstance) -> None:
    origin = RemoteInstigatorOrigin(_repository(), uuid.uuid4().hex)
    instance.add_instigator_state(InstigatorState(origin, InstigatorType.SENSOR, InstigatorStatus.RUNNING))


def _repository() -> Any:
    return RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("location"), "repository")


def _take_a_place(instance: dg.DagsterInstance) -> None:
    pool = uuid.uuid4().hex
    instance.event_log_storage.set_concurrency_slots(pool, 1)
    claim = instance.event_log_storage.claim_concurrency_slot(pool, "run", "step")
    assert claim.is_claimed


@pytest.mark.parametrize(
    ("do", "rows"),
    [
        (_log, {"event_logs": 2, "asset_keys": 1, "runs": 1, "run_tags": 1}),
        (_log_together, {"event_logs": 2, "asset_keys": 1}),
        (_tick, {"job_ticks": 1}),
        (_backfill, {"bulk_actions": 1}),
        (_switch_on, {"jobs": 1, "instigators": 1}),
        (_take_a_place, {"concurrency_slots": 1, "pending_steps": 1}),
    ],
)
def test_what_was_committed_without_an_answer_is_there_once(
    instance: dg.DagsterInstance,
    user: OrdinaryUser,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    do: Callable[[dg.DagsterInstance], None],
    rows: dict[str, int],
) -> None:
    """The worst moment for a connection to break: nobody can know whether it happened."""
    # A broken connection is broken at once; nobody is away.
    monkeypatch.setattr(failover, "LONGEST_PAUSE", 0.02)
    proxy.lose_many_commit_answers()
    for _ in range(TIMES):
        do(instance)
    lost = proxy.lost
    proxy.lose_commit_answers(0)

    assert lost
    counted = {table: _execute(user, f"SELECT COUNT(*) FROM {table}")[0][0] for table in rows}
    assert counted == {table: TIMES * count for table, count in rows.items()}


def test_who_opens_a_transaction_by_himself_is_told_in_the_words_of_the_database(
    instance: dg.DagsterInstance, proxy: Proxy
) -> None:
    """Commands of ours turn those into a message and an exit code."""
    proxy.lose_commit_answers()
    with (
        pytest.raises(sa.exc.DBAPIError, match="Lost connection"),
        instance.run_storage.connect() as connection,  # type: ignore[attr-defined]
    ):
        connection.execute(sa.text("SELECT 1"))


# -- connections ------------------------------------------------------------------------------------------------------


def test_statements_share_connections(instance: dg.DagsterInstance, proxy: Proxy) -> None:
    """With TLS a new one costs more than what is done with it."""
    instance.get_runs_count()
    before = proxy.connections
    for _ in range(50):
        _run(instance)

    assert proxy.connections == before


def test_a_forked_child_opens_a_connection_of_its_own(instance: dg.DagsterInstance) -> None:
    """Two processes that talk on one connection read each other's answers."""
    ours = {_connection_id(instance) for _ in range(10)}
    reading_end, writing_end = os.pipe()
    child = os.fork()
    if child == 0:
        # The driver shuts down what it forgets, for both of them.
        gc.collect()
        os.write(writing_end, str(_connection_id(instance)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing_end)
    with os.fdopen(reading_end) as answer:
        theirs = int(answer.read())

    assert theirs not in ours
    assert {_connection_id(instance) for _ in range(10)} == ours


def _connection_id(instance: dg.DagsterInstance) -> int:
    with instance.run_storage.connect() as connection:  # type: ignore[attr-defined]
        return int(connection.scalar(sa.text("SELECT CONNECTION_ID()")))


def test_a_session_whose_client_is_gone_does_not_hold_its_locks_for_hours(instance: dg.DagsterInstance) -> None:
    """Nothing tells the server that a network was cut in the middle of a transaction."""
    with instance.run_storage.connect() as connection:  # type: ignore[attr-defined]
        locks, idle = connection.execute(
            sa.text("SELECT @@SESSION.innodb_lock_wait_timeout, @@SESSION.idle_transaction_timeout")
        ).one()

    assert locks < mysql_storage.READ_SECONDS
    assert 0 < idle < mysql_storage.RETRY_SECONDS


def test_a_migration_may_say_nothing_for_as_long_as_it_takes(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To copy a table of events takes longer than any answer else."""

    def copying(storage: MySQLRunStorage) -> None:
        with storage.connect() as connection:
            connection.execute(sa.text(f"SELECT SLEEP({2 * SILENCE})"))

    monkeypatch.setattr(instance.run_storage, "_retry_seconds", 0)
    with pytest.raises(DagsterMySQLException):
        instance.run_storage._go_on(lambda: copying(instance.run_storage))  # type: ignore[attr-defined, arg-type]
    monkeypatch.setattr(MySQLRunStorage, "upgrade", copying)

    instance.upgrade()


def test_the_configuration_names_the_variable_wherever_it_is_shown_or_handed_on(
    instance: dg.DagsterInstance,
) -> None:
    """The UI's configuration page and the arguments of a run's process are read by others."""
    reference = str(instance.get_ref()) + instance.info_str()

    assert "DAGSTER_MYSQL_URL" in reference
    assert SECRET not in reference


# -- webserver, daemon and a run at work ------------------------------------------------------------------------------


def test_an_empty_server_in_place_of_the_old_one_ends_daemon_and_run_in_words_until_it_is_given_tables(
    chats: Chats,
    hcx: SimulatorServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """First it does not even know the account. Nobody makes tables there by himself: all would look well, and nothing
    would be scheduled any more. After the command that is named, and a new start, all works."""
    texts = questions(8)
    chats.add(*texts)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HCX_BATCH_SIZE", "1")
    # The server is replaced in the middle of a run.
    hcx.faults.add(Fault("slow", seconds=3))
    with PrivateMariaDB() as server, OrdinaryUser(server, SECRET) as user:
        _configure(home, user.url, monkeypatch)
        with running(apart(tmp_path, os.environ)) as services:
            run_id = services.launch(DAY)
            services.until(lambda: services.run(run_id)["status"] == "STARTED")
            server.replace()

            assert services.wait("daemon") != 0
            assert services.log("daemon").stat().st_size < MOST_BYTES
            # The run's process, as its code server shows it.
            services.until(lambda: "ServerGone" in services.log("code").read_text())
            for log in ("daemon", "code"):
                assert "접속을 거절합니다" in services.log(log).read_text()
            with pytest.raises(AssertionError, match="접속을 거절합니다"):
                services.run(run_id)

            user.create()
            services.start("daemon")
            assert services.wait("daemon") != 0
            for asked in (lambda: services.run(run_id), lambda: services.launch(NEXT_DAY)):
                with pytest.raises(AssertionError, match="db upgrade --dagster"):
                    asked()
            assert run(["doctor"]) != 0
            assert "db upgrade --dagster" in " ".join(capsys.readouterr().out.replace("│", " ").split())
            assert _execute(user, "SHOW TABLES") == []
            services.end()
        assert SECRET not in services.logs(MOST_BYTES)

        assert run(["db", "upgrade", "--dagster"]) == 0
        with running(apart(tmp_path, os.environ)) as services:
            again = services.launch(DAY)
            services.until(lambda: services.run(again)["status"] == "SUCCESS")
            assert {one["runId"] for one in services.runs()} == {again}
    assert written() == answers_to(texts)


def test_webserver_daemon_and_a_run_go_on_after_a_silence(
    user: OrdinaryUser,
    server: PrivateMariaDB,
    chats: Chats,
    hcx: SimulatorServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The whole of it: with Dagster's own storage all three would stand still for hours."""
    texts = questions(8)
    chats.add(*texts)
    with closing(Proxy(server.port)) as proxy:
        home = tmp_path / "home"
        home.mkdir()
        _configure(home, _url(user, proxy.port), monkeypatch)
        # One question a request, each slow: the silence falls into the run.
        monkeypatch.setenv("HCX_BATCH_SIZE", "1")
        hcx.faults.add(Fault("slow", seconds=3))
        with running(apart(tmp_path, os.environ)) as services:
            run_id = services.launch(DAY)
            services.until(lambda: services.run(run_id)["status"] == "STARTED")
            proxy.fall_silent()
            time.sleep(3 * SILENCE)
            proxy.speak()
            services.until(lambda: services.run(run_id)["status"] not in ("STARTED", "STARTING"))
            # Asked for afterwards: the daemon is at work, too.
            second = services.launch(NEXT_DAY)
            services.until(lambda: services.run(second)["status"] == "SUCCESS")

            assert services.run(run_id)["status"] == "SUCCESS"
            assert {one["runId"] for one in services.runs()} == {run_id, second}
    kinds = _execute(user, f"SELECT dagster_event_type, COUNT(*) FROM event_logs WHERE run_id = '{run_id}' GROUP BY 1")
    counted = dict(kinds)
    assert (counted["PIPELINE_START"], counted["PIPELINE_SUCCESS"], counted["ASSET_MATERIALIZATION"]) == (1, 1, 3)
    assert written() == answers_to(texts)
