"""The schedules, in the time zone of the partitions, each off until KEYWORDS_SWITCHED_ON or the UI turns it on.

daily_keywords_schedule: yesterday, early in the morning. weekly_report_schedule: on Mondays, the report up to Sunday.
weekly_audit_schedule: on Mondays, an audit of the week up to Sunday. weekly_prune_schedule: on Sundays, what is old is
removed.
"""

from datetime import timedelta
from typing import Any

import dagster as dg

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.texts import say
from keyword_assets.orchestration.jobs.asset_jobs import daily_keywords_job, weekly_audit_job, weekly_report_job

# Late enough for stragglers of the day before, early enough to be done when the office opens.
HOUR, MINUTE = 1, 10
# After that, and before the week's first meeting.
REPORT_CRON = "0 7 * * 1"
# After the night's run, and early enough for who reviews.
AUDIT_CRON = "0 6 * * 1"
# When the night's run has ended, and nobody is at work.
PRUNE_CRON = "30 4 * * 0"


# Any: what Dagster makes here has no public name.
def daily_keywords_schedule(settings: Settings) -> Any:
    """The schedule under these settings; off at first, for it costs money."""
    name = "daily_keywords_schedule"
    return dg.build_schedule_from_partitioned_job(
        daily_keywords_job,
        name=name,
        description=say("schedule.description"),
        hour_of_day=HOUR,
        minute_of_hour=MINUTE,
        default_status=_at_first(name, settings),
    )


def weekly_report_schedule(settings: Settings) -> dg.ScheduleDefinition:
    """The schedule under these settings; off at first, for it writes to people."""

    @dg.schedule(
        name="weekly_report_schedule",
        default_status=_at_first("weekly_report_schedule", settings),
        cron_schedule=REPORT_CRON,
        execution_timezone=settings.timezone.key,
        job=weekly_report_job,
        description=say("delivery.schedule"),
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        at = context.scheduled_execution_time.astimezone(settings.timezone)
        day = at.date() - timedelta(days=1)
        if not settings.start_date <= day <= (settings.end_date or day):
            return dg.SkipReason(say("deadline.no_day", day=day))
        return dg.RunRequest(run_key=day.isoformat(), partition_key=day.isoformat())

    return schedule


def weekly_audit_schedule(settings: Settings) -> dg.ScheduleDefinition:
    """The schedule under these settings; off at first, for it makes work for people."""
    return dg.ScheduleDefinition(
        name="weekly_audit_schedule",
        default_status=_at_first("weekly_audit_schedule", settings),
        cron_schedule=AUDIT_CRON,
        execution_timezone=settings.timezone.key,
        job=weekly_audit_job,
        description=say("audit.schedule"),
    )


def weekly_prune_schedule(settings: Settings, job: dg.JobDefinition) -> dg.ScheduleDefinition:
    """The schedule under these settings; off at first, for it removes something."""
    return dg.ScheduleDefinition(
        name="weekly_prune_schedule",
        default_status=_at_first("weekly_prune_schedule", settings),
        cron_schedule=PRUNE_CRON,
        execution_timezone=settings.timezone.key,
        job=job,
        description=say("prune.schedule", days=settings.keep_days),
    )


def _at_first(name: str, settings: Settings) -> dg.DefaultScheduleStatus:
    """Whether a schedule is on where nobody has turned it on or off in the UI."""
    return dg.DefaultScheduleStatus.RUNNING if name in settings.switched_on else dg.DefaultScheduleStatus.STOPPED
