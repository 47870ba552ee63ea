"""`load-chats`: from a file or a pipe into the database."""

import stat
from pathlib import Path

import click

from keyword_assets.cli import render
from keyword_assets.cli.exit_codes import BAD_INPUT, DONE
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.texts import say
from keyword_assets.sql.database.engine import exists, file_of
from keyword_assets.sql.loading import files as message_files
from keyword_assets.sql.loading import messages
from keyword_assets.sql.opening import open_store

# Where the shell puts its own pipes: somebody writes into those.
_SHELLS = ("/dev/", "/proc/")


def load(settings: Settings, path: Path, encoding: str | None, *, as_json: bool) -> int:
    """Load the messages and say what became of them; returns the exit code.

    Raises:
        InputError: the file cannot be read or is no such file; nothing was changed.
        DatabaseError: the database failed; nothing was loaded.
    """
    if _may_wait(path):
        click.echo(say("csv.waiting", file=path), err=True)
    with message_files.opened(path, encoding) as file:
        # Before a database is made for it.
        messages.require_header(file)
        there = exists(settings.database_url)
        with open_store(settings, create=True) as store:
            if not there:
                click.echo(say("database.made", path=file_of(settings.database_url)), err=True)
            result = messages.load_file(store.engine, store.tables, file)
    render.loaded(file.name, result, as_json=as_json)
    return BAD_INPUT if result.refused else DONE


def _may_wait(path: Path) -> bool:
    """Whether it is a named pipe, which cannot even be opened until somebody writes into it."""
    try:
        return not str(path).startswith(_SHELLS) and stat.S_ISFIFO(path.stat().st_mode)
    except OSError:
        # Told by whoever opens it.
        return False
