"""The daily partitions. A day becomes one when it is over in its own time zone."""

from datetime import date, timedelta

import dagster as dg

from keyword_assets.core.models import Period
from keyword_assets.settings import Settings


def daily_partitions(settings: Settings) -> dg.DailyPartitionsDefinition:
    """One partition a calendar day, from the first day of the settings to their last, if they have one."""
    # Dagster's end date is the first day that is no longer one.
    end = settings.end_date + timedelta(days=1) if settings.end_date else None
    return dg.DailyPartitionsDefinition(
        start_date=settings.start_date.isoformat(),
        end_date=end.isoformat() if end else None,
        timezone=settings.timezone.key,
        fmt="%Y-%m-%d",
    )


def period_of(keys: list[str]) -> Period:
    """The days of a run. Dagster gives a run one day or a range without holes."""
    return Period(date.fromisoformat(min(keys)), date.fromisoformat(max(keys)))
