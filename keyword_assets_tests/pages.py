"""The pages people read, as tests read them: headings, links, tables, blocks of code and the commands in them."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click

from keyword_assets.cli.main import cli

TOP = Path(__file__).parent.parent
# What stands in the text of a command for what somebody types.
_PLACEHOLDERS = {
    "ID": "1",
    "M": "0.03",
    "S": "1",
    "START": "2025-06-11",
    "END": "2025-06-14",
    "N": "20",
    "SECONDS": "5",
    "P": "8400",
    "H": "127.0.0.1",
    "K": "급식",
    "NAME": "cp949",
    "TEXT": "급식",
    "DIR": "reports",
    "FILE": "statements.sql",
    "FILE.csv": "chats.csv",
    "FILE.yaml": "slips.yaml",
    "GOLDEN.csv": "golden.csv",
    "R": "3",
    "SHELL": "bash",
}
_PROGRAM = "keyword-assets"
# What a line that is to be typed begins with.
PROGRAMS = (_PROGRAM, "make", "export", "htpasswd", "dagster-daemon", ".venv/bin/pytest")

# What runs containers and clusters has options of its own.
_FOREIGN = "docker|helm|kubectl|podman|podman-compose|systemctl|systemd-analyze"


@dataclass(frozen=True)
class Page:
    """A page by its path from the top."""

    name: str

    @property
    def text(self) -> str:
        """All of it."""
        return _text(self.name)

    @property
    def without_foreign(self) -> str:
        """All of it but what is typed for other programs, in lines that may go on in the next, and within lines."""
        text = re.sub(rf"^ {{4,}}(?:sudo )?(?:{_FOREIGN}) (?:.*\\\n)*.*$", "", self.text, flags=re.MULTILINE)
        return re.sub(rf"`(?:sudo )?(?:{_FOREIGN}) [^`\n]*`", "", text)

    @property
    def is_korean(self) -> bool:
        """Whether its name says so."""
        return self.name.endswith(".ko.md")

    @property
    def korean(self) -> "Page":
        """The same in Korean."""
        return Page(self.name.removesuffix(".md") + ".ko.md")

    @property
    def headings(self) -> list[tuple[int, str]]:
        """Level and words of each."""
        return [(len(marks), words) for marks, words in re.findall(r"^(#+) (.+)$", self.text, re.MULTILINE)]

    @property
    def anchors(self) -> list[str]:
        """What the headings are reached by."""
        return [_anchor(words) for _, words in self.headings]

    @property
    def sections(self) -> list[str]:
        """What stands between the headings."""
        return re.split(r"^#+ .+$", self.text, flags=re.MULTILINE)

    @property
    def links(self) -> list[str]:
        """The targets within the project, pictures included."""
        targets: list[str] = re.findall(r"\]\(([^)\s]+)\)", self.text)
        return [target for target in targets if not target.startswith(("http://", "https://"))]

    @property
    def tables(self) -> list[list[list[str]]]:
        """Each table's rows, each row's cells, without heads."""
        found = re.findall(r"(?:^\|.*\n)+", self.text, re.MULTILINE)
        return [[row[2:-2].split(" | ") for row in table.splitlines()[2:]] for table in found]

    def target(self, link: str) -> tuple[Path, str]:
        """The file that a link leads to, and the anchor in it, if any."""
        path, _, anchor = link.partition("#")
        return ((TOP / self.name).parent / path).resolve() if path else TOP / self.name, anchor


def pages(*, korean: bool) -> list[Page]:
    """All pages of one language, each of which has a twin in the other."""
    paths = [*TOP.glob("*.md"), *TOP.glob("docs/*.md")]
    named = sorted(path.relative_to(TOP).as_posix() for path in paths)
    # What changed is told to those who upgrade, in English.
    return [page for page in map(Page, named) if page.is_korean == korean and page.name != "CHANGELOG.md"]


ENGLISH, KOREAN = pages(korean=False), pages(korean=True)
CHANGELOG = Page("CHANGELOG.md")


@cache
def _text(name: str) -> str:
    return (TOP / name).read_text(encoding="utf-8")


def _anchor(heading: str) -> str:
    """What GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def names_in(text: str) -> list[str]:
    """What is set as code within lines."""
    return re.findall(r"`([^`\n]+)`", text)


