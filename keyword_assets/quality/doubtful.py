"""What to look at first: stored answers ranked by how doubtful they are.

They are picked for being wrong, so nothing here may be used for an estimate.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from keyword_assets.core.quality.doubts import PARTS, Doubt, DoubtfulList, Part, StoredAnswer, Unit
from keyword_assets.core.questions import prompt_text
from keyword_assets.quality.likeness import Neighbours, neighbours
from keyword_assets.quality.own_model import Belief, believe, vectors

NameOf = Callable[[int], str]


def doubtful(
    answers: Sequence[StoredAnswer],
    catch_all: int,
    name_of: NameOf,
    *,
    most: int,
    by: Unit = "questions",
    seed: int = 0,
    second: Mapping[str, str] | None = None,
) -> DoubtfulList:
    """The list of some answers.

    Args:
        answers: each text once.
        catch_all: the id of the category for what fits nowhere else.
        name_of: the name of a category.
        most: so many of each part at most.
        by: whether a text weighs as one question, or as its messages.
        seed: of all that is random.
        second: the names of the categories that another model has given, by text.
    """
    if not answers:
        return DoubtfulList(0, 0, [], dict.fromkeys(PARTS, 0))
    return _Looking(answers, name_of, by, seed, second or {}).listed(catch_all, most)


class _Looking:
    """Answers with all that is said of them."""

    def __init__(
        self, answers: Sequence[StoredAnswer], name_of: NameOf, by: Unit, seed: int, second: Mapping[str, str]
    ) -> None:
        import numpy as np

        self._answers, self._name_of = answers, name_of
        self._categories = np.array([one.category for one in answers])
        self._weights = np.array([one.messages if by == "messages" else 1 for one in answers])
        self._second = [second.get(one.text) for one in answers]
        self._is_open = np.array([not one.is_corrected for one in answers])
        # What nothing can be seen of is a text, too.
        matrix = vectors([prompt_text(one.text) or one.text for one in answers])
        self._belief: Belief = believe(matrix, self._categories, seed)
        self._near: Neighbours = neighbours(matrix, self._categories)

    def listed(self, catch_all: int, most: int) -> DoubtfulList:
        """The most doubtful of each part, each text once."""
        import numpy as np

        members = {part: self._members(part, catch_all) for part in PARTS}
        members = {part: places[self._is_open[places]] for part, places in members.items()}
        picked = {part: self._ranked(part, places)[:most] for part, places in members.items()}
        parts: dict[int, list[Part]] = {}
        for part, places in picked.items():
            for place in places:
                parts.setdefault(int(place), []).append(part)
        return DoubtfulList(
            questions=len(self._answers),
            unjudged=int(np.isnan(self._belief.doubt).sum()),
            doubts=[self._doubt(place, of) for place, of in parts.items()],
            found={part: len(places) for part, places in members.items()},
        )

    def _members(self, part: Part, catch_all: int) -> Any:
        """The places of the answers that a part is about."""
        import numpy as np

        if part == "second_model":
            given = zip(self._second, self._answers, strict=True)
            return np.flatnonzero([name not in (None, self._name_of(one.category)) for name, one in given])
        if part == "own_model":
            return np.flatnonzero(self._belief.guess != self._categories)
        return np.flatnonzero(self._near.nearest >= 0 if part == "same_question" else self._categories == catch_all)

    def _ranked(self, part: Part, places: Any) -> Any:
        """The most doubtful first, of those the most asked; what nothing can be said of comes last."""
        import numpy as np

        doubt = np.nan_to_num(self._doubts(part)[places]) * self._weights[places]
        messages = np.array([self._answers[place].messages for place in places])
        return places[np.lexsort((places, -messages, -doubt))]

    def _doubts(self, part: Part) -> Any:
        return self._near.doubt if part == "same_question" else self._belief.doubt

    def _doubt(self, place: int, parts: Sequence[Part]) -> Doubt:
        score, stored = self._doubts(parts[0])[place], self._answers[place]
        doubt = None if score != score else float(score)
        if parts[0] == "second_model":
            return Doubt(stored, tuple(parts), doubt, self._second[place])
        if parts[0] == "same_question":
            beside = self._answers[self._near.nearest[place]]
            return Doubt(stored, tuple(parts), doubt, self._name_of(beside.category), beside.text)
        guess = int(self._belief.guess[place])
        return Doubt(stored, tuple(parts), doubt, None if guess == stored.category else self._name_of(guess))
