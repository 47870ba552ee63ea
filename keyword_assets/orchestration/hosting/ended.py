"""How a command of Dagster's that runs as a process of ours ends."""

from collections.abc import Callable

import click

from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.texts import say


def ended_by(command: Callable[[], object]) -> int:
    """The exit code of a command of Dagster's, which ends its process, or of ours within it; ours are told here."""
    try:
        command()
    except KeywordAssetsError as error:
        click.echo(say("error", message=error), err=True)
        return error.exit_code
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0
