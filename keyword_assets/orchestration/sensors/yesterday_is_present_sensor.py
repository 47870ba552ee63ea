"""yesterday_is_present_sensor: says when yesterday is not there by its hour, which no run could say."""

from datetime import timedelta

import dagster as dg

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.coverage.checks import presence
from keyword_assets.core.models.period import Period
from keyword_assets.core.texts import say
from keyword_assets.orchestration.assets.checks import evaluations
from keyword_assets.orchestration.resources import DatabaseResource
from keyword_assets.orchestration.running.failing import told_in_words

SECONDS_BETWEEN_TICKS = 600
# A tick is cut off after a minute.
_LOOK_SECONDS = 20


def yesterday_is_present_sensor(settings: Settings) -> dg.SensorDefinition:
    """The sensor under these settings; on from the beginning, because it launches nothing and costs nothing."""
    hour = settings.alert_deadline_hour

    @dg.sensor(
        name="yesterday_is_present_sensor",
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=say("deadline.description", hour=hour),
    )
    def sensor(context: dg.SensorEvaluationContext, database: DatabaseResource) -> dg.SensorResult | dg.SkipReason:
        now = settings.now()
        yesterday = now.date() - timedelta(days=1)
        if not settings.start_date <= yesterday <= settings.last_day():
            return dg.SkipReason(say("deadline.no_day", day=yesterday))
        if now.hour < hour:
            return dg.SkipReason(say("deadline.early", day=yesterday, hour=hour))
        with told_in_words(), database.open() as store:
            (row,) = store.look(Period.of(yesterday), _LOOK_SECONDS)
            verdict = presence(row, hour, counted=store.days.knows(yesterday))
        state = f"{yesterday} {verdict.passed}"
        if state == context.cursor:
            return dg.SkipReason(verdict.finding)
        return dg.SensorResult(
            asset_events=evaluations(context.instance, yesterday.isoformat(), [verdict]),
            cursor=state,
        )

    return sensor
