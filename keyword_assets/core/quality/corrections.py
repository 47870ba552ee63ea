"""A correction: what a person answers to a text, in place of whatever the model has answered or will answer."""

import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from keyword_assets.core.classifying.answers import check_keywords
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import has_unseen, is_formula, is_text
from keyword_assets.core.models.questions import Answer
from keyword_assets.core.questions import is_blank
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say, say_reason

MAX_REVIEWER_CHARS = 100
MAX_NOTE_CHARS = 2_000


@dataclass(frozen=True)
class Correction:
    """A person's answer to a text. `ended_at` and `ended_by` tell of one that was withdrawn or replaced.

    `pending` is that rows of its days are still to be replaced or restored.
    """

    id: int
    text: str
    answer: Answer
    note: str
    reviewer: str
    corrected_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    pending: bool

    def says(self, answer: Answer, note: str) -> bool:
        """Whether it says this already; nothing said in a note takes nothing back."""
        return self.answer == answer and note in ("", self.note)


class Corrected(NamedTuple):
    """What became of a correction: it was taken, or holds already, or another one holds that its author has not seen.

    `holds` is the one that holds now.
    """

    outcome: Literal["taken", "unchanged", "conflict"]
    holds: Correction


def answer_of(pairs: Sequence[tuple[str, str]], taxonomy: Taxonomy) -> Answer:
    """The answer of a person who gives keywords and the names of their categories.

    Raises:
        InputError: it may not be written; the message says why.
    """
    named = [(keyword.strip(), unicodedata.normalize("NFC", category.strip())) for keyword, category in pairs]
    for keyword, category in named:
        if taxonomy.id_of(category) is None:
            nearest = nearest_category(category, taxonomy)
            raise InputError("correction.category", category=category, nearest=nearest)
        if is_formula(keyword):
            raise InputError("correction.formula")
    answer = check_keywords([{"keyword": keyword, "category": category} for keyword, category in named], taxonomy)
    if isinstance(answer, str):
        raise InputError("correction.unfit", reason=say_reason(answer))
    return answer


def nearest_category(name: str, taxonomy: Taxonomy) -> str:
    """The category whose name is most like this one; all of them where none is."""
    plain = {_letters(category): category for category in taxonomy.names}
    found = difflib.get_close_matches(_letters(name)[:200], list(plain), n=1, cutoff=0.3)
    return plain[found[0]] if found else " · ".join(taxonomy.names)


def _letters(name: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFC", name).lower() if char.isalnum())


def reviewer_of(name: str) -> str:
    """The name of whoever corrects.

    Raises:
        InputError: it is blank, too long, or holds what nobody sees.
    """
    name = unicodedata.normalize("NFC", name.strip())
    if is_blank(name) or len(name) > MAX_REVIEWER_CHARS or has_unseen(name) or not is_text(name):
        raise InputError("correction.reviewer", most=MAX_REVIEWER_CHARS)
    return name


def note_of(note: str) -> str:
    """What a person notes beside an answer.

    Raises:
        InputError: it is too long, or no text.
    """
    note = note.strip()
    if len(note) > MAX_NOTE_CHARS or not is_text(note):
        raise InputError("correction.note", most=MAX_NOTE_CHARS)
    return note


def told(holds: Correction) -> str:
    """That another one holds, for its second author."""
    at = holds.corrected_at.strftime("%Y-%m-%d %H:%M")
    return say("correction.conflict", id=holds.id, reviewer=holds.reviewer, at=at)
