"""What a server says about numbers, and what of it is possible.

A number in a reply sizes later requests, is booked as money, and decides how much of the quota is left. One that cannot
be true is not believed, and told; one that could be true is, so that a lie costs no more than a strange truth would.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Tokens said, as multiples of our own estimate of the same text, which is meant to err upwards. No tokenizer of HCX's
# was measured for these: they are wide on purpose, up to about a token for each byte of Korean.
LEAST_RATIO, MOST_RATIO = 0.25, 4.0
# What opens and closes a document may be more than what is in it.
_SLACK = 20
# Tokens of one answer: the shortest keyword in its brackets, and three of a hundred characters each.
LEAST_ANSWER, MOST_ANSWER = 5.0, 600.0
# So many notes are kept, of so many characters each.
_MOST_NOTES, _NOTE_CHARS = 10, 24


def possible_input(said: int, estimate: float) -> bool:
    """Whether a text that we estimate at so many tokens can have been so many."""
    return estimate * LEAST_RATIO <= said <= estimate * MOST_RATIO


def possible_output(said: int, estimate: float, cap: int) -> bool:
    """Whether an answer that we estimate at so many tokens can have been so many under this cap."""
    return max(1.0, estimate * LEAST_RATIO) <= said <= min(cap, estimate * MOST_RATIO + _SLACK)


@dataclass
class Doubts:
    """What was not believed: by name, as it was said and when.

    Args:
        noted: from earlier runs.
    """

    noted: dict[str, str] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set, init=False)

    def note(self, name: str, said: object, when: str) -> bool:
        """Keep it; returns whether it is news, to be told."""
        if name in self._told or (name not in self.noted and len(self.noted) >= _MOST_NOTES):
            return False
        self._told.add(name)
        self.noted[name] = f"{_short(said)} ({when})"
        return True


def _short(said: object) -> str:
    text = f"{said:.3g}" if isinstance(said, float) else str(said)
    return text if len(text) <= _NOTE_CHARS else f"{text[:_NOTE_CHARS]}… ({len(text)})"


def read_notes(document: object) -> dict[str, str]:
    """The notes of a row, as far as they can be notes."""
    if not isinstance(document, Mapping):
        return {}
    notes = {str(name)[:40]: str(said)[:80] for name, said in document.items() if isinstance(said, str)}
    return dict(list(notes.items())[:_MOST_NOTES])
