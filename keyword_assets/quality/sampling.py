"""Draws the sample of an audit: in one pass over a population of any size, the same for a seed whatever its order.

Each question has a random number, which is a hash of the seed, its day and its text. Of each category the questions
with the least numbers are drawn, so each is as likely as the others of its category. By messages, the number is divided
by the messages behind the question: those with the least quotients are drawn (sequential Poisson sampling: Ohlsson,
Journal of Official Statistics 14, 1998), and against the least quotient that was not drawn, each has a probability in
proportion to its messages, or is certain (priority sampling: Duffield, Lund and Thorup, Journal of the ACM 54, 2007).

A category gets of the sample what it has of the population, but not less than half an even share up to thirty, so that
small categories have an estimate of their own.
"""

import hashlib
import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from keyword_assets.core.quality.audits import Candidate, Drawn, Sample, Stratum, Unit
from keyword_assets.quality.estimates import CONFIDENCE, expected_margin

# What the width of the interval is told for beforehand: it is narrower where answers are better.
ASSUMED_ACCURACY = 0.9
ENOUGH_IN_A_CATEGORY = 30
_NUMBERS = 2**64


@dataclass(frozen=True)
class Goal:
    """How large a sample should be, or how wide its interval at most (half of it); one of the two."""

    size: int | None = None
    margin: float | None = None

    @property
    def most(self) -> int:
        """More than this is never drawn: what an endless population takes, twice as much for its unequal weights."""
        if self.size is not None:
            return self.size
        assert self.margin is not None
        each = float(norm.ppf((1 + CONFIDENCE) / 2)) / self.margin
        return 2 * int(each**2 * ASSUMED_ACCURACY * (1 - ASSUMED_ACCURACY)) + ENOUGH_IN_A_CATEGORY


@dataclass
class _Bin:
    """The questions of a category that may be drawn: those with the least quotients, one more than that can be."""

    most: int
    questions: int = 0
    messages: int = 0

    def __post_init__(self) -> None:
        # The largest first; the key makes no two alike.
        self._heap: list[tuple[float, bytes, Candidate]] = []

    def add(self, quotient: float, key: bytes, messages: int, candidate: Callable[[], Candidate]) -> None:
        self.questions += 1
        self.messages += messages
        entry = (-quotient, key)
        if len(self._heap) <= self.most:
            heapq.heappush(self._heap, (*entry, candidate()))
        elif entry > self._heap[0][:2]:
            heapq.heapreplace(self._heap, (*entry, candidate()))

    def ordered(self) -> list[tuple[float, bytes, Candidate]]:
        """Quotient, key and question, the least first."""
        return [(-quotient, key, candidate) for quotient, key, candidate in sorted(self._heap, reverse=True)]

    def units(self, unit: Unit) -> int:
        return self.questions if unit == "questions" else self.messages


class Sampler:
    """Takes the population question by question, and has a sample of it in the end.

    Args:
        seed: of the random numbers.
        unit: what counts alike.
        goal: how much is to be drawn.
    """

    def __init__(self, seed: int, unit: Unit, goal: Goal) -> None:
        self._keyed = hashlib.blake2b(key=str(seed).encode(), digest_size=16)
        self._unit: Unit = unit
        self._goal = goal
        self._most = goal.most
        self._bins: dict[int, _Bin] = {}

    @property
    def questions(self) -> int:
        """How many there were."""
        return sum(one.questions for one in self._bins.values())

    @property
    def messages(self) -> int:
        """How many messages are behind them."""
        return sum(one.messages for one in self._bins.values())

    def add(self, day: date, text_hash: bytes, messages: int, category: int, answer: Callable[[], str]) -> None:
        """One question; its answer is asked for only if it may be drawn."""
        keyed = self._keyed.copy()
        keyed.update(day.isoformat().encode() + text_hash)
        key = keyed.digest()
        number = (int.from_bytes(key[:8]) + 0.5) / _NUMBERS
        quotient = number if self._unit == "questions" else number / messages
        # By its second half, questions come in an order that has nothing to do with their messages.
        if category not in self._bins:
            self._bins[category] = _Bin(self._most)
        self._bins[category].add(
            quotient, key[8:], messages, lambda: Candidate(day, text_hash, messages, category, answer())
        )

    def sample(self) -> Sample:
        """What the population and the goal make of it; nothing of nothing."""
        ordered = {category: one.ordered() for category, one in sorted(self._bins.items())}
        most = min(self._most, self.questions)
        size = most if self._goal.margin is None else self._least_size(ordered, most, self._goal.margin)
        return self._of_size(ordered, size)

    def _least_size(self, ordered: Mapping[int, Sequence[Any]], most: int, margin: float) -> int:
        low, high = 1, most
        while low < high:
            middle = (low + high) // 2
            if self._of_size(ordered, middle).expected_margin <= margin:
                high = middle
            else:
                low = middle + 1
        return low

    def _of_size(self, ordered: Mapping[int, Sequence[tuple[float, bytes, Candidate]]], size: int) -> Sample:
        if not ordered:
            return Sample((), (), 0.0)
        shares = allocate(size, {c: (self._bins[c].questions, self._bins[c].units(self._unit)) for c in ordered})
        found: dict[int, list[tuple[bytes, Drawn]]] = {}
        for category, least in ordered.items():
            n = shares[category]
            weight = self._weights(category, n, least[n][0] if n < len(least) else None)
            found[category] = [(key, Drawn(candidate, weight(candidate))) for _, key, candidate in least[:n]]
        strata = [
            Stratum(category, one.questions, one.messages, shares[category])
            for category, one in sorted(self._bins.items())
        ]
        drawn = sorted((pair for pairs in found.values() for pair in pairs), key=lambda pair: pair[0])
        return Sample([one for _, one in drawn], strata, self._margin(found))

    def _weights(self, category: int, n: int, next_quotient: float | None) -> Callable[[Candidate], float]:
        if next_quotient is None:
            return lambda _: 1.0
        if self._unit == "questions":
            return lambda _: self._bins[category].questions / n
        return lambda candidate: max(1.0, 1 / (candidate.messages * next_quotient))

    def _margin(self, found: Mapping[int, Sequence[tuple[bytes, Drawn]]]) -> float:
        totals = {category: one.units(self._unit) for category, one in self._bins.items()}
        masses = {
            category: [(1 if self._unit == "questions" else one.candidate.messages, one.weight) for _, one in pairs]
            for category, pairs in found.items()
        }
        return expected_margin(totals, masses, ASSUMED_ACCURACY)


def allocate(size: int, strata: Mapping[int, tuple[int, int]]) -> dict[int, int]:
    """How many of each stratum, together `size` or all there are.

    Args:
        size: of the sample.
        strata: of each, how many questions it has, and how much of the population it is.
    """
    there = np.array([questions for questions, _ in strata.values()], dtype=float)
    units = np.array([units for _, units in strata.values()], dtype=float)
    if size >= there.sum():
        return {stratum: questions for stratum, (questions, _) in strata.items()}
    one = int(size >= len(there))
    least = np.minimum(there, max(one, min(ENOUGH_IN_A_CATEGORY, size // (2 * len(there)))))

    def at(rate: float) -> Any:
        return np.clip(rate * units, least, there)

    rate = brentq(lambda rate: at(rate).sum() - size, 0.0, float((there / units).max()))
    exact = at(rate)
    shares = np.floor(exact)
    for place in np.argsort(shares - exact, kind="stable")[: size - int(shares.sum())]:
        shares[place] += 1
    return {stratum: int(share) for stratum, share in zip(strata, shares, strict=True)}
