"""Foreign text: what a chat, a model, a server or another program wrote, made fit to be shown in one line.

Such a text may hold what a terminal obeys (ESC, C1), what turns its neighbours round (bidirectional controls), what
hides (zero-width, tag and filler characters) and what begins a new line in a log. Whatever is shown of it, on the
console, in logs, alerts, reports or the UI, comes through here.
"""

import re
import unicodedata

# Letters and marks by their category, though nobody sees them (Unicode: Default_Ignorable_Code_Point).
_UNSEEN = (
    "\u034f"  # combining grapheme joiner
    "\u115f\u1160\u3164\uffa0"  # Hangul fillers
    "\u17b4\u17b5"  # Khmer inherent vowels
    "\u180b-\u180d\u180f"  # Mongolian variation selectors
    "\U000e0100-\U000e01ef"  # variation selectors of ideographs, which can carry whole texts
)
_IGNORABLE = re.compile(f"[{_UNSEEN}]")
# Letters that people type where a blank would be cut off.
_FILLERS = re.compile("[\u3164\uffa0]")
# Emoji are put together with it: a family is its members and what joins them.
_JOINED_EMOJI = re.compile(
    "(?<=[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d(?=[\u2600-\u27bf\U0001f000-\U0001faff])"
)


def visible(text: str, most: int | None = None) -> str:
    """The text in one line of which every character can be seen.

    Each run of white space becomes one blank. Characters that control, turn or hide, halves of surrogate pairs and code
    points that mean nothing to Unicode become their escapes (`\\u202e`), so that a reader knows that they are there.

    Args:
        text: anything.
        most: at most so many characters, the last an ellipsis where more was there; None for all.
    """
    # A text of megabytes is not gone through for the sake of its first line.
    seen = text if most is None else text[: 4 * most + 4]
    whole = len(seen) == len(text)
    seen = " ".join(seen.split())
    if not seen.isprintable() or _IGNORABLE.search(seen):
        joins = {match.start() for match in _JOINED_EMOJI.finditer(seen)}
        seen = "".join(char if at in joins else _seen(char) for at, char in enumerate(seen))
    if most is None or (whole and len(seen) <= most):
        return seen
    return f"{seen[: most - 1]}…"


def has_unseen(text: str) -> bool:
    """Whether a text holds characters that `visible` would escape; white space counts where it is no plain blank."""
    without_joins = _JOINED_EMOJI.sub("", text)
    return not without_joins.isprintable() or _IGNORABLE.search(without_joins) is not None


def seen_only(text: str) -> str:
    """The text without what controls, turns or hides, for whoever reads more of it than a person sees.

    White space stays, and what only looks like it becomes a blank.
    """
    text = _FILLERS.sub(" ", text)
    if text.isprintable() and not _IGNORABLE.search(text):
        return text
    joins = {match.start() for match in _JOINED_EMOJI.finditer(text)}
    return "".join(char for at, char in enumerate(text) if at in joins or char.isspace() or not _hides(char))


def _hides(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf") or _IGNORABLE.match(char) is not None


def _seen(char: str) -> str:
    if char.isprintable() and not _IGNORABLE.match(char):
        return char
    point = ord(char)
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"
