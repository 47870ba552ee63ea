"""When two messages are the same question, and which messages ask nothing at all."""

import hashlib
import re
import sys
import unicodedata
from collections.abc import Callable
from functools import cache

from keyword_assets.core.foreign import seen_only

# White space, control and format characters: what a person cannot see.
_BLANK_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
Mask = Callable[[str], str]
# Long enough for any real question; the rest of a pasted document would only cost tokens.
PROMPT_CHARS = 1_000


@cache
def blank_ranges() -> tuple[tuple[int, int], ...]:
    """The code points that make a message blank, as inclusive ranges.

    The databases get their patterns from this table, so that every engine agrees with `is_blank` whatever version of
    Unicode it was built with.
    """
    ranges: list[tuple[int, int]] = []
    for point in range(sys.maxunicode + 1):
        if unicodedata.category(chr(point)) in _BLANK_CATEGORIES:
            if ranges and ranges[-1][1] == point - 1:
                ranges[-1] = (ranges[-1][0], point)
            else:
                ranges.append((point, point))
    return tuple(ranges)


@cache
def _visible() -> re.Pattern[str]:
    return re.compile("[^" + "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in blank_ranges()) + "]")


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
