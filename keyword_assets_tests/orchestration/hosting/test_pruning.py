"""Old logs of runs and ticks go; the squares, the runs and the newest tick of each sensor stay."""

import json
import os
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import TickData, TickStatus

from keyword_assets.cli.main import run
from keyword_assets.configuration.settings import Settings
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.hosting.instance import open_instance
from keyword_assets.orchestration.hosting.pruning import prune_instance


@dg.asset(partitions_def=dg.StaticPartitionsDefinition(["one", "two"]))
def thing(context: dg.AssetExecutionContext) -> None:
    """An asset that says a lot."""
    for number in range(20):
        context.log.info("line %s", number)


@dg.asset_check(asset=thing)
def is_there() -> dg.AssetCheckResult:
    """Its check."""
    return dg.AssetCheckResult(passed=True)


@pytest.fixture(params=["sqlite", "mysql"])
def instance(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dg.DagsterInstance]:
    """An instance of either kind, as a command opens it."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    if request.param == "mysql":
        monkeypatch.setenv("DAGSTER_MYSQL_URL", request.getfixturevalue("mysql_url"))
    with open_instance(Settings.from_env()) as instance:
        yield instance


def _materialize(instance: dg.DagsterInstance, partition: str) -> str:
    result = dg.materialize([thing, is_there], instance=instance, partition_key=partition)
    assert result.success
    return result.run_id


def _kinds(instance: dg.DagsterInstance, run_id: str) -> Counter[str]:
    return Counter(
        entry.dagster_event_type.value if entry.dagster_event_type else "LOG" for entry in instance.all_logs(run_id)
    )


def test_logs_and_steps_of_old_runs_go_and_the_squares_stay(instance: dg.DagsterInstance) -> None:
    """Without them every past day would show as missing."""
    run_id = _materialize(instance, "one")
    before = _kinds(instance, run_id)
    future = datetime.now(UTC) + timedelta(days=1)

    counted = prune_instance(instance, future, dry_run=True)
    assert _kinds(instance, run_id) == before
    removed = prune_instance(instance, future)
    after = _kinds(instance, run_id)

    assert counted == removed
    assert removed["event_logs"] == sum(before.values()) - sum(after.values()) > 20
    assert {kind.split("_")[0] for kind in after} == {"PIPELINE", "ASSET"}
    assert after == Counter({kind: n for kind, n in before.items() if kind.startswith(("PIPELINE_", "ASSET_"))})
    assert instance.get_materialized_partitions(thing.key) == {"one"}
    assert instance.get_run_by_id(run_id)
    (check,) = instance.event_log_storage.get_asset_check_execution_history(is_there.check_key, limit=10)
    assert check.status.value == "SUCCEEDED"
    assert prune_instance(instance, future)["event_logs"] == 0


def test_younger_runs_and_runs_at_work_keep_everything(instance: dg.DagsterInstance) -> None:
    """The age is that of the run's end."""
    run_id = _materialize(instance, "one")
    at_work = instance.create_run_for_job(_job(), status=dg.DagsterRunStatus.STARTED)
    instance.report_engine_event("still here", at_work)
    before = _kinds(instance, run_id)

    assert prune_instance(instance, datetime.now(UTC) - timedelta(days=1))["event_logs"] == 0
    prune_instance(instance, datetime.now(UTC) + timedelta(days=1))
    assert before["LOG"] == 20
    assert _kinds(instance, at_work.run_id)["ENGINE_EVENT"] == 1


def _job() -> dg.JobDefinition:
    @dg.job
    def job() -> None: ...

    return job


def test_old_ticks_go_but_for_the_newest_of_each(instance: dg.DagsterInstance) -> None:
    """From that one a schedule goes on; without it, it would start days again that are done."""
    for sensor in ("a", "b"):
        for days in (50, 40, 30):
            at = time.time() - days * 86_400
            tick = TickData(sensor, sensor, InstigatorType.SENSOR, TickStatus.SKIPPED, at, selector_id=sensor)
            instance.create_tick(tick)

    removed = prune_instance(instance, datetime.now(UTC) - timedelta(days=20))

    assert removed["job_ticks"] == 4
    for sensor in ("a", "b"):
        (left,) = instance.get_ticks(sensor, sensor)
        assert left.timestamp == pytest.approx(time.time() - 30 * 86_400, abs=600)


