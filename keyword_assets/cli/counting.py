"""Days counted live, for the commands that show them."""

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.models.coverage import DayCoverage, WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.sql.opening import open_store, without_day


def counted(settings: Settings, period: Period, *, full: bool = False) -> tuple[list[DayCoverage], WithoutDay]:
    """The coverage of each day, and the messages that are in no day, counted now; in full whatever is known of days."""
    with open_store(settings, look_only=True, about=period) as store:
        rows = store.count(period) if full else store.coverage(period)
        return rows, without_day(settings, store, period)
