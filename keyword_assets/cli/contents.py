"""Groups of commands that are named with their help, and loaded when one of them is typed.

Loading them all takes longer than most of them work: who only asks what there is should not wait.
"""

import functools
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from keyword_assets.cli import console, exit_codes
from keyword_assets.cli.loads import loading
from keyword_assets.cli.options import keep_private, log_as_set, tell_remarks

# Where the commands are, one a file.
_COMMANDS = "keyword_assets.cli.commands"


class Group(click.Group):
    """Commands that take `--env-file`, before and after their names, and first tell of settings that nobody reads."""

    # The class of the groups within.
    group_class = type

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.params += _everywhere()
        self.epilog = exit_codes.TOLD
        self._places: dict[str, str] = {}

    def announce(self, name: str, place: str, text: str) -> None:
        """Take a command up that is not loaded yet.

        Args:
            name: what is typed.
            place: the module in `cli.commands` and the command's name there, with a colon between them.
            text: its help.
        """
        self._places[name] = place
        self.add_command(click.Command(name, help=text))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was named, which is loaded now, with its arguments."""
        from keyword_assets.core.days import spelled_out

        name, command, others = super().resolve_command(ctx, args)
        if name is not None and command is not None and (place := self._places.pop(name, None)):
            self.commands[name] = command = _loaded(place, command.help)
        return name, command, [spelled_out(argument) for argument in others]


def _loaded(place: str, text: str | None) -> click.Command:
    module, _, name = place.partition(":")
    with loading():
        command: click.Command = getattr(import_module(f"{_COMMANDS}.{module}"), name)
    command.help = text
    if isinstance(command, Group):
        return command
    command.params += _everywhere()
    command.epilog = exit_codes.TOLD
    command.callback = _telling(command.callback)
    return command


def _everywhere() -> tuple[click.Option, click.Option]:
    """The options of every command, and of every group before a command's name."""
    quiet = click.Option(
        ["-q", "--quiet"],
        is_flag=True,
        callback=_hush,
        expose_value=False,
        help="결과와 오류만 / the result and errors alone",
    )
    return quiet, _env_file()


def _hush(_context: click.Context, _parameter: click.Parameter, quiet: bool) -> None:
    if quiet:
        console.hush()


def _env_file() -> click.Option:
    return click.Option(
        ["--env-file"],
        type=click.Path(path_type=Path),
        metavar="FILE",
        callback=_read_from,
        expose_value=False,
        help="작업 폴더의 .env 대신 읽을 파일; 그 폴더가 기준 / settings from this file, paths from its folder",
    )


def _read_from(context: click.Context, _parameter: click.Parameter, file: Path | None) -> None:
    if file is not None:
        from keyword_assets.configuration import sources

        context.with_resource(sources.env_file(file))


def _telling(command: Callable[..., Any] | None) -> Callable[..., Any]:
    """The command, and before it what was set in vain; `doctor` has it among its findings."""
    assert command is not None, "every command does something"

    @functools.wraps(command)
    def told(*args: Any, **options: Any) -> Any:
        keep_private()
        log_as_set()
        if click.get_current_context().info_name != "doctor":
            tell_remarks()
        return command(*args, **options)

    return told
