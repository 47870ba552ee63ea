"""The options and arguments that several commands take."""

import functools
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from keyword_assets.configuration import sources
from keyword_assets.configuration.settings import SETTING_NAMES, UMASK, Settings, umask
from keyword_assets.core import texts
from keyword_assets.core.days import parse_period, spelled_out
from keyword_assets.core.errors import KeywordAssetsError


def _speak(_context: click.Context, _parameter: click.Parameter, language: str | None) -> str | None:
    if language:
        texts.use(language)
    return language


def _read_from(context: click.Context, _parameter: click.Parameter, file: Path | None) -> None:
    context.with_resource(sources.env_file(file))


class Group(click.Group):
    """Commands that take `--env-file`, before and after their names, and first tell of settings that nobody reads."""

    # The class of the groups within.
    group_class = type

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.params.append(_env_file())

    def add_command(self, command: click.Command, name: str | None = None) -> None:
        """Take the command up."""
        if not isinstance(command, click.Group):
            command.params.append(_env_file())
            command.callback = _telling(command.callback)
        super().add_command(command, name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was named, with its arguments."""
        name, command, others = super().resolve_command(ctx, args)
        return name, command, [spelled_out(argument) for argument in others]


def _env_file() -> click.Option:
    return click.Option(
        ["--env-file"],
        type=click.Path(path_type=Path),
        metavar="FILE",
        callback=_read_from,
        expose_value=False,
        help="작업 폴더의 .env 대신 읽을 파일; 그 폴더가 기준 / settings from this file, paths from its folder",
    )


def _telling(command: Callable[..., Any] | None) -> Callable[..., Any]:
    """The command, and before it what was set in vain; `doctor` has it among its findings."""
    assert command is not None, "every command does something"

    @functools.wraps(command)
    def told(*args: Any, **options: Any) -> Any:
        keep_private()
        if click.get_current_context().info_name != "doctor":
            tell_remarks()
        return command(*args, **options)

    return told


def keep_private() -> None:
    """From now on, what this process and those that it starts make is for its owner alone, or as the setting says."""
    os.umask(UMASK)
    # A setting that cannot be used is told by whoever reads the others.
    with suppress(KeywordAssetsError):
        os.umask(umask())


def tell_remarks() -> None:
    """Say on stderr which settings have no effect.

    Raises:
        InputError: the settings' file or folder is not there.
    """
    for remark in sources.remarks(sources.Sources.find(), SETTING_NAMES):
        click.echo(texts.say("settings.remark", message=remark), err=True)


lang = click.option(
    "--lang",
    type=click.Choice(["ko", "en"]),
    callback=_speak,
    expose_value=False,
    is_eager=True,
    help="출력 언어 / output language",
)
json = click.option("--json", "as_json", is_flag=True, help="결과를 JSON 하나로 / one JSON document on stdout")
reclassify = click.option(
    "--reclassify",
    is_flag=True,
    help="키워드가 있는 질문도 지금의 모델, 프롬프트, 분류표로 다시 분류해 다른 행을 바꿉니다. 비용이 듭니다 "
    "/ classify anew what another model, prompt or taxonomy has classified; costs money",
)
limit = click.option(
    "--limit", type=click.IntRange(min=0), metavar="N", help="HCX에 최대 N개만, 많이 물은 순 / at most N questions"
)


def with_period(command: Callable[..., Any]) -> Callable[..., Any]:
    """START and, for more than what that says, END as a checked period."""

    @click.argument("start", metavar="START")
    @click.argument("end", metavar="[END]", required=False)
    @functools.wraps(command)
    def parsed(start: str, end: str | None, **options: Any) -> Any:
        return command(period=parse_period(start, end, lambda: Settings.from_env().now().date()), **options)

    return parsed
