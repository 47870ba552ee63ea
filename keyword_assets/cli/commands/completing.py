"""`completion`: what a shell needs to complete command lines of ours."""

import click
from click.shell_completion import get_completion_class

from keyword_assets.cli import options
from keyword_assets.cli.exit_codes import DONE

_PROGRAM = "keyword-assets"
# Under which a shell asks us; click makes it of the program's name.
_VARIABLE = "_KEYWORD_ASSETS_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), metavar="SHELL")
@options.lang
def completion(shell: str) -> int:
    """Write the script to stdout."""
    script = get_completion_class(shell)
    assert script is not None, "click knows these shells"
    click.echo(script(click.get_current_context().find_root().command, {}, _PROGRAM, _VARIABLE).source())
    return DONE
