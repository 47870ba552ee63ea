"""Runs of the daily job on a real instance: what each day is told to Dagster, and what a failure leaves behind."""

import time
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import dagster as dg
import pytest

from keyword_assets.configuration.prices import price_of
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.assets.checks import CHECKS
from keyword_assets.orchestration.assets.keys import CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT, UNIQUE_CHATS
from keyword_assets.orchestration.jobs.asset_jobs import JOB
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets_tests.world import (
    DAY,
    KEY,
    NEXT_DAY,
    THIRD_DAY,
    Chats,
    answers_to,
    contents,
    keyword_rows,
    questions,
    written,
)

ASSETS = (UNIQUE_CHATS, CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT)
POISON = "받아들일 수 없는 질문"


def _run(
    defs: dg.Definitions, instance: dg.DagsterInstance, start: str = DAY, end: str | None = None, **options: Any
) -> dg.ExecuteInProcessResult:
    job = defs.resolve_job_def(JOB)
    if end is None:
        return job.execute_in_process(instance=instance, partition_key=start, raise_on_error=False, **options)
    tags = {"dagster/asset_partition_range_start": start, "dagster/asset_partition_range_end": end}
    return job.execute_in_process(instance=instance, tags=tags, raise_on_error=False, **options)


def _metadata(instance: dg.DagsterInstance, key: dg.AssetKey, day: str) -> dict[str, Any]:
    """The numbers of the latest materialization of a day."""
    filters = dg.AssetRecordsFilter(asset_key=key, asset_partitions=[day])
    (record,) = instance.fetch_materializations(filters, limit=1).records
    assert record.asset_materialization is not None
    return {name: value.value for name, value in record.asset_materialization.metadata.items()}


def _days(instance: dg.DagsterInstance, key: dg.AssetKey) -> set[str]:
    return set(instance.get_materialized_partitions(key))


def _evaluations(instance: dg.DagsterInstance, run_id: str) -> dict[str | None, Any]:
    records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    found = [record.event_log_entry.dagster_event.asset_check_evaluation_data for record in records]
    return {e.partition: e for e in found if e.asset_check_key == CHECKS["coverage_is_complete"]}


def test_a_day_is_classified_and_marked(defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats) -> None:
    """The UI's partition bar turns green where the rows are, and nowhere else."""
    chats.add(*questions(5))

    result = _run(defs, instance)

    assert result.success
    assert written() == answers_to(questions(5))
    assert [_days(instance, key) for key in ASSETS] == [{DAY}] * 3


def test_the_marks_of_a_day_carry_its_numbers(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer
) -> None:
    """They are what the UI plots over the days."""
    chats.add(*questions(3), POISON, questions(1)[0], None)
    hcx.faults.add(Fault("error", code="40005", text=POISON))

    _run(defs, instance)
    report = _metadata(instance, MISSING_DATA_REPORT, DAY)

    assert _metadata(instance, UNIQUE_CHATS, DAY) == {
        "dagster/row_count": 4,
        "messages": 6,
        "blank": 1,
        "questions": 4,
    }
    assert _metadata(instance, CLASSIFIED_KEYWORDS, DAY) == {
        "dagster/row_count": 3,
        "questions": 4,
        "classified": 3,
        "missing": 1,
        "quarantined": 1,
        "coverage": 0.75,
        "processed": 3,
        "reused": 0,
        "skipped": 0,
        "failed": 1,
        "failed_reasons": {"HTTP 400 40005 Unavailable output": 1},
        **_bill(hcx),
    }
    assert (report["messages"], report["blank"], report["coverage"]) == (6, 1, 0.75)


def _bill(hcx: SimulatorServer) -> dict[str, Any]:
    """What all requests together have cost by the simulator's own books."""
    answered = [record for record in hcx.stats.records if record.status == 200]
    prompt = sum(record.prompt_tokens for record in answered)
    completion = sum(record.completion_tokens for record in answered)
    price = price_of("HCX-007")
    return {
        "model": "HCX-007",
        "requests": len(hcx.stats.records),
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "reserved_tokens": ANY,
        "cost_krw": round((prompt * price.input_per_1k + completion * price.output_per_1k) / 1000, 4),
        "price_as_of": price.as_of.isoformat(),
    }