# -- commands ---------------------------------------------------------------------------------------------------------


def commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words of its name."""
    for name in group.commands:
        _, command, _ = group.resolve_command(click.Context(group), [name])
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        # After those within it, whose names are longer.
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield (*path, name), command


@cache
def _by_name() -> dict[tuple[str, ...], click.Command]:
    """All of them, looked for once: pages name hundreds."""
    return dict(commands())


def shell_lines(page: Page) -> list[list[str]]:
    """The lines to be typed, by word, without comments."""
    programs = "|".join(map(re.escape, PROGRAMS))
    lines = re.findall(rf"^ {{4,}}((?:{programs})(?: .+)?)$", page.text, re.MULTILINE)
    return [shlex.split(_without_prose(line), comments=True) for line in lines]


def _without_prose(line: str) -> str:
    """In a list of commands, what each does stands two blanks or more after what is typed."""
    return re.sub(r"(?<=\S) {2,}(?! |START |[\[#]).*", "", line)


def command_lines(page: Page) -> list[list[str]]:
    """What is to be typed after `keyword-assets`, as it can be: optional parts included, alternatives one by one."""
    whole = [words for words in _typed(page) if "…" not in words and not _is_only_named(words)]
    return [[_PLACEHOLDERS.get(word, word) for word in words] for line in whole for words in _alternatives(line)]


def ready_lines(page: Page) -> list[list[str]]:
    """Those of them that can be copied as they stand."""
    placeholders, typed = {"…", "|", *_PLACEHOLDERS}, _typed(page)
    return [words for words in command_lines(page) if words in typed and not placeholders & _parts(words)]


def _parts(words: list[str]) -> set[str]:
    """The words, and what stands for one of several, as in `TEXT|ID`."""
    return {*words, *(part for word in words for part in word.split("|"))}


def _typed(page: Page) -> list[list[str]]:
    found = [line[1:] for line in shell_lines(page) if line[0] == _PROGRAM]
    return found + [shlex.split(name)[1:] for name in names_in(page.text) if name.startswith(f"{_PROGRAM} ")]


def _is_only_named(words: list[str]) -> bool:
    """Whether it is a command's name, without the arguments that it takes."""
    named = _by_name().get(tuple(words))
    return named is not None and any(isinstance(parameter, click.Argument) for parameter in named.params)


def _alternatives(words: list[str]) -> list[list[str]]:
    """`answers forget TEXT | --keyword K [--dry-run]` is two commands."""
    plain = [word.strip("[]") for word in words]
    if "|" not in plain:
        return [plain]
    bar = plain.index("|")
    return [plain[:bar] + plain[bar + 3 :], plain[: bar - 1] + plain[bar + 1 :]]


def mentions(page: Page) -> list[tuple[click.Command, str]]:
    """Commands that are named with options of theirs, in lines and in lists, and the text that does so."""
    listed = re.findall(r"^ {8}([a-z][a-z ,-]+ (?:… )?--.+?)(?:  .*)?$", page.text, re.MULTILINE)
    texts = [name.removeprefix(f"{_PROGRAM} ") for name in names_in(page.text)]
    texts += [
        f"{name}{rest}" for text in listed for *names, last in [text.split(", ")] for name, rest in _each(names, last)
    ]
    return [(command, text) for text in texts if (command := _named(text))]


def _each(names: list[str], last: str) -> list[tuple[str, str]]:
    """In `basic, complete … --reclassify` both have the option."""
    rest = last[last.index(" --") :]
    return [(name, rest) for name in names] + [(last.removesuffix(rest), rest)]


def _named(text: str) -> click.Command | None:
    words = tuple(text.split())
    return next((command for path, command in _by_name().items() if words[: len(path)] == path), None)
