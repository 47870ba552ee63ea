"""The sensor: past days with gaps that a run could close, each once, and no others."""

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._core.definitions.assets.graph.asset_graph_subset import AssetGraphSubset
from dagster._core.definitions.events import AssetKeyPartitionKey
from dagster._core.definitions.sensor_definition import SensorExecutionData
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.assets.keys import CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT, UNIQUE_CHATS
from keyword_assets.orchestration.hosting import dead_runs
from keyword_assets.orchestration.jobs.asset_jobs import JOB
from keyword_assets.orchestration.sensors import coverage_backfill_sensor as sensors
from keyword_assets.sql.classifying import workers
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.opening import open_store
from keyword_assets_tests.world import DAY, KEY, NEXT_DAY, THIRD_DAY, TODAY, Chats, Clock, contents, execute, questions

# Dagster's own handling of a backfill's request calls what Dagster has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Function `AssetSelection.keys`")


@pytest.fixture(autouse=True)
def _clock(clock: Clock) -> None:
    """It stands at TODAY."""


def _tick(
    instance: dg.DagsterInstance, cursor: str | None = None, defs: dg.Definitions | None = None
) -> SensorExecutionData:
    defs = defs or build_defs(Settings.from_env())
    sensor = defs.resolve_sensor_def("coverage_backfill_sensor")
    with dg.build_sensor_context(
        instance=instance, definitions=defs, cursor=cursor, resources={"database": defs.resources["database"]}
    ) as context:
        return sensor.evaluate_tick(context)


def _days(tick: SensorExecutionData) -> list[str]:
    """The days of the backfill that a tick asks for, oldest first."""
    (request,) = tick.run_requests or [None]
    if request is None:
        return []
    subset = request.asset_graph_subset
    assert subset is not None
    assert subset.asset_keys == {UNIQUE_CHATS, CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT}
    return sorted(subset.get_partitions_subset(CLASSIFIED_KEYWORDS).get_partition_keys())


def _requested(instance: dg.DagsterInstance) -> list[str]:
    return _days(_tick(instance))


def _in_flight(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, **tags: str) -> None:
    """A run of the job that has not ended."""
    defs = build_defs(Settings.from_env())
    instance.create_run_for_job(
        job_def=defs.resolve_job_def(JOB),
        status=status,
        tags={f"dagster/{name}": value for name, value in tags.items()},
        # A queued run must say where its code is; this is our workspace.yaml's location.
        remote_job_origin=RemoteJobOrigin(
            RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("keyword_assets"), "__repository__"), JOB
        ),
    )


def test_days_with_gaps_are_one_backfill_of_the_three_assets(instance: dg.DagsterInstance, chats: Chats) -> None:
    """Its runs pack the questions of several days into full requests."""
    chats.add("전학 절차", day=DAY)
    chats.add("전학 절차", day=THIRD_DAY)

    assert _requested(instance) == [DAY, THIRD_DAY]


def test_the_way_to_launch_backfills_is_there() -> None:
    """It is private in Dagster; without it the sensor launches single runs, which nobody would notice."""
    assert sensors._BACKFILLS
    assert callable(dg.RunRequest.for_asset_graph_subset)


