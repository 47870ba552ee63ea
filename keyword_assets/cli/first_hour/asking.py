"""Questions with a default: answered by an option, by whoever sits there, or, with --yes, by the default.

On click's own prompts: a line that the terminal itself lets one edit works over any connection, in any locale and for
whoever listens to a screen reader. Menus that are drawn anew with each key do not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from keyword_assets.core.errors import InputError, KeywordAssetsError
from keyword_assets.core.texts import say

Answer = TypeVar("Answer")

_LATER = ("later", "나중에")
_YES, _NO = ("y", "yes", "예", "네"), ("n", "no", "아니오", "아니요")


class Later(Exception):
    """Whoever was asked leaves this step for another time."""


@dataclass(frozen=True)
class Asker:
    """Who is asked.

    `given` are the command's options by their names, None where one was not given; `silent`: there is nobody to ask, so
    that what was not given is the default.
    """

    given: Mapping[str, Any]
    silent: bool

    def has(self, *options: str) -> bool:
        """Whether one of these options was given."""
        return any(self.given.get(option) is not None for option in options)

    def text(self, option: str, key: str, default: str = "", *, needed: bool = True, **params: object) -> str:
        """An answer in words, whatever it is; see `value`."""
        return self.value(option, key, default, str, needed=needed, **params)

    def value(
        self,
        option: str,
        key: str,
        default: str,
        read: Callable[[str], Answer],
        *,
        needed: bool = True,
        **params: object,
    ) -> Answer:
        """What is made of an answer.

        Args:
            option: the one that answers it, by its name within Python.
            key: the question's key in `texts`.
            default: what Enter stands for.
            read: makes something of the answer, or raises an InputError: then it is asked again.
            needed: whether an empty answer is none.
            **params: what the question names.

        Raises:
            InputError: the option's value cannot be used, or nobody is there to ask and there is no default.
            Later: the step is left.
        """
        if self.has(option):
            return read(str(self.given[option]))
        if self.silent:
            if needed and not default:
                raise InputError("init.needed", option=f"--{option.replace('_', '-')}")
            return read(default)
        while True:
            answer = _prompt(say(key, **params), default)
            if not answer and needed:
                continue
            try:
                return read(answer)
            except InputError as error:
                tell_error(error)

    def choice(self, option: str, key: str, words: Sequence[str], default: str = "") -> str:
        """One of these words; see `value`."""

        def read(answer: str) -> str:
            if answer not in words:
                raise InputError("init.choice", words=", ".join(words))
            return answer

        return self.value(option, key, default, read)

    def agrees(self, option: str, key: str, *, default: bool, **params: object) -> bool:
        """Yes or no; see `value`."""
        if self.has(option):
            return bool(self.given[option])
        if self.silent:
            return default
        question = f"{say(key, **params)} [{say('init.yes_or_no' if default else 'init.no_or_yes')}]"
        while True:
            answer = _prompt(question, "").lower()
            if answer in (*_YES, *_NO) or not answer:
                return default if not answer else answer in _YES
            tell(say("init.say_yes_or_no"))

    def secret(self, key: str, **params: object) -> str:
        """What nobody may see while it is typed; empty where there is nobody to ask. `ps` would show an option.

        Raises:
            Later: the step is left.
        """
        return "" if self.silent else _prompt(say(key, **params), "", hidden=True)


def _prompt(question: str, default: str, *, hidden: bool = False) -> str:
    answer = str(click.prompt(question, default=default, show_default=bool(default), hide_input=hidden)).strip()
    if answer.lower() in _LATER:
        raise Later
    return answer


def tell(text: str, *, sign: str = " ") -> None:
    """One line of what was found, under the question that it belongs to; foreign text in it is as `say` left it."""
    click.echo(f"  {sign} {text}")


def tell_error(error: KeywordAssetsError) -> None:
    """What is wrong with an answer."""
    tell(str(error), sign="✘")
