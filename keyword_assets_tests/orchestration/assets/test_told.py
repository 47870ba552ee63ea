"""What a command tells Dagster of days that it had nothing to do with: nothing, unless they are otherwise than told."""

from collections.abc import Callable

import dagster as dg
import pytest
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from keyword_assets.cli.main import run
from keyword_assets.orchestration.assets.checks import CHECKS
from keyword_assets.orchestration.assets.keys import CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT, UNIQUE_CHATS
from keyword_assets.orchestration.jobs.asset_jobs import JOB
from keyword_assets_tests.world import DAY, NEXT_DAY, THIRD_DAY, Chats, questions

DAYS = (DAY, NEXT_DAY, THIRD_DAY)
ASSETS = (UNIQUE_CHATS, CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT)
Told = Callable[[], set[str]]


@pytest.fixture
def finished(chats: Chats, instance: dg.DagsterInstance) -> Told:
    """Three days that a command has finished; what is returned runs it again, and returns the days that it tells of."""
    for day in DAYS:
        chats.add(*questions(2), day=day)
    assert run(["complete", DAY, THIRD_DAY, "--json"]) == 0

    def again() -> set[str]:
        assert run(["complete", DAY, THIRD_DAY]) == 0
        (record,) = instance.get_run_records(limit=1)
        return _told_of(instance, record.dagster_run.run_id)

    return again


def _told_of(instance: dg.DagsterInstance, run_id: str) -> set[str]:
    """The days that the run has events of; each has all of them."""
    marks = _events(instance, run_id, dg.DagsterEventType.ASSET_MATERIALIZATION)
    evaluations = _events(instance, run_id, dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    marked = [event.partition for event in marks]
    checked = [event.asset_check_evaluation_data.partition for event in evaluations]
    days = {str(day) for day in marked}
    assert sorted(map(str, marked)) == sorted([*days] * len(ASSETS))
    assert sorted(map(str, checked)) == sorted([*days] * len(CHECKS))
    return days


def _events(instance: dg.DagsterInstance, run_id: str, kind: dg.DagsterEventType) -> list[dg.DagsterEvent]:
    return [entry.get_dagster_event() for entry in instance.all_logs(run_id, of_type=kind)]


def _is_green(instance: dg.DagsterInstance) -> bool:
    """Whether the UI shows each asset as materialized and each check as passed, by its newest event, on each day."""
    storage = instance.event_log_storage
    checks = storage.get_asset_check_partition_info([*CHECKS.values()], partition_keys=list(DAYS))
    return (
        all(set(instance.get_materialized_partitions(key)) == set(DAYS) for key in ASSETS)
        and len(checks) == len(CHECKS) * len(DAYS)
        and all(found.latest_execution_status is AssetCheckExecutionRecordStatus.SUCCEEDED for found in checks)
        and all(found.is_current for found in checks)
        and not any(
            storage.get_latest_asset_partition_materialization_attempts_without_materializations(key) for key in ASSETS
        )
    )


def test_days_that_stand_as_they_were_told_of_are_told_of_no_more(
    finished: Told, instance: dg.DagsterInstance, capsys: pytest.CaptureFixture[str]
) -> None:
    """A year of them would else take minutes; that they were looked at is said in the log and in the summary."""
    assert finished() == {THIRD_DAY}
    (record,) = instance.get_run_records(limit=1)
    said = [entry.user_message for entry in instance.all_logs(record.dagster_run.run_id)]
    assert "2일은 할 일이 없었고 전에 기록한 그대로라 다시 기록하지 않았습니다." in said
    assert "다시 기록하지 않은 날" in capsys.readouterr().out
    assert _is_green(instance)


def test_a_day_that_something_was_done_for_is_told_of(
    finished: Told, chats: Chats, instance: dg.DagsterInstance
) -> None:
    """A question that came late, for a day that Dagster expected nothing of."""
    chats.add("늦게 온 질문", day=NEXT_DAY)

    assert finished() == {NEXT_DAY, THIRD_DAY}
    assert _is_green(instance)


def test_a_day_with_other_numbers_is_told_of(finished: Told, chats: Chats, instance: dg.DagsterInstance) -> None:
    """The UI plots them, and there was nothing to classify."""
    chats.add(None, day=DAY)

    assert finished() == {DAY, THIRD_DAY}
    assert _is_green(instance)


def test_a_day_that_dagster_still_waits_for_is_told_of(
    finished: Told, instance: dg.DagsterInstance, defs: dg.Definitions
) -> None:
    """A run that was planned and never came would else stand as the newest word on its checks."""
    job = defs.resolve_job_def(JOB)
    instance.create_run_for_job(job, tags={"dagster/partition": NEXT_DAY, **job.run_tags})

    assert finished() == {NEXT_DAY}
    assert _is_green(instance)


def test_a_day_that_is_asked_for_by_name_is_told_of(
    finished: Told, instance: dg.DagsterInstance, defs: dg.Definitions
) -> None:
    """Whoever asks for it on its page wants to see that something happened."""
    again = defs.resolve_job_def(JOB).execute_in_process(instance=instance, partition_key=DAY)

    assert _told_of(instance, again.run_id) == {DAY}
    assert run(["complete", DAY]) == 0
    (record,) = instance.get_run_records(limit=1)
    assert _told_of(instance, record.dagster_run.run_id) == {DAY}
    assert _is_green(instance)
