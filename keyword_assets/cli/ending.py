"""How a command line ends: what was wrong in words on stderr, and the exit code of the contract's table."""

import os
import traceback
from collections.abc import Sequence

import click

from keyword_assets.cli import console
from keyword_assets.cli.exit_codes import BAD_INPUT, DONE, INTERRUPTED, UNEXPECTED
from keyword_assets.configuration import sources
from keyword_assets.configuration.settings import UMASK
from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.foreign import visible_lines
from keyword_assets.core.texts import say


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
        click.echo(say("error", message=say("console.document_lost", reason=_reason(document))), err=True)
        return code or UNEXPECTED
    # Whoever read our output and left has seen enough.
    if lost is not None and not isinstance(lost, BrokenPipeError):
        click.echo(say("console.lost", reason=_reason(lost)), err=True)
    return code


def _reason(error: OSError) -> str:
    return say("console.closed") if isinstance(error, BrokenPipeError) else error.strerror or str(error)


def _run(commands: click.Group, arguments: Sequence[str]) -> int:
    try:
        return int(commands.main(list(arguments), prog_name="keyword-assets", standalone_mode=False) or DONE)
    except click.UsageError as error:
        usage = f"{error.ctx.get_usage()}\n" if error.ctx else ""
        click.echo(f"{visible_lines(usage)}{say('usage.wrong', reason=error.format_message())}", err=True)
        return BAD_INPUT
    except click.ClickException as error:
        click.echo(visible_lines(error.format_message()), err=True)
        return BAD_INPUT
    except KeywordAssetsError as error:
        click.echo(say("error", message=error), err=True)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo(say("interrupted"), err=True)
        return INTERRUPTED
    except Exception:
        # It quotes whatever the failure was about.
        click.echo(visible_lines(sources.scrubbed(traceback.format_exc())), err=True, nl=False)
        click.echo(say("unexpected"), err=True)
        return UNEXPECTED
