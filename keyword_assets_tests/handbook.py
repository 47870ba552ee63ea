"""`docs/cli.md` and its twin: every command with its options, as its help has them; `make handbook` writes both."""

import re
from collections.abc import Iterator

import click

from keyword_assets.cli.main import cli
from keyword_assets_tests.pages import TOP, commands

NAMES = {True: "docs/cli.ko.md", False: "docs/cli.md"}
_HEADS = {
    True: (
        "# 명령의 모든 옵션\n\n[English](cli.md) · [모든 문서](README.ko.md) · "
        "무엇에 쓰는지는 [명령](commands.ko.md)에\n",
        "<!-- 명령의 도움말에서 나온 것입니다. 고치지 말고 make handbook 을 실행하세요. -->\n",
        "## 모든 명령에",
        "옵션",
        "뜻",
    ),
    False: (
        "# Every option of every command\n\n[한국어](cli.ko.md) · [all pages](README.md) · what they are for: "
        "[Commands](commands.md)\n",
        "<!-- Made of the commands' own help: run make handbook rather than change it. -->\n",
        "## With every command",
        "option",
        "meaning",
    ),
}
# Between Korean and English in a help text.
_BETWEEN = re.compile(r"\s+/ ")


def written(*, korean: bool) -> str:
    """The page in one language."""
    title, warning, everywhere, option, meaning = _HEADS[korean]
    head = f"| {option} | {meaning} |\n| --- | --- |"
    shared = [param for param in cli.params if isinstance(param, click.Option)]
    parts = [title, warning, f"{everywhere}\n", _in(cli.help, korean), "", head, *_rows(cli, shared, korean)]
    parts += ["", _in(cli.epilog, korean)]
    names = {param.name for param in shared}
    for path, command in sorted(commands(), key=lambda found: found[0]):
        own = [param for param in command.params if isinstance(param, click.Option) and param.name not in names]
        parts += [f"\n## {' '.join(path)}\n", _in(command.help, korean), "", f"`{_usage(path, command)}`"]
        parts += ["", head, *_rows(command, own, korean)] if own else []
    return "\n".join(parts) + "\n"


def _usage(path: tuple[str, ...], command: click.Command) -> str:
    pieces = [piece for piece in command.collect_usage_pieces(click.Context(command)) if piece != "[OPTIONS]"]
    needed = [param for param in command.params if isinstance(param, click.Option) and param.required]
    pieces += [f"{param.opts[-1]} {param.metavar}" for param in needed]
    return " ".join(("keyword-assets", *path, *pieces))


def _rows(command: click.Command, options: list[click.Option], korean: bool) -> Iterator[str]:
    for option in options:
        record = option.get_help_record(click.Context(command))
        if record is not None:
            typed, told = record
            more = told.removeprefix(option.help or "").strip()
            typed = typed.replace("|", "\\|")
            yield f"| `{typed}` | {' '.join(filter(None, (_in(option.help, korean), more)))} |"


def _in(text: str | None, korean: bool) -> str:
    """A help text in one language; one that stands in the other alone is better than none."""
    here, *there = _BETWEEN.split((text or "").strip(), maxsplit=1)
    paragraphs = (here if korean or not there else there[0]).split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


if __name__ == "__main__":
    for korean, name in NAMES.items():
        (TOP / name).write_text(written(korean=korean), encoding="utf-8")
