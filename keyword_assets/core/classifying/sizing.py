"""How large a request is: its tokens in, the room for its answer, and how many questions it should ask.

What is not known before is learned from the answers, and kept between runs.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add, sub
from typing import Any

from keyword_assets.core.classifying.prompts import answer_schema, shots_message, system_message, user_message
from keyword_assets.core.classifying.tokens import Kinds, estimate_tokens, kinds_of, tokens_of
from keyword_assets.core.quota.belief import LEAST_ANSWER, LEAST_RATIO, MOST_ANSWER, MOST_RATIO, read_notes
from keyword_assets.core.quota.limits import Limits
from keyword_assets.core.taxonomy import Taxonomy

# Published measurements of batch prompting lose 1 % of accuracy up to ten questions a prompt and 4 % at twenty.
DEFAULT_BATCH = 10
# Opening and closing of the answer document.
ANSWER_OVERHEAD = 14
# Roles and separators of a request's messages.
MESSAGE_OVERHEAD = 8
# Before the first answer: three long keywords with their categories, printed with indentation, stay under this bound.
_FIRST_ANSWER, _FIRST_ANSWER_SPREAD = 70.0, 25.0
# Before the first answer: HCX's count of the input as a multiple of our upward estimate.
_FIRST_RATIO, _FIRST_RATIO_SPREAD = 1.0, 0.05
# Standard deviations of room above the expected answers of a batch, and of a single one. One document of ten answers in
# fifteen is then cut short, which costs the answer or two that it did not get to; more room would cost every request
# more than that. A single answer that is cut short is lost whole.
_BATCH_DEVIATIONS, _SINGLE_DEVIATIONS = 1.3, 3.3
# Where room costs nothing, next to no document is cut short.
_FREE_DEVIATIONS = 4.0
# An estimate of the input that is too low could be one request too many for the window.
_INPUT_DEVIATIONS = 2.5
# How fast old observations are forgotten: after so many questions they weigh a third.
_ANSWER_MEMORY = 400.0
_INPUT_MEMORY = 20.0
# Each text is estimated with ever more others, until a request is full: those of some requests.
_REMEMBERED, _REMEMBERED_REQUESTS = 4_096, 16
# A dump with all its notes is not longer.
_MOST_CHARS = 10_000


@dataclass
class Moments:
    """Mean and variance of what came, newer values weighing more; `weight` is how much has been seen."""

    mean: float
    variance: float
    weight: float = 0.0

    def learn(self, value: float, variance: float, weight: float, memory: float) -> None:
        """Take in a value: `variance` is what it says about the spread of single ones, `weight` how many it is."""
        self.weight = min(self.weight + weight, memory)
        share = min(1.0, weight / self.weight)
        self.mean += share * (value - self.mean)
        self.variance += share * (variance - self.variance)

    def uncertainty(self, prior: float) -> float:
        """The standard deviation of the mean itself; `prior` before anything was seen."""
        return math.sqrt(self.variance / self.weight) if self.weight else prior


@dataclass(frozen=True)
class SizeLimits:
    """What a request must fit into: the quota of a window, the model's limits, and what a caller allows.

    `batch_size` fixes the number of questions; None lets it be chosen. `least_cap` is the smallest output cap that the
    API takes.
    """

    quota: Limits
    context_tokens: int
    output_tokens: int
    least_cap: int = 0
    batch_size: int | None = None


class Sizer:
    """Sizes requests under one taxonomy.

    Args:
        taxonomy: it is sent with every request.
        limits: what a request must fit into.
        learned: from `dump` of an earlier run, or None; anything unreadable counts as None.
    """

    def __init__(self, taxonomy: Taxonomy, limits: SizeLimits, learned: str | None = None) -> None:
        self.limits = limits
        # As it goes over the wire, so that blanks of Python's own notation do not count.
        schema = json.dumps(answer_schema(taxonomy), ensure_ascii=False, separators=(",", ":"))
        self.shots = len(taxonomy.shots)
        self._shots_tokens = estimate_tokens(shots_message(taxonomy.shots))
        self.overhead = estimate_tokens(system_message(taxonomy)) + estimate_tokens(schema) + MESSAGE_OVERHEAD
        self.answer = Moments(_FIRST_ANSWER, _FIRST_ANSWER_SPREAD**2)
        self.ratio = Moments(_FIRST_RATIO, _FIRST_RATIO_SPREAD**2)
        for name, moments in _read(learned).items():
            setattr(self, name, moments)

    @property
    def least(self) -> int:
        """The tokens of a request about one short question: a smaller quota serves nobody."""
        return self.prompt([""]) + self.cap(1)

    # -- a request ----------------------------------------------------------------------------------------------------

    def estimate(self, texts: Sequence[str]) -> int:
        """Tokens in, by our own estimate alone."""
        return self.overhead + _estimate(texts)

    def prompt(self, texts: Sequence[str]) -> int:
        """Tokens in, not likely to be more."""
        return self._billed(self.estimate(texts))

    def prompt_of(self, requests: int, estimate: float) -> int:
        """Tokens in of so many requests together, as expected, whose texts we estimate at so many tokens in all."""
        return round((requests * self.estimate([]) + estimate) * self.ratio.mean)

    @property
    def shots_tokens(self) -> int:
        """What shots add to a request's tokens in, as expected."""
        return round(self._shots_tokens * self.ratio.mean)

    def _billed(self, estimate: float) -> int:
        spread = math.sqrt(self.ratio.variance) if self.ratio.weight else _FIRST_RATIO_SPREAD
        return math.ceil(estimate * (self.ratio.mean + _INPUT_DEVIATIONS * spread))

    def cap(self, questions: int, room: int = 1, *, prompt: int | None = None) -> int:
        """The output cap for so many answers; `room` multiplies it.

        After a `prompt` of so many tokens the cap is more generous where that costs nothing, because the window's
        requests are used up before its tokens are.
        """
        expected = questions * self.answer.mean
        # Of the sum of the answers, and of the mean that it was computed from.
        known = self.answer.uncertainty(_FIRST_ANSWER_SPREAD)
        spread = math.sqrt(questions * self.answer.variance + (questions * known) ** 2)
        deviations = _BATCH_DEVIATIONS + (_SINGLE_DEVIATIONS - _BATCH_DEVIATIONS) / questions
        cap = ANSWER_OVERHEAD + expected + deviations * spread
        if prompt is not None:
            free = self.limits.quota.tokens // self.limits.quota.requests - prompt
            cap = max(cap, min(free, ANSWER_OVERHEAD + expected + _FREE_DEVIATIONS * spread))
        return min(max(math.ceil(cap), self.limits.least_cap) * room, self.limits.output_tokens)

    def fits(self, texts: Sequence[str]) -> bool:
        """Whether one request about these texts stays inside the quota of a window and the model's context."""
        tokens = self.prompt(texts) + self.cap(len(texts))
        return tokens <= min(self.limits.quota.tokens, self.limits.context_tokens)

    def batch_size(self, texts: Sequence[str]) -> int:
        """How many questions like these one request should ask; see `best_batch`."""
        if self.limits.batch_size is not None:
            return self.limits.batch_size
        if not texts:
            return DEFAULT_BATCH
        a_question = _estimate(texts) / len(texts)

        def tokens(questions: int) -> int:
            return self._billed(self.overhead + questions * a_question) + self.cap(questions)

        return best_batch(tokens, self.limits, DEFAULT_BATCH)

    # -- what is learned ----------------------------------------------------------------------------------------------

    @property
    def knows_answers(self) -> bool:
        """Whether the length of an answer has been seen at all."""
        return self.answer.weight > 0

    def learn_input(self, estimate: int, billed: int) -> None:
        """HCX counted so many tokens where we had estimated so many; see `belief` for what can be."""
        ratio = min(max(LEAST_RATIO, billed / estimate), MOST_RATIO)
        gap = (ratio - self.ratio.mean) ** 2 if self.ratio.weight else _FIRST_RATIO_SPREAD**2 / 4
        self.ratio.learn(ratio, gap, 1.0, _INPUT_MEMORY)

    def learn_answer(self, questions: int, tokens: int) -> None:
        """So many questions were answered in so many tokens."""
        each = min(max(LEAST_ANSWER, (tokens - ANSWER_OVERHEAD) / questions), MOST_ANSWER)
        # The mean of n answers varies n times less than an answer.
        gap = questions * (each - self.answer.mean) ** 2 if self.answer.weight else (each / 3) ** 2
        self.answer.learn(each, min(gap, MOST_ANSWER**2), float(questions), _ANSWER_MEMORY)

    def learn_cut(self, questions: int, cap: int) -> None:
        """So many answers did not fit into the cap; nobody knows by how much, a fifth is taken for it."""
        self.learn_answer(questions, math.ceil(cap * 1.2))

    def dump(self, notes: Mapping[str, Any] | None = None) -> str:
        """What was learned, for the next run, with notes for people."""
        return json.dumps({name: [*vars(getattr(self, name)).values()] for name in _POSSIBLE} | dict(notes or {}))


