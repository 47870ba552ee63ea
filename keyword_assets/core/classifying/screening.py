"""Which answers of one reply are taken: a text that makes the model obey it may harm itself, but none beside it.

An answer must have something of its own text, else its question is asked again alone, where nobody else is heard; what
is said then is taken, rephrased or not. Where a reply as a whole looks as if somebody had dictated it, none of its
answers are taken: those who may have done it are asked alone, the others without them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from keyword_assets.core.classifying.relevance import is_alien, is_related, is_whole, plain, strange_words
from keyword_assets.core.classifying.suspects import speaks_of_answers
from keyword_assets.core.models.questions import Answer

# So many answers that have nothing of their texts, and such a share, are no chance: one in a hundred rephrases.
_MANY, _MANY_SHARE, _HALF = 3, 0.3, 0.5
# A keyword of so many syllables is more than a word of every day.
_LONG = 4
# From so many answers on it says something that all are of one category, if a text speaks of such things.
_LEAST_UNIFORM = 3


@dataclass(frozen=True)
class Screened:
    """The places of a reply's answers: `taken`; to be asked again `alone`; to be asked again `together`."""

    taken: frozenset[int]
    alone: frozenset[int] = frozenset()
    together: frozenset[int] = frozenset()


def screen(texts: Sequence[str], answers: Mapping[int, Answer]) -> Screened:
    """Sort the answers to these texts, which were asked about in one request; an answer is under its text's place.

    Whoever is asked alone is believed: a wrong answer to itself is a text's own affair.
    """
    places = frozenset(answers)
    if len(texts) == 1:
        return Screened(places)
    brought = _brought_in(texts, answers)
    strange = frozenset(place for place in answers if _is_strange(place, texts, answers))
    if brought or (len(strange) >= _MANY and len(strange) >= _MANY_SHARE * len(answers)):
        return _without(_sayers(texts, brought | _repeated(answers[place] for place in strange)), places)
    if _is_uniform(answers) and (speakers := {place for place, text in enumerate(texts) if speaks_of_answers(text)}):
        return _without(speakers, places)
    return Screened(places - strange, alone=strange)


def _without(speakers: Set[int], places: frozenset[int]) -> Screened:
    """None taken: those who may have dictated them alone, the others in one request without them, if they are known."""
    others = places - speakers
    if not speakers or len(others) < 2:
        return Screened(frozenset(), alone=places)
    return Screened(frozenset(), alone=places & speakers, together=others)


def _is_uniform(answers: Mapping[int, Answer]) -> bool:
    """Whether all answers are of one category."""
    found = {keyword.category_id for answer in answers.values() for keyword in answer}
    return len(answers) >= _LEAST_UNIFORM and len(found) == 1


def _is_strange(place: int, texts: Sequence[str], answers: Mapping[int, Answer]) -> bool:
    """Whether an answer has nothing of its text, or a keyword that seems to come from elsewhere in the request."""
    text, answer = texts[place], answers[place]
    if not any(is_related(keyword.keyword, text) for keyword in answer):
        return True
    return any(_is_foreign(keyword.keyword, place, texts, answers) for keyword in answer)


def _is_foreign(keyword: str, place: int, texts: Sequence[str], answers: Mapping[int, Answer]) -> bool:
    """Whether a keyword was brought into an answer that has something of its text otherwise.

    People's rephrasing adds short words of every day ('시간', '여부', '이유'), and does so again and again; what is
    longer, or said by a neighbour and answered there, too, is not of that kind.
    """
    if is_alien(keyword, texts[place]):
        return True
    if not strange_words(keyword, texts[place]):
        return False
    said = plain(keyword)
    others = [other for other in answers if other != place]
    sayers = {other for other in others if is_whole(keyword, texts[other])}
    sharers = {other for other in others if any(plain(theirs.keyword) == said for theirs in answers[other])}
    if len(said.replace(" ", "")) >= _LONG:
        return bool(sayers or sharers)
    return bool(sayers & sharers) or len(sharers) >= _MANY


def _brought_in(texts: Sequence[str], answers: Mapping[int, Answer]) -> set[str]:
    """The words that half of the answers have, though nothing in their texts is like them."""
    found: Counter[str] = Counter()
    for place, answer in answers.items():
        found.update(set().union(*(strange_words(keyword.keyword, texts[place]) for keyword in answer)))
    return {word for word, times in found.items() if times >= _MANY and times >= _HALF * len(answers)}


def _repeated(answers: Iterable[Answer]) -> set[str]:
    """The keywords that several answers have."""
    found = Counter(keyword.keyword for answer in answers for keyword in answer)
    return {keyword for keyword, times in found.items() if times > 1}


def _sayers(texts: Sequence[str], keywords: Set[str]) -> set[int]:
    """The places of the texts that say one of the keywords word for word."""
    return {place for place, text in enumerate(texts) if any(is_whole(keyword, text) for keyword in keywords)}
