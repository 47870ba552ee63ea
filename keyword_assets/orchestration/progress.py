"""The watcher of runs that Dagster launches: its event log tells all there is to tell."""

from collections.abc import Sequence

from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.models import DayCoverage, DayTally, RunReport


class Unwatched:
    """A RunWatcher that keeps silent; the command line brings one that draws."""

    def waiting(self, run_id: str) -> None:
        """Nothing."""

    def elsewhere(self, texts: int, workers: Sequence[str]) -> None:
        """Nothing."""

    def began(self, before: list[DayCoverage]) -> None:
        """Nothing."""

    def progressed(self, tally: DayTally) -> None:
        """Nothing."""

    def day_finished(self, tally: DayTally, after: DayCoverage) -> None:
        """Nothing."""

    def ended(self, report: RunReport) -> None:
        """Nothing."""

    def failed(self, error: KeywordAssetsError) -> None:
        """Nothing."""
