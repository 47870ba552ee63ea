"""answer_quality: figures to plot, and whether accuracy is known and holds."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import dagster as dg
import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.orchestration.assets.keys import ANSWER_QUALITY
from keyword_assets.sql.opening import open_store
from keyword_assets.sql.quality.audits import Audits
from keyword_assets.sql.quality.judging import Judging
from keyword_assets.sql.quality.review_items import ReviewItems
from keyword_assets_tests.world import DAY, Chats, Clock, questions

MONDAY = datetime(2025, 6, 16, 6)
Run = Callable[..., dg.ExecuteInProcessResult]


@pytest.fixture(autouse=True)
def _monday(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still on the Monday after the day of the chats."""
    clock.now = MONDAY
    monkeypatch.setenv("KEYWORDS_AUDIT_SIZE", "30")


@pytest.fixture
def run(defs: dg.Definitions, instance: dg.DagsterInstance) -> Run:
    def work(job: str = "weekly_audit_job", **options: Any) -> dg.ExecuteInProcessResult:
        return defs.resolve_job_def(job).execute_in_process(instance=instance, raise_on_error=False, **options)

    return work


@pytest.fixture
def classified(chats: Chats, run: Run) -> None:
    chats.add(*questions(40))
    assert run("daily_keywords_job", partition_key=DAY).success


def judge(wrong: int = 0) -> None:
    """Somebody judges all that was drawn."""
    settings = Settings.from_env()
    catch_all = load_taxonomy(settings.taxonomy).catch_all.id
    with open_store(settings) as store:
        items = ReviewItems(store.engine, store.tables)
        judging = Judging(store.engine, store.tables, items, settings.now)
        for place, item in enumerate(items.all(1)):
            judging.judge(item.id, "wrong" if place < wrong else "right", "김", catch_all=catch_all)


def audits() -> list[Any]:
    settings = Settings.from_env()
    with open_store(settings) as store:
        return Audits(store.engine, store.tables, settings.now).all()


def checks(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    assert result.success
    events = result.get_asset_check_evaluations()
    assert {event.severity for event in events} == {dg.AssetCheckSeverity.WARN}
    return {event.check_name: event.passed for event in events}


def test_the_weekly_job_draws_an_audit_of_the_week_once(classified: None, run: Run) -> None:
    """Also where its run is tried again."""
    assert run().success
    assert run().success

    (audit,) = audits()
    assert (audit.period.start.isoformat(), audit.period.end.isoformat()) == ("2025-06-09", "2025-06-15")
    assert (audit.size, audit.questions) == (30, 40)


def test_materialized_by_hand_it_draws_nothing(classified: None, run: Run) -> None:
    assert run(run_config={"ops": {"answer_quality": {"config": {"draw": False}}}}).success
    assert audits() == []


def test_what_nobody_has_judged_is_not_known(classified: None, run: Run) -> None:
    assert checks(run()) == {"accuracy_is_known": False, "accuracy_holds": True}


def test_a_finished_audit_is_recorded_and_plotted(classified: None, run: Run) -> None:
    run()
    judge()
    result = run()

    assert checks(result) == {"accuracy_is_known": True, "accuracy_holds": True}
    (event,) = result.asset_materializations_for_node("answer_quality")
    figures = {name: value.value for name, value in event.metadata.items()}
    assert (figures["category_accuracy"], figures["category_high"], figures["judged"]) == (1, 1, 30)
    assert 0.85 < figures["category_low"] < 1


def test_accuracy_that_may_be_below_the_floor_does_not_hold(classified: None, run: Run) -> None:
    run()
    judge(wrong=6)

    assert checks(run()) == {"accuracy_is_known": True, "accuracy_holds": False}


def test_an_audit_of_long_ago_leaves_accuracy_unknown(classified: None, run: Run, clock: Clock) -> None:
    run()
    judge()
    clock.now = datetime(2025, 8, 4, 6)

    assert checks(run())["accuracy_is_known"] is False


def test_a_week_without_answers_is_no_failure(run: Run) -> None:
    """The check says that nothing is known."""
    assert checks(run()) == {"accuracy_is_known": False, "accuracy_holds": True}
    assert audits() == []


def test_the_audit_is_off_at_first_and_comes_on_monday_morning(defs: dg.Definitions) -> None:
    """It makes work for people: somebody has to want it."""
    schedule = defs.resolve_schedule_def("weekly_audit_schedule")

    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 * * 1", "Asia/Seoul")
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
    assert schedule.job_name == "weekly_audit_job"
    assert defs.resolve_asset_graph().get(ANSWER_QUALITY).partitions_def is None
