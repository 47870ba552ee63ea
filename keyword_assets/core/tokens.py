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


def estimate_tokens(text: str) -> int:
    """Tokens of a text, estimated from its kinds of characters.

    The weights are rounded up from published measurements of Korean prompts (about 2.8 characters a token in mixed
    tables); whatever belongs to no class counts as a token of its own. The client corrects the estimate with what HCX
    reports.
    """
    left, tokens = len(text), 0.0
    for pattern, weight in _CLASSES:
        found = len(pattern.findall(text))
        left -= found
        tokens += found * weight
    return math.ceil(tokens + left)


class UpperEstimate:
    """A bound on what comes next, learned from what came: a larger value raises it at once, smaller ones let it sink.

    Args:
        start: the bound before anything was learned.
    """

    # A tenth above what was seen, because the next may be longer; and some fifteen values to forget an outlier.
    _MARGIN = 1.1
    _SINKS_BY = 0.2

    def __init__(self, start: float) -> None:
        self.bound = start

    def learn(self, value: float) -> None:
        """Take in what really came."""
        wanted = value * self._MARGIN
        self.bound = max(wanted, self.bound + (wanted - self.bound) * self._SINKS_BY)
