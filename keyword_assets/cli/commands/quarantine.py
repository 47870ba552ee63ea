"""`quarantine list` and `quarantine retry`: the questions that HCX has refused or answered unusably for good."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from keyword_assets import privacy
from keyword_assets.cli import options, render
from keyword_assets.cli.commands.classifying import classify, tell_default
from keyword_assets.cli.console import note
from keyword_assets.cli.documents import document
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.days import require_classifiable
from keyword_assets.core.foreign import visible
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Quarantined, Question
from keyword_assets.core.questions import Mask
from keyword_assets.core.texts import say, say_reason
from keyword_assets.sql.opening import open_store

# Questions that are shown one by one; the JSON has them all.
_SHOWN, _SHOWN_CHARS = 20, 60

_Entries = Sequence[tuple[Question, Quarantined, datetime]]


@click.command("list")
@options.with_period
@options.json
@options.lang
def list_quarantined(period: Period, as_json: bool) -> int:
    """Show the quarantined questions of the period."""
    settings = Settings.from_env()
    with open_store(settings, look_only=True, about=period) as store:
        entries = store.quarantined_questions(period)
    # Masked before they are shortened.
    mask = privacy.shown(settings.mask)
    if as_json:
        document(_document(period, entries, mask))
    elif entries:
        render.out().print(_table(entries, mask))
        click.echo(say("quarantine.count", count=len(entries), shown=min(len(entries), _SHOWN)))
    else:
        click.echo(say("quarantine.none"))
    return DONE


def _document(period: Period, entries: _Entries, mask: Mask) -> dict[str, Any]:
    return {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "quarantined": [
            {
                "date": question.day.isoformat(),
                "text": mask(question.text),
                "count": question.count,
                "reason": mask(entry.reason),
                "tries": entry.tries,
                "last_reply": mask(entry.last_reply),
                "since": since.isoformat(),
            }
            for question, entry, since in entries
        ],
    }


def _table(entries: _Entries, mask: Mask) -> Table:
    table = Table()
    for name in ("day", "asked", "tries", "reason", "question", "last_reply"):
        table.add_column(say(f"word.{name}"))
    for question, entry, _ in entries[:_SHOWN]:
        table.add_row(
            question.day.isoformat(),
            f"{question.count:,}",
            str(entry.tries),
            Text(mask(say_reason(entry.reason))),
            Text(visible(mask(question.text), _SHOWN_CHARS)),
            Text(visible(mask(entry.last_reply), _SHOWN_CHARS)),
        )
    return table


@click.command()
@options.with_period
@options.limit
@options.json
@options.lang
def retry(period: Period, limit: int | None, as_json: bool) -> int:
    """Release the quarantined questions of the period, and classify what is missing."""
    settings = Settings.from_env()
    require_classifiable(period, settings.start_date, settings.end_date, settings.now().date())
    settings.hcx.require_api_key()
    with open_store(settings, about=period) as store:
        tell_default(settings)
        released = store.release_quarantined(period)
    note(say("quarantine.released", count=released))
    return classify(settings, period, "missing", limit, False, as_json)
