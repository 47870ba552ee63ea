"""Answers questions without a model: likeness to the taxonomy gives the category, nouns give the keywords."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from keyword_assets.core.questions import prompt_text
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.hcx.simulator.likeness import Likeness
from keyword_assets.morphology import Noun, compounds, nouns

MAX_KEYWORDS = 3
_MAX_CHARS = 100
_MAX_WORDS = 3
# A second or third keyword must be at least this telling, next to the first.
_WORTH_NAMING = 0.55
# For a text without nouns, its beginning is the keyword.
_NO_NOUN_CHARS = 20


class Brain:
    """Keywords and category of a question: the same ones every time, whatever else is asked beside it.

    Args:
        taxonomy: the categories, and all that is known of them.
        right: the category of some texts, which then need not be guessed.
    """

    def __init__(self, taxonomy: Taxonomy, right: Mapping[str, str] | None = None) -> None:
        self._taxonomy = taxonomy
        self._right = {prompt_text(text): category for text, category in (right or {}).items()}
        # A taxonomy under test may come with ever new enums.
        self._likeness = lru_cache(maxsize=16)(self._learn)

    @property
    def names(self) -> tuple[str, ...]:
        """The categories of its taxonomy."""
        return self._taxonomy.names

    def warm_up(self) -> None:
        """Load the analyser and learn the taxonomy, which the first answer would otherwise wait for."""
        self._likeness(self.names)

    def answer(self, text: str, categories: Sequence[str] = (), most: int = MAX_KEYWORDS) -> list[dict[str, str]]:
        """The keywords of a question, each with its category, as an answer document holds them.

        Args:
            text: the question.
            categories: the names that may be answered; none given are those of the taxonomy.
            most: how many keywords are wanted at most.
        """
        likeness = self._likeness(tuple(categories) or self.names)
        category = self.category(text, categories)
        return [{"keyword": keyword, "category": category} for keyword in self.keywords(text, likeness)[:most]]

    def category(self, text: str, categories: Sequence[str] = ()) -> str:
        """The right category of a question, as far as the simulator knows."""
        right = self._right.get(prompt_text(text))
        allowed = tuple(categories) or self.names
        return right if right in allowed else self._likeness(allowed).category(text)

    def chat(self, text: str) -> str:
        """A few words of plain text about a message that is not a document of questions."""
        return f"'{', '.join(self.keywords(text))}'에 대해 물으셨군요. 저는 시뮬레이터라서 여기까지만 답합니다."

    def keywords(self, text: str, likeness: Likeness | None = None) -> list[str]:
        """The most telling noun phrases of a text, at least one and at most three, the most telling first."""
        learnt = likeness or self._likeness(self.names)
        phrases: dict[str, float] = {}
        for phrase, run in _phrases(text):
            phrases[phrase] = sum(learnt.weight(noun.form) for noun in run)
        ranked = sorted(phrases, key=lambda phrase: -phrases[phrase])
        if not ranked:
            return [_beginning(text)]
        return [phrase for phrase in ranked if phrases[phrase] >= _WORTH_NAMING * phrases[ranked[0]]][:MAX_KEYWORDS]

    def _learn(self, names: tuple[str, ...]) -> Likeness:
        return Likeness(names, self._taxonomy)


def _phrases(text: str) -> list[tuple[str, list[Noun]]]:
    """The noun phrases of a text as it writes them; of a long one the last words, which say what it is about."""
    phrases: list[tuple[str, list[Noun]]] = []
    for run in compounds(nouns(text)):
        phrase = " ".join(text[run[0].start : run[-1].end].split()[-_MAX_WORDS:])[:_MAX_CHARS].strip()
        if _visible(phrase):
            phrases.append((phrase, run))
    return phrases


def _beginning(text: str) -> str:
    """The first characters of a text that has no nouns."""
    return " ".join(text.split())[:_NO_NOUN_CHARS].strip() if _visible(text) else "빈 질문"


def _visible(text: str) -> bool:
    return any(character.isprintable() and not character.isspace() for character in text)
