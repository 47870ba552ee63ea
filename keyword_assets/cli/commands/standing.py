"""What `status` shows: a screen, once or redrawn in its place; in a log file a line at a time."""

import sys
import time
from datetime import datetime
from typing import Any

import click
from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from keyword_assets.cli import render
from keyword_assets.cli.documents import compact_document, document
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.cli.looking import DEADLINE_SECONDS, view, within
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import ServiceError
from keyword_assets.core.texts import say
from keyword_assets.core.watching import documents, words
from keyword_assets.core.watching.snapshot import Snapshot, View, questions_a_minute
from keyword_assets.sql.database.engine import redacted


def show(settings: Settings, *, as_json: bool) -> int:
    """Once.

    Raises:
        InputError: there is no database, or its schema is not in place.
        DatabaseError: the database cannot be reached.
    """
    seen = within(DEADLINE_SECONDS, lambda: view(settings))
    if as_json:
        document(documents.of_view(seen))
    else:
        render.out().print(_screen(settings, seen, None))
    return DONE


def watch_it(settings: Settings, seconds: float, *, as_json: bool) -> int:
    """Again and again, until somebody interrupts; an outage of the database is shown, and waited out.

    Raises:
        InputError: there is no database, or its schema is not in place.
    """
    watching = _Watching(settings, as_json=as_json)
    try:
        if as_json or not sys.stdout.isatty():
            while True:
                watching.look()
                watching.tell()
                time.sleep(seconds)
        with Live(console=render.out(), auto_refresh=False) as live:
            while True:
                watching.look()
                live.update(watching.screen(), refresh=True)
                time.sleep(seconds)
    except KeyboardInterrupt:
        # The way to end it.
        return DONE


class _Watching:
    """What was seen last and before that, and why nothing was seen this time."""

    def __init__(self, settings: Settings, *, as_json: bool) -> None:
        self._settings = settings
        self._as_json = as_json
        self._seen: View | None = None
        self._rate: float | None = None
        self._fault: tuple[datetime, ServiceError] | None = None

    def look(self) -> None:
        """Look once more."""
        before: Snapshot | None = self._seen.snapshot if self._seen else None
        try:
            self._seen = within(DEADLINE_SECONDS, lambda: view(self._settings))
        except ServiceError as error:
            self._fault = self._settings.now(), error
        else:
            self._fault, self._rate = None, questions_a_minute(before, self._seen.snapshot)

    def screen(self) -> Group:
        """All of it; in an outage what was seen before it, and why no more."""
        parts: list[Any] = []
        if self._fault:
            parts.append(Text(self._away(*self._fault), style="yellow"))
            if self._seen:
                parts.append(Text(say("status.seen_before", at=self._seen.snapshot.at), style="yellow"))
        if self._seen:
            parts.append(_screen(self._settings, self._seen, self._rate))
        return Group(*parts)

    def tell(self) -> None:
        """One line, on stdout."""
        if self._as_json:
            fault = None if self._fault is None else str(self._fault[1])
            seen = None if self._fault or self._seen is None else documents.of_view(self._seen, self._rate)
            compact_document({"fault": fault, "status": seen})
        elif self._fault:
            click.echo(self._away(*self._fault))
        elif self._seen:
            click.echo(f"{self._seen.snapshot.at:%Y-%m-%d %H:%M:%S} · {words.line(self._seen, self._rate)}")
        sys.stdout.flush()

    def _away(self, at: datetime, error: ServiceError) -> str:
        return say("status.away", at=at, reason=error)


def _screen(settings: Settings, seen: View, per_minute: float | None) -> Group:
    title = say("status.title", at=seen.snapshot.at, database=redacted(settings.database_url))
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, text in words.lines(seen, per_minute):
        table.add_row(name, Text(text))
    return Group(Text(title), table)
