"""coverage_backfill_sensor: runs past days again until each stands at 100 %."""

from datetime import date, timedelta

import dagster as dg
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
)

from keyword_assets.core.backfill import days_to_backfill
from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.models import Period
from keyword_assets.core.texts import say
from keyword_assets.orchestration.jobs import JOB, daily_keywords_job
from keyword_assets.orchestration.resources import DatabaseResource
from keyword_assets.settings import Settings

# How far back a tick looks, how many days it relaunches, and how often it looks.
LOOK_BACK_DAYS = 30
DAYS_A_TICK = 10
SECONDS_BETWEEN_TICKS = 600
# A tick is cut off after a minute; days that were not counted in time are counted at the next.
LOOK_SECONDS = 20
REASON_TAG = "keyword_assets/reason"

_IN_FLIGHT = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def coverage_backfill_sensor(settings: Settings) -> dg.SensorDefinition:
    """The sensor under these settings; stopped until someone turns it on, because what it launches costs money."""

    @dg.sensor(
        name="coverage_backfill_sensor",
        job=daily_keywords_job,
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        description="Counts the coverage of past days and runs those again that have questions left to classify.",
    )
    def sensor(context: dg.SensorEvaluationContext, database: DatabaseResource) -> dg.SensorResult | dg.SkipReason:
        if not settings.hcx_api_key:
            # Every run would fail, at every tick.
            return dg.SkipReason(say("settings.no_api_key"))
        last = settings.last_day()
        period = Period(max(settings.start_date, last - timedelta(days=LOOK_BACK_DAYS - 1)), last)
        if period.end < period.start:
            return dg.SkipReason(say("sensor.no_days"))
        try:
            with database.open() as store:
                coverage = store.look(period, LOOK_SECONDS)
        except KeywordAssetsError as error:
            # Without its traceback, which says nothing to the person who has to start the server.
            raise dg.Failure(description=str(error)) from None
        days = days_to_backfill(coverage, days_in_flight(context.instance), DAYS_A_TICK)
        if not days:
            return dg.SkipReason(say("sensor.nothing", start=period.start, end=period.end))
        numbers = {row.day: row for row in coverage}
        return dg.SensorResult(
            run_requests=[
                dg.RunRequest(
                    partition_key=day.isoformat(), tags={REASON_TAG: say("sensor.reason", open=numbers[day].open)}
                )
                for day in days
            ]
        )

    return sensor


def days_in_flight(instance: dg.DagsterInstance) -> set[date]:
    """The days that some run of the job, queued or running, covers alone or in a range."""
    days: set[date] = set()
    for run in instance.get_runs(dg.RunsFilter(statuses=_IN_FLIGHT)):
        if run.job_name != JOB and not run.job_name.startswith("__ASSET_JOB"):
            continue
        single = run.tags.get(PARTITION_NAME_TAG)
        start = run.tags.get(ASSET_PARTITION_RANGE_START_TAG, single)
        end = run.tags.get(ASSET_PARTITION_RANGE_END_TAG, single)
        if start and end:
            days.update(Period(date.fromisoformat(start), date.fromisoformat(end)).days())
    return days
