"""What a number is, by its digits, how it is grouped and what is said around it."""

import re
from functools import cached_property
from itertools import pairwise

from keyword_assets.masking import shapes
from keyword_assets.masking.cards import is_card_number
from keyword_assets.masking.context import Context, Word
from keyword_assets.masking.countries import is_foreign, is_korean
from keyword_assets.masking.hidden import is_birth

_PREFIX = re.compile(r"02|050\d|0\d\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d")
_DASHES = re.compile(r"-+|~+|다시|대시|하이픈|데시")
_COUNTED = re.compile(r"\s?(?:학년|반|번|개|명|시|월|일|년|층|호|차|교시|등|위|살|세|회|과목|분|주)")
_GOES_ON = re.compile(r"[-~./]\d|\s?\d{3}")
# So near must the word be that makes a phone number of seven or eight digits, if no dash does.
_NEAR = 12
_DISTINCT_AT_LEAST = 4


class Number:
    """Some groups of digits that stand next to each other, taken as one number.

    `wide` is what stands there with signs between that are seldom in numbers: commas, colons, words.
    """

    def __init__(
        self, context: Context, groups: list[tuple[int, int]], shape: str, word: Word | None, *, last: bool, wide: bool
    ) -> None:
        self._context, self._groups = context, groups
        self._plain = context.plain
        self.shape, self._word, self.last, self.wide = shape, word, last, wide
        self.digits = "".join([self._plain[start:end] for start, end in groups])
        self.first = self._plain[slice(*groups[0])]
        start = groups[0][0]
        self.plus = start > 0 and self._plain[start - 1] == "+"
        # 0.0312345678
        self.decimals = self._plain[max(0, start - 2) : start] == "0."

    @property
    def said(self) -> str | None:
        """What the word before it says that it is."""
        return self._word.kind if self._word else None

    @property
    def near(self) -> bool:
        """Whether that word is right before it."""
        return self._word is not None and self._word.distance <= _NEAR

    @property
    def size(self) -> int:
        return len(self.digits)

    @cached_property
    def gaps(self) -> set[str]:
        """What stands between its groups, without blanks."""
        return {self._plain[one[1] : other[0]].strip() for one, other in pairwise(self._groups)}

    @property
    def dashed(self) -> bool:
        """Whether there is the same dash between all of its groups."""
        return len({gap[:1] for gap in self.gaps}) == 1 and all(_DASHES.fullmatch(gap) for gap in self.gaps)

    @property
    def even(self) -> bool:
        """Whether the same stands between all of its groups."""
        return len(self.gaps) <= 1

    @property
    def thousands(self) -> bool:
        """1,234,567"""
        return self.gaps == {","} and set(self.shape[1:]) == {"c"} and self.shape[0] <= "c"

    @property
    def counted(self) -> bool:
        """Whether its last digits count something else: 국민은행 123-45-678901 3학년."""
        if self.shape[-1] not in "ab" or len(self.shape) == 1:
            return False
        start, end = self._groups[-1]
        return self._plain[start - 1].isspace() and _COUNTED.match(self._plain, end) is not None

    @property
    def goes_on(self) -> bool:
        """Whether more digits follow, as they do in a card's number."""
        return _GOES_ON.match(self._plain, self._groups[-1][1]) is not None

    @property
    def account_after(self) -> bool:
        return self.last and self._context.account_after(self._groups[-1][1])

    @property
    def phone_after(self) -> bool:
        return self.last and self._context.phone_after(self._groups[-1][1])

    @property
    def amount_after(self) -> bool:
        return self.last and self._context.amount_after(self._groups[-1][1])

    @property
    def by_letters(self) -> bool:
        """Whether it is part of a word: SM-G998N. A `\\n` that JSON wrote out is no letter."""
        start, end = self._groups[0][0], self._groups[-1][1]
        before, behind = self._plain[max(0, start - 2) : start], self._plain[end : end + 1]
        by_one = _is_letter(before[-1:]) and before[:1] != "\\" and self.said != "phone"
        return by_one or _is_letter(behind)

    @property
    def series(self) -> bool:
        """2022, 2023, 2024, 2025, or nothing but round numbers."""
        numbers = [int(self._plain[slice(*group)]) for group in self._groups]
        return len({later - one for one, later in pairwise(numbers)}) == 1 or all(one % 100 == 0 for one in numbers)


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


