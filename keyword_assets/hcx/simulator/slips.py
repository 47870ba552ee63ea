"""Wrong answers in known ways: which share of them, which wrong category, and on what that depends.

A slip gives a question's keywords another category. Whether a text slips, and to what, is drawn from the seed and the
text alone. So the same text slips in every run, a text that slips alone slips in company too, and tests can count.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from keyword_assets.core.questions import shared_text
from keyword_assets.hcx.simulator.lessons import NO_LESSONS, Lessons

_DRAWS = 2**64


@dataclass(frozen=True)
class Drift:
    """From a day on, answers slip more often.

    Args:
        since: the first day, by the simulator's calendar.
        rate: is added to the rate of every category that `rates` does not name.
        rates: are added to those of these categories.
    """

    since: date
    rate: float = 0.0
    rates: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Slips:
    """How often a right answer slips, and to what. The rates of all that holds add up.

    Args:
        rate: of every category that `rates` does not name.
        rates: by the category that would have been right.
        pairs: by the right category, the wrong ones and their weights; without any, all others are alike.
        company: is added for each further question in the request.
        place: is added for each question before it in the request.
        models: by the name of the model, the share of texts that slip for it apart from those that slip for all.
        unsteady: the share of texts that slip apart from those, drawn anew for each request by the id that they have.
        drift: from certain days on.
        taught: the share of the slips between two categories that each lesson about them takes away; see `lessons`.
        seed: other texts slip under another seed.
    """

    rate: float = 0.0
    rates: Mapping[str, float] = field(default_factory=dict)
    pairs: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    company: float = 0.0
    place: float = 0.0
    models: Mapping[str, float] = field(default_factory=dict)
    unsteady: float = 0.0
    drift: tuple[Drift, ...] = ()
    taught: float = 0.0
    seed: int = 0

    @property
    def categories(self) -> set[str]:
        """All that it names."""
        wrong = {name for others in self.pairs.values() for name in others}
        return wrong.union(self.rates, self.pairs, *(one.rates for one in self.drift))

    def given(self, right: str, text: str, asked: "Asked", categories: Sequence[str]) -> str:
        """The category that is answered where this one would be right, among those that may be answered."""
        others = self.pairs.get(right) or {name: 1.0 for name in categories if name != right}
        weights = {name: weight for name, weight in others.items() if name in categories}
        if not weights or not self._slips(right, text, asked):
            return right
        wrong = _pick(weights, self._draw("which", text))
        left = (1 - self.taught) ** asked.lessons.about(right, wrong)
        return wrong if self._draw("taught", text) < left else right

    def _slips(self, right: str, text: str, asked: "Asked") -> bool:
        return (
            self._draw("whether", text) < self._rate(right, asked)
            or self._draw(asked.model, text) < self.models.get(asked.model, 0)
            or self._draw(str(asked.id), text) < self.unsteady
        )

    def _rate(self, right: str, asked: "Asked") -> float:
        drifted = sum(one.rates.get(right, one.rate) for one in self.drift if one.since <= asked.on)
        company = self.company * (asked.questions - 1) + self.place * asked.place
        return self.rates.get(right, self.rate) + drifted + company

    def _draw(self, what: str, text: str) -> float:
        """A number from 0 up to 1, the same whenever this is drawn for this text."""
        drawn = hashlib.sha256(f"{self.seed}\n{what}\n{shared_text(text)}".encode()).digest()
        return int.from_bytes(drawn[:8], "big") / _DRAWS


@dataclass(frozen=True)
class Asked:
    """How a question was asked: at which place of how many, from 0 on, under which id, of whom, on which day, and what
    was taught.
    """

    place: int
    questions: int
    id: int
    model: str
    on: date
    lessons: Lessons = NO_LESSONS


NO_SLIPS = Slips()
"""Every answer is right, as far as the simulator knows."""


def _pick(weights: Mapping[str, float], drawn: float) -> str:
    """The one that a number from 0 up to 1 falls on, where each has room by its weight."""
    left = drawn * sum(weights.values())
    for name, weight in weights.items():
        left -= weight
        if left < 0:
            return name
    # The weights were summed up in another order than they were taken off.
    *_, last = weights
    return last


def read_slips(document: object) -> Slips:
    """Slips from a document with the fields of `Slips`, as YAML and JSON have them.

    Raises:
        ValueError: it is none; the message says what is wrong.
    """
    given = _fields(document, _READERS)
    return Slips(**{name: _READERS[name](value) for name, value in given.items()})


def _fields(document: object, known: Mapping[str, object]) -> Mapping[str, Any]:
    if not isinstance(document, Mapping) or not known.keys() >= document.keys():
        raise ValueError(f"an object with none but these fields: {', '.join(known)}")
    return document


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"a rate lies within 0 and 1: {value!r}")
    return float(value)


def _shares(value: object) -> dict[str, float]:
    return {str(name): _share(share) for name, share in _object(value).items()}


def _pairs(value: object) -> dict[str, dict[str, float]]:
    return {str(right): _weights(others) for right, others in _object(value).items()}


def _weights(value: object) -> dict[str, float]:
    """One wrong category by its name, or several with their weights."""
    weights = {value: 1} if isinstance(value, str) else _object(value)
    numbers = [weight for weight in weights.values() if isinstance(weight, int | float) and weight > 0]
    if len(numbers) < len(weights):
        raise ValueError(f"weights are numbers above 0: {value!r}")
    return {str(name): float(weight) for name, weight in weights.items()}


def _object(value: object) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"not an object: {value!r}")
    return value


def _drifts(value: object) -> tuple[Drift, ...]:
    if not isinstance(value, list):
        raise ValueError(f"drifts come as a list: {value!r}")
    return tuple(_drift(entry) for entry in value)


def _drift(entry: object) -> Drift:
    given = _fields(entry, _DRIFT_READERS)
    if "since" not in given:
        raise ValueError(f"a drift has a first day: {entry!r}")
    return Drift(**{name: _DRIFT_READERS[name](value) for name, value in given.items()})


def read_day(value: object) -> date:
    """A day as YAML reads it, or as JSON writes it.

    Raises:
        ValueError: it is none.
    """
    return value if type(value) is date else date.fromisoformat(str(value))


def _seed(value: object) -> int:
    if type(value) is not int:
        raise ValueError(f"a seed is a whole number: {value!r}")
    return value


_DRIFT_READERS: Mapping[str, Any] = {"since": read_day, "rate": _share, "rates": _shares}
_READERS: Mapping[str, Any] = {
    "rate": _share,
    "rates": _shares,
    "pairs": _pairs,
    "company": _share,
    "place": _share,
    "models": _shares,
    "unsteady": _share,
    "drift": _drifts,
    "taught": _share,
    "seed": _seed,
}
