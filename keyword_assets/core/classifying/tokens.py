"""A local estimate of how many tokens a text is, meant to err upwards."""

import math
import re

_CLASSES = (
    (re.compile(r"[\uac00-\ud7a3]"), 0.75),
    (re.compile(r"[A-Za-z]"), 0.30),
    (re.compile(r"[0-9]"), 0.60),
    (re.compile(r"\s"), 0.15),
    # Quotes, brackets and colons of JSON come in runs that tokenizers know as one.
    (re.compile(r"[!-/:-@\[-`{-~]"), 0.50),
)


Kinds = tuple[int, ...]
"""How many characters of a text are of each class, and of none."""


def estimate_tokens(text: str) -> int:
    """Tokens of a text, estimated from its kinds of characters.

    The weights are rounded up from published measurements of Korean prompts (about 2.8 characters a token in mixed
    tables); whatever belongs to no class counts as a token of its own. `sizing` corrects the estimate with what HCX
    counts.
    """
    return tokens_of(kinds_of(text))


def kinds_of(text: str) -> Kinds:
    """The kinds of its characters."""
    found = [len(pattern.findall(text)) for pattern, _ in _CLASSES]
    return *found, len(text) - sum(found)


def tokens_of(kinds: Kinds) -> int:
    """Tokens of a text with characters of these kinds, however they stand in it."""
    *classes, others = kinds
    tokens = sum(number * weight for number, (_, weight) in zip(classes, _CLASSES, strict=True))
    return math.ceil(tokens + others)
