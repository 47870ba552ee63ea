"""Numbers in words and in characters that look like digits: 공일공 구일삼사, `O1O-9134-5672`, ①, ².

Such characters are in every Korean sentence, and a run of them ends with particles (…칠이이에요). So a number is looked
for at each place of a run, and only whole ones count.
"""

import re
from collections.abc import Iterator

from keyword_assets.masking.cards import is_card_number
from keyword_assets.masking.countries import is_korean
from keyword_assets.masking.hidden import is_birth
from keyword_assets.masking.plain import SOFT_DIGITS, SOFT_ZERO, Span

_WORDS = dict(zip("공영빵〇零 일一 이二 삼三 사四 오五 육륙六 칠七 팔八 구九".split(), "0123456789", strict=True))
_LETTERS = {"OoㅇQD": "0", "lIiㅣ": "1", "Zz": "2", "Ss": "5", "B": "8"}
_VALUES = str.maketrans(
    {char: digit for chars, digit in (*_WORDS.items(), *_LETTERS.items()) for char in chars}
    | {chr(SOFT_ZERO + digit): str(digit) for digit in range(10)}
)
_IN_WORDS, _LOOKS = "".join(_WORDS), "".join(_LETTERS)
_ANY = rf"[\d{SOFT_DIGITS}{_IN_WORDS}{re.escape(_LOOKS)}]"
_GAP = r"(?:\s?(?:다시|대시|하이픈|데시|에|국에|의)\s?|[-\s.~,/()·:_*]{0,6}+)"
# Shorter than any whole number are nine.
RUN = rf"{_ANY}(?:{_GAP}{_ANY}){{8,}}+"
_IS_RUN = re.compile(RUN)
_NOT_HARD = re.compile(r"[^\d\s.~,/()·:_*-]")
# One character for each digit and each gap.
_BETWEEN = re.compile(rf"(?:하이픈|(?!{_ANY}).)+", re.DOTALL)
_TOKEN = re.compile(rf"{_BETWEEN.pattern}|.", re.DOTALL)
_NUMBER = re.compile(
    # The prefix may be told digit by digit, the rest in pairs.
    r"(?=(?P<phone>0 ?1 ?[016-9] ?(?:\d\d ?\d\d ?\d\d ?\d\d|\d(?: \d){7}|\d{3} ?\d{4}|\d(?: \d){6})))"
    r"|(?=(?P<rrn>(?<!\d)(?:\d\d(?:0[1-9]|1[0-2])[0-3]\d ?[1-8]\d{6}|\d(?: \d){12})(?![013-9])))"
    r"|(?=(?P<line>(?<!\d)(?:02|0[3-6][1-5]|070|050\d)(?: [1-9]\d{2,3} ?| ?[1-9]\d{2,3} )\d{4}(?![013-9])))"
    r"|(?=(?P<card>(?<!\d)[3-69](?:\d{3}(?: ?\d{4}){3}|(?: \d){15})(?![013-9])))"
)
_FEWEST_SURE = {"phone": 5, "rrn": 8, "line": 7, "card": 10}
_LOOKS_LIKE = re.compile(f"[{re.escape(_LOOKS)} ]")


def spoken(plain: str) -> list[Span]:
    """The numbers that are not in digits alone."""
    return [
        span
        for found in _IS_RUN.finditer(plain)
        if _NOT_HARD.search(found[0]) is not None
        for span in _in_run(plain, *found.span())
    ]


def _in_run(plain: str, start: int, end: int) -> list[Span]:
    chars = _BETWEEN.sub(" ", plain[start:end])
    digits = chars.translate(_VALUES)
    whole = [
        (*found.span(kind), kind) for found, kind in _numbers(digits) if _is_it(kind, chars[slice(*found.span(kind))])
    ]
    if not whole:
        return []
    places = [found.start() for found in _TOKEN.finditer(plain, start, end)]
    spans: list[Span] = []
    last = 0
    for first, after, kind in whole:
        span = (places[first], places[after - 1] + 1, "phone" if kind == "line" else kind)
        if first >= last and not _goes_on(plain, *span[:2]):
            spans.append(span)
            last = after
    return spans


def _numbers(digits: str) -> Iterator[tuple[re.Match[str], str]]:
    return ((found, str(found.lastgroup)) for found in _NUMBER.finditer(digits))


def _is_it(kind: str, chars: str) -> bool:
    sure = _LOOKS_LIKE.sub("", chars)
    if len(sure) < _FEWEST_SURE[kind] or chars.replace(" ", "").isdecimal():
        return False
    digits = chars.translate(_VALUES).replace(" ", "")
    match kind:
        case "phone":
            return digits.startswith("010") == (len(digits) == 11) or is_korean(digits[1:])
        case "rrn":
            return is_birth(digits)
        case "line":
            return is_korean(digits[1:])
    return is_card_number(digits)


def _goes_on(plain: str, start: int, end: int) -> bool:
    """Whether digits or letters of the same kind go on before or behind it."""
    return _same(plain[start - 1 : start], plain[start]) or _same(plain[end - 1], plain[end : end + 1])


def _same(one: str, other: str) -> bool:
    # Particles follow words without a blank, so that these say nothing.
    return one.isascii() and other.isascii() and one.isalnum() and other.isalnum()
