"""Which category a text is most like: weighted terms, compared by the angle between them."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.morphology import compounds, nouns

# How much a word of a category's name or description counts, next to one of an example question.
_PROFILE_WEIGHT = 4
# A question less like every category than this is like none of them.
_LEAST = 0.05


def terms(text: str) -> list[str]:
    """What two texts are compared by: nouns, neighbouring nouns, and pairs of syllables within compounds.

    The pairs let '생활기록부' meet '생기부' and forgive the analyser its different cuts of one compound.
    """
    found: list[str] = []
    for run in compounds(nouns(text)):
        forms = [noun.form for noun in run]
        found += [form for form in forms if not form.isdigit()]
        found += [first + second for first, second in pairwise(forms)]
        whole = "".join(forms)
        found += [f"#{whole[place : place + 2]}" for place in range(len(whole) - 1)]
    return found


class Likeness:
    """Likeness to each of some categories, learnt from what the taxonomy says about them."""

    def __init__(self, names: Sequence[str], taxonomy: Taxonomy) -> None:
        catch_all = taxonomy.catch_all.name
        self._otherwise = catch_all if catch_all in names else names[-1]
        counts = {name: _profile(name, taxonomy) for name in names}
        spread = Counter(term for count in counts.values() for term in count)
        self._weights = {term: math.log((len(names) + 1) / spread[term]) for term in spread}
        self._index: dict[str, list[tuple[str, float]]] = {}
        for name, count in counts.items():
            for term, value in self._vector(count).items():
                self._index.setdefault(term, []).append((name, value))

    def category(self, text: str) -> str:
        """The name of the category that the text is most like, or the catch-all."""
        scores: Counter[str] = Counter()
        for term, value in self._vector(Counter(terms(text))).items():
            for name, weight in self._index[term]:
                scores[name] += value * weight  # type: ignore[assignment]
        best, score = max(scores.items(), key=lambda item: item[1], default=(self._otherwise, 0))
        return best if score > _LEAST else self._otherwise

    def weight(self, term: str) -> float:
        """How telling a noun is: the rarer among the categories, the more; unknown ones are the rarest."""
        return self._weights.get(term, math.log(len(self._weights) + 2))

    def _vector(self, count: Mapping[str, int]) -> dict[str, float]:
        vector = {t: (1 + math.log(n)) * self._weights[t] for t, n in count.items() if t in self._weights}
        length = math.sqrt(sum(value * value for value in vector.values()))
        return {term: value / length for term, value in vector.items()} if length else {}


def _profile(name: str, taxonomy: Taxonomy) -> Counter[str]:
    """The terms of a category; of one that the taxonomy does not know, the name is all there is."""
    category = next((category for category in taxonomy.categories if category.name == name), None)
    count: Counter[str] = Counter()
    for text in (name, category.description if category else ""):
        for term in terms(text):
            count[term] += _PROFILE_WEIGHT
    for example in category.examples if category else ():
        count.update(terms(example))
    return count
