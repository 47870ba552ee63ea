"""Masks personal data in a text: phone, resident registration, card and account numbers, and e-mail addresses.

What counts as a phone number is `phonenumbers`' word (Google's numbering plans). How Koreans write numbers down is told
here: Korean particles glued to them, full-width digits, any dash, dots, blanks, brackets. Everything that is not masked
stays byte for byte, masking twice changes nothing more, and time grows in proportion to the text: each pattern
begins at one place only and each number is looked at in windows of fixed size.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from itertools import accumulate, pairwise

import phonenumbers
from phonenumbers import PhoneNumberType

from keyword_assets.core.questions import Mask, unmasked
from keyword_assets.core.texts import TEXTS, say

KINDS = ("phone", "email", "rrn", "card", "account")
# In what is sent to HCX, whatever language the operator reads: it is part of the question.
_KOREAN = {kind: TEXTS[f"mask.{kind}"][0] for kind in KINDS}


def shown(setting: str) -> Mask:
    """How texts are masked where people and logs see them, under a value of KEYWORDS_MASK."""
    return unmasked if setting == "none" else mask


def sent(setting: str) -> Mask:
    """How texts are masked before they are sent to HCX, under a value of KEYWORDS_MASK."""
    return mask_in_korean if setting == "sent" else unmasked


def mask(text: str) -> str:
    """The text with placeholders, in the operator's language, for personal data. Never raises."""
    return _mask(text, lambda kind: say(f"mask.{kind}"))


def mask_in_korean(text: str) -> str:
    """The same with Korean placeholders."""
    return _mask(text, _KOREAN.__getitem__)


def _mask(text: str, word: Callable[[str], str]) -> str:
    # What is glued to something may be seen only once that is masked; twice is enough for all but contrived texts.
    for _ in range(_MOST_PASSES):
        if _WORTH_A_LOOK.search(text) is None:
            break
        # Addresses first: their digits are not looked at as numbers.
        masked = _replaced(_replaced(text, _written_out, word), _numbers, word)
        if masked == text:
            break
        text = masked
    return text


def _replaced(text: str, find: Callable[[str], list["_Span"]], word: Callable[[str], str]) -> str:
    parts, last = [], 0
    for start, end, kind in find(text.translate(_PLAIN)):
        parts += [text[last:start], word(kind)]
        last = end
    return "".join([*parts, text[last:]])


# -- how things are written -------------------------------------------------------------------------------------------

_MOST_PASSES = 8
_SPOKEN_DIGITS = "공영일이삼사오육륙칠팔구"
# All else is passed over quickly: an @, the seven digits of the shortest number, or eleven digits in digits and words.
# Between them may be anything that the rules below take for a separator, before it was made plain.
_WORTH_A_LOOK = re.compile(
    rf"[@＠]|\d(?:[\W_＿ㅡー]{{0,4}}\d){{6}}|[\d공영]\s?[\d일]\s?[\d공영](?:[\W_＿ㅡー]{{0,3}}[\d{_SPOKEN_DIGITS}]){{8}}"
)
# Format characters come along when numbers are copied from spreadsheets and messengers.
_UNSEEN = "\u200b"
# Typed in place of a dash, though Unicode has them for something else.
_DASHES = dict.fromkeys(map(ord, "·∙・•‧−ㅡー⁃﹘"), "-")


