"""Dagster's own tables, read as rows: what its storage was told is what is seen, on both kinds of database."""

import os
import shutil
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import (
    GrpcServerCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
    SensorInstigatorData,
    TickData,
    TickStatus,
)
from dagster._core.storage.dagster_run import DagsterRun
from dagster._daemon.types import DaemonHeartbeat

from keyword_assets.cli.looking import hosted
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import ServiceError
from keyword_assets.orchestration.hosting.instance import open_instance
from keyword_assets_tests.mariadb import MySQLServer

SEOUL = ZoneInfo("Asia/Seoul")
AT = datetime(2025, 6, 20, 9, 30, tzinfo=SEOUL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    return tmp_path / "dagster"


@pytest.fixture(params=["sqlite", "mysql"])
def instance(
    request: pytest.FixtureRequest, folder: Path, new_dagster_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dg.DagsterInstance]:
    """An instance in which nothing has run, in files and on a server."""
    if request.param == "sqlite":
        shutil.copytree(new_dagster_home, folder)
        with open_instance(Settings.from_env()) as found:
            yield found
        return
    server: MySQLServer = request.getfixturevalue("mysql_server")
    url = server.create_database("dagster_watched")
    monkeypatch.setenv("DAGSTER_MYSQL_URL", url)
    try:
        with open_instance(Settings.from_env()) as found:
            yield found
    finally:
        server.drop_database("dagster_watched")


REPOSITORY = RemoteRepositoryOrigin(
    GrpcServerCodeLocationOrigin("127.0.0.1", 4000, None, None, False, None), "__repository__"
)


def _add(
    instance: dg.DagsterInstance,
    name: str,
    kind: InstigatorType,
    status: InstigatorStatus,
    data: ScheduleInstigatorData | SensorInstigatorData,
) -> InstigatorState:
    state = InstigatorState(RemoteInstigatorOrigin(REPOSITORY, name), kind, status, data)
    instance.add_instigator_state(state)
    return state


def test_what_dagster_was_told_is_seen(instance: dg.DagsterInstance) -> None:
    """Signs of life, schedules and sensors with their last tick, and the runs that have not ended."""
    instance.add_daemon_heartbeat(DaemonHeartbeat(AT.timestamp(), "SENSOR", "id", []))
    schedule = ScheduleInstigatorData("10 1 * * *", AT.timestamp())
    _add(instance, "daily_keywords_schedule", InstigatorType.SCHEDULE, InstigatorStatus.RUNNING, schedule)
    sensor = _add(
        instance, "alert_sensor", InstigatorType.SENSOR, InstigatorStatus.DECLARED_IN_CODE, SensorInstigatorData()
    )
    _add(instance, "weekly", InstigatorType.SCHEDULE, InstigatorStatus.STOPPED, schedule)
    for minutes, status in ((2, TickStatus.SUCCESS), (1, TickStatus.SKIPPED)):
        at = (AT - timedelta(minutes=minutes)).timestamp()
        tick = TickData(
            sensor.instigator_origin_id,
            "alert_sensor",
            InstigatorType.SENSOR,
            status,
            at,
            run_ids=[],
            selector_id=sensor.selector_id,
        )
        instance.create_tick(tick)
    for status in (dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.SUCCESS):
        job = RemoteJobOrigin(REPOSITORY, "daily_keywords_job")
        run = DagsterRun("daily_keywords_job", run_id=f"run-{status.value}", status=status, remote_job_origin=job)
        instance.add_run(run)

    seen = hosted(Settings.from_env())

    local = AT.replace(tzinfo=None)
    assert seen is not None
    assert seen.heartbeats == {"SENSOR": local}
    assert [(one.name, one.kind, one.is_on, one.cron, one.last_status, one.last_at) for one in seen.instigators] == [
        ("alert_sensor", "SENSOR", True, None, "SKIPPED", local - timedelta(minutes=1)),
        ("daily_keywords_schedule", "SCHEDULE", True, "10 1 * * *", None, None),
        ("weekly", "SCHEDULE", False, "10 1 * * *", None, None),
    ]
    (queued,) = seen.runs
    assert (queued.run_id, queued.job, queued.status) == ("run-QUEUED", "daily_keywords_job", "QUEUED")
    # Dagster writes when it was made by the clock of its database, in UTC.
    assert abs(queued.since.replace(tzinfo=SEOUL).timestamp() - time.time()) < 3600
    assert seen.silent(local, timedelta(minutes=5)) == ["SCHEDULER"]


def test_before_dagster_there_is_nothing(folder: Path) -> None:
    """And looking makes no folder."""
    assert hosted(Settings.from_env()) is None
    assert not folder.exists()


@pytest.mark.parametrize(
    "configured",
    [
        "storage: {postgres: {postgres_url: 'postgresql://u:secret@h/d'}}",
        "storage: {mysql: {mysql_url: 'mysql+mysqlconnector://user:secret@127.0.0.1:9/dagster'}}",
    ],
)
def test_a_storage_that_cannot_be_looked_at_is_told(folder: Path, configured: str) -> None:
    """In our words, without what the configuration holds."""
    folder.mkdir()
    (folder / "dagster.yaml").write_text(configured, encoding="utf-8")
    with pytest.raises(ServiceError if "mysql" in configured else Exception) as told:
        hosted(Settings.from_env())

    assert "secret" not in str(told.value)
    assert os.environ["DAGSTER_HOME"] == str(folder)