# What a mean can be, and how much may have been seen; a deviation is not larger than the largest mean.
_POSSIBLE = {
    "answer": (LEAST_ANSWER, MOST_ANSWER, _ANSWER_MEMORY),
    "ratio": (LEAST_RATIO, MOST_RATIO, _INPUT_MEMORY),
}


def _read(learned: object) -> dict[str, Moments]:
    """The moments of a dump; nothing of one that cannot be, because everything can be learned again."""
    document = _document(learned)
    read = {}
    for name, (least, most, memory) in _POSSIBLE.items():
        match document.get(name):
            case [int() | float() as mean, int() | float() as variance, int() | float() as weight] if (
                least <= mean <= most and 0 <= variance <= most**2 and 0 <= weight <= memory
            ):
                read[name] = Moments(float(mean), float(variance), float(weight))
            case _:
                return {}
    return read


def is_usable(learned: object) -> bool:
    """Whether requests will be sized by a dump."""
    return bool(_read(learned))


def limits_in(learned: object) -> dict[str, int] | None:
    """The tighter limits that the server stated, by the notes of a dump."""
    said = _document(learned).get("limits")
    if not isinstance(said, dict):
        return None
    return {name: said[name] for name in ("requests", "tokens") if isinstance(said.get(name), int)} or None


