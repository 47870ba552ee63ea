"""A classifying command as its reader sees it: bars while it runs, a story of its steps, numbers at the end."""

import logging
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from keyword_assets import logs
from keyword_assets.cli.render import (
    conclusion,
    out,
    percent,
    print_coverage,
    print_without_day,
    table_of_days,
)
from keyword_assets.core.foreign import visible_line
from keyword_assets.core.models.coverage import DayCoverage, WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.runs import DayTally, RunResult
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.money import Price, cost_krw
from keyword_assets.core.ports.watcher import RunWatcher
from keyword_assets.core.texts import say, say_reason

_REASONS_SHOWN = 5
# Days with their own line of cost; the JSON has them all.
_DAYS_SHOWN = 31
# The logger above all of ours.
_PACKAGE = "keyword_assets"
# Where nobody looks on: often enough to see that it goes on, seldom enough for a log that is kept.
_LINE_SECONDS = 30.0


class _Trouble(logging.Handler):
    """Says why a run is slow while it retries; one line in five seconds, because retries come in swarms."""

    def __init__(self, console: Console) -> None:
        super().__init__(logging.WARNING)
        self._console = console
        self._silent_until = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        if (now := time.monotonic()) >= self._silent_until:
            self._silent_until = now + 5
            self._console.print(Text(f"  {visible_line(record.getMessage())}", style="yellow"))


class LiveProgress(RunWatcher):
    """Draws a bar a day on stderr while a run goes on, and keeps the result of the run."""

    def __init__(self, quiet: bool) -> None:
        self.result = RunResult(began=datetime.min)
        self.days_unchanged = 0
        self._console = out(stderr=True)
        # Colours can be forced upon a file; what moves the cursor has no place in one.
        drawn = self._console.is_terminal and sys.stderr.isatty()
        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:,}/{task.total:,}", markup=False),
            TextColumn("{task.fields[rate]}", markup=False),
            TimeRemainingColumn(),
            console=self._console,
            disable=quiet or not drawn,
        )
        self._trouble = _Trouble(self._console)
        self._lines = not quiet and not drawn
        self._line_at = time.monotonic()
        self._tasks: dict[date, TaskID] = {}
        self._questions: dict[date, int] = {}
        self._began = time.monotonic()
        self._done = 0

    def __enter__(self) -> "LiveProgress":
        if not logs.is_json():
            logging.getLogger(_PACKAGE).addHandler(self._trouble)
        self._bars.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._bars.stop()
        logging.getLogger(_PACKAGE).removeHandler(self._trouble)

    def waiting(self, run_id: str) -> None:
        """Say why nothing moves."""
        self._console.print(say("run.waiting", run_id=run_id))

    def elsewhere(self, texts: int, workers: Sequence[str]) -> None:
        """Say who has the rest of the work."""
        self._console.print(say("run.elsewhere", texts=texts, workers=", ".join(workers) or "-"))

    def held(self, until: datetime, reason: str) -> None:
        """Say why nothing moves, and until when."""
        self._console.print(Text(say("run.held", until=until, reason=reason), style="yellow"))

    def began(self, before: Sequence[DayCoverage]) -> None:
        """A bar for each day that has something to do."""
        self._began = time.monotonic()
        for row in before:
            if row.open:
                self._questions[row.day] = row.questions
                self._tasks[row.day] = self._bars.add_task(
                    row.day.isoformat(), total=row.questions, completed=row.classified, rate=""
                )

    def progressed(self, tally: DayTally) -> None:
        """Move the day's bar."""
        if (task := self._tasks.get(tally.day)) is not None:
            self._done += 1
            now = time.monotonic()
            minutes = (now - self._began) / 60
            rate = say("rate", rate=self._done / minutes) if minutes > 0.01 else ""
            self._bars.update(task, completed=tally.done, rate=rate)
            if self._lines and now - self._line_at >= _LINE_SECONDS:
                self._line_at = now
                of = self._questions[tally.day]
                self._console.print(say("progress.so_far", day=tally.day, done=tally.done, questions=of, rate=rate))

    def day_finished(self, tally: DayTally, after: DayCoverage) -> None:
        """One line for a day where there is no terminal to draw on."""
        if self._lines:
            self._console.print(
                say(
                    "progress.day",
                    day=after.day,
                    processed=tally.processed,
                    failed=tally.failed,
                    coverage=percent(after),
                )
            )

    def ended(self, result: RunResult) -> None:
        """Keep the result."""
        self.result = result

    def unchanged(self, days: int) -> None:
        """Keep how many."""
        self.days_unchanged = days


