"""Masks personal data in a text: phone, resident registration, card and account numbers, and e-mail addresses.

What counts as a phone number is `phonenumbers`' word (Google's numbering plans); how Koreans write numbers and
addresses down is told in `masking`. Everything that is not masked stays byte for byte, masking twice changes nothing
more, and time grows in proportion to the text: each rule looks at a bounded piece of text from each place.
"""

import re
from collections.abc import Callable

from keyword_assets.core.questions import Mask, unmasked
from keyword_assets.core.texts import TEXTS, say
from keyword_assets.masking import hidden, mails, numbers, spoken
from keyword_assets.masking.plain import Span, read, taken

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


def has_placeholder(text: str) -> bool:
    """Whether a placeholder stands in a text, in whichever language: what it hides cannot be told from it."""
    return _PLACEHOLDER.search(text) is not None


def unhidden(masked: str) -> list[str]:
    """The pieces of a masked text between its placeholders, just as they stood in the text."""
    return _PLACEHOLDER.split(masked)


def _mask(text: str, word: Callable[[str], str]) -> str:
    found = read(text)
    parts, last = [], 0
    for start, end, kind in map(found.in_text, _found(found.plain)):
        parts += [text[last:start], word(kind)]
        last = end
    return "".join([*parts, text[last:]])


# -- what is found ----------------------------------------------------------------------------------------------------

# What is glued to something may be seen only once that is masked; twice is enough for all but contrived texts.
_MOST_PASSES = 4
# All else is passed over quickly: a sign of an address, or the six digits or nine digits and words that no number that
# is looked for has fewer of, no farther apart than any rule allows.
_WORTH_A_LOOK = re.compile(
    rf"[@ⓐⒶ]|%40|&#0?64|골[뱅벵]이|앳|엣|(?i:\bat\b|_at_|\(a)|\d(?:\D{{0,32}}\d){{5}}|{spoken.RUN}"
)
_PLACEHOLDER = re.compile("|".join(re.escape(word) for kind in KINDS for word in TEXTS[f"mask.{kind}"]))
# No number in an address of the web or of a machine is anybody's, but a mobile one that a link hands over.
_NO_NUMBER = re.compile(r"(?P<url>(?:https?://|www\.)[!-~\ue000]++)|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)")
_MOBILE_IN_URL = re.compile(r"(?<!\d)01[016-9]-?\d{3,4}-?\d{4}(?!\d)")


def _found(plain: str) -> list[Span]:
    if _WORTH_A_LOOK.search(plain) is None:
        return []
    plain = taken(plain, [(*found.span(), "") for found in _PLACEHOLDER.finditer(plain)])
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
