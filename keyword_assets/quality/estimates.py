"""How large a share of a population is right, told from a sample of it whose probabilities are known.

Each judged item of a stratum stands for a part of the stratum's mass. Those that were certain to be drawn stand for
themselves and for the certain ones that were not judged; the others share what remains alike, because what they weigh
and how likely they were drawn go together. A category in which nothing was judged is represented by all others.

The interval is that of Korn and Graubard ("Confidence intervals for proportions with small expected number of positive
counts estimated from survey data", Survey Methodology 24, 1998): the sample is replaced by a simple random one of the
size that would have the same variance. About that size, which has a fraction, they use Clopper and Pearson, who
promise at least 95 %; we use Jeffreys' (Brown, Cai and DasGupta, "Interval estimation for a binomial proportion",
Statistical Science 16, 2001), which comes to 95 % in the mean, as small categories need. Both are quantiles of a beta
distribution, which scipy has. Where the sample is a good part of the population, the beta-binomial distribution of what
was not seen takes its place: that is Jeffreys' interval with the finite-population correction made exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, betabinom

from keyword_assets.core.quality.audits import UNKNOWN, Accuracy, Audit, AuditResult, Estimate, Judged

CONFIDENCE = 0.95
# Beyond this, a population of what was not seen is as good as an endless one.
_COUNTABLE = 2_000
# Jeffreys' prior adds so many to the right ones and to the wrong ones.
_HALF = 0.5
_JUDGED = ("right", "wrong")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Item:
    """An item that was drawn: the mass that counts (1, or its messages), its weight by inclusion, whether it is right.

    None is for one that was not judged.
    """

    mass: float
    weight: float
    right: bool | None


def result(audit: Audit, items: Sequence[Judged]) -> AuditResult:
    """What the verdicts on an audit's items tell."""
    verdicts = [item.verdict for item in items]
    return AuditResult(
        audit,
        judged=sum(verdict in _JUDGED for verdict in verdicts),
        unsure=verdicts.count("unsure"),
        skipped=verdicts.count("skipped"),
        whole=_accuracy(audit, items),
        categories={
            stratum.category: _accuracy(audit, items, stratum.category)
            for stratum in sorted(audit.strata, key=lambda stratum: (-stratum.units(audit.unit), stratum.category))
        },
    )


def _accuracy(audit: Audit, items: Sequence[Judged], category: int | None = None) -> Accuracy:
    totals = {stratum.category: stratum.units(audit.unit) for stratum in audit.strata}
    found: dict[str, dict[int, list[Item]]] = {"category_right": {}, "keywords_right": {}}
    for item in items:
        if category in (None, item.category):
            mass = 1 if audit.unit == "questions" else item.messages
            for question, by_stratum in found.items():
                by_stratum.setdefault(item.category, []).append(Item(mass, item.weight, getattr(item, question)))
    return Accuracy(*(estimate(totals, by_stratum) for by_stratum in found.values()))


def estimate(totals: Mapping[int, float], drawn: Mapping[int, Sequence[Item]]) -> Estimate:
    """The share of the mass that is right.

    Args:
        totals: the mass of each stratum.
        drawn: the items of each; of a stratum without judged ones nothing is known.
    """
    parts = [part for stratum, items in drawn.items() for part in _parts(totals[stratum], items)]
    if not parts:
        return UNKNOWN
    mass = np.concatenate([part.mass for part in parts])
    right = np.concatenate([part.right for part in parts])
    seen = np.concatenate([part.seen for part in parts])
    sure, whole = seen >= 1, mass.sum()
    known = float((mass * right)[sure].sum() / whole)
    if sure.all():
        return Estimate(len(mass), known, known, known)
    open_ = ~sure
    left = float(mass[open_].sum() / whole)
    share = float(np.average(right[open_], weights=mass[open_]))
    spread = np.concatenate([part.spread(share) for part in parts if not part.is_sure])
    low, high = _interval(share, *_alike(mass[open_], seen[open_], spread, share))
    return Estimate(len(mass), known + left * share, known + left * low, known + left * high)