class Story:
    """The Korean summary of a classifying command, told as its steps end; silent for `--json`."""

    def __init__(self, period: Period, mode: str, price: Price, *, quiet: bool) -> None:
        self._period = period
        self.price = price
        self._mode = mode
        self._quiet = quiet
        self._steps = 0
        self.result = RunResult(began=datetime.min)
        self._days_unchanged = 0
        self._began = time.monotonic()
        days = (period.end - period.start).days + 1
        self._say(say("period", start=period.start, end=period.end, days=days))

    def _say(self, *what: Any) -> None:
        if not self._quiet:
            out().print(*what)

    @contextmanager
    def step(self, step: str) -> Iterator[LiveProgress]:
        """Announce a step and draw its progress."""
        self._heading(say(f"step.{step}"))
        progress = LiveProgress(self._quiet)
        try:
            with progress:
                yield progress
        finally:
            self.result = progress.result
            self._days_unchanged = progress.days_unchanged
        self._step_ended(step, progress.result)

    def _heading(self, name: str) -> None:
        self._steps += 1
        self._say(Text(f"\n[{self._steps}] {name}", style="bold"))

    def _step_ended(self, step: str, result: RunResult) -> None:
        self._say(
            say(
                f"ended.{step}",
                processed=result.processed,
                reused=result.reused,
                skipped=result.skipped,
                failed=result.failed,
                quarantined=result.quarantined,
                seconds=result.seconds,
            )
        )

    def step_skipped(self, step: str, rows: Sequence[DayCoverage]) -> None:
        """A step that has nothing left to do."""
        self._heading(say(f"step.{step}"))
        skipped = sum(row.classified for row in rows)
        self._say(say("ended.missing", processed=0, reused=0, skipped=skipped, failed=0, quarantined=0, seconds=0.0))
        self._say(say("verify", missing=sum(row.missing for row in rows)))

    def checked(self, step: str, rows: Sequence[DayCoverage], undated: WithoutDay) -> None:
        """The live count after a step."""
        if step == "missing":
            self._say(say("verify", missing=sum(row.missing for row in rows)))
        if self._quiet or (step == "missing" and self._mode == "complete"):
            return
        self._heading(say("step.check"))
        print_coverage(self._period, rows, undated)

    def summary(
        self, results: Sequence[RunResult], total: RunResult, rows: Sequence[DayCoverage], undated: WithoutDay
    ) -> None:
        """The end of the story: all numbers of the command, and the verdict."""
        sums = DayCoverage.total(rows, self._period.end)
        table = Table(title=say("summary.title"), show_header=False, title_justify="left")
        table.add_column()
        table.add_column(justify="right")
        if self._mode == "complete":
            for name, result in zip(("basic", "missing"), results, strict=False):
                table.add_row(say(f"summary.{name}"), say("count", count=result.processed))
        lines = {
            "summary.total": say("count", count=total.processed),
            "summary.reused": say("count", count=total.reused),
            "summary.failed": say("count", count=total.failed),
            "word.questions": say("count", count=sums.questions),
            "word.classified": say("count", count=sums.classified),
            "word.missing": say("count", count=sums.missing),
            "word.coverage": percent(sums),
            "summary.requests": say(
                "summary.requests_value", requests=total.usage.requests, retries=total.usage.retries
            ),
            "summary.tokens": say(
                "summary.tokens_value",
                prompt=total.usage.prompt,
                completion=total.usage.completion,
                reserved=total.usage.reserved,
            ),
            "summary.cost": say(
                "summary.cost_value", cost=total.cost_krw, model=total.model or "-", as_of=self.price.as_of
            ),
            "summary.seconds": say("summary.seconds_value", seconds=time.monotonic() - self._began),
        }
        if self._days_unchanged:
            lines["summary.unchanged"] = say("summary.unchanged_value", days=self._days_unchanged)
        if total.usage.possibly_twice:
            lines["summary.twice"] = say("count_requests", count=total.usage.possibly_twice)
        for key, value in lines.items():
            table.add_row(say(key), value)
        out().print()
        if len(total.by_day) > 1:
            out().print(self._costs(total.by_day))
        out().print(table)
        for reason, count in sorted(total.reasons.items(), key=lambda item: -item[1])[:_REASONS_SHOWN]:
            out().print(Text(say("summary.reason", reason=say_reason(reason), count=count), style="yellow"))
        if total.stopped and (sums.open or sums.waiting):
            out().print(Text(say(f"stopped.{total.stopped}"), style="yellow"))
        out().print(conclusion(sums))
        print_without_day(undated)

    def _costs(self, by_day: Mapping[date, Usage]) -> Table:
        """What each day cost."""
        headings = ("word.day", "summary.requests", "word.prompt", "word.completion", "word.reserved", "word.cost")
        table = table_of_days([say(heading) for heading in headings], title=say("costs.title"))
        for day, usage in sorted(by_day.items())[-_DAYS_SHOWN:]:
            numbers = (usage.requests, usage.prompt, usage.completion, usage.reserved)
            cost = say("krw", cost=cost_krw(usage, self.price))
            table.add_row(day.isoformat(), *(f"{number:,}" for number in numbers), cost)
        return table
