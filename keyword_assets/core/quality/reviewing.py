"""What a reviewer is handed, and what he may say of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from keyword_assets.core.errors import InputError
from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.core.quality.categories import category_of
from keyword_assets.core.quality.corrections import Corrected

Verdict = Literal["right", "wrong", "unsure", "skipped"]
VERDICTS: Sequence[Verdict] = ("right", "wrong", "unsure", "skipped")


@dataclass(frozen=True)
class ReviewItem:
    """A question with its answer, of an audit or of a doubtful list (`audit` is None), and what was said of it.

    Args:
        id: its number.
        audit: the audit that it was drawn for.
        day: on which it was asked.
        text: as it was asked.
        messages: behind it, when it was drawn.
        answer: in the stored form, when it was drawn.
        doubt: of a doubtful list: the greater, the sooner it is looked at.
        why: of a doubtful list: what makes it doubtful.
        handed_to: the reviewer who has it, or had it last.
        verdict: None where nobody has said anything.
        category_right: whether its category is right; None where that was not judged.
        keywords_right: the same of its keywords.
        right_answer: in the stored form, where a reviewer knew it.
        correction: the number of the correction that was made of that.
        reviewer: who has judged.
        note: what he had to say.
        judged_at: local wall-clock time.
    """

    id: int
    audit: int | None
    day: date
    text: str
    messages: int
    answer: str
    doubt: float | None
    why: str | None
    handed_to: str | None
    verdict: str | None
    category_right: bool | None
    keywords_right: bool | None
    right_answer: str | None
    correction: int | None
    reviewer: str | None
    note: str | None
    judged_at: datetime | None


@dataclass(frozen=True)
class Doubtful:
    """An answer that is worth a look; `why` says so in words, and the greater `doubt`, the more."""

    day: date
    text: str
    messages: int
    answer: str
    doubt: float
    why: str


@dataclass(frozen=True)
class Progress:
    """How many items of a queue have which verdict, and how many have none."""

    right: int
    wrong: int
    unsure: int
    skipped: int
    open: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.right + self.wrong + self.unsure + self.skipped + self.open


@dataclass(frozen=True)
class Judgement:
    """A verdict with what follows from it."""

    verdict: Verdict
    category_right: bool | None
    keywords_right: bool | None
    right_answer: Answer | None

    @classmethod
    def of(
        cls,
        given: Answer,
        catch_all: int,
        verdict: str,
        category_right: bool | None = None,
        keywords_right: bool | None = None,
        right_answer: Answer | None = None,
    ) -> "Judgement":
        """The judgement of an answer; what of it was not said is told by the right answer, or is as the verdict is.

        Raises:
            InputError: there is no such verdict, or it says two things.
        """
        known = next((one for one in VERDICTS if one == verdict), None)
        if known is None:
            raise InputError("review.verdict", verdict=verdict, verdicts=", ".join(VERDICTS))
        if known in ("unsure", "skipped"):
            if (category_right, keywords_right, right_answer) != (None, None, None):
                raise InputError("review.two_things", verdict=verdict)
            return cls(known, None, None, None)
        if known == "wrong" and right_answer is not None:
            same_category = _category(given, catch_all) == _category(right_answer, catch_all)
            # Under another category a keyword is another one, but that of the question's category is said by itself.
            same_keywords = _words(given) == _words(right_answer) and not (
                same_category and set(given) != set(right_answer)
            )
            category_right = same_category if category_right is None else category_right
            keywords_right = same_keywords if keywords_right is None else keywords_right
        is_right = known == "right"
        category_right = is_right if category_right is None else category_right
        keywords_right = is_right if keywords_right is None else keywords_right
        if is_right != (category_right and keywords_right) or (is_right and right_answer not in (None, given)):
            raise InputError("review.two_things", verdict=verdict)
        return cls(known, category_right, keywords_right, None if is_right else right_answer)


def _category(answer: Answer, catch_all: int) -> int:
    return category_of((keyword.category_id for keyword in answer), catch_all)


def with_category(answer: Answer, category: int, catch_all: int) -> Answer:
    """The answer with another category for its question: that of the keywords whose category it had.

    In the catch-all a question is only with all of its keywords.
    """
    had = _category(answer, catch_all)
    changed = (
        Keyword(one.keyword, category) if category == catch_all or one.category_id == had else one for one in answer
    )
    return tuple(dict.fromkeys(changed))


def _words(answer: Answer) -> set[str]:
    return {keyword.keyword for keyword in answer}


class Corrections(Protocol):
    """What a judgement needs of corrections."""

    def correct(
        self, text: str, answer: Answer, reviewer: str, note: str = "", *, replaces: int | None = None
    ) -> Corrected:
        """Make this the answer to a text; `replaces` is the correction that the reviewer saw to hold."""

    def take_back(self, correction_id: int, by: str) -> None:
        """Have everything be as if it had not been made; another one that it replaced holds again."""