def test_ticks_do_not_pile_up_under_the_configuration_that_we_write(instance: dg.DagsterInstance) -> None:
    """A tick a minute that says that there was nothing to do is half a million a year."""
    days = instance.get_tick_retention_settings(InstigatorType.SENSOR)
    schedules = instance.get_tick_retention_settings(InstigatorType.SCHEDULE)

    assert 0 < days[TickStatus.SKIPPED] < days[TickStatus.SUCCESS] <= schedules[TickStatus.SUCCESS]


def test_the_command_tells_what_would_go_and_then_what_has_gone(
    instance: dg.DagsterInstance, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both parts in one document; nothing is old on a new instance but what we made so."""
    tick = TickData("a", "a", InstigatorType.SENSOR, TickStatus.SKIPPED, time.time() - 9e6, selector_id="a")
    for _ in range(3):
        instance.create_tick(tick)

    told = []
    for options in (["--dry-run"], [], []):
        assert run(["db", "prune", "--keep-days", "30", "--dagster", "--json", *options]) == 0
        told.append(json.loads(capsys.readouterr().out))

    assert [document["dry_run"] for document in told] == [True, False, False]
    assert [document["dagster"] for document in told] == [
        {"event_logs": 0, "job_ticks": 2},
        {"event_logs": 0, "job_ticks": 2},
        {"event_logs": 0, "job_ticks": 0},
    ]
    assert set(told[0]["rows"].values()) == {0}


def test_the_job_of_the_schedule_does_the_same(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the days of the settings; the schedule is off until somebody turns it on."""
    monkeypatch.setenv("KEYWORDS_KEEP_DAYS", "30")
    tick = TickData("a", "a", InstigatorType.SENSOR, TickStatus.SKIPPED, time.time() - 9e6, selector_id="a")
    for _ in range(2):
        instance.create_tick(tick)
    definitions = build_defs(Settings.from_env())

    result = definitions.resolve_job_def("prune_job").execute_in_process(instance=instance)

    assert result.success
    assert len(instance.get_ticks("a", "a")) == 1
    schedule = definitions.get_repository_def().get_schedule_def("weekly_prune_schedule")
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
    assert schedule.execution_timezone == "Asia/Seoul"


def test_the_numbers_are_removed_by_indexes(mysql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step over a run's events, and one over a sensor's ticks, reads no others and locks single rows."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    monkeypatch.setenv("DAGSTER_MYSQL_URL", mysql_url)
    with open_instance(Settings.from_env()) as instance:
        run_ids = [_materialize(instance, partition) for partition in ("one", "two")]
        for number in range(500):
            at = time.time() - 86_400 * number
            tick = TickData("a", "a", InstigatorType.SENSOR, TickStatus.SKIPPED, at, selector_id=f"s{number % 50}")
            instance.create_tick(tick)
    statements = {
        f"SELECT id FROM event_logs WHERE run_id = '{run_ids[0]}' LIMIT 500": "idx_events_by_run_id",
        "DELETE FROM event_logs WHERE id IN (1, 2, 3)": "PRIMARY",
        "SELECT id FROM job_ticks WHERE selector_id = 's7' AND timestamp < '2020-01-01'": "idx_tick_selector_timestamp",
        "DELETE FROM job_ticks WHERE id IN (1, 2, 3)": "PRIMARY",
    }
    engine = sa.create_engine(os.environ["DAGSTER_MYSQL_URL"], poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(
            sa.text("INSERT INTO event_logs (run_id, event, timestamp) VALUES (:run, '{}', NOW())"),
            [{"run": uuid.uuid4().hex} for _ in range(2_000)],
        )
        connection.commit()
        connection.exec_driver_sql("ANALYZE TABLE event_logs, job_ticks").all()
        used = {
            statement: connection.exec_driver_sql(f"EXPLAIN FORMAT=TRADITIONAL {statement}").mappings().one()["key"]
            for statement in statements
        }
    assert used == statements
