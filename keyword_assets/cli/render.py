"""What people see on the terminal, of that which several commands show."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from keyword_assets.cli.console import is_quiet
from keyword_assets.core.coverage import without_day
from keyword_assets.core.foreign import visible_lines
from keyword_assets.core.models.coverage import ROW_FAULTS, DayCoverage, WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.core.money import Price
from keyword_assets.core.texts import say

if TYPE_CHECKING:
    from keyword_assets.core.classifying.plan import Plan

# Refused lines or quarantined questions that are shown one by one; the JSON has them all.
_SHOWN = 20
_SHOWN_CHARS = 60
# Of messages without a day, one of each kind; they come in that order.
_EXAMPLES_SHOWN = 4
# A pipe has no width of its own.
PIPE_WIDTH = 160


# No terminal is narrower: who says so (`COLUMNS=0`) does not know, and into no columns nothing would be written.
_NARROWEST, _USUAL_WIDTH = 20, 80
# With fewer columns there is none to spare between those of a table.
_ROOMY_WIDTH = 100


def out(*, stderr: bool = False) -> Console:
    """The terminal, or a pipe as wide as our tables need.

    No text is looked through for markup or names of emoji, wherever it stands: a host may be called `[/]`.
    """
    width = None if (sys.stderr if stderr else sys.stdout).isatty() else PIPE_WIDTH
    console = Console(stderr=stderr, markup=False, emoji=False, highlight=False, width=width)
    console.quiet = stderr and is_quiet()
    # With a width that something fits into.
    if console.width < _NARROWEST:
        console.width = _USUAL_WIDTH
    return console


def table_of_days(headings: Sequence[str], footers: Sequence[str] = (), *, title: str | None = None) -> Table:
    """A table with a day and numbers in each row, of which none is cut off, however narrow the terminal is."""
    table = Table(
        title=title, title_justify="left", show_footer=bool(footers), padding=(0, out().width >= _ROOMY_WIDTH)
    )
    for number, heading in enumerate(headings):
        # What is too long goes on in the next line.
        table.add_column(
            heading,
            justify="right" if number else "left",
            overflow="fold",
            footer=footers[number] if footers else "",
        )
    return table


# -- coverage ---------------------------------------------------------------------------------------------------------


def percent(row: DayCoverage) -> str:
    """`99.9 %`, rounded down; `-` for a day without questions."""
    return say("percent", value=row.coverage) if row.questions else "-"


def coverage(period: Period, rows: Sequence[DayCoverage], undated: WithoutDay) -> None:
    """The table of days and the verdict."""
    out().print(say("period", start=period.start, end=period.end, days=len(rows)))
    print_coverage(period, rows, undated)


def print_coverage(period: Period, rows: Sequence[DayCoverage], undated: WithoutDay) -> None:
    """The table of days with their sum, the verdict, and what no day has."""
    total = DayCoverage.total(rows, period.end)
    counts = total.counts()
    table = table_of_days(
        [say(f"word.{name}") for name in ("day", *counts, "coverage")],
        [say("word.total"), *(f"{number:,}" for number in counts.values()), percent(total)],
    )
    for row in rows:
        style = "" if row.missing == 0 else "yellow"
        numbers = [f"{number:,}" for number in row.counts().values()]
        table.add_row(row.day.isoformat(), *numbers, percent(row), style=style)
    out().print(table)
    out().print(conclusion(total))
    for fault in ROW_FAULTS:
        if number := getattr(total, fault):
            out().print(Text(say(f"conclusion.{fault}", count=number), style="yellow"))
    print_without_day(undated, _EXAMPLES_SHOWN)


def print_without_day(undated: WithoutDay, most_examples: int = 0) -> None:
    """What is in none of the numbers above, if anything is."""
    if not undated.messages:
        return
    out().print(Text(without_day.told(undated), style="yellow"))
    for line in without_day.examples(undated)[:most_examples]:
        out().print(Text(f"  {visible_lines(line)}", style="yellow"))
    if most_examples:
        out().print(Text(f"  {say('without_day.todo')}", style="yellow"))


def conclusion(total: DayCoverage) -> Text:
    """Whether anything is missing, and what to do about it."""
    if total.questions == 0:
        return Text(say("conclusion.empty"))
    if total.missing == 0:
        return Text(say("conclusion.complete", questions=total.questions), style="green")
    key = "conclusion.waiting" if total.waiting else "conclusion.open" if total.open else "conclusion.quarantined"
    numbers = {"missing": total.missing, "quarantined": total.quarantined, "waiting": total.waiting}
    return Text(say(key, **numbers, coverage=percent(total)), style="yellow")


# -- beforehand --------------------------------------------------------------------------------------------------------


def shots_value(plan: "Plan") -> str:
    """What the reviewed questions that a model is shown add to a plan."""
    shots = plan.shots
    return say("shots.plan_value", count=shots.count, tokens=shots.tokens, cost=shots.cost_krw)


def plan(period: Period, plan: "Plan", price: Price) -> None:
    """The same for people."""
    table = Table(title=say("plan.title", start=period.start, end=period.end), show_header=False, title_justify="left")
    table.add_column()
    table.add_column(justify="right")
    usage = plan.usage
    lines = {
        "plan.questions": say("count", count=plan.questions),
        "summary.reused": say("count", count=plan.reused),
        "plan.texts": say("count", count=plan.texts),
        "summary.requests": say("plan.requests_value", requests=usage.requests, batch=plan.batch_size),
        "summary.tokens": say(
            "summary.tokens_value", prompt=usage.prompt, completion=usage.completion, reserved=usage.reserved
        ),
        "summary.cost": say("summary.cost_value", cost=plan.cost_krw, model=price.model, as_of=price.as_of),
        "summary.seconds": say("plan.minutes_value", minutes=plan.minutes),
    }
    if plan.shots.count:
        lines["shots.plan"] = shots_value(plan)
    for key, value in lines.items():
        table.add_row(say(key), value)
    out().print(table)
    out().print(say("plan.nothing_sent"))
