"""The sensor: past days with gaps that a run could close, each once, and no others."""

from datetime import date, datetime, timedelta

import dagster as dg
import pytest
from dagster._core.definitions.sensor_definition import SensorExecutionData
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin

from keyword_assets.definitions import build_defs
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.orchestration.jobs import JOB
from keyword_assets.orchestration.sensors import DAYS_A_TICK, LOOK_BACK_DAYS
from keyword_assets.settings import Settings
from keyword_assets_tests.world import DAY, NEXT_DAY, THIRD_DAY, TODAY, Chats, questions


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings, "now", lambda self: TODAY)


def _tick(instance: dg.DagsterInstance) -> SensorExecutionData:
    defs = build_defs(Settings.from_env())
    sensor = defs.resolve_sensor_def("coverage_backfill_sensor")
    return sensor.evaluate_tick(
        dg.build_sensor_context(instance=instance, definitions=defs, resources={"database": defs.resources["database"]})
    )


def _requested(instance: dg.DagsterInstance) -> list[str | None]:
    return [request.partition_key for request in _tick(instance).run_requests or []]


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


def test_days_with_gaps_are_requested_newest_first(instance: dg.DagsterInstance, chats: Chats) -> None:
    """The newest is the one that people look at."""
    chats.add("전학 절차", day=DAY)
    chats.add("전학 절차", day=THIRD_DAY)

    assert _requested(instance) == [THIRD_DAY, DAY]


def test_a_requested_run_closes_the_gap_and_the_day_is_left_alone(instance: dg.DagsterInstance, chats: Chats) -> None:
    """The whole circle: found, run, found complete."""
    chats.add(*questions(3))
    (request,) = _tick(instance).run_requests or []

    result = (
        build_defs(Settings.from_env())
        .resolve_job_def(JOB)
        .execute_in_process(instance=instance, partition_key=request.partition_key, tags=request.tags)
    )

    assert result.success
    assert _requested(instance) == []


def test_a_request_says_why(instance: dg.DagsterInstance, chats: Chats) -> None:
    """A run that nobody started should explain itself."""
    chats.add(*questions(3))

    (request,) = _tick(instance).run_requests or []

    assert request.tags["keyword_assets/reason"] == "누락 3개"


def test_a_request_can_be_made_again_after_a_run_that_failed(instance: dg.DagsterInstance, chats: Chats) -> None:
    """A run key would let each day be tried a single time, for ever."""
    chats.add("전학 절차")

    (request,) = _tick(instance).run_requests or []

    assert request.run_key is None


def test_no_more_days_than_allowed_are_requested_in_a_tick(instance: dg.DagsterInstance, chats: Chats) -> None:
    """The rest waits for the next tick; a month's runs at once would fill the queue and the tick's record."""
    days = [TODAY.date() - timedelta(days=n) for n in range(1, DAYS_A_TICK + 4)]
    for day in days:
        chats.add("전학 절차", day=day.isoformat())

    assert _requested(instance) == [day.isoformat() for day in days[:DAYS_A_TICK]]


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
    for offset in (0, LOOK_BACK_DAYS + 1):
        chats.add("전학 절차", day=(TODAY.date() - timedelta(days=offset)).isoformat())

    assert _requested(instance) == []


def test_days_before_the_first_partition_are_not_requested(instance: dg.DagsterInstance, chats: Chats) -> None:
    """There is no partition that could be run."""
    assert TODAY.date() - timedelta(days=LOOK_BACK_DAYS) < date(2025, 5, 31)
    chats.add("전학 절차", day="2025-05-31")

    assert _requested(instance) == []


def test_nothing_to_do_is_said(instance: dg.DagsterInstance) -> None:
    """A tick without requests looks the same as a tick that did not look."""
    assert "2025-06-01 ~ 2025-06-19: 다시 실행할 날이 없습니다" in (_tick(instance).skip_message or "")


def test_before_the_first_day_is_over_there_is_nothing_to_look_at(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sensor may be turned on before the service opens."""
    monkeypatch.setattr(Settings, "now", lambda self: datetime(2025, 6, 1, 12))

    assert _tick(instance).skip_message == "아직 지난 날이 없습니다."


def test_a_database_out_of_reach_fails_the_tick_with_its_name(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A skipped tick would look like a complete month."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", "mysql+mysqlconnector://me:s3cret@127.0.0.1:1/chats")

    with pytest.raises(Exception, match=r"127\.0\.0\.1:1/chats") as failed:
        _tick(instance)

    assert "s3cret" not in str(failed.value)


def test_it_is_stopped_until_somebody_turns_it_on() -> None:
    """What it launches costs money."""
    sensor = build_defs(Settings.from_env()).resolve_sensor_def("coverage_backfill_sensor")

    assert sensor.default_status is dg.DefaultSensorStatus.STOPPED