def test_the_bills_of_the_days_add_up_to_that_of_the_run(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer
) -> None:
    """Days share requests; what each is said to have cost must leave nothing over."""
    chats.add(*questions(7), day=DAY)
    chats.add(*questions(25)[7:], day=THIRD_DAY)

    _run(defs, instance, DAY, THIRD_DAY)
    days = [_metadata(instance, CLASSIFIED_KEYWORDS, day) for day in (DAY, NEXT_DAY, THIRD_DAY)]
    bill = _bill(hcx)

    for name in ("requests", "prompt_tokens", "completion_tokens"):
        assert sum(day.get(name, 0) for day in days) == bill[name]
    assert sum(day.get("cost_krw", 0) for day in days) == pytest.approx(bill["cost_krw"], abs=0.001)
    assert "requests" not in days[1]
    assert days[0]["cost_krw"] < days[2]["cost_krw"]


def test_a_range_marks_each_of_its_days_with_its_own_numbers(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats
) -> None:
    """One run over many days must not show every day the sum of all."""
    chats.add(*questions(3), day=DAY)
    chats.add(*questions(5), day=THIRD_DAY)

    result = _run(defs, instance, DAY, THIRD_DAY)

    assert result.success
    assert [_days(instance, key) for key in ASSETS] == [{DAY, NEXT_DAY, THIRD_DAY}] * 3
    assert [_metadata(instance, CLASSIFIED_KEYWORDS, day)["questions"] for day in (DAY, NEXT_DAY, THIRD_DAY)] == [
        3,
        0,
        5,
    ]


def test_days_of_a_range_share_their_requests(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer
) -> None:
    """Quiet days fill requests together: fewer requests for the same questions."""
    for day in (DAY, NEXT_DAY, THIRD_DAY):
        chats.add(f"{day}의 질문", day=day)

    _run(defs, instance, DAY, THIRD_DAY)

    assert len(hcx.stats.records) == 1


def test_a_complete_day_passes_its_check(defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats) -> None:
    """The verdict belongs to the day, and to the materialization that it judged."""
    chats.add(*questions(3))

    result = _run(defs, instance)
    evaluation = _evaluations(instance, result.run_id)[DAY]
    (record,) = instance.fetch_materializations(MISSING_DATA_REPORT, limit=1).records

    assert evaluation.passed
    assert evaluation.asset_check_key == CHECKS["coverage_is_complete"]
    assert evaluation.target_materialization_data.storage_id == record.storage_id


def test_each_day_of_a_range_has_a_verdict(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer
) -> None:
    """A plain partitioned check would be evaluated once for the whole range, without a day."""
    chats.add(*questions(3), day=DAY)
    chats.add(POISON, day=NEXT_DAY)
    hcx.faults.add(Fault("error", code="40005", text=POISON))

    result = _run(defs, instance, DAY, THIRD_DAY)

    verdicts = {day: evaluation.passed for day, evaluation in _evaluations(instance, result.run_id).items()}
    assert verdicts == {DAY: True, NEXT_DAY: False, THIRD_DAY: True}


@pytest.mark.parametrize(
    ("classified", "severity"), [(19, dg.AssetCheckSeverity.WARN), (1, dg.AssetCheckSeverity.ERROR)]
)
def test_a_gap_is_a_warning_and_a_hole_is_an_error(
    defs: dg.Definitions,
    instance: dg.DagsterInstance,
    chats: Chats,
    hcx: SimulatorServer,
    classified: int,
    severity: dg.AssetCheckSeverity,
) -> None:
    """One question in twenty can wait until the office opens; half of a day cannot."""
    chats.add(*questions(classified), POISON)
    hcx.faults.add(Fault("error", code="40005", text=POISON))

    result = _run(defs, instance)
    evaluation = _evaluations(instance, result.run_id)[DAY]

    assert (evaluation.passed, evaluation.severity) == (False, severity)
    assert evaluation.metadata["missing"].value == 1
    assert "quarantine list" in (evaluation.description or "")


