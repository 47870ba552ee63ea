"""Days counted live, for the commands that show them."""

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.models.coverage import DayCoverage, WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.sql.opening import open_store, without_day


def counted(settings: Settings, period: Period) -> tuple[list[DayCoverage], WithoutDay]:
    """The coverage of each day, and the messages that are in no day, counted now."""
    with open_store(settings, look_only=True, about=period) as store:
        return store.coverage(period), without_day(settings, store, period)
