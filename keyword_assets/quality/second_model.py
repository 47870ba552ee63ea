"""What a second HCX model says: the texts of stored answers asked again, as golden questions are, into tables of ours.

The "right" category of each question is the stored one, so what counts as right there is what both models say.
"""

from collections.abc import Callable, Sequence
from random import Random

from keyword_assets.core.classifying.plan import Plan
from keyword_assets.core.quality.doubts import StoredAnswer
from keyword_assets.core.quality.golden import GoldenQuestion, GoldenSet
from keyword_assets.quality import asking
from keyword_assets.quality.asking import Asked, Questioning
from keyword_assets.sql.classifying.store import SqlQuestionStore


class SecondOpinion:
    """Some answers' texts under another configuration.

    Args:
        questioning: that configuration.
        store: of the database.
        name: of the questions, for people.
        answers: whose texts are asked.
        name_of: the name of a category.
    """

    def __init__(
        self,
        questioning: Questioning,
        store: SqlQuestionStore,
        name: str,
        answers: Sequence[StoredAnswer],
        name_of: Callable[[int], str],
    ) -> None:
        self._questioning, self._store = questioning, store
        self._questions = GoldenSet(name, tuple(GoldenQuestion(one.text, name_of(one.category)) for one in answers))

    def plan(self) -> Plan:
        """What asking would take; what was answered under this configuration before is not asked again."""
        return asking.plan(self._questioning, self._questions, 1, self._store)

    def ask(self) -> Asked:
        """Ask.

        Raises:
            HcxError: HCX denied or could not be reached; what was answered before is kept.
            DatabaseError: the database failed; the same.
        """
        return asking.ask(self._questioning, self._questions, 1, self._store)


def given(asked: Asked) -> dict[str, str]:
    """The category that was given to each text; those without a valid answer have none."""
    return {one.question.text: one.category for one in asked.judged if one.category is not None}


def sample(answers: Sequence[StoredAnswer], size: int | None, seed: int) -> Sequence[StoredAnswer]:
    """So many of them at random, or all."""
    return answers if size is None or size >= len(answers) else Random(seed).sample(answers, size)