def test_the_floor_between_warning_and_error_can_be_set(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is alarming differs from office to office."""
    monkeypatch.setenv("KEYWORDS_COVERAGE_FLOOR", "0.5")
    chats.add(*questions(1), POISON)
    hcx.faults.add(Fault("error", code="40005", text=POISON))

    result = _run(build_defs(Settings.from_env()), instance)

    assert _evaluations(instance, result.run_id)[DAY].severity is dg.AssetCheckSeverity.WARN


def test_a_gap_does_not_fail_the_run(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer
) -> None:
    """The work that was done is done; the check tells the rest."""
    chats.add(POISON)
    hcx.faults.add(Fault("error", code="40005", text=POISON))

    assert _run(defs, instance).success


def test_the_limit_can_be_set_in_the_launchpad(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer
) -> None:
    """A first try from the UI with a few questions."""
    chats.add(*questions(5))

    _run(defs, instance, run_config={"ops": {"daily_keywords": {"config": {"limit": 2}}}})

    assert len({row["query_text"] for row in keyword_rows()}) == 2


def test_a_negative_limit_is_refused_in_the_launchpad(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer
) -> None:
    """It costs money to take it for "no limit"."""
    chats.add(*questions(5))

    result = _run(defs, instance, run_config={"ops": {"daily_keywords": {"config": {"limit": -5}}}})

    assert not result.success
    assert keyword_rows() == []


def test_a_day_that_is_not_over_is_refused(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer
) -> None:
    """Dagster takes any date for a partition that a run is launched for by name; half a day is no day."""
    today = Settings.from_env().now().date().isoformat()
    chats.add(*questions(3), day=today)

    result = _run(defs, instance, today, today)

    assert not result.success
    assert keyword_rows() == []
    assert _days(instance, CLASSIFIED_KEYWORDS) == set()


def test_a_failing_run_keeps_the_marks_of_the_days_it_finished(
    defs: dg.Definitions,
    instance: dg.DagsterInstance,
    chats: Chats,
    hcx: SimulatorServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those days need not be run again, and the UI must not say so."""
    monkeypatch.setenv("HCX_BATCH_SIZE", "1")
    monkeypatch.setenv("HCX_QPM", "1")
    chats.add(*questions(3), day=DAY)
    chats.add("열쇠가 바뀐 날의 질문", day=NEXT_DAY)
    hcx.faults.add(Fault("error", code="40104", text="열쇠가 바뀐"))

    result = _run(build_defs(Settings.from_env()), instance, DAY, NEXT_DAY)

    assert not result.success
    assert [_days(instance, key) for key in ASSETS] == [{DAY}] * 3
    assert set(_evaluations(instance, result.run_id)) == {DAY}


def test_a_failure_says_what_to_do_and_not_the_key(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer
) -> None:
    """It is what the person on call reads first."""
    chats.add(*questions(3))
    hcx.faults.add(Fault("error", code="40104"))

    result = _run(defs, instance)
    (failure,) = result.get_step_failure_events()
    log = "".join(entry.to_json() for entry in instance.all_logs(result.run_id))

    assert failure.step_failure_data.user_failure_data is not None
    assert "HCX_API_KEY" in (failure.step_failure_data.user_failure_data.description or "")
    assert KEY not in log


def test_a_missing_key_fails_the_run_without_changing_anything(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A daemon that was started in the wrong folder."""
    chats.add(*questions(3))
    before = contents()
    monkeypatch.delenv("HCX_API_KEY")

    result = _run(defs, instance)

    assert not result.success
    assert contents() == before


@pytest.mark.parametrize("asset", ["unique_chats", "missing_data_report"])
def test_assets_that_only_count_can_be_launched_without_sending_anything(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer, asset: str
) -> None:
    """A look at a day's numbers in the UI must not cost money."""
    chats.add(*questions(3))

    result = _run(defs, instance, asset_selection=[dg.AssetKey(asset)])

    assert result.success
    assert [_days(instance, key) for key in ASSETS] == [{DAY} if key.path == [asset] else set() for key in ASSETS]
    assert hcx.stats.snapshot.received == 0


def test_the_classification_can_be_launched_alone(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats
) -> None:
    """Any asset may be selected in the UI, and no other is marked for it."""
    chats.add(*questions(3))

    result = _run(defs, instance, asset_selection=[CLASSIFIED_KEYWORDS])

    assert result.success
    assert written() == answers_to(questions(3))
    assert [_days(instance, key) for key in ASSETS] == [set(), {DAY}, set()]


def test_a_run_without_a_day_says_what_it_lacks(
    defs: dg.Definitions, instance: dg.DagsterInstance, hcx: SimulatorServer
) -> None:
    """The UI asks for one; a script that launches the job may have forgotten it."""
    result = defs.resolve_job_def(JOB).execute_in_process(instance=instance, raise_on_error=False)

    (event,) = [event for event in result.all_events if event.is_step_failure]
    assert event.step_failure_data.user_failure_data is not None
    assert "keyword-assets complete" in (event.step_failure_data.user_failure_data.description or "")
    assert hcx.stats.snapshot.received == 0


def test_materializing_again_sends_nothing(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer
) -> None:
    """A click too many in the UI."""
    chats.add(*questions(3))
    _run(defs, instance)
    before, sent = contents(), hcx.stats.snapshot.received

    _run(defs, instance)

    assert contents() == before
    assert hcx.stats.snapshot.received == sent


def test_a_report_is_kept_only_when_the_numbers_changed(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats
) -> None:
    """A history of a day that consists of the same line every night would hide the line that differs."""
    chats.add(*questions(3))
    _run(defs, instance)
    _run(defs, instance)
    chats.add("늦게 온 질문")
    _run(defs, instance)

    assert [row[4:6] for row in sorted(contents()["keyword_missing_reports"], key=lambda row: row[1])] == [
        (3, 3),
        (4, 4),
    ]


def test_no_files_are_written_beside_the_database(
    defs: dg.Definitions, instance: dg.DagsterInstance, chats: Chats, tmp_path: Path
) -> None:
    """Data in a second place would have to be backed up, and would contradict the first one day."""
    chats.add(*questions(3))

    _run(defs, instance)

    home = tmp_path / ".keyword_assets" / "dagster"
    left = {path.name for path in home.rglob("*") if path.is_file()}
    assert left
    assert not left & {"result", *(key.path[0] for key in ASSETS), DAY}


def test_requests_go_on_while_a_finished_day_is_counted(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count of a large day takes seconds, in which the quota would lie idle; nobody gives it back."""
    monkeypatch.setenv("HCX_BATCH_SIZE", "1")
    monkeypatch.setenv("HCX_QPM", "1")
    chats.add("첫날의 질문", day=DAY)
    chats.add(*questions(5), day=NEXT_DAY)
    really = SqlQuestionStore.recount
    asked_meanwhile: list[bool] = []

    def slow(store: SqlQuestionStore, period: Period) -> list[DayCoverage]:
        if period.start.isoformat() == DAY:
            asked_meanwhile.append(_asked_about(hcx, questions(5)[-1]))
        return really(store, period)

    monkeypatch.setattr(SqlQuestionStore, "recount", slow)
    result = _run(build_defs(Settings.from_env()), instance, DAY, NEXT_DAY)

    assert (result.success, asked_meanwhile) == (True, [True])
    assert [_days(instance, key) for key in ASSETS] == [{DAY, NEXT_DAY}] * 3


def _asked_about(hcx: SimulatorServer, text: str) -> bool:
    """Whether the simulator is asked about the text within a time in which it would certainly be."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if any(text in record.texts for record in hcx.stats.records):
            return True
        time.sleep(0.01)
    return False
