"""What people see on the terminal, and what programs read from stdout."""

import json
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from keyword_assets.cli.doctor import Finding
from keyword_assets.core.models import DayCoverage, DayTally, Period, Quarantined, Question, RunReport
from keyword_assets.core.texts import say, say_reason
from keyword_assets.sql.chats import LoadReport

# Refused lines or quarantined questions that are shown one by one; the JSON has them all.
_SHOWN = 20
_SHOWN_CHARS = 60
_REASONS_SHOWN = 5
# A pipe has no width of its own.
_PIPE_WIDTH = 160
# The logger above all of ours.
_PACKAGE = "keyword_assets"


def _out() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else _PIPE_WIDTH)


def document(value: dict[str, Any]) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


# -- coverage ---------------------------------------------------------------------------------------------------------


def coverage_document(period: Period, rows: Sequence[DayCoverage]) -> dict[str, Any]:
    """`check --json` of the contract."""
    total = DayCoverage.total(rows, period.end)
    return {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "coverage": total.coverage,
        "total": _counts(total),
        "days": [{"date": row.day.isoformat(), **_counts(row), "coverage": row.coverage} for row in rows],
    }


def _counts(row: DayCoverage) -> dict[str, int]:
    return {
        "messages": row.messages,
        "blank": row.blank,
        "questions": row.questions,
        "classified": row.classified,
        "missing": row.missing,
        "quarantined": row.quarantined,
    }


def percent(row: DayCoverage) -> str:
    """`99.9 %`, rounded down; `-` for a day without questions."""
    return say("percent", value=row.coverage) if row.questions else "-"


def coverage(period: Period, rows: Sequence[DayCoverage]) -> None:
    """The table of days and the verdict."""
    _out().print(say("period", start=period.start, end=period.end, days=len(rows)))
    _print_coverage(period, rows)


def _print_coverage(period: Period, rows: Sequence[DayCoverage]) -> None:
    total = DayCoverage.total(rows, period.end)
    table = Table(show_footer=True)
    table.add_column(say("word.day"), footer=say("word.total"))
    for name in ("messages", "blank", "questions", "classified", "missing", "quarantined"):
        table.add_column(say(f"word.{name}"), justify="right", footer=f"{_counts(total)[name]:,}")
    table.add_column(say("word.coverage"), justify="right", footer=percent(total))
    for row in rows:
        style = "" if row.missing == 0 else "yellow"
        numbers = [f"{number:,}" for number in _counts(row).values()]
        table.add_row(row.day.isoformat(), *numbers, percent(row), style=style)
    _out().print(table)
    _out().print(_verdict(total))


def _verdict(total: DayCoverage) -> Text:
    if total.questions == 0:
        return Text(say("verdict.empty"))
    if total.missing == 0:
        return Text(say("verdict.complete", questions=total.questions), style="green")
    key = "verdict.open" if total.open else "verdict.quarantined"
    return Text(say(key, missing=total.missing, quarantined=total.quarantined, coverage=percent(total)), style="yellow")


# -- a run ------------------------------------------------------------------------------------------------------------


def run_document(period: Period, mode: str, report: RunReport, rows: Sequence[DayCoverage]) -> dict[str, Any]:
    """`basic`, `missing` and `complete --json` of the contract."""
    return {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "mode": mode,
        "processed": report.processed,
        "reused": report.reused,
        "skipped": report.skipped,
        "failed": report.failed,
        "quarantined": report.quarantined,
        "requests": report.usage.requests,
        "retries": report.usage.retries,
        "tokens": {
            "prompt": report.usage.prompt,
            "completion": report.usage.completion,
            "reserved": report.usage.reserved,
        },
        "cost_krw": report.cost_krw,
        "seconds": round(report.seconds, 1),
        "stopped": report.stopped,
        "check": coverage_document(period, rows),
    }


