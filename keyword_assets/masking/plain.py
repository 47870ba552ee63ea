"""A text in plain characters, which the rules are written for, and the way back to where each of them stood.

Digits of every script become ASCII, dashes, tildes, dots and full-width forms too; Hangul in jamo becomes syllables;
what cannot be seen is gone. Circled and raised digits are not digits like others: they are often a footnote or the
bullet of a list next to a number. They become `SOFT_ZERO` to `SOFT_ZERO + 9`.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Where something was found already: neither a letter nor a digit nor a separator. Private use, as are the next ten;
# what a text has of its own of that kind is replaced.
TAKEN = "\ue000"
SOFT_ZERO = 0xE100
SOFT_DIGITS = f"{chr(SOFT_ZERO)}-{chr(SOFT_ZERO + 9)}"

# (start, end, kind)
Span = tuple[int, int, str]

_ALIKE = {
    # Typed in place of a dash, though Unicode has them for something else.
    "-": "·∙・･‧⋅ㆍᆞ−ㅡー⁃﹘─━╌╍\u00ad",
    "~": "∼˜∽⁓",
    ".": "。｡․﹒",
    ",": "、､﹐﹑",
    "/": "⁄∕",
    "*": "•●○◯■□◆◇★☆✱∗※⬤⚫⚪",
    # Look like 0 and 1, in Cyrillic, Greek and Armenian.
    "O": "ОоΟοՕօ",
    "l": "ІіΙιӀℓ∣│ᅵ",
    # Fillers are letters to Unicode, and nothing to see.
    " ": "\u115f\u1160\u3164\uffa0\u2800",
}


class _Plain(dict[int, str]):
    """One plain character for each, or none for what is not seen."""

    def __missing__(self, point: int) -> str:
        plain = self[point] = _plain(chr(point))
        return plain


def _plain(char: str) -> str:
    if 0xFF01 <= ord(char) <= 0xFF5E:
        return chr(ord(char) - 0xFEE0)
    match unicodedata.category(char):
        case "Nd":
            return str(unicodedata.decimal(char))
        case "No":
            digit = unicodedata.digit(char, None)
            return char if digit is None else chr(SOFT_ZERO + digit)
        case "Pd":
            return "-"
        case "Zs":
            return " "
        case "Co":
            return "\ufffd"
        case "Cf" | "Mn" | "Me":
            return ""
        case "Cc":
            return char if char.isspace() else ""
    return char


_PLAIN = _Plain({ord(char): plain for plain, chars in _ALIKE.items() for char in chars})
# Most texts: of characters that stay what they are.
_IS_PLAIN = re.compile(r"[\t\n -~가-힣]*+")
_IN_JAMO = re.compile("[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?")
# Belongs to the character before it.
_MARK = re.compile("[\u1160-\u11ff]")


@dataclass(frozen=True)
class Plain:
    """`plain` of a text; `at` has the position of each of its characters in the text, None if it is the same."""

    text: str
    plain: str
    at: Sequence[int] | None

    def in_text(self, span: Span) -> Span:
        """The span of the text that one of `plain` stands for."""
        start, end, kind = span
        if self.at is None:
            return span
        first, after = self.at[start], self.at[end - 1] + 1
        while after < len(self.text) and _is_mark(self.text[after]):
            after += 1
        return first, after, kind


def read(text: str) -> Plain:
    """The text in plain characters."""
    if _IS_PLAIN.fullmatch(text):
        return Plain(text, text, None)
    plain = text.translate(_PLAIN)
    at: Sequence[int] | None = None
    if len(plain) != len(text):
        at = [place for place, char in enumerate(text) if _PLAIN[ord(char)]]
    if _IN_JAMO.search(plain):
        plain, at = _composed(plain, range(len(plain)) if at is None else at)
    return Plain(text, plain, at)


def _composed(plain: str, at: Sequence[int]) -> tuple[str, Sequence[int]]:
    parts: list[str] = []
    places: list[int] = []
    last = 0
    for found in _IN_JAMO.finditer(plain):
        parts += [plain[last : found.start()], unicodedata.normalize("NFC", found[0])]
        places += at[last : found.start() + 1]
        last = found.end()
    return "".join([*parts, plain[last:]]), [*places, *at[last:]]


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me") or _MARK.match(char) is not None


def taken(plain: str, spans: Sequence[Span]) -> str:
    """The same with `TAKEN` wherever something was found; `spans` in order."""
    if not spans:
        return plain
    parts, last = [], 0
    for start, end, _ in spans:
        parts += [plain[last:start], TAKEN * (end - start)]
        last = end
    return "".join([*parts, plain[last:]])
