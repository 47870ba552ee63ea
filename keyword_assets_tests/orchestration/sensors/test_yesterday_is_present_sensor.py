"""The sensor that says that yesterday is not there, although nothing ran that could say it."""

from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.sensor_definition import SensorExecutionData

from keyword_assets.configuration.settings import Settings
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.assets.checks import CHECKS
from keyword_assets.orchestration.jobs.asset_jobs import JOB
from keyword_assets_tests.builders import make_store
from keyword_assets_tests.world import Chats, Clock, execute, questions

# By default; see KEYWORDS_ALERT_DEADLINE_HOUR.
DEADLINE_HOUR = 9
NOW = datetime(2025, 6, 12, DEADLINE_HOUR, 0)
YESTERDAY = "2025-06-11"


@pytest.fixture(autouse=True)
def _at_the_deadline(clock: Clock) -> None:
    clock.now = NOW


@pytest.fixture
def _each_database(database_url: str, monkeypatch: pytest.MonkeyPatch, _settings_in_force: None) -> None:
    """Once of each kind, in place of SQLite."""
    make_store(database_url).engine.dispose()
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", database_url)


def _tick(instance: dg.DagsterInstance, cursor: str | None = None) -> SensorExecutionData:
    defs = build_defs(Settings.from_env())
    with dg.build_sensor_context(
        instance=instance, definitions=defs, cursor=cursor, resources={"database": defs.resources["database"]}
    ) as context:
        return defs.resolve_sensor_def("yesterday_is_present_sensor").evaluate_tick(context)


def _event(tick: SensorExecutionData) -> dg.AssetCheckEvaluation:
    (event,) = tick.asset_events
    assert isinstance(event, dg.AssetCheckEvaluation)
    return event


def _run(instance: dg.DagsterInstance) -> None:
    defs = build_defs(Settings.from_env())
    assert defs.resolve_job_def(JOB).execute_in_process(instance=instance, partition_key=YESTERDAY).success


def _state(instance: dg.DagsterInstance) -> Any:
    """The check's latest state on yesterday, as the UI reads it."""
    key = CHECKS["yesterday_is_present"]
    record = instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
    assert record.event is not None
    assert record.event.dagster_event is not None
    return record.event.dagster_event.asset_check_evaluation_data


def test_before_its_hour_nothing_is_said(instance: dg.DagsterInstance, clock: Clock) -> None:
    """The run of the night may still be at work."""
    clock.now = NOW.replace(hour=DEADLINE_HOUR - 1, minute=59)

    tick = _tick(instance)

    assert (tick.asset_events, tick.skip_message) == ([], "2025-06-11의 기한은 오늘 9시입니다.")


@pytest.mark.usefixtures("_each_database")
def test_a_day_that_nothing_ran_for_is_an_error(instance: dg.DagsterInstance, chats: Chats) -> None:
    """The daemon stood still, the schedule was off: no run could have told."""
    chats.add(*questions(3))

    event = _event(_tick(instance))

    assert (event.passed, event.severity, event.partition) == (False, dg.AssetCheckSeverity.ERROR, YESTERDAY)
    assert event.asset_check_key == CHECKS["yesterday_is_present"]
    assert "질문 3개" in (event.description or "")
    assert "complete 2025-06-11" in event.metadata["what_to_do"].value  # type: ignore[operator]


def test_a_day_without_messages_that_nothing_ran_for_is_an_error_too(instance: dg.DagsterInstance) -> None:
    """Nobody has counted it, so that nobody knows."""
    assert not _event(_tick(instance)).passed


def test_a_day_that_was_run_is_present(instance: dg.DagsterInstance, chats: Chats) -> None:
    """The usual morning."""
    chats.add(*questions(3))
    _run(instance)

    assert _event(_tick(instance)).passed


@pytest.mark.usefixtures("_each_database")
def test_rows_that_were_deleted_after_the_run_make_it_absent_again(instance: dg.DagsterInstance, chats: Chats) -> None:
    """Looked at in the database, not remembered from the run."""
    chats.add(*questions(3))
    _run(instance)
    execute("DELETE FROM admin_chat_keywords")
    execute("DELETE FROM keyword_day_facts")

    assert not _event(_tick(instance)).passed


def test_the_same_verdict_is_told_once(instance: dg.DagsterInstance, chats: Chats) -> None:
    """Six times an hour all day would bury the check's history."""
    chats.add(*questions(3))
    first = _tick(instance)

    assert _tick(instance, first.cursor).asset_events == []


def test_a_day_that_comes_late_is_told(instance: dg.DagsterInstance, chats: Chats) -> None:
    """The error must not stand until the next morning."""
    chats.add(*questions(3))
    absent = _tick(instance)
    _run(instance)

    assert _event(_tick(instance, absent.cursor)).passed


def test_the_verdict_reaches_the_instance_without_a_run(instance: dg.DagsterInstance, chats: Chats) -> None:
    """What the daemon does with the tick's event; afterwards the run itself clears it."""
    chats.add(*questions(3))
    instance.report_runless_asset_event(_event(_tick(instance)))
    absent = _state(instance)
    _run(instance)
    present = _state(instance)

    assert (absent.passed, absent.partition) == (False, YESTERDAY)
    assert (present.passed, present.partition) == (True, YESTERDAY)


@pytest.mark.parametrize(
    ("name", "value"), [("KEYWORDS_END_DATE", "2025-06-10"), ("KEYWORDS_START_DATE", "2025-06-12")]
)
def test_a_yesterday_outside_the_days_of_the_settings_is_not_looked_at(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """The demo's data ended long ago."""
    monkeypatch.setenv(name, value)

    assert "분류할 날이 아닙니다" in (_tick(instance).skip_message or "")


def test_a_database_out_of_reach_fails_the_tick(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    """A skipped tick would look as if all were well."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", "mysql+mysqlconnector://me:s3cret@127.0.0.1:1/chats")

    with pytest.raises(Exception, match=r"127\.0\.0\.1:1/chats") as failed:
        _tick(instance)

    assert "s3cret" not in str(failed.value)


def test_a_database_that_is_not_there_fails_the_tick_and_is_not_made(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A daemon that was started in another folder."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", "sqlite:///absent.db")

    with pytest.raises(Exception, match=r"absent\.db"):
        _tick(instance)

    assert not (tmp_path / "absent.db").exists()


def test_it_is_on_from_the_beginning() -> None:
    """It costs nothing, and who would think of turning on what tells that nothing is on."""
    sensor = build_defs(Settings.from_env()).resolve_sensor_def("yesterday_is_present_sensor")

    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