def notes_in(learned: object) -> dict[str, str]:
    """What the server said and was not believed, by the notes of a dump."""
    return read_notes(_document(learned).get("doubted"))


def _document(learned: object) -> dict[str, Any]:
    # A column of SQLite holds values of any type.
    if not isinstance(learned, str) or len(learned) > _MOST_CHARS:
        return {}
    try:
        document = json.loads(learned)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def best_batch(tokens: Callable[[int], int], limits: SizeLimits, most: int) -> int:
    """The number of questions a request that a window's quota serves most questions with.

    For Q requests and T tokens a window, b questions a request make b · min(Q, ⌊T / tokens(b)⌋) questions a window.
    With short texts that grows with b; with long ones a smaller b may fill the window better. Of two equal ones the
    larger is cheaper, because the prompt is paid for once a request.

    Args:
        tokens: what a request of so many questions is charged, input and output cap.
        limits: the quota and the model's context.
        most: the largest number considered.
    """

    def a_window(questions: int) -> int:
        charge = tokens(questions)
        if charge > min(limits.quota.tokens, limits.context_tokens):
            return 0
        return questions * min(limits.quota.requests, limits.quota.tokens // charge)

    best = max(range(1, most + 1), key=lambda questions: (a_window(questions), questions))
    # Not even one fits: it is sent alone, for the server to say so.
    return best if a_window(best) else 1


def _estimate(texts: Sequence[str]) -> int:
    """Tokens of the last user message, by our own estimate."""
    return _estimate_of(tuple(texts))


# For one request the same texts are looked at several times.
@lru_cache(_REMEMBERED_REQUESTS)
def _estimate_of(texts: tuple[str, ...]) -> int:
    """Each question is the same in whatever company."""
    kinds = _NO_QUESTIONS if texts else kinds_of(user_message(texts))
    for text in texts:
        kinds = tuple(map(add, kinds, _kinds_of_question(text)))
    return tokens_of(kinds)


@lru_cache(_REMEMBERED)
def _kinds_of_question(text: str) -> Kinds:
    """What a question adds to the message, the comma before it included."""
    return tuple(map(sub, kinds_of(user_message([text])), _NO_QUESTIONS))


# Of a message with its questions taken away, each with a comma before it: it has one fewer of these.
_NO_QUESTIONS = tuple(map(sub, kinds_of(user_message([])), kinds_of(",")))