def test_without_backfills_each_day_is_a_run_of_its_own(
    instance: dg.DagsterInstance, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The public way, should a version of Dagster drop the other one; the newest days first, and not too many."""
    monkeypatch.setattr(sensors, "_BACKFILLS", False)
    monkeypatch.setattr(sensors, "MOST_RUNS", 2)
    for day in (DAY, NEXT_DAY, THIRD_DAY):
        chats.add("전학 절차", day=day)

    requests = _tick(instance).run_requests or []

    assert [request.partition_key for request in requests] == [THIRD_DAY, NEXT_DAY]
    # A run key would let each day be tried a single time, for ever.
    assert [request.run_key for request in requests] == [None, None]
    assert requests[0].tags["keyword_assets/reason"] == "1일, 누락 1개"


def test_a_closed_gap_is_left_alone(instance: dg.DagsterInstance, chats: Chats) -> None:
    """The whole circle: found, run, found complete, forgotten."""
    chats.add(*questions(3))
    first = _tick(instance)

    result = (
        build_defs(Settings.from_env()).resolve_job_def(JOB).execute_in_process(instance=instance, partition_key=DAY)
    )

    assert result.success
    second = _tick(instance, first.cursor)
    assert (_days(first), _days(second), second.cursor) == ([DAY], [], "{}")


def test_a_request_says_why(instance: dg.DagsterInstance, chats: Chats) -> None:
    """A backfill that nobody started should explain itself."""
    chats.add(*questions(3))
    chats.add("전학 절차", day=NEXT_DAY)

    (request,) = _tick(instance).run_requests or []

    assert request.tags["keyword_assets/reason"] == "2일, 누락 4개"


def test_the_same_gap_is_not_requested_by_the_next_tick(instance: dg.DagsterInstance, chats: Chats) -> None:
    """Not even where nothing can be seen of the backfill yet; the tick says until when it waits."""
    chats.add("전학 절차")
    first = _tick(instance)

    second = _tick(instance, first.cursor)

    assert _days(second) == []
    assert "다음 시도를 기다림 1일" in (second.skip_message or "")


def test_a_day_is_tried_again_after_its_pause(
    instance: dg.DagsterInstance, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever went wrong the first time."""
    chats.add("전학 절차")
    first = _tick(instance)
    later = sensors._now() + timedelta(minutes=11)
    monkeypatch.setattr(sensors, "_now", lambda: later)

    assert _days(_tick(instance, first.cursor)) == [DAY]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "not json",
        "[1]",
        "1",
        '{"2025-06-11": [1]}',
        '{"yesterday": {"1": {"2025-06-11": 2}}}',
        '{"2025-06-11T00:00:00+00:00": {"1": {"2025-06-11": "x"}}}',
        '{"2025-06-11T00:00:00+00:00": {"x": {"2025-06-11": 1}}}',
        '{"2999-06-11T00:00:00+00:00": {"1": {"2025-06-11": 1}}}',
    ],
)
def test_a_cursor_that_somebody_has_edited_does_not_stop_it(
    instance: dg.DagsterInstance, chats: Chats, cursor: str
) -> None:
    """The UI lets anybody set it."""
    chats.add("전학 절차")

    assert _days(_tick(instance, cursor)) == [DAY]


