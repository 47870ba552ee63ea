"""The options and arguments that several commands take.

Whatever is more than the names is loaded where it is used: the list of commands is shown without it.
"""

import functools
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import click

from keyword_assets.cli.console import note
from keyword_assets.modes import UMASK


def _speak(_context: click.Context, _parameter: click.Parameter, language: str | None) -> str | None:
    if language:
        from keyword_assets.core import texts

        texts.use(language)
    return language


def keep_private() -> None:
    """From now on, what this process and those that it starts make is for its owner alone, or as the setting says."""
    from keyword_assets.configuration.settings import umask
    from keyword_assets.core.errors import KeywordAssetsError

    os.umask(UMASK)
    # A setting that cannot be used is told by whoever reads the others.
    with suppress(KeywordAssetsError):
        os.umask(umask())


def log_as_set() -> None:
    """From now on, logs of this process have the form of the setting."""
    from keyword_assets.configuration.settings import logs_json
    from keyword_assets.core.errors import KeywordAssetsError

    # As above.
    with suppress(KeywordAssetsError):
        if logs_json():
            from keyword_assets import logs
            from keyword_assets.configuration import sources

            logs.as_json(sources.secrets().scrubbed)


def tell_remarks() -> None:
    """Say on stderr which settings have no effect.

    Raises:
        InputError: the settings' file or folder is not there.
    """
    from keyword_assets.configuration import sources
    from keyword_assets.configuration.settings import SETTING_NAMES
    from keyword_assets.core.texts import say

    for remark in sources.remarks(sources.Sources.find(), SETTING_NAMES):
        note(say("settings.remark", message=remark))


lang = click.option(
    "--lang",
    type=click.Choice(["ko", "en"]),
    callback=_speak,
    expose_value=False,
    is_eager=True,
    help="출력 언어 / output language",
)
json = click.option("--json", "as_json", is_flag=True, help="결과를 JSON 하나로 / one JSON document on stdout")
encoding = click.option(
    "--encoding", metavar="NAME", help="CSV의 인코딩, 예: cp949; 기본 UTF-8 / e.g. cp949; default UTF-8"
)
reclassify = click.option(
    "--reclassify",
    is_flag=True,
    help="키워드가 있는 질문도 지금의 모델, 프롬프트, 분류표로 다시 분류해 다른 행을 바꿉니다. 비용이 듭니다 "
    "/ classify anew what another model, prompt or taxonomy has classified; costs money",
)
limit = click.option(
    "--limit", type=click.IntRange(min=0), metavar="N", help="HCX에 최대 N개만, 많이 물은 순 / at most N questions"
)


def _days(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """What days are called, as far as it goes on like this."""
    from keyword_assets.core.days import NAMES

    return [name for name in NAMES if name.startswith(begun)]


def with_period(command: Callable[..., Any]) -> Callable[..., Any]:
    """START and, for more than what that says, END as a checked period."""

    @click.argument("start", metavar="START", shell_complete=_days)
    @click.argument("end", metavar="[END]", required=False, shell_complete=_days)
    @functools.wraps(command)
    def parsed(start: str, end: str | None, **options: Any) -> Any:
        from keyword_assets.configuration.settings import Settings
        from keyword_assets.core.days import parse_period

        return command(period=parse_period(start, end, lambda: Settings.from_env().now().date()), **options)

    return parsed
