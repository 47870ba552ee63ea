"""The schedule: yesterday, early in the morning of the partitions' own time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from keyword_assets.definitions import build_defs
from keyword_assets.settings import Settings

# Dagster's own schedule of a partitioned job calls what Dagster has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Function `JobDefinition.run_request_for_partition`")


def _tick(defs: dg.Definitions, instance: dg.DagsterInstance, at: datetime) -> list[dg.RunRequest]:
    schedule = defs.resolve_schedule_def("daily_keywords_schedule")
    context = dg.build_schedule_context(
        instance=instance, scheduled_execution_time=at, repository_def=defs.get_repository_def()
    )
    return list(schedule.evaluate_tick(context).run_requests or [])


def test_it_runs_early_in_the_morning_of_seoul(defs: dg.Definitions) -> None:
    """Late enough for stragglers of the day before, early enough to be done when the office opens."""
    schedule = defs.resolve_schedule_def("daily_keywords_schedule")

    assert (schedule.cron_schedule, schedule.execution_timezone) == ("10 1 * * *", "Asia/Seoul")
    assert schedule.job_name == "daily_keywords_job"


def test_it_asks_for_yesterday(defs: dg.Definitions, instance: dg.DagsterInstance) -> None:
    """The day that has just ended there, which in UTC is still going on."""
    (request,) = _tick(defs, instance, datetime(2025, 6, 12, 1, 10, tzinfo=ZoneInfo("Asia/Seoul")))

    assert request.partition_key == "2025-06-11"


def test_a_tick_that_comes_twice_asks_for_the_same_run(defs: dg.Definitions, instance: dg.DagsterInstance) -> None:
    """Dagster launches one run for a run key, so a repeated tick launches none."""
    at = datetime(2025, 6, 12, 1, 10, tzinfo=ZoneInfo("Asia/Seoul"))
    (first,), (second,) = _tick(defs, instance, at), _tick(defs, instance, at)

    assert first.run_key == second.run_key == "2025-06-11"


def test_it_follows_the_time_zone_of_the_settings(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days are counted there, so the morning has to be that one too."""
    monkeypatch.setenv("KEYWORDS_TIMEZONE", "America/New_York")
    defs = build_defs(Settings.from_env())

    (request,) = _tick(defs, instance, datetime(2025, 6, 12, 1, 10, tzinfo=ZoneInfo("America/New_York")))

    assert defs.resolve_schedule_def("daily_keywords_schedule").execution_timezone == "America/New_York"
    assert request.partition_key == "2025-06-11"