def test_no_more_days_than_allowed_are_requested_in_a_tick(
    instance: dg.DagsterInstance, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest waits for a later tick; a year's runs at once would fill the queue."""
    monkeypatch.setenv("KEYWORDS_BACKFILL_DAYS_A_TICK", "2")
    for day in (DAY, NEXT_DAY, THIRD_DAY):
        chats.add("전학 절차", day=day)

    assert _requested(instance) == [NEXT_DAY, THIRD_DAY]


def _backfill(instance: dg.DagsterInstance, tick: SensorExecutionData, status: BulkActionStatus) -> None:
    """What the daemon makes of a tick's request, before there is any run of it."""
    (request,) = tick.run_requests or []
    assert request.asset_graph_subset is not None
    instance.add_backfill(
        PartitionBackfill.from_asset_graph_subset(
            backfill_id="b",
            backfill_timestamp=TODAY.timestamp(),
            tags={},
            dynamic_partitions_store=instance,
            asset_graph_subset=request.asset_graph_subset,
            title=None,
            description=None,
            run_config=None,
        )._replace(status=status)
    )


@pytest.mark.parametrize("status", [BulkActionStatus.REQUESTED, BulkActionStatus.CANCELING])
def test_the_days_of_a_backfill_without_runs_are_not_requested_again(
    instance: dg.DagsterInstance, chats: Chats, status: BulkActionStatus
) -> None:
    """The daemon takes half a minute to make runs of it; one that somebody else has asked for counts as well."""
    chats.add("전학 절차", day=DAY)
    _backfill(instance, _tick(instance), status)
    chats.add("전학 절차", day=NEXT_DAY)

    assert _requested(instance) == [NEXT_DAY]


def test_a_day_whose_run_has_failed_does_not_wait_for_the_other_runs_of_its_backfill(
    instance: dg.DagsterInstance, chats: Chats
) -> None:
    """A backfill of a quarter goes on for hours, and does not come back to it."""
    for day in (DAY, NEXT_DAY):
        chats.add("전학 절차", day=day)
    _backfill(instance, _tick(instance), BulkActionStatus.REQUESTED)
    assert _requested(instance) == []
    _fail_in_backfill(instance, NEXT_DAY)

    assert _requested(instance) == [NEXT_DAY]


def _fail_in_backfill(instance: dg.DagsterInstance, day: str) -> None:
    """What the daemon notes of a backfill one of whose runs has failed."""
    (backfill,) = instance.get_backfills()
    graph = build_defs(Settings.from_env()).get_repository_def().asset_graph
    data = backfill.get_asset_backfill_data(graph)
    failed = AssetGraphSubset.from_asset_partition_set(
        {AssetKeyPartitionKey(key, day) for key in data.target_subset.asset_keys}, graph
    )
    noted = data.with_failed_and_downstream_subset(failed)
    instance.update_backfill(
        backfill.with_asset_backfill_data(noted, dynamic_partitions_store=instance, asset_graph=graph)
    )


def test_the_days_of_a_backfill_that_has_ended_are_requested_again(instance: dg.DagsterInstance, chats: Chats) -> None:
    """If something is still missing."""
    chats.add("전학 절차", day=DAY)
    _backfill(instance, _tick(instance), BulkActionStatus.COMPLETED_FAILED)

    assert _requested(instance) == [DAY]


def test_the_days_of_a_process_on_another_instance_are_not_requested(
    instance: dg.DagsterInstance, chats: Chats
) -> None:
    """A command with a DAGSTER_HOME of its own is in no list of runs here."""
    for day in (DAY, NEXT_DAY, THIRD_DAY):
        chats.add("전학 절차", day=day)
    period = Period(date.fromisoformat(DAY), date.fromisoformat(NEXT_DAY))

    with open_store(Settings.from_env()) as store, store.at_work(period):
        during = _requested(instance)

    assert during == [THIRD_DAY]
    assert _requested(instance) == [DAY, NEXT_DAY, THIRD_DAY]


@pytest.mark.parametrize("status", [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTED])
def test_a_day_in_flight_is_not_requested_again(
    instance: dg.DagsterInstance, chats: Chats, status: dg.DagsterRunStatus
) -> None:
    """A tick every ten minutes and a run of an hour would otherwise pile up six runs of a day."""
    chats.add("전학 절차", day=DAY)
    chats.add("전학 절차", day=NEXT_DAY)
    _in_flight(instance, status, partition=DAY)

    assert _requested(instance) == [NEXT_DAY]


def test_the_days_of_a_range_in_flight_are_not_requested_again(instance: dg.DagsterInstance, chats: Chats) -> None:
    """Commands and backfills run ranges; the days between their ends are in flight too."""
    for day in (DAY, NEXT_DAY, THIRD_DAY, "2025-06-14"):
        chats.add("전학 절차", day=day)
    _in_flight(
        instance, dg.DagsterRunStatus.QUEUED, asset_partition_range_start=DAY, asset_partition_range_end=THIRD_DAY
    )

    assert _requested(instance) == ["2025-06-14"]


@pytest.mark.parametrize("status", [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED])
def test_a_day_whose_run_has_ended_badly_is_requested_again(
    instance: dg.DagsterInstance, chats: Chats, status: dg.DagsterRunStatus
) -> None:
    """That is what the sensor is for."""
    chats.add("전학 절차", day=DAY)
    _in_flight(instance, status, partition=DAY)

    assert _requested(instance) == [DAY]


def test_a_day_whose_gap_is_all_quarantined_is_left_alone(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer
) -> None:
    """No run could close it; it would be launched every ten minutes for nothing."""
    chats.add("받아들일 수 없는 질문")
    hcx.faults.add(Fault("error", code="40005", text="받아들일 수 없는"))
    build_defs(Settings.from_env()).resolve_job_def(JOB).execute_in_process(instance=instance, partition_key=DAY)

    assert _requested(instance) == []


def test_today_and_the_days_out_of_sight_are_not_requested(instance: dg.DagsterInstance, chats: Chats) -> None:
    """Today is not over, and what is older than the look-back is for a person to decide."""
    for offset in (0, 31):
        chats.add("전학 절차", day=(TODAY.date() - timedelta(days=offset)).isoformat())

    assert _requested(instance) == []


def test_the_look_back_can_reach_to_the_first_day(
    instance: dg.DagsterInstance, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever turns it on with a year of history says so."""
    monkeypatch.setenv("KEYWORDS_START_DATE", "2024-06-01")
    chats.add("전학 절차", day="2024-06-01")
    near = _requested(instance)
    monkeypatch.setenv("KEYWORDS_LOOK_BACK_DAYS", "0")

    assert (near, _requested(instance)) == ([], ["2024-06-01"])


def test_days_before_the_first_partition_are_not_requested(instance: dg.DagsterInstance, chats: Chats) -> None:
    """There is no partition that could be run."""
    assert TODAY.date() - timedelta(days=30) < date(2025, 5, 31)
    chats.add("전학 절차", day="2025-05-31")

    assert _requested(instance) == []


def test_nothing_to_do_is_said(instance: dg.DagsterInstance) -> None:
    """A tick without requests looks the same as a tick that did not look."""
    assert _tick(instance).skip_message == "2025-06-01 ~ 2025-06-19: 다시 실행할 날이 없습니다 — 모두 처리됨."


def test_before_the_first_day_is_over_there_is_nothing_to_look_at(instance: dg.DagsterInstance, clock: Clock) -> None:
    """The sensor may be turned on before the service opens."""
    clock.now = datetime(2025, 6, 1, 12)

    assert _tick(instance).skip_message == "아직 지난 날이 없습니다."


def test_a_database_out_of_reach_fails_the_tick_with_its_name(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A skipped tick would look like a complete month."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", "mysql+mysqlconnector://me:s3cret@127.0.0.1:1/chats")

    with pytest.raises(Exception, match=r"127\.0\.0\.1:1/chats") as failed:
        _tick(instance)

    assert "s3cret" not in str(failed.value)


def test_without_a_key_nothing_is_launched_until_there_is_one(
    instance: dg.DagsterInstance, chats: Chats, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every run would fail; and who then puts the key into `.env` should not have to restart the code server."""
    chats.add("전학 절차")
    monkeypatch.delenv("HCX_API_KEY")
    defs = build_defs(Settings.from_env())
    without = _tick(instance, defs=defs)

    (tmp_path / ".env").write_text(f"HCX_API_KEY={KEY}\n")

    assert (without.run_requests, "HCX_API_KEY" in (without.skip_message or "")) == ([], True)
    assert _days(_tick(instance, defs=defs)) == [DAY]


@pytest.mark.parametrize("changed", [("KEYWORDS_START_DATE", "2025-06-12"), ("KEYWORDS_TIMEZONE", "America/New_York")])
def test_a_backfill_from_before_the_settings_changed_does_not_stop_it(
    instance: dg.DagsterInstance, chats: Chats, monkeypatch: pytest.MonkeyPatch, changed: tuple[str, str]
) -> None:
    """Its days may be partitions no more; days of others still want to be healed."""
    chats.add("전학 절차", day=DAY)
    _backfill(instance, _tick(instance), BulkActionStatus.REQUESTED)
    chats.add("전학 절차", day=THIRD_DAY)

    monkeypatch.setenv(*changed)

    assert _requested(instance) == [THIRD_DAY]


def test_it_is_stopped_until_somebody_turns_it_on() -> None:
    """What it launches costs money."""
    sensor = build_defs(Settings.from_env()).resolve_sensor_def("coverage_backfill_sensor")

    assert sensor.default_status is dg.DefaultSensorStatus.STOPPED


# -- runs whose host died (with real processes in test_crashes) -------------------------------------------------------


@pytest.fixture
def no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pause in which a living process would give a sign of life."""
    monkeypatch.setattr(dead_runs, "SECOND_LOOK_SECONDS", 0.0)


def _silent(run_id: str) -> None:
    """The entry that a process has left that carried this run."""
    with open_store(Settings.from_env()) as store, store.engine.begin() as connection:
        values = {"worker_id": run_id, "host": "gone", "pid": 1, "began_at": TODAY, "alive_until": time.time() - 120}
        connection.execute(sa.insert(store.tables.workers).values(run_id=run_id, **values))


@pytest.mark.usefixtures("no_second_look")
def test_a_day_whose_run_died_with_its_host_is_requested_again_by_the_same_tick(
    instance: dg.DagsterInstance, chats: Chats
) -> None:
    """Nobody else is left to notice; Dagster would show the run as going on for six hours."""
    chats.add("전학 절차", day=DAY)
    chats.add("전학 절차", day=NEXT_DAY)
    for day in (DAY, NEXT_DAY):
        _in_flight(instance, dg.DagsterRunStatus.STARTED, partition=day)
    dead, alive = instance.get_runs()
    _silent(dead.run_id)
    with open_store(Settings.from_env()) as store, store.carrying(alive.run_id):
        requested = _requested(instance)

    assert requested == [dead.tags["dagster/partition"]]
    assert [instance.get_run_by_id(run.run_id).status for run in (dead, alive)] == [  # type: ignore[union-attr]
        dg.DagsterRunStatus.FAILURE,
        dg.DagsterRunStatus.STARTED,
    ]


@pytest.mark.usefixtures("no_second_look")
@pytest.mark.parametrize("status", [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.CANCELED])
def test_a_run_that_has_ended_is_left_as_it_is(
    instance: dg.DagsterInstance, chats: Chats, status: dg.DagsterRunStatus
) -> None:
    """Its process may have been killed in its last moment, or the run belongs to an instance of others."""
    _in_flight(instance, status, partition=DAY)
    (run,) = instance.get_runs()
    _silent(run.run_id)
    _silent("a run of another instance")

    _tick(instance)

    assert [run.status for run in instance.get_runs()] == [status]


def test_a_process_that_gives_a_sign_of_life_at_the_second_look_is_alive(
    instance: dg.DagsterInstance, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A laptop that was opened again: all its processes have been silent for hours."""
    _in_flight(instance, dg.DagsterRunStatus.STARTED, partition=DAY)
    (run,) = instance.get_runs()
    _silent(run.run_id)
    monkeypatch.setattr(
        dead_runs.time,
        "sleep",
        lambda seconds: execute(f"UPDATE keyword_workers SET alive_until = {time.time() + workers.ALIVE_SECONDS}"),
    )

    _tick(instance)

    assert [run.status for run in instance.get_runs()] == [dg.DagsterRunStatus.STARTED]


def test_a_run_tells_from_its_beginning_to_its_end_that_it_lives(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else there would be nothing that could fall silent; and a tick is no run."""
    chats.add("전학 절차")
    seen: list[set[str | None]] = []
    plain = SqlQuestionStore.coverage

    def coverage(store: SqlQuestionStore, period: Period) -> list[DayCoverage]:
        seen.append({row[-1] for row in contents()["keyword_workers"]})
        return plain(store, period)

    monkeypatch.setattr(SqlQuestionStore, "coverage", coverage)
    _tick(instance)
    after_tick = contents()["keyword_workers"]
    result = (
        build_defs(Settings.from_env()).resolve_job_def(JOB).execute_in_process(instance=instance, partition_key=DAY)
    )

    assert seen == [{result.run_id}]
    assert (after_tick, contents()["keyword_workers"]) == ([], [])


def test_a_day_whose_limit_is_reached_is_launched_again_the_next_day(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that can send nothing would be launched at every tick until midnight; other days are not held up."""
    monkeypatch.setenv("KEYWORDS_MOST_NEW_TEXTS_A_DAY", "4")
    chats.add(*questions(9))
    first = _tick(instance)
    job = build_defs(Settings.from_env()).resolve_job_def(JOB)
    assert job.execute_in_process(instance=instance, partition_key=DAY).success

    monkeypatch.setattr(sensors, "_now", lambda: datetime.now(UTC) + timedelta(hours=1))
    limited = _tick(instance, first.cursor)
    chats.add("다른 날의 질문", day=NEXT_DAY)
    other = _tick(instance, limited.cursor)
    clock.now += timedelta(days=1)
    monkeypatch.setattr(sensors, "_now", lambda: datetime.now(UTC) + timedelta(hours=2))
    tomorrow = _tick(instance, limited.cursor)

    assert (_days(first), _days(limited), _days(other)) == ([DAY], [], [NEXT_DAY])
    assert "하루 한도 때문에 내일을 기다림 1일" in (limited.skip_message or "")
    assert len({text for record in hcx.stats.records for text in record.texts}) == 4
    assert _days(tomorrow) == [DAY, NEXT_DAY]