def _parts(total: float, items: Sequence[Item]) -> "list[_Part]":
    """What was certain to be drawn, and the rest of a stratum; where nothing of one was judged, the other tells of it.

    Apart, because skipping a certain one leaves open as many messages as stand behind it.
    """
    sure = [item for item in items if item.weight <= 1]
    of_sure = sum(item.mass for item in sure)
    halves = [(of_sure, sure), (total - of_sure, [item for item in items if item.weight > 1])]
    judged = [(mass, [item for item in half if item.right is not None]) for mass, half in halves]
    known = [(mass, half) for mass, half in judged if half]
    return [_Part.of(mass if len(known) > 1 else total, half) for mass, half in known]


@dataclass(frozen=True)
class _Part:
    """The judged items of a part as arrays: the mass that each stands for, the share of that which it is itself."""

    mass: Floats
    seen: Floats
    right: Floats

    @classmethod
    def of(cls, total: float, items: Sequence[Item]) -> "_Part":
        own = np.array([item.mass for item in items], dtype=float)
        right = np.array([item.right for item in items], dtype=float)
        if items[0].weight <= 1:
            mass = own * (total / own.sum())
            return cls(mass, own / mass, right)
        mass = np.full(len(items), total / len(items))
        # What was not certain stays so, also where it has more than its part of the mass.
        return cls(mass, np.minimum(own / mass, np.nextafter(1, 0)), right)

    @property
    def is_sure(self) -> bool:
        return bool((self.seen >= 1).all())

    def spread(self, share: float) -> Floats:
        """Of each item that is not sure, its part of the stratum's variance; of a single one as the whole has it."""
        right = self.right[self.seen < 1]
        n = len(right)
        return (right - right.mean()) ** 2 * n / (n - 1) if n > 1 else np.array([share * (1 - share)])


def _alike(mass: Floats, seen: Floats, spread: Floats, share: float) -> tuple[float, float]:
    """How many items drawn simply at random would tell as much, and which fraction they would be of a population.

    No more than there are: strata that happen to agree within themselves are luck more often than knowledge. The
    fraction is what the end of the population takes from the variance: an item that was almost certain adds little.
    """
    n, mass = len(mass), mass / mass.sum()
    if n < 2 or not 0 < share < 1 or not spread.any():
        # One, or all alike: what is left of the formula is Kish's.
        return float(1 / (mass**2).sum()), float(np.average(seen, weights=mass**2))
    variance = float((mass**2 * spread).sum())
    # As of each stratum, the variance of a simple sample is that of its items without bias.
    alike = share * (1 - share) * n / (n - 1) / variance
    return float(min(alike, n)), float(np.average(seen, weights=mass**2 * spread))


def _interval(share: float, alike: float, fraction: float) -> tuple[float, float]:
    """Jeffreys' interval for a share that so many items tell of, which are this fraction of their population.

    Where all are right (or wrong) it ends at 1 (or 0), as Brown, Cai and DasGupta do it.
    """
    tails = (1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2
    unseen = alike * (1 - fraction) / fraction
    if unseen > _COUNTABLE:
        alike /= 1 - fraction
        bounds = beta.ppf(tails, alike * share + _HALF, alike * (1 - share) + _HALF)
    else:
        rest = round(unseen)
        bounds = betabinom.ppf(tails, rest, alike * share + _HALF, alike * (1 - share) + _HALF)
        bounds = (alike * share + bounds) / (alike + rest)
    low, high = (float(bound) for bound in bounds)
    return 0.0 if share == 0 else min(low, share), 1.0 if share == 1 else max(high, share)


def expected_margin(
    totals: Mapping[int, float], drawn: Mapping[int, Sequence[tuple[float, float]]], share: float
) -> float:
    """Half the width of the interval to come, if all are judged and the accuracy is `share`.

    Args:
        totals: the mass of each stratum.
        drawn: mass and weight of the items of each.
        share: how much is right.
    """
    parts = [
        part
        for stratum, items in drawn.items()
        for part in _parts(totals[stratum], [Item(mass, weight, True) for mass, weight in items])
    ]
    mass = np.concatenate([part.mass for part in parts])
    seen = np.concatenate([part.seen for part in parts])
    left = seen < 1
    if not left.any():
        return 0.0
    spread = np.full(left.sum(), share * (1 - share))
    low, high = _interval(share, *_alike(mass[left], seen[left], spread, share))
    return float((high - low) / 2 * mass[left].sum() / mass.sum())
