"""Messages that are in no day, as the UI shows them: a check of their own, and their number in each day's report."""

from typing import Any

import dagster as dg
import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.assets.keys import MISSING_DATA_REPORT, UNIQUE_CHATS
from keyword_assets.orchestration.jobs.asset_jobs import JOB
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets_tests.builders import make_store
from keyword_assets_tests.undated import add_undated_as, make_chattings
from keyword_assets_tests.world import DAY, THIRD_DAY, Chats, answers_to, questions, written

RANGE = {"dagster/asset_partition_range_start": DAY, "dagster/asset_partition_range_end": THIRD_DAY}
CHECK = dg.AssetCheckKey(UNIQUE_CHATS, "every_message_has_a_day")


@pytest.fixture(autouse=True)
def url(database_url: str, monkeypatch: pytest.MonkeyPatch, _settings_in_force: None) -> str:
    """A database of a service whose `created_at` may be absent and, on MySQL, whose server is lax."""
    make_chattings(database_url, "TEXT" if database_url.startswith("sqlite") else "DATETIME")
    make_store(database_url).engine.dispose()
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", database_url)
    return database_url


def _run(instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    defs = build_defs(Settings.from_env())
    return defs.resolve_job_def(JOB).execute_in_process(instance=instance, tags=RANGE)


def _verdicts(instance: dg.DagsterInstance, run_id: str) -> list[Any]:
    records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    found = [record.event_log_entry.dagster_event.asset_check_evaluation_data for record in records]  # type: ignore[union-attr]
    return [evaluation for evaluation in found if evaluation.asset_check_key == CHECK]


def _reports(instance: dg.DagsterInstance) -> list[dict[str, Any]]:
    records = instance.fetch_materializations(MISSING_DATA_REPORT, limit=10).records
    return [{name: value.value for name, value in r.asset_materialization.metadata.items()} for r in records]  # type: ignore[union-attr]


def test_they_fail_their_check_on_each_day_and_hold_nothing_up(
    instance: dg.DagsterInstance, chats: Chats, url: str
) -> None:
    """A warning, because what is wrong is wrong in the service's table; every day that has a date is classified."""
    chats.add(*questions(3))
    add_undated_as(url, {"배송": None, "결제": "2025-06-00"})

    result = _run(instance)
    found = _verdicts(instance, result.run_id)

    assert result.success
    assert written() == answers_to(questions(3))
    assert [(verdict.passed, verdict.severity) for verdict in found] == [(False, dg.AssetCheckSeverity.WARN)] * 3
    metadata = {name: value.value for name, value in found[0].metadata.items()}
    assert "KEYWORDS_START_DATE" in metadata.pop("what_to_do")
    assert metadata == {"messages_without_day": 2, "no_date": 1, "impossible": 1, "before": 0, "after": 0}
    assert "날짜 없음 1, 달력에 없는 날짜 1" in found[0].description


def test_the_report_has_their_number_and_examples_as_they_may_be_seen(
    instance: dg.DagsterInstance, chats: Chats, url: str
) -> None:
    """Masked, and in cells that take nothing for markup."""
    chats.add(*questions(1))
    add_undated_as(url, {"제 번호는 010-1234-5678\n<b>입니다</b>": None})

    result = _run(instance)

    assert result.success
    for report in _reports(instance):
        assert (report["messages_without_day"], report["without_day_kinds"]) == (1, "날짜 없음 1")
        (example,) = report["without_day_examples"].records
        assert list(example.data.values()) == ["NULL", "제 번호는 [전화번호] <b>입니다</b>"]
        assert "every_message_has_a_day" in report["summary"]
        assert "010-1234-5678" not in report["summary"]


def test_a_zero_says_that_somebody_looked(instance: dg.DagsterInstance, chats: Chats) -> None:
    """And it plots."""
    chats.add(*questions(1))

    result = _run(instance)

    assert [verdict.passed for verdict in _verdicts(instance, result.run_id)] == [True] * 3
    for report in _reports(instance):
        assert report["messages_without_day"] == 0
        assert "without_day_examples" not in report


def test_they_are_counted_once_a_run(
    instance: dg.DagsterInstance, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many days it has: they belong to none of them."""
    chats.add(*questions(1))
    counted: list[object] = []
    really = SqlQuestionStore.without_day
    monkeypatch.setattr(
        SqlQuestionStore, "without_day", lambda self, period: counted.append(period) or really(self, period)
    )

    result = _run(instance)

    assert len(_verdicts(instance, result.run_id)) == 3
    assert len(counted) == 1
