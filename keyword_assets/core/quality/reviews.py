"""What people have said of answers, in verdicts and in corrections, put together text by text."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from keyword_assets.core.classifying.answers import read_pairs
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.core.quality.categories import category_of
from keyword_assets.core.quality.corrections import Correction
from keyword_assets.core.quality.golden import GoldenQuestion, GoldenSet
from keyword_assets.core.quality.reviewing import ReviewItem
from keyword_assets.core.questions import Mask, share_key, unmasked
from keyword_assets.core.taxonomy import Taxonomy

_SAYS_NOTHING = ("unsure", "skipped")


@dataclass(frozen=True)
class Look:
    """What somebody said of the answer to a text, and when.

    Args:
        text: in one of its spellings.
        at: local wall-clock time.
        verdict: as of a review item; a correction says `wrong`.
        given: the answer that was looked at; nothing where it is not known.
        right: the right answer; nothing where nobody said.
        category_right: whether the category of the given answer is right; None where that was not said.
    """

    text: str
    at: datetime
    verdict: str
    given: Answer
    right: Answer
    category_right: bool | None


@dataclass(frozen=True)
class Reviewed:
    """A text with all that people know of its answer.

    Args:
        text: in the spelling that was looked at last.
        verdict: the last one that says something; else `unsure` or `skipped`.
        given: the id of the category that was answered first; None where that is not known.
        right: the id of the right category; None where nobody knows it.
        answer: the right answer; nothing where only its category is known, or not even that.
    """

    text: str
    verdict: str
    given: int | None
    right: int | None
    answer: Answer

    @property
    def confused(self) -> tuple[int, int] | None:
        """The category that was answered and the right one, where they differ."""
        if self.given is None or self.right is None or self.given == self.right:
            return None
        return self.given, self.right


def look_of(item: ReviewItem, held: Collection[int]) -> Look | None:
    """What was said of an item; None where nobody has said anything.

    Args:
        item: the item.
        held: the numbers of the corrections that hold: a right answer that was withdrawn is none.
    """
    if item.verdict is None or item.judged_at is None:
        return None
    given = answer_in(item.answer)
    is_withdrawn = item.correction is not None and item.correction not in held
    right = given if item.verdict == "right" else answer_in(None if is_withdrawn else item.right_answer)
    return Look(item.text, item.judged_at, item.verdict, given, right, item.category_right)


def correction_look(correction: Correction, before: Answer) -> Look:
    """What a correction says of the answer that its rows held before."""
    return Look(correction.text, correction.corrected_at, "wrong", before, correction.answer, None)


def answer_in(stored: str | None) -> Answer:
    """The answer in its stored form, whatever stands there: others write to the database, too."""
    return tuple(Keyword(word, category) for word, category in read_pairs(stored))


def reviewed(looks: Iterable[Look], catch_all: int, mask: Mask = unmasked) -> list[Reviewed]:
    """The texts that were looked at, each once, in the order of their first looks.

    Args:
        looks: in any order.
        catch_all: the id of the category for what fits nowhere else.
        mask: what hides personal data in the texts that are sent: spellings that share an answer are one text.
    """
    by_text: dict[bytes, list[Look]] = {}
    for look in sorted(looks, key=lambda look: look.at):
        by_text.setdefault(share_key(look.text, mask), []).append(look)
    return [_reviewed(of_text, catch_all) for of_text in by_text.values()]


def _reviewed(looks: Sequence[Look], catch_all: int) -> Reviewed:
    """What all looks at a text say; one that says nothing takes nothing back."""
    telling = [look for look in looks if look.verdict not in _SAYS_NOTHING]
    last = telling[-1] if telling else looks[-1]
    first = next((look.given for look in looks if look.given), ())
    right = last.right or (last.given if last.category_right else ())
    return Reviewed(last.text, last.verdict, _category(first, catch_all), _category(right, catch_all), last.right)


def _category(answer: Answer, catch_all: int) -> int | None:
    return category_of((keyword.category_id for keyword in answer), catch_all) if answer else None


# -- golden questions -------------------------------------------------------------------------------------------------

LEFT_OUT = ("unsure", "skipped", "wrong", "gone")
"""Why a text that was looked at is no golden question: as its verdict is, or its category has left the taxonomy."""


def golden_of(texts: Iterable[Reviewed], taxonomy: Taxonomy, name: str) -> GoldenSet:
    """The golden questions among reviewed texts: those whose right category is known.

    Raises:
        InputError: there is none.
    """
    names = {category.id: category.name for category in taxonomy.categories}
    questions: list[GoldenQuestion] = []
    left_out = Counter(dict.fromkeys(LEFT_OUT, 0))
    for one in texts:
        if one.right is None:
            left_out[one.verdict if one.verdict in LEFT_OUT else "gone"] += 1
        elif one.right not in names:
            left_out["gone"] += 1
        else:
            keywords = tuple(keyword.keyword for keyword in one.answer)
            questions.append(GoldenQuestion(one.text, names[one.right], keywords))
    if not questions:
        raise InputError("golden.no_reviews", name=name)
    return GoldenSet(name, tuple(questions), left_out=dict(left_out))
