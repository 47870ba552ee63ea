"""The options and arguments that several commands take."""

import functools
from collections.abc import Callable
from typing import Any

import click

from keyword_assets.core import texts
from keyword_assets.core.days import parse_period


def _speak(_context: click.Context, _parameter: click.Parameter, language: str | None) -> str | None:
    if language:
        texts.use(language)
    return language


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
    """START END as a checked period."""

    @click.argument("start", metavar="START")
    @click.argument("end", metavar="END")
    @functools.wraps(command)
    def parsed(start: str, end: str, **options: Any) -> Any:
        return command(period=parse_period(start, end), **options)

    return parsed