class _Trouble(logging.Handler):
    """Says why a run is slow while it retries; one line in five seconds, because retries come in swarms."""

    def __init__(self, console: Console) -> None:
        super().__init__(logging.WARNING)
        self._console = console
        self._silent_until = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        if (now := time.monotonic()) >= self._silent_until:
            self._silent_until = now + 5
            self._console.print(Text(f"  {record.getMessage()}", style="yellow"))


class LiveProgress:
    """Draws a bar a day on stderr while a run goes on, and keeps what the run reports at its end."""

    def __init__(self, quiet: bool) -> None:
        self.report = RunReport(began=datetime.min)
        self._console = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else _PIPE_WIDTH)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:,}/{task.total:,}"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=self._console,
            disable=quiet or not self._console.is_terminal,
        )
        self._trouble = _Trouble(self._console)
        self._lines = not quiet and not self._console.is_terminal
        self._tasks: dict[date, TaskID] = {}
        self._began = time.monotonic()
        self._done = 0

    def __enter__(self) -> "LiveProgress":
        logging.getLogger(_PACKAGE).addHandler(self._trouble)
        self._bars.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._bars.stop()
        logging.getLogger(_PACKAGE).removeHandler(self._trouble)

    def waiting(self, run_id: str) -> None:
        """Say why nothing moves."""
        self._console.print(say("run.waiting", run_id=run_id))

    def began(self, before: list[DayCoverage]) -> None:
        """A bar for each day that has something to do."""
        self._began = time.monotonic()
        for row in before:
            if row.open:
                self._tasks[row.day] = self._bars.add_task(
                    row.day.isoformat(), total=row.questions, completed=row.classified, rate=""
                )

    def progressed(self, tally: DayTally) -> None:
        """Move the day's bar."""
        if (task := self._tasks.get(tally.day)) is not None:
            self._done += 1
            minutes = (time.monotonic() - self._began) / 60
            rate = say("rate", rate=self._done / minutes) if minutes > 0.01 else ""
            self._bars.update(task, completed=tally.done, rate=rate)

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

    def ended(self, report: RunReport) -> None:
        """Keep the report."""
        self.report = report

    def failed(self, error: Exception) -> None:
        """Said once, at the end of the command."""


class Story:
    """The Korean summary of a classifying command, told as its steps end; silent for `--json`."""

    def __init__(self, period: Period, mode: str, *, quiet: bool) -> None:
        self._period = period
        self._mode = mode
        self._quiet = quiet
        self._steps = 0
        self.report = RunReport(began=datetime.min)
        self._began = time.monotonic()
        days = (period.end - period.start).days + 1
        self._say(say("period", start=period.start, end=period.end, days=days))

    def _say(self, *what: Any) -> None:
        if not self._quiet:
            _out().print(*what)

    @contextmanager
    def step(self, step: str) -> Iterator[LiveProgress]:
        """Announce a step and draw its progress."""
        self._heading(say(f"step.{step}"))
        progress = LiveProgress(self._quiet)
        try:
            with progress:
                yield progress
        finally:
            self.report = progress.report
        self._step_ended(step, progress.report)

    def _heading(self, name: str) -> None:
        self._steps += 1
        self._say(Text(f"\n[{self._steps}] {name}", style="bold"))

    def _step_ended(self, step: str, report: RunReport) -> None:
        self._say(
            say(
                f"ended.{step}",
                processed=report.processed,
                reused=report.reused,
                skipped=report.skipped,
                failed=report.failed,
                quarantined=report.quarantined,
                seconds=report.seconds,
            )
        )

    def step_skipped(self, step: str, rows: Sequence[DayCoverage]) -> None:
        """A step that has nothing left to do."""
        self._heading(say(f"step.{step}"))
        skipped = sum(row.classified for row in rows)
        self._say(say("ended.missing", processed=0, reused=0, skipped=skipped, failed=0, quarantined=0, seconds=0.0))
        self._say(say("verify", missing=sum(row.missing for row in rows)))

    def checked(self, step: str, rows: Sequence[DayCoverage]) -> None:
        """The live count after a step."""
        if step == "missing":
            self._say(say("verify", missing=sum(row.missing for row in rows)))
        if self._quiet or (step == "missing" and self._mode == "complete"):
            return
        self._heading(say("step.check"))
        _print_coverage(self._period, rows)

    def summary(self, reports: Sequence[RunReport], total: RunReport, rows: Sequence[DayCoverage]) -> None:
        """The end of the story: all numbers of the command, and the verdict."""
        sums = DayCoverage.total(rows, self._period.end)
        table = Table(title=say("summary.title"), show_header=False, title_justify="left")
        table.add_column()
        table.add_column(justify="right")
        if self._mode == "complete":
            for name, report in zip(("basic", "missing"), reports, strict=False):
                table.add_row(say(f"summary.{name}"), say("count", count=report.processed))
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
            "summary.cost": say("summary.cost_value", cost=total.cost_krw),
            "summary.seconds": say("summary.seconds_value", seconds=time.monotonic() - self._began),
        }
        for key, value in lines.items():
            table.add_row(say(key), value)
        _out().print()
        _out().print(table)
        for reason, count in sorted(total.reasons.items(), key=lambda item: -item[1])[:_REASONS_SHOWN]:
            _out().print(Text(say("summary.reason", reason=say_reason(reason), count=count), style="yellow"))
        if total.stopped and sums.open:
            _out().print(Text(say(f"stopped.{total.stopped}"), style="yellow"))
        _out().print(_verdict(sums))