class _Plain(dict[int, str]):
    """One plain character for each: ASCII for digits, dashes and full-width forms, so that positions stay."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        category = unicodedata.category(char)
        if category == "Nd":
            plain = str(unicodedata.decimal(char))
        elif category == "Pd":
            plain = "-"
        elif category == "Cf":
            plain = _UNSEEN
        else:
            plain = chr(point - 0xFEE0) if 0xFF01 <= point <= 0xFF5E else char
        self[point] = plain
        return plain


_PLAIN = _Plain(_DASHES)

_Span = tuple[int, int, str]
_SPOKEN = f"[0-9{_SPOKEN_DIGITS}]"
# Often written without what follows, or with a comma.
_PROVIDERS = r"(?:naver|gmail|daum|hanmail|nate|kakao)(?:, ?(?:com|net))?(?![A-Za-z0-9.])"
# `++` never gives back what it took, and the look-behinds let each pattern begin once in a run of characters.
_WRITTEN_OUT = re.compile(
    rf"(?P<email>(?<![A-Za-z0-9_.%+-])[A-Za-z0-9_.%+-]++ ?@ ?(?:(?:[A-Za-z0-9-]++\.)+[A-Za-z]{{2,24}}|{_PROVIDERS}))"
    # 900101-1******
    r"|(?P<rrn>(?<!\d)\d{6}[-\s]{0,3}[1-8][*xX●○◯■□]{4,6})"
    # 공일공 일이삼사 오육칠팔, also in part; and 010,1234,5678
    rf"|(?P<phone>[0공영]\s?[1일]\s?[0공영](?:[-\s.]{{0,3}}{_SPOKEN}){{8}}"
    r"|(?<!\d)01[016-9], ?\d{3,4}, ?\d{4}(?!\d))"
)


def _written_out(plain: str) -> list[_Span]:
    """E-mail addresses, numbers in words, and resident registration numbers that are masked in part already."""
    return [
        (*found.span(), str(found.lastgroup))
        for found in _WRITTEN_OUT.finditer(plain)
        if (found.lastgroup != "rrn" or _is_birth(re.sub(r"\D", "", found[0])))
        and (found.lastgroup != "phone" or re.search("[가-힣,]", found[0]))
    ]


# -- numbers ----------------------------------------------------------------------------------------------------------

_PLACEHOLDER = "|".join(re.escape(word) for kind in KINDS for word in TEXTS[f"mask.{kind}"])
_BETWEEN = rf"[-\s./()_{_UNSEEN}]{{1,4}}+"
_TOKEN = re.compile(
    rf"(?P<placeholder>{_PLACEHOLDER})"
    rf"|(?P<url>(?:https?://|www\.)(?:{_PLACEHOLDER}|[!-~])++)"
    r"|(?P<ip>(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d))"
    rf"|(?P<run>\+?\d++(?:{_BETWEEN}\d++)*+)"
)
_GROUP = re.compile(r"\d+")
_MOBILE_IN_URL = re.compile(r"(?<!\d)01[016-9]-?\d{3,4}-?\d{4}(?!\d)")

# What stands before a number says what it is; the word next to it counts.
_CONTEXT = re.compile(
    r"(?P<phone>전화|연락처|휴대폰|휴대전화|핸드폰|폰번|폰 번|전번|팩스|[Ff][Aa][Xx]|[Tt][Ee][Ll]|☎|☏|📞|📱)"
    r"|(?P<account>계좌|통장|입금|송금|이체|예금주|은행|뱅크|금고|농협|우체국|신협|수협"
    # Words of many meanings: right before the number, or before the account's owner and the number.
    r"|(?:국민|신한|우리|하나|기업|새마을|부산|대구|경남|광주|전북|제주|산업|제일|씨티|저축|카카오|케이|토스|카뱅|케뱅|KB|NH|IBK|SC"
    r"|iM|아이엠)[\s:(]{0,3}(?:[가-힣]{2,4}\s)?$)"
    r"|(?P<card>카드)"
    r"|(?P<rrn>주민|외국인등록|등록증|민증)"
    r"|(?P<other>주문|송장|택배|등기|접수|예약|승인|관리번호|문서|사업자|법인|학번|수험|사번|바코드|ISBN|상품|모델|일련|시리얼"
    r"|쿠폰|고객번호|회원번호|발급|특허|출원|의안|사건|고유번호|교번|운송|품번|버전|코드|[Ii][Dd])"
)
_BEFORE, _AFTER = 24, 14
_AMOUNT = re.compile(r"\s?[원만억]")
_ACCOUNT_AFTER = re.compile(
    r"[\s(,/]*(?:으?로\s*(?:송금|입금|이체)|[가-힣A-Za-z]{0,6}은행|[가-힣]{0,4}뱅크|농협|우체국|새마을|신협|수협|국민|신한|우리|하나|기업|카뱅|토스|계좌|예금주)"
)

# Account numbers as banks print them, by the lengths of their groups (the banks' own notices on account numbers).
_ACCOUNT_SHAPES = frozenset(
    tuple(map(int, shape.split("-")))
    for shape in (
        "6-2-6 3-3-6 3-2-6 4-3-6 3-6-2-3 3-6-5 3-6-3 3-4-4-2 3-4-4-3 4-2-7 4-4-4-1 3-2-4-3 3-2-5-1 3-2-6-1 3-2-7 4-2-6 "
        "5-2-6 2-2-6 4-4-4"
    ).split()
)
_CARD_SHAPES = frozenset(
    {
        (4, 4, 4, 4),
        (4, 6, 5),
        (4, 6, 4),
        (4, 4, 4, 4, 3),
        (4, 4, 8),
        (4, 8, 4),
        (4, 12),
        (8, 8),
        (14,),
        (15,),
        (16,),
        (19,),
    }
)
# Not masked: numbers that are meant to be known, of companies and offices (1588-…, 080-…).
_PERSONAL = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.PAGER,
    }
)
_PREFIX = re.compile(r"02|050\d|0\d\d")
_SHORTEST, _LONGEST = 7, 19
_MOST_GROUPS, _MOST_PIECES = 5, 11
_MOBILE_LENGTHS = (10, 11)


def _numbers(plain: str) -> list[_Span]:
    spans: list[_Span] = []
    last = 0
    for token in _TOKEN.finditer(plain):
        start, end = token.span()
        if token.lastgroup == "url":
            spans += [(start + m.start(), start + m.end(), "phone") for m in _MOBILE_IN_URL.finditer(token[0])]
        elif token.lastgroup == "run":
            # Nothing before the last number is looked at: masking that one must not change what is seen of this one.
            spans += _in_run(_Run(plain, start, end, max(last, start - _BEFORE)))
        last = end
    return spans


class _Run:
    """Groups of digits that stand next to each other, and what stands around them."""

    def __init__(self, plain: str, start: int, end: int, seen_from: int) -> None:
        self.plain = plain
        self.groups = [found.span() for found in _GROUP.finditer(plain, start, end)]
        self.plus = plain[start] == "+"
        before = plain[seen_from:start]
        self.context = _nearest(before)
        # A `\n` that JSON wrote out is no letter.
        self.letter_before = re.search(r"(?<!\\)[A-Za-z]$", before) is not None and self.context != "phone"
        self.after = plain[end : end + _AFTER]


def _nearest(before: str) -> str | None:
    kinds = [found.lastgroup for found in _CONTEXT.finditer(before)]
    return kinds[-1] if kinds else None


def _in_run(run: _Run) -> list[_Span]:
    """The personal data in a run, the longest that begins at each group."""
    spans: list[_Span] = []
    first = 0
    while first < len(run.groups):
        found = _longest(run, first)
        if found is None:
            first += 1
            continue
        after, kind = found
        start, end = run.groups[first][0], run.groups[after - 1][1]
        if first == 0 and run.plus:
            start -= 1
        if ")" in run.plain[start:end] and start > 0 and run.plain[start - 1] == "(":
            start -= 1
        spans.append((start, end, kind))
        first = after
    return spans


def _longest(run: _Run, first: int) -> tuple[int, str] | None:
    start = run.groups[first][0]
    # Only mobile numbers are written in pieces of one or two digits.
    most = _MOST_PIECES if run.plain.startswith(("01", "0 "), start) else _MOST_GROUPS
    lengths = list(accumulate(end - start for start, end in run.groups[first : first + most]))
    for count in range(len(lengths), 0, -1):
        length = lengths[count - 1]
        if count > _MOST_GROUPS and length not in _MOBILE_LENGTHS:
            continue
        if _SHORTEST <= length <= _LONGEST and (kind := _kind(_Candidate(run, first, first + count))):
            return first + count, kind
    return None


class _Candidate:
    """Some groups of a run, taken as one number."""

    def __init__(self, run: _Run, first: int, after: int) -> None:
        groups = run.groups[first:after]
        self.parts = [run.plain[start:end] for start, end in groups]
        self.digits = "".join(self.parts)
        self.sizes = tuple(map(len, self.parts))
        self._run, self._spans = run, groups
        self.plus = run.plus and first == 0
        # 0.0312345678
        self.decimals = first == 1 and run.plain[slice(*run.groups[0])] == "0" and run.plain[groups[0][0] - 1] == "."
        # Only the first number of a run is what the words before it say, and only the last what those behind it say.
        self.context = run.context if first == 0 else None
        is_last = after == len(run.groups)
        self.after = run.after if is_last else ""
        self.by_letters = (first == 0 and run.letter_before) or (
            is_last and run.after[:1].isascii() and run.after[:1].isalpha()
        )

    @property
    def dashed(self) -> bool:
        """Whether there is a dash between all of its groups."""
        return all("-" in self._run.plain[one[1] : other[0]] for one, other in pairwise(self._spans))


def _kind(number: _Candidate) -> str | None:
    if _is_mobile(number):
        return "phone"
    if number.by_letters:
        return None
    tests = {"rrn": _is_rrn, "phone": _is_phone, "card": _is_card, "account": _is_account}
    return next((kind for kind, is_it in tests.items() if is_it(number)), None)


def _is_birth(digits: str) -> bool:
    """Whether the first seven digits of a resident registration number can be a birth date and a sex.

    The seventh tells the century: 1, 2, 5, 6 the twentieth, 3, 4, 7, 8 the twenty-first (rule 2 of the enforcement
    rules of the 주민등록법).
    """
    if digits[6] not in "12345678":
        return False
    year = int(digits[:2]) + (1900 if digits[6] in "1256" else 2000)
    try:
        date(year, int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return False
    # Nobody has been born later; a fixed year, so that the answer does not depend on the clock.
    return year < 2050


def _is_rrn(number: _Candidate) -> bool:
    """Thirteen digits with a birth date. Its check digit is not asked for: since October 2020 there is none."""
    shapes = ((6, 7), (13,), (6, 1)) if number.context == "rrn" else ((6, 7), (13,))
    if number.plus or number.sizes not in shapes or not _is_birth(number.digits):
        return False
    return number.context != "other" and not (number.context == "account" and number.sizes == (13,))


def _is_mobile(number: _Candidate) -> bool:
    """010 and the older 01X, in any grouping that begins with the prefix."""
    digits, sizes = number.digits, number.sizes
    if not digits.startswith("01") or not (sizes[0] == 3 or len(sizes) <= 2 or max(sizes) == 1):
        return False
    if digits.startswith("010"):
        # Also where nobody has been given such a number yet: somebody may have mistyped their own.
        return len(digits) == 11
    return len(digits) in _MOBILE_LENGTHS and _is_korean(digits[1:])


def _is_phone(number: _Candidate) -> bool:
    digits, sizes, parts = number.digits, number.sizes, number.parts
    if number.plus:
        return 8 <= len(digits) <= 15 and _is_foreign(digits)
    if digits.startswith("0082"):
        return _is_korean(digits[4:].removeprefix("0"))
    if digits.startswith("82") and (parts[0] == "82" or digits.startswith("8210")) and len(digits) in range(10, 14):
        return _is_korean(digits[2:].removeprefix("0"))
    if digits.startswith("0"):
        prefix = _PREFIX.match(digits)
        rest = sizes[1:] if prefix and parts[0] == prefix[0] else None
        if rest in ((3, 4), (4, 4), (7,), (8,)):
            return _is_korean(digits[1:])
        return len(sizes) == 1 and not number.decimals and number.context != "other" and _is_korean(digits[1:])
    if digits.startswith("10") and (
        (sizes == (2, 4, 4) and number.dashed) or (sizes == (10,) and number.context == "phone")
    ):
        return _is_korean(digits)
    # Without an area code only where it is called a phone number; 1588-1234 and the like are meant to be known.
    return number.context == "phone" and sizes in ((3, 4), (4, 4)) and number.dashed and digits[0] not in "01"


def _is_korean(national: str) -> bool:
    """Whether this is a person's number in Korea, given without the leading zero."""
    if not 8 <= len(national) <= 11:
        return False
    number = phonenumbers.PhoneNumber(country_code=82, national_number=int(national))
    # `int` drops leading zeros, which no number has here.
    return national[0] != "0" and phonenumbers.number_type(number) in _PERSONAL


def _is_foreign(digits: str) -> bool:
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(number) in _PERSONAL


def _is_card(number: _Candidate) -> bool:
    """Groups as on a card, a first digit that cards have (ISO/IEC 7812), and the check digit or the word before it."""
    digits = number.digits
    if number.sizes not in _CARD_SHAPES or number.context in ("other", "account"):
        return False
    if number.context == "card":
        return True
    return (digits[0] in "34569" or "22" <= digits[:2] <= "27") and _luhn(digits)


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


def _is_account(number: _Candidate) -> bool:
    """Groups as banks print them, or ten to sixteen digits next to a bank's name or the word for an account."""
    if number.context == "other" or not 10 <= len(number.digits) <= 16:
        return False
    named = number.context == "account" or _ACCOUNT_AFTER.match(number.after) is not None
    if named and _AMOUNT.match(number.after) is None and (len(number.sizes) == 1 or min(number.sizes[:-1]) > 1):
        return True
    if number.sizes == (4, 4, 4):
        # Toss Bank's; of other numbers there are more in this shape.
        return number.dashed and number.digits.startswith("100")
    is_year = re.match(r"(?:19|20)\d\d$", number.parts[0]) is not None
    return number.dashed and not is_year and number.sizes in _ACCOUNT_SHAPES
