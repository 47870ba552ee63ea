"""How a command line ends: what was wrong in words on stderr, and the exit code of the contract's table.

The words are loaded where something is said: the list of commands is shown without them.
"""

import os
import traceback
from collections.abc import Sequence

import click

from keyword_assets.cli import console
from keyword_assets.cli.exit_codes import BAD_INPUT, DONE, INTERRUPTED, UNEXPECTED
from keyword_assets.modes import UMASK


def ended(commands: click.Group, arguments: Sequence[str]) -> int:
    """Run one command line of these commands; returns the exit code."""
    # A command may change it, and whoever called us has his own.
    before = os.umask(UMASK)
    try:
        return _delivered(_run(commands, arguments))
    finally:
        os.umask(before)


def _delivered(code: int) -> int:
    """The exit code with what became of the output: a document that got lost is no success."""
    lost, document = console.failure(), console.lost_document()
    if document is not None:
        _tell("error", message=_said("console.document_lost", reason=_reason(document)))
        return code or UNEXPECTED
    # Whoever read our output and left has seen enough.
    if lost is not None and not isinstance(lost, BrokenPipeError):
        _tell("console.lost", reason=_reason(lost))
    return code


def _reason(error: OSError) -> str:
    return _said("console.closed") if isinstance(error, BrokenPipeError) else error.strerror or str(error)


def _said(key: str, **params: object) -> str:
    from keyword_assets.core.texts import say

    return say(key, **params)


def _tell(key: str, **params: object) -> None:
    click.echo(_said(key, **params), err=True)


def _run(commands: click.Group, arguments: Sequence[str]) -> int:
    try:
        return int(commands.main(list(arguments), prog_name="keyword-assets", standalone_mode=False) or DONE)
    except click.ClickException as error:
        return _mistyped(error)
    except (KeyboardInterrupt, click.Abort):
        _tell("interrupted")
        return INTERRUPTED
    except Exception as error:
        return _failed(error)


def _mistyped(error: click.ClickException) -> int:
    from keyword_assets.core.foreign import visible_lines

    if isinstance(error, click.UsageError):
        usage = f"{error.ctx.get_usage()}\n" if error.ctx else ""
        click.echo(f"{visible_lines(usage)}{_said('usage.wrong', reason=error.format_message())}", err=True)
    else:
        click.echo(visible_lines(error.format_message()), err=True)
    return BAD_INPUT


def _failed(error: Exception) -> int:
    from keyword_assets.configuration import sources
    from keyword_assets.core.errors import KeywordAssetsError
    from keyword_assets.core.foreign import visible_lines

    if isinstance(error, KeywordAssetsError):
        _tell("error", message=error)
        return error.exit_code
    # It quotes whatever the failure was about.
    said = "".join(traceback.format_exception(error))
    click.echo(visible_lines(sources.scrubbed(said)), err=True, nl=False)
    _tell("unexpected")
    return UNEXPECTED
