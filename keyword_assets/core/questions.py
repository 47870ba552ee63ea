"""When two messages are the same question, and which messages ask nothing at all."""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from functools import cache

from keyword_assets.core.foreign import seen_only

# What a person cannot see, as inclusive ranges of code points: white space, control and format characters (Zs, Zl, Zp,
# Cc and Cf of Unicode 15.1). The databases get their patterns from this table, so that every engine agrees with
# `is_blank` whatever version of Unicode it was built with; to look through all of Unicode takes a tenth of a second.
BLANK_RANGES = (
    (0x0000, 0x0020),
    (0x007F, 0x00A0),
    (0x00AD, 0x00AD),
    (0x0600, 0x0605),
    (0x061C, 0x061C),
    (0x06DD, 0x06DD),
    (0x070F, 0x070F),
    (0x0890, 0x0891),
    (0x08E2, 0x08E2),
    (0x1680, 0x1680),
    (0x180E, 0x180E),
    (0x2000, 0x200F),
    (0x2028, 0x202F),
    (0x205F, 0x2064),
    (0x2066, 0x206F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0x110BD, 0x110BD),
    (0x110CD, 0x110CD),
    (0x13430, 0x1343F),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0001, 0xE0001),
    (0xE0020, 0xE007F),
)
Mask = Callable[[str], str]
# Long enough for any real question; the rest of a pasted document would only cost tokens.
PROMPT_CHARS = 1_000


@cache
def _visible() -> re.Pattern[str]:
    return re.compile("[^" + "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in BLANK_RANGES) + "]")


def is_blank(text: str | None) -> bool:
    """Whether a message asks nothing: NULL, empty, or only white space, control and format characters."""
    return text is None or _visible().search(text) is None


def text_hash(text: str) -> bytes:
    """SHA-256 of the UTF-8 bytes: two texts are the same question of a day only if these 32 bytes are the same."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def shared_text(text: str) -> str:
    """The form under which texts share one answer: NFC, no outer blanks, each run of white space one space."""
    composed = unicodedata.normalize("NFC", text)
    first = _visible().search(composed)
    last = _visible().search(composed[::-1])
    if first is None or last is None:
        return ""
    composed = composed[first.start() : len(composed) - last.start()]
    return " ".join(composed.split())


def unmasked(text: str) -> str:
    """The text as it is: what is sent where nothing has to be masked."""
    return text


def share_key(text: str, mask: Mask = unmasked) -> bytes:
    """The hash of `shared_text`, masked: questions with the same key are asked once and answered alike.

    The key is of what is sent, and of what is left out there because nobody sees it. So an answer to a text with
    somebody's number in it is not taken for an answer to the masked one, while texts without such a number keep
    theirs, whatever is masked.
    """
    return text_hash(mask(shared_text(text)))


def prompt_text(text: str, mask: Mask = unmasked) -> str:
    """The text as it is sent: `shared_text` of what can be seen, masked, its middle left out beyond `PROMPT_CHARS`.

    People put what they want at the beginning or, after a long story, at the end; so both are kept. Masked before it is
    cut, because half a number is not recognised.
    """
    shared = mask(shared_text(seen_only(text)))
    if len(shared) <= PROMPT_CHARS:
        return shared
    head = PROMPT_CHARS * 7 // 10
    return f"{shared[:head]} … {shared[head + 3 - PROMPT_CHARS :]}"
