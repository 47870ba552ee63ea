"""`--against`: a number, or the options of another configuration; whatever else follows it is the command's own."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from keyword_assets.configuration.hcx_models import MODELS
from keyword_assets.configuration.settings import MOST_SHOTS

OPTION = "--against"


@dataclass(frozen=True)
class Choice:
    """What differs from the settings; None where nothing does."""

    model: str | None = None
    taxonomy: Path | None = None
    batch_size: int | None = None
    prompt: Path | None = None
    few_shot: int | None = None
    shots: Path | None = None


_FILE = click.Path(path_type=Path)
_OPTIONS: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("--model",), {"type": click.Choice(list(MODELS)), "help": "HCX_MODEL 대신 / in place of HCX_MODEL"}),
    (("--taxonomy",), {"type": _FILE, "metavar": "FILE.yaml", "help": "KEYWORDS_TAXONOMY 대신 / another taxonomy"}),
    (
        ("--batch-size",),
        {"type": click.IntRange(min=1), "metavar": "B", "help": "한 요청의 질문 수 / questions in one request"},
    ),
    (("--prompt",), {"type": _FILE, "metavar": "FILE.txt", "help": "모델에 할 말 / another instruction to the model"}),
    (
        ("--few-shot",),
        {
            "type": click.IntRange(0, MOST_SHOTS),
            "metavar": "N",
            "help": "모델에 보일 예 N개 / so many reviewed questions shown to the model",
        },
    ),
    (("--shots",), {"type": _FILE, "metavar": "FILE.yaml", "help": "그 예의 파일 / the file that these are in"}),
)
_NAMES = frozenset(name for names, _ in _OPTIONS for name in names)


def configuration_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that make a configuration."""
    for names, attributes in reversed(_OPTIONS):
        command = click.option(*names, **attributes)(command)
    return command


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """What follows `--against`: what describes the other one, and the rest."""
    theirs: list[str] = []
    rest = list(arguments)
    if rest and rest[0].isdecimal():
        return [rest[0]], rest[1:]
    others: list[str] = []
    while rest:
        argument = rest.pop(0)
        name, equals, _ = argument.partition("=")
        if name not in _NAMES:
            others.append(argument)
            continue
        theirs.append(argument)
        if not equals and rest:
            theirs.append(rest.pop(0))
    return theirs, others


class Command(click.Command):
    """A command with `--against`, whose own value is what `split` finds, quoted into one text."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give `--against` one value, whatever it is followed by."""
        if OPTION in args:
            at = args.index(OPTION)
            theirs, others = split(args[at + 1 :])
            args = [*args[:at], *others, f"{OPTION}={shlex.join(theirs)}"]
        return super().parse_args(ctx, args)


def read(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | Choice | None:
    """The number of an earlier evaluation, or a configuration.

    Raises:
        UsageError: it is neither.
    """
    if value is None:
        return None
    if value.isdecimal():
        return int(value)
    options = [click.Option(names, **attributes) for names, attributes in _OPTIONS]
    inner = click.Command(OPTION, params=list(options), add_help_option=False)
    return Choice(**inner.make_context(OPTION, shlex.split(value)).params)


option = click.option(
    OPTION,
    metavar="ID | OPTIONS",
    callback=read,
    help="견줄 앞선 평가의 번호, 또는 다른 설정의 옵션들 / an earlier evaluation, or other options",
)
