"""Where personal data stand in a text, by all the rules one after the other."""

import re
from collections.abc import Callable

from keyword_assets.masking import hidden, mails, numbers, spoken
from keyword_assets.masking.placeholders import PLACEHOLDER
from keyword_assets.masking.plain import Span, taken

# What is glued to something may be seen only once that is masked; twice is enough for all but contrived texts.
_MOST_PASSES = 4
# All else is passed over quickly: a sign of an address, or the digits or nine digits and words that no number that is
# looked for has fewer of, no farther apart than any rule allows: seven, or six of one that is hidden in part, with two
# stars at least. One after the other they are found twice as fast as in one expression: each knows the characters that
# it can begin with.
_SIGN_BEGINS = re.compile(r"[@ⓐⒶ%&골앳엣aA_(]")
_SIGN = re.compile(r"[@ⓐⒶ]|%40|&#0?64|골[뱅벵]이|앳|엣|(?i:\bat\b|_at_|\(a)")
_SIX_DIGITS = re.compile(r"\d(?:\D{0,32}+\d){5}")
_SEVEN_DIGITS = re.compile(r"\d(?:\D{0,32}+\d){6}")
_TWO_STARS = re.compile(rf"[{hidden.STAR}][^{hidden.STAR}]*+[{hidden.STAR}]")
_WORDS = re.compile(spoken.RUN)
# No number in an address of the web or of a machine is anybody's, but a mobile one that a link hands over.
_NO_NUMBER = re.compile(r"(?P<url>(?:https?://|www\.)[!-~\ue000]++)|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)")
_MOBILE_IN_URL = re.compile(r"(?<!\d)01[016-9]-?\d{3,4}-?\d{4}(?!\d)")


def found_in(plain: str) -> list[Span]:
    """Each place with its kind, in order."""
    if not _is_worth_a_look(plain):
        return []
    plain = taken(plain, [(*found.span(), "") for found in PLACEHOLDER.finditer(plain)])
    everything: list[Span] = []
    for _ in range(_MOST_PASSES):
        before = len(everything)
        for rule in _RULES:
            spans = rule(plain)
            plain = taken(plain, spans)
            everything += [span for span in spans if span[2]]
        if len(everything) == before:
            break
    return sorted(everything)


def _is_worth_a_look(plain: str) -> bool:
    begin = _SIGN_BEGINS.search(plain)
    sign = begin and _SIGN.search(plain, begin.start())
    return (sign or _digits(plain) or _WORDS.search(plain)) is not None


def _digits(plain: str) -> re.Match[str] | None:
    """Where there are as many digits as any number has."""
    six = _SIX_DIGITS.search(plain)
    # Most of what has six has no more: a date, a number of something else.
    return six and (_SEVEN_DIGITS.search(plain, six.start()) or _TWO_STARS.search(plain))


def _in_urls(plain: str) -> list[Span]:
    """Mobile numbers in addresses of the web; all else of these and of machines' is of no kind, and taken."""
    spans: list[Span] = []
    for found in _NO_NUMBER.finditer(plain):
        last, end = found.span()
        for mobile in _MOBILE_IN_URL.finditer(plain, last, end) if found["url"] else ():
            spans += [(last, mobile.start(), ""), (*mobile.span(), "phone")]
            last = mobile.end()
        spans.append((last, end, ""))
    return spans


# Addresses first: their digits are not looked at as numbers.
_RULES: tuple[Callable[[str], list[Span]], ...] = (
    mails.addresses,
    _in_urls,
    hidden.hidden,
    spoken.spoken,
    numbers.plainest,
    numbers.usual,
    numbers.unusual,
)
