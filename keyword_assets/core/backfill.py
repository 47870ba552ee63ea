"""Which past days to run again."""

from collections.abc import Collection, Iterable
from datetime import date

from keyword_assets.core.models import DayCoverage


def days_to_backfill(coverage: Iterable[DayCoverage], in_flight: Collection[date], most: int) -> list[date]:
    """Days that a run could bring nearer to 100 %, newest first, because that is what people look at.

    A day whose missing questions are all quarantined is left alone: only a person can release them.

    Args:
        coverage: past days, in any order.
        in_flight: days that a run in progress covers already.
        most: at most so many days.
    """
    mendable = {row.day for row in coverage if row.open > 0} - set(in_flight)
    return sorted(mendable, reverse=True)[:most]
