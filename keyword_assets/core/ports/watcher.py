"""Who is told how a run is getting on."""

from collections.abc import Sequence
from datetime import datetime

from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.runs import DayTally, RunResult


class RunWatcher:
    """Who is told how a run is getting on; this one does not listen, and others hear what they have a method for.

    The calls come one at a time and in order, mostly in another thread than the run's, which goes on meanwhile. They
    may take their time; what one raises ends the run.
    """

    def waiting(self, run_id: str) -> None:
        """Another run has the HCX account; ours begins when that one ends."""

    def elsewhere(self, texts: int, workers: Sequence[str]) -> None:
        """Other processes are asking about so many of our texts; we wait for their answers."""

    def held(self, until: datetime, reason: str) -> None:
        """No request goes out before that time, or then one to see; the reason is mostly HCX's own."""

    def began(self, before: Sequence[DayCoverage]) -> None:
        """The coverage of each day before anything is sent."""

    def progressed(self, tally: DayTally) -> None:
        """A day's tally changed."""

    def day_finished(self, tally: DayTally, after: DayCoverage) -> None:
        """Nothing of a day is outstanding; `after` is its coverage counted now."""

    def ended(self, result: RunResult) -> None:
        """What the run did, also when it ended early."""

    def unchanged(self, days: int) -> None:
        """So many days stand as they were told of before, and are not told of again."""

    def failed(self, error: KeywordAssetsError) -> None:
        """The error that ends the run."""


NOBODY = RunWatcher()


class Watchers(RunWatcher):
    """Several who listen to one run, told in this order."""

    def __init__(self, *watchers: RunWatcher) -> None:
        self._watchers = watchers

    def waiting(self, run_id: str) -> None:
        """Tell each of them."""
        for watcher in self._watchers:
            watcher.waiting(run_id)

    def elsewhere(self, texts: int, workers: Sequence[str]) -> None:
        """Tell each of them."""
        for watcher in self._watchers:
            watcher.elsewhere(texts, workers)

    def held(self, until: datetime, reason: str) -> None:
        """Tell each of them."""
        for watcher in self._watchers:
            watcher.held(until, reason)

    def began(self, before: Sequence[DayCoverage]) -> None:
        """Tell each of them."""
        for watcher in self._watchers:
            watcher.began(before)

    def progressed(self, tally: DayTally) -> None:
        """Tell each of them."""
        for watcher in self._watchers:
            watcher.progressed(tally)

    def day_finished(self, tally: DayTally, after: DayCoverage) -> None:
        """Tell each of them."""
        for watcher in self._watchers:
            watcher.day_finished(tally, after)

    def ended(self, result: RunResult) -> None:
        """Tell each of them."""
        for watcher in self._watchers:
            watcher.ended(result)

    def unchanged(self, days: int) -> None:
        """Tell each of them."""
        for watcher in self._watchers:
            watcher.unchanged(days)

    def failed(self, error: KeywordAssetsError) -> None:
        """Tell each of them."""
        for watcher in self._watchers:
            watcher.failed(error)
