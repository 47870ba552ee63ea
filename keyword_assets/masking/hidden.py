"""Numbers that somebody hid in part (`010-****-5672`, `900215-1******`), or told in two halves (앞자리 … 뒷자리 …)."""

import re
from datetime import date

from keyword_assets.masking.plain import Span

# What stands for a digit that is not told, as in the brackets of an expression; dots, circles and squares are stars by
# now.
STAR = r"*xX#?ㅁㅇ_"
_ANY = rf"[\d{STAR}]"
_GAP = r"[-\s.~,/]{0,3}"
_FEWEST_TOLD = {"phone": 3, "card": 6, "account": 6}
_ACCOUNT_ENDS = r"[\dA-Za-z*]"
_HIDDEN = re.compile(
    rf"(?<![\dA-Za-z])(?P<phone>(?:\+?82{_GAP}\(?0?\)?{_GAP}|0)(?:1[016-9]|2|[3-6][1-5]|70|50\d){_GAP}"
    rf"{_ANY}{{2,4}}+{_GAP}{_ANY}{{3,4}}+)(?!{_ANY})"
    rf"|(?<!\d)(?P<rrn>\d{{6}}{_GAP}[1-8{STAR}]{_ANY}{{4,6}}+(?!\d)"
    rf"|\d{{6}}{_GAP}[1-8](?:\s?[*]){{6}})"
    rf"|(?<!{_ANY})(?P<back>[{STAR}]{{6}}{_GAP}[1-8]\d{{6}})(?!\d)"
    # In two halves, with words between.
    r"|(?<!\d)(?P<halves>\d{6}(?!\d)[^\d\ue000]{0,16}?(?:뒷|뒤|끝)[^\d\ue000]{0,12}[1-8][\d*]{6})(?!\d)"
    r"|(?:뒷\s?자리|뒷\s?번호|뒤\s?자리)[^\d\ue000]{0,8}(?P<second>[1-8]\d{6})(?!\d)"
    rf"|(?<!\d)(?P<card>\d{_ANY}{{3}}[-\s.,/]{{0,3}}(?:{_ANY}{{4}}[-\s.,/]{{0,3}}){{2}}{_ANY}{{3,4}}+)(?!{_ANY})"
    rf"|(?<!{_ACCOUNT_ENDS})(?P<account>\d[\d*]{{1,5}}(?:-[\d*]{{2,7}}+){{2,3}})(?!-?{_ACCOUNT_ENDS})"
)
_KINDS = {"back": "rrn", "halves": "rrn", "second": "rrn"}


def hidden(plain: str) -> list[Span]:
    """Numbers that are told in part, or in parts."""
    return [
        (*found.span(kind), _KINDS.get(kind, kind))
        for found in _HIDDEN.finditer(plain)
        if (kind := str(found.lastgroup)) and _is_it(kind, found[kind])
    ]


def _is_it(kind: str, written: str) -> bool:
    digits = "".join(char for char in written if "0" <= char <= "9")
    stars = sum(char in STAR for char in written)
    match kind:
        case "rrn":
            # A birth date behind which nothing is told is still one half of it.
            return stars >= 2 and is_birth(digits if len(digits) > 6 else f"{digits}1", maybe_both=len(digits) == 6)
        case "halves":
            return is_birth(digits[:7])
        case "phone":
            return stars >= 1 and len(digits) - 3 >= _FEWEST_TOLD[kind] and 9 <= len(digits) + stars <= 14
        case "card" | "account":
            return stars >= 2 and len(digits) >= _FEWEST_TOLD[kind]
    return True


def is_birth(digits: str, *, maybe_both: bool = False) -> bool:
    """Whether the first seven digits of a resident registration number can be a birth date and a sex.

    The seventh tells the century: 1, 2, 5, 6 the twentieth, 3, 4, 7, 8 the twenty-first (rule 2 of the enforcement
    rules of the 주민등록법). `maybe_both`: the seventh is not known.
    """
    if digits[6] not in "12345678":
        return False
    century = 1900 if digits[6] in "1256" else 2000
    try:
        # Nobody has been born later; a fixed year, so that the answer does not depend on the clock.
        return date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6])).year < 2050
    except ValueError:
        # 29 February 2000
        return maybe_both and century == 1900 and is_birth(f"{digits[:6]}3")
