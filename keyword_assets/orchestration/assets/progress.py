"""How a run is getting on, for who reads its log in the UI."""

import time
from collections.abc import Sequence
from datetime import date, datetime

import dagster as dg

from keyword_assets.core.models.coverage import DayCoverage, ratio_down
from keyword_assets.core.models.runs import DayTally, RunResult
from keyword_assets.core.ports.watcher import RunWatcher
from keyword_assets.core.texts import say
from keyword_assets.orchestration.assets.keys import CLASSIFIED_KEYWORDS

# Often enough to see that a run is alive; a night's run then writes a few thousand lines at most.
SECONDS_BETWEEN_LINES = 10


class Progress(RunWatcher):
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

    def held(self, until: datetime, reason: str) -> None:
        """Say why nothing moves, and until when."""
        self._context.log.warning(say("run.held", until=until, reason=reason))

    def ended(self, result: RunResult) -> None:
        """Say what was done, and what ended it early."""
        self._context.log.info(
            say(
                "run.ended",
                processed=result.processed,
                reused=result.reused,
                skipped=result.skipped,
                failed=result.failed,
                requests=result.usage.requests,
                retries=result.usage.retries,
                cost=result.cost_krw,
                seconds=result.seconds,
            )
        )
        if result.stopped:
            self._context.log.warning(say(f"stopped.{result.stopped}"))