# -- the other commands -----------------------------------------------------------------------------------------------


def loaded(file: Path, report: LoadReport, *, as_json: bool) -> None:
    """What became of a CSV file."""
    if as_json:
        refused = [{"line": line, "reason": say(f"csv.{reason}")} for line, reason in report.refused]
        document({"read": report.read, "loaded": report.loaded, "known": report.known, "refused": refused})
        return
    for line, reason in report.refused[:_SHOWN]:
        click.echo(say("csv.refused_line", file=file, line=line, reason=say(f"csv.{reason}")), err=True)
    key = "csv.refused" if report.refused else "csv.loaded"
    click.echo(
        say(key, read=report.read, loaded=report.loaded, known=report.known, refused=len(report.refused)),
        err=bool(report.refused),
    )


def quarantined(period: Period, entries: Sequence[tuple[Question, Quarantined, datetime]], *, as_json: bool) -> None:
    """Quarantined questions with the reason, the tries and the last reply."""
    if as_json:
        document(
            {
                "start": period.start.isoformat(),
                "end": period.end.isoformat(),
                "quarantined": [
                    {
                        "date": question.day.isoformat(),
                        "text": question.text,
                        "count": question.count,
                        "reason": entry.reason,
                        "tries": entry.tries,
                        "last_reply": entry.last_reply,
                        "since": since.isoformat(),
                    }
                    for question, entry, since in entries
                ],
            }
        )
        return
    if not entries:
        click.echo(say("quarantine.none"))
        return
    table = Table()
    for name in ("day", "asked", "tries", "reason", "question", "last_reply"):
        table.add_column(say(f"word.{name}"))
    for question, entry, _ in entries[:_SHOWN]:
        table.add_row(
            question.day.isoformat(),
            f"{question.count:,}",
            str(entry.tries),
            Text(say_reason(entry.reason)),
            Text(" ".join(question.text.split())[:_SHOWN_CHARS]),
            Text(" ".join(entry.last_reply.split())[:_SHOWN_CHARS]),
        )
    _out().print(table)
    click.echo(say("quarantine.count", count=len(entries), shown=min(len(entries), _SHOWN)))


def findings(findings: Sequence[Finding], *, as_json: bool) -> None:
    """The doctor's findings, each with what to do."""
    if as_json:
        document(
            {
                "ok": all(finding.ok for finding in findings),
                "checks": [{"name": f.name, "ok": f.ok, "message": f.message} for f in findings],
            }
        )
        return
    for finding in findings:
        mark = Text("✔ ", style="green") if finding.ok else Text("✘ ", style="red")
        _out().print(mark + Text(f"{say(f'doctor.{finding.name}')}: {finding.message}"))
