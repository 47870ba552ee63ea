"""The words of a server that may be shown: without the key, without personal data, in one line, and bounded."""

from keyword_assets.core.foreign import visible
from keyword_assets.core.questions import Mask
from keyword_assets.hcx.exchange import Unanswered

# What hides a secret.
MASK = "***"
# Of what a server says for itself: enough to recognise it, and together with the rest within a column of 255.
MESSAGE_CHARS = 160
# Of any words, so much is masked before they are cut. What the first cut may have gone through, a key or an address, is
# not longer than the last number.
MASKED_CHARS, _CUT_THROUGH = 2_000, 300


def hiding(secret: str, mask: Mask) -> Mask:
    """What takes the secret and personal data out of a server's words."""
    return lambda text: mask(text.replace(secret, MASK) if secret else text)


def words(text: str, most: int, hide: Mask) -> str:
    """Foreign words in one line that can be shown: what is to be hidden is, and the line is cut.

    The text is cut twice: before hiding, which takes time, and after it. Between the two some is left over, because
    what the first cut goes through is not recognised any more.
    """
    hidden = hide(text[:MASKED_CHARS])
    if len(text) > MASKED_CHARS:
        hidden = hidden[:-_CUT_THROUGH] or "…"
    return visible(hidden, most)


def silence(error: Unanswered, hide: Mask) -> str:
    """Why no response came: a parser's words quote what a server sent in place of one."""
    return words(f"{error.name} {error.words}", MESSAGE_CHARS, hide)
