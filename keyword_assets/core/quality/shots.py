"""Which reviewed questions a model is shown with their answers, and how many of them there is room for."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keyword_assets.core.classifying.answers import check_keywords
from keyword_assets.core.classifying.prompts import shots_message
from keyword_assets.core.classifying.relevance import is_related
from keyword_assets.core.classifying.suspects import addresses_model
from keyword_assets.core.classifying.tokens import estimate_tokens
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import is_text
from keyword_assets.core.quality.reviews import Reviewed
from keyword_assets.core.questions import Mask, is_blank, prompt_text
from keyword_assets.core.taxonomy import Shot, Taxonomy
from keyword_assets.core.texts import say, say_reason

# A longer question is paid for with every request, and says less about where the border is.
MOST_CHARS = 200

Pair = tuple[str | None, str]
"""The category that was answered, None where that is not known, and the right one."""

UNFIT = ("gone", "personal", "orders", "unrelated", "long")
"""Why a question is not shown to a model.

Its category has left the taxonomy; it has personal data; it gives the model orders; its answer has nothing of it; it is
long.
"""


@dataclass(frozen=True)
class Candidate:
    """A question that may be shown, and between which categories it was confused."""

    shot: Shot
    pair: Pair


@dataclass(frozen=True)
class Chosen:
    """The questions that were chosen to be shown, in their order.

    Args:
        candidates: the chosen ones.
        tokens: of all of them in a request, by our estimate.
        confused: how many reviewed questions had a wrong category.
        unfit: how many of those may not be shown, by the reason.
    """

    candidates: Sequence[Candidate]
    tokens: int
    confused: int
    unfit: Mapping[str, int]

    @property
    def shots(self) -> tuple[Shot, ...]:
        """What is shown."""
        return tuple(candidate.shot for candidate in self.candidates)


def choose(texts: Iterable[Reviewed], taxonomy: Taxonomy, mask: Mask, *, most: int, tokens: int) -> Chosen:
    """Choose questions that were answered under a wrong category; the same ones for the same reviews.

    The most often confused pairs of categories have the most of them, and come first; of a pair the shortest questions
    do.

    Args:
        texts: what people have said.
        taxonomy: the categories in force.
        mask: hides all personal data: what it changes is shown to nobody.
        most: at most so many.
        tokens: what all of them may take in a request at most.
    """
    unfit = Counter(dict.fromkeys(UNFIT, 0))
    by_pair: dict[Pair, list[Shot]] = {}
    confused = [one for one in texts if one.answer and one.given != one.right]
    counts: Counter[Pair] = Counter()
    names = {category.id: category.name for category in taxonomy.categories}
    for one in confused:
        if one.right not in names or any(keyword.category_id not in names for keyword in one.answer):
            unfit["gone"] += 1
            continue
        pair = (None if one.given is None else names.get(one.given), names[one.right])
        counts[pair] += 1
        shot = Shot(prompt_text(one.text), tuple((said.keyword, names[said.category_id]) for said in one.answer))
        if reason := _unfit(shot, mask):
            unfit[reason] += 1
        else:
            by_pair.setdefault(pair, []).append(shot)
    for shots in by_pair.values():
        shots.sort(key=lambda shot: (len(shot.text), shot.text))
    candidates = _within(by_pair, counts, most, tokens)
    return Chosen(candidates, shots_tokens([one.shot for one in candidates]), len(confused), dict(unfit))


def _unfit(shot: Shot, mask: Mask) -> str | None:
    said = [keyword for keyword, _ in shot.answer]
    if any(mask(text) != text for text in (shot.text, *said)):
        return "personal"
    if any(map(addresses_model, (shot.text, *said))):
        return "orders"
    if not all(is_related(keyword, shot.text) for keyword in said):
        return "unrelated"
    return "long" if len(shot.text) > MOST_CHARS else None


def _within(by_pair: Mapping[Pair, list[Shot]], counts: Mapping[Pair, int], most: int, tokens: int) -> list[Candidate]:
    """In turn from the pair that has the most confusions for each of its questions that is shown already."""
    left = {pair: list(shots) for pair, shots in by_pair.items()}
    taken: Counter[Pair] = Counter()
    chosen: list[Candidate] = []
    while left and len(chosen) < most:
        pair = max(left, key=lambda pair: (counts[pair] / (taken[pair] + 1), -taken[pair], pair[1], pair[0] or ""))
        shot = left[pair].pop(0)
        if not left[pair]:
            del left[pair]
        if shots_tokens([*(one.shot for one in chosen), shot]) <= tokens:
            chosen.append(Candidate(shot, pair))
            taken[pair] += 1
    return chosen


def shots_tokens(shots: Sequence[Shot]) -> int:
    """What these take in a request, by our estimate."""
    return estimate_tokens(shots_message(shots))


def fitting(shots: Sequence[Shot], most: int, tokens: int) -> tuple[Shot, ...]:
    """The first of these, at most so many, that there is room for."""
    number = min(most, len(shots))
    while shots_tokens(shots[:number]) > tokens:
        number -= 1
    return tuple(shots[:number])


# -- from a file ------------------------------------------------------------------------------------------------------


def read_shots(document: Any, source: str, taxonomy: Taxonomy, mask: Mask) -> tuple[Shot, ...]:
    """The shots in a loaded YAML document, as they are sent.

    Args:
        document: `{"examples": [{"text", "keywords": [{"keyword", "category"}, …]}, …]}`.
        source: the file's name, for messages.
        taxonomy: whose categories an answer may have.
        mask: what hides personal data in the texts that are sent.

    Raises:
        InputError: it is none; the message names the entry and what is wrong with it.
    """
    entries = document.get("examples") if isinstance(document, Mapping) else None
    if not isinstance(entries, list):
        raise InputError("shots.shape", source=source)
    return tuple(_shot(entry, place, source, taxonomy, mask) for place, entry in enumerate(entries, 1))


def _shot(entry: Any, place: int, source: str, taxonomy: Taxonomy, mask: Mask) -> Shot:
    text = entry.get("text") if isinstance(entry, Mapping) else None
    if not isinstance(text, str) or not is_text(text) or is_blank(text):
        raise InputError("shots.entry", source=source, place=place, reason=say("shots.no_text"))
    answer = check_keywords(entry.get("keywords"), taxonomy)
    if isinstance(answer, str):
        raise InputError("shots.entry", source=source, place=place, reason=say_reason(answer))
    if addresses_model(text):
        raise InputError("shots.entry", source=source, place=place, reason=say("shots.orders"))
    names = {category.id: category.name for category in taxonomy.categories}
    return Shot(prompt_text(text, mask), tuple((mask(said.keyword), names[said.category_id]) for said in answer))
