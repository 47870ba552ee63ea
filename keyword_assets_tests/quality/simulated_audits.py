"""Audits of a population whose truth is known: how often the interval holds it.

`python -m keyword_assets_tests.quality.simulated_audits [AUDITS] [SIZE]` says it for the whole and per category, by
questions and by messages, for categories and for keywords; by messages also where few questions have most of them.
"""

import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from keyword_assets.core.models.period import Period
from keyword_assets.core.quality.audits import Audit, Candidate, Estimate, Judged, Sample, Unit
from keyword_assets.core.questions import text_hash
from keyword_assets.quality.estimates import result
from keyword_assets.quality.sampling import Goal, Sampler

FIRST = date(2025, 6, 1)
# A category's questions, and the shares of its answers that are wrong in their category and in their keywords.
CATEGORIES = (
    (3_000, 0.04, 0.08),
    (2_400, 0.08, 0.10),
    (1_900, 0.02, 0.05),
    (1_500, 0.12, 0.15),
    (1_100, 0.05, 0.10),
    (800, 0.06, 0.20),
    (600, 0.15, 0.12),
    (450, 0.03, 0.06),
    (300, 0.10, 0.10),
    (200, 0.20, 0.25),
    (150, 0.07, 0.09),
)
SKIPPED = 0.05
UNITS: Sequence[Unit] = ("questions", "messages")


@dataclass(frozen=True)
class Tail:
    """How unlike the messages behind questions are: Pareto's exponent, and no question has more than `most`."""

    exponent: float
    most: int


USUAL, HEAVY = Tail(1.2, 500), Tail(0.8, 5_000)


@dataclass(frozen=True)
class Population:
    """Answered questions, and of each whether its category and its keywords are right."""

    candidates: Sequence[Candidate]
    truth: dict[bytes, tuple[bool, bool]]

    def share(self, unit: Unit, which: int, category: int | None = None) -> float:
        """What is right of it."""
        right = whole = 0
        for one in self.candidates:
            if category in (None, one.category):
                mass = 1 if unit == "questions" else one.messages
                whole += mass
                right += mass * self.truth[one.text_hash][which]
        return right / whole


def population(seed: int, tail: Tail = USUAL) -> Population:
    """As questions are: most asked once, a few by hundreds; those asked once are wrong more often."""
    chance = random.Random(seed)
    candidates, truth = [], {}
    for category, (questions, wrong, wrong_keywords) in enumerate(CATEGORIES, 1):
        for number in range(questions):
            key = text_hash(f"{category} {number}")
            messages = min(tail.most, int(chance.paretovariate(tail.exponent)))
            odds = 1.2 if messages == 1 else 0.7
            truth[key] = chance.random() >= wrong * odds, chance.random() >= wrong_keywords * odds
            candidates.append(Candidate(FIRST + timedelta(number % 28), key, messages, category, "[]"))
    return Population(candidates, truth)


def sample_of(candidates: Iterable[Candidate], seed: int, unit: Unit, goal: Goal) -> Sample:
    """The sample of a population that is at hand."""
    sampler = Sampler(seed, unit, goal)
    for one in candidates:
        sampler.add(one.day, one.text_hash, one.messages, one.category, lambda one=one: one.answer)  # type: ignore[misc]
    return sampler.sample()


def audited(people: Population, sample: Sample, unit: Unit, chance: random.Random) -> Iterator[Judged]:
    """The sample as somebody judges it who knows the truth, and skips a few."""
    for one in sample.drawn:
        category, keywords = people.truth[one.candidate.text_hash]
        skipped = chance.random() < SKIPPED
        verdict = "skipped" if skipped else "right" if category and keywords else "wrong"
        rights = (None, None) if skipped else (category, keywords)
        yield Judged(one.candidate.category, one.candidate.messages, one.weight, verdict, *rights)


def audit_of(sample: Sample, unit: Unit) -> Audit:
    """The audit that a sample is of."""
    questions, messages = (sum(getattr(one, name) for one in sample.strata) for name in ("questions", "messages"))
    period, at = Period(FIRST, FIRST + timedelta(27)), datetime(2025, 7, 1)
    size = len(sample.drawn)
    return Audit(1, period, at, 1, unit, size, questions, messages, sample.strata, sample.expected_margin, "v1")


@dataclass
class Tally:
    """How many intervals there were, how many held the truth, and how wide and how far off they were in the mean."""

    intervals: int = 0
    held: int = 0
    width: float = 0.0
    error: float = 0.0

    def add(self, estimate: Estimate, truth: float) -> None:
        """One more."""
        assert estimate.accuracy is not None
        self.intervals += 1
        self.held += estimate.low - 1e-12 <= truth <= estimate.high + 1e-12
        self.width += estimate.high - estimate.low
        self.error += estimate.accuracy - truth

    @property
    def share(self) -> float:
        """Of the intervals that held the truth."""
        return self.held / self.intervals


Key = tuple[Unit, str, str]


def tallies(
    audits: int, size: int, seed: int = 0, least: int = 30, *, tail: Tail = USUAL, units: Sequence[Unit] = UNITS
) -> dict[Key, Tally]:
    """By unit, by what was judged, and for `whole`, each category with so many verdicts, and all of these together."""
    people, found = population(seed, tail), defaultdict[Key, Tally](Tally)
    for unit in units:
        truth = {
            (which, category): people.share(unit, which, category)
            for which in (0, 1)
            for category in (None, *range(1, len(CATEGORIES) + 1))
        }
        for number in range(audits):
            sample = sample_of(people.candidates, seed * 1_000_003 + number, unit, Goal(size))
            items = list(audited(people, sample, unit, random.Random(number)))
            told = result(audit_of(sample, unit), items)
            for which, name in enumerate(("category", "keywords")):
                found[unit, name, "whole"].add(getattr(told.whole, name), truth[which, None])
                for category, accuracy in told.categories.items():
                    estimate = getattr(accuracy, name)
                    if estimate.n >= least:
                        found[unit, name, "categories"].add(estimate, truth[which, category])
                        found[unit, name, f"category {category}"].add(estimate, truth[which, category])
    return found


def main() -> None:
    """Say it."""
    audits, size = (int(given) for given in [*sys.argv[1:], *("200", "450")[len(sys.argv) - 1 :]])
    heavy: Sequence[Unit] = ("messages",)
    for title, tail, units in (("", USUAL, UNITS), ("heavy tail, ", HEAVY, heavy)):
        for (unit, name, what), tally in tallies(audits, size, tail=tail, units=units).items():
            print(
                f"{title + unit:20} {name:9} {what:12} {tally.intervals:6} intervals, {tally.share:6.1%} hold the "
                f"truth, width {tally.width / tally.intervals:.4f}, error {tally.error / tally.intervals:+.5f}"
            )


if __name__ == "__main__":
    main()