def kind_of(number: Number) -> str | None:
    """Whose number it is, if it is one that is to be masked."""
    if is_mobile(number):
        return "phone"
    if (number.wide and (number.thousands or not number.even)) or number.by_letters or number.counted:
        return None
    return next((kind for kind, is_it in _TESTS if is_it(number)), None)


def is_mobile(number: Number) -> bool:
    """010 and the older 01X, in any grouping that begins with the prefix."""
    if not number.digits.startswith("01") or number.shape not in shapes.MOBILE or number.counted:
        return False
    if number.shape[0] == "a" and len(set(number.digits)) < _DISTINCT_AT_LEAST:
        return False
    if number.digits.startswith("010"):
        # Also where nobody has been given such a number yet: somebody may have mistyped their own.
        return number.size == 11
    return is_korean(number.digits[1:])


def _is_rrn(number: Number) -> bool:
    """Thirteen digits with a birth date. Its check digit is not asked for: since October 2020 there is none."""
    allowed = shapes.RRN_NAMED if number.said == "rrn" else shapes.RRN
    if number.plus or number.shape not in allowed or not is_birth(number.digits):
        return False
    if number.said == "other" or (number.said == "account" and (number.shape == "m" or number.wide)):
        return False
    if number.shape[0] == "a" and not (number.even and number.last and len(set(number.digits)) >= _DISTINCT_AT_LEAST):
        return False
    return not (number.wide and number.amount_after)


def _is_phone(number: Number) -> bool:
    digits = number.digits
    if number.plus:
        return 8 <= number.size <= 15 and is_foreign(digits)
    if (abroad := _after_country(number)) is not None:
        return is_korean(abroad.removeprefix("0"))
    if digits.startswith("0"):
        return _is_line(number)
    if digits.startswith("10") and (
        (number.shape == "bdd" and number.dashed) or (number.shape == "j" and number.said == "phone")
    ):
        return is_korean(digits)
    return _is_local(number)


def _after_country(number: Number) -> str | None:
    """What follows Korea's code: 0082 …, 82-10-…."""
    digits = number.digits
    if digits.startswith("0082"):
        return digits[4:]
    if digits.startswith("82") and (number.first == "82" or digits.startswith("8210")) and number.size in range(10, 14):
        return digits[2:]
    return None


def _is_line(number: Number) -> bool:
    if number.shape not in shapes.LINE or not is_korean(number.digits[1:]):
        return False
    if len(number.shape) == 1:
        return not number.decimals and number.said != "other"
    prefix = _PREFIX.match(number.digits)
    # Glued to what follows, or grouped as the prefix is. Of 0507 some write 050 only.
    return prefix is not None and (len(number.first) > 4 or number.first in (prefix[0], "050", "0"))


def _is_local(number: Number) -> bool:
    """Without an area code only where it is called a phone number; 1588-1234 and the like are meant to be known."""
    if number.shape not in shapes.LOCAL or number.digits[0] in "01" or number.amount_after or number.goes_on:
        return False
    groups = len(number.shape)
    if number.phone_after and groups == 2 and number.said != "other":
        return True
    if number.said != "phone" or _DATE.fullmatch(number.digits):
        return False
    return (groups == 2 and number.dashed) or (number.near and not (groups == 2 and _years(number.digits)))


def _years(digits: str) -> bool:
    return len(digits) == 8 and all(_YEAR.fullmatch(part) for part in (digits[:4], digits[4:]))


def _is_card(number: Number) -> bool:
    """Groups as on a card, and the check digit or the word before it."""
    if number.said == "card":
        return number.shape in shapes.CARD_NAMED and not (number.wide and number.series)
    if number.said in ("other", "account") or number.shape not in shapes.CARD or not is_card_number(number.digits):
        return False
    return not (number.wide and number.series)


def _is_account(number: Number) -> bool:
    """Groups as banks print them, or ten to sixteen digits next to a bank's name or the word for an account."""
    if number.said == "other" or not 10 <= number.size <= 16:
        return False
    named = number.said == "account" or number.account_after
    if named and not number.amount_after and "a" not in number.shape[:-1]:
        return True
    if number.shape == "ddd":
        # Toss Bank's; of other numbers there are more in this shape.
        return number.dashed and number.digits.startswith("100")
    return number.dashed and _YEAR.fullmatch(number.first) is None and number.shape in shapes.ACCOUNT


_TESTS = (("rrn", _is_rrn), ("phone", _is_phone), ("card", _is_card), ("account", _is_account))
