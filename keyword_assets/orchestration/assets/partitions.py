"""The daily partitions. A day becomes one when it is over in its own time zone."""

from datetime import date, timedelta

import dagster as dg
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
)

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import visible
from keyword_assets.core.models.period import Period

# All days of a command's run, which need not be told of each of them: its partitions are those that are expected to be.
PERIOD_TAG = "keyword_assets/period"
# Of a key that is no day, as much as a line holds.
_KEY_CHARS = 60


def daily_partitions(settings: Settings) -> dg.DailyPartitionsDefinition:
    """One partition a calendar day, from the first day of the settings to the last that can be classified.

    An end in the past is said as an offset from yesterday: with Dagster's own `end_date`, its UI goes on asking for the
    newest days up to now, and so never plots the days there are.
    """
    yesterday = settings.now().date() - timedelta(days=1)
    return dg.DailyPartitionsDefinition(
        start_date=settings.start_date.isoformat(),
        end_offset=(settings.last_day() - yesterday).days,
        timezone=settings.timezone.key,
        fmt="%Y-%m-%d",
    )


def period_of(keys: list[str]) -> Period:
    """The days of a run. Dagster gives a run one day or a range without holes.

    Raises:
        InputError: a key is no day; Dagster takes any word for one that is asked for by name.
    """
    try:
        return Period(date.fromisoformat(min(keys)), date.fromisoformat(max(keys)))
    except ValueError as error:
        raise InputError("run.partition", keys=visible(", ".join(keys), _KEY_CHARS)) from error


def tag_of(period: Period) -> str:
    """What `PERIOD_TAG` says."""
    return f"{period.start}/{period.end}"


def period_of_run(run: dg.DagsterRun) -> Period | None:
    """The days that a run was launched for; None if for none, or if its tags are no days: anybody may write them."""
    single = run.tags.get(PARTITION_NAME_TAG, "")
    start = run.tags.get(ASSET_PARTITION_RANGE_START_TAG, single)
    end = run.tags.get(ASSET_PARTITION_RANGE_END_TAG, single)
    if PERIOD_TAG in run.tags:
        start, _, end = run.tags[PERIOD_TAG].partition("/")
    try:
        return Period(date.fromisoformat(start), date.fromisoformat(end)) if start and end and start <= end else None
    except ValueError:
        return None
