"""`load-chats`: from a file or a pipe into the database."""

import stat
from pathlib import Path

import click

from keyword_assets.cli import options
from keyword_assets.cli.console import note
from keyword_assets.cli.documents import document
from keyword_assets.cli.exit_codes import BAD_INPUT, DONE
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.texts import say
from keyword_assets.sql.database.engine import exists, file_of
from keyword_assets.sql.loading import files as message_files
from keyword_assets.sql.loading import messages
from keyword_assets.sql.opening import open_store

# Where the shell puts its own pipes: somebody writes into those.
_SHELLS = ("/dev/", "/proc/")
# Refused lines that are shown one by one; the JSON has them all.
_SHOWN = 20


@click.command("load-chats")
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path, allow_dash=True))
@options.encoding
@options.json
@options.lang
def load_chats(file: Path, encoding: str | None, as_json: bool) -> int:
    """Load the messages of a file, and tell of each line that was refused."""
    name, result = _load(Settings.from_env(), file, encoding)
    if as_json:
        refused = [{"line": line, "reason": say(f"csv.{reason}")} for line, reason in result.refused]
        document({"read": result.read, "loaded": result.loaded, "known": result.known, "refused": refused})
    else:
        _show(name, result)
    return BAD_INPUT if result.refused else DONE


def _load(settings: Settings, path: Path, encoding: str | None) -> tuple[str, messages.LoadResult]:
    """Load the chats; what the file is called, and what became of it.

    Raises:
        InputError: the file cannot be read or is no such file; nothing was changed.
        DatabaseError: the database failed; nothing was loaded.
    """
    if _may_wait(path):
        note(say("csv.waiting", file=path))
    with message_files.opened(path, encoding) as file:
        # Before a database is made for it.
        messages.require_header(file)
        there = exists(settings.database_url)
        with open_store(settings, create=True) as store:
            if not there:
                note(say("database.made", path=file_of(settings.database_url)))
            return file.name, messages.load_file(store.engine, store.tables, file)


def _show(file: str, result: messages.LoadResult) -> None:
    for line, reason in result.refused[:_SHOWN]:
        click.echo(say("csv.refused_line", file=file, line=line, reason=say(f"csv.{reason}")), err=True)
    key = "csv.refused" if result.refused else "csv.loaded"
    click.echo(
        say(key, read=result.read, loaded=result.loaded, known=result.known, refused=len(result.refused)),
        err=bool(result.refused),
    )


def _may_wait(path: Path) -> bool:
    """Whether it is a named pipe, which cannot even be opened until somebody writes into it."""
    try:
        return not str(path).startswith(_SHELLS) and stat.S_ISFIFO(path.stat().st_mode)
    except OSError:
        # Told by whoever opens it.
        return False
