"""Masks personal data in a text: phone, resident registration, card and account numbers, and e-mail addresses.

What counts as a phone number is `phonenumbers`' word (Google's numbering plans); how Koreans write numbers and
addresses down is told in `masking`. Everything that is not masked stays byte for byte, masking twice changes nothing
more, and time grows in proportion to the text: each rule looks at a bounded piece of text from each place.
"""

from collections.abc import Callable

from keyword_assets.core.questions import Mask, unmasked
from keyword_assets.core.texts import TEXTS, say
from keyword_assets.masking.placeholders import PLACEHOLDER


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
    """The same with Korean placeholders: in what is sent to HCX, they are part of the question."""
    return _mask(text, lambda kind: TEXTS[f"mask.{kind}"][0])


def has_placeholder(text: str) -> bool:
    """Whether a placeholder stands in a text, in whichever language: what it hides cannot be told from it."""
    return PLACEHOLDER.search(text) is not None


def unhidden(masked: str) -> list[str]:
    """The pieces of a masked text between its placeholders, just as they stood in the text."""
    return PLACEHOLDER.split(masked)


def _mask(text: str, word: Callable[[str], str]) -> str:
    # Many a command shows no text, and the numbering plans take a while to load.
    from keyword_assets.masking.plain import read
    from keyword_assets.masking.rules import found_in

    found = read(text)
    spans = found_in(found.plain)
    if not spans:
        return text
    parts, last = [], 0
    for start, end, kind in map(found.in_text, spans):
        parts += [text[last:start], word(kind)]
        last = end
    return "".join([*parts, text[last:]])
