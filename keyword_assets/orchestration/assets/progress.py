"""How a run is getting on, for who reads its log in the UI, and the watcher of runs that nobody watches otherwise."""

import time
from collections.abc import Sequence
from datetime import date, datetime

import dagster as dg

from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.models import DayCoverage, DayTally, RunReport, ratio_down
from keyword_assets.core.texts import say
from keyword_assets.orchestration.assets.keys import CLASSIFIED_KEYWORDS

# Often enough to see that a run is alive; a night's run then writes a few thousand lines at most.
SECONDS_BETWEEN_LINES = 10


class Progress:
    """Writes a line into the run's log now and then, and how far the day is that has just moved on.

    Args:
        context: the step whose log it is.
        limit: at most so many texts are sent.
    """

    def __init__(self, context: dg.AssetExecutionContext, limit: int | None) -> None:
        self._context = context
        self._limit = limit
        self._total = 0
        self._done: dict[date, int] = {}
        self._began = self._last = 0.0

    def began(self, before: Sequence[DayCoverage]) -> None:
        """Say what there is to do."""
        self._began = self._last = time.monotonic()
        open_questions = sum(row.open for row in before)
        self._total = open_questions if self._limit is None else min(open_questions, self._limit)
        questions = sum(row.questions for row in before)
        self._context.log.info(say("run.began", days=len(before), questions=questions, open=open_questions))

    def progressed(self, tally: DayTally) -> None:
        """Take note, and say so if the last line is old enough."""
        self._done[tally.day] = tally.settled
        now = time.monotonic()
        if now - self._last < SECONDS_BETWEEN_LINES:
            return
        self._last = now
        # With a limit, questions that share an answer or have one already come on top of it.
        done = sum(self._done.values())
        total = max(self._total, done)
        seconds = round((now - self._began) / done * (total - done)) if done else 0
        ratio = done / total if total else 1.0
        rest = say("run.rest", minutes=seconds // 60, seconds=seconds % 60) if done else "?"
        self._context.log.info(
            say("run.progress", done=done, total=total, percent=say("percent", value=ratio), rest=rest)
        )
        questions = max(tally.done, tally.before.questions)
        self._context.log_event(
            dg.AssetObservation(
                CLASSIFIED_KEYWORDS,
                partition=tally.day.isoformat(),
                metadata={"done": tally.done, "questions": questions, "progress": ratio_down(tally.done, questions)},
            )
        )


class Unwatched:
    """A RunWatcher that keeps silent; the command line brings one that draws."""

    def waiting(self, run_id: str) -> None:
        """Nothing."""

    def elsewhere(self, texts: int, workers: Sequence[str]) -> None:
        """Nothing."""

    def held(self, until: datetime, reason: str) -> None:
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
