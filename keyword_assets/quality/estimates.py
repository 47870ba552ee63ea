"""How large a share of a population is right, told from a sample of it whose probabilities are known.

Each judged item of a stratum stands for a part of the stratum's mass. Those that were certain to be drawn stand for
themselves and for the certain ones that were not judged; the others share what remains alike, because what they weigh
and how likely they were drawn go together. A category in which nothing was judged is represented by all others.

What an item weighs itself was seen: of that nothing is uncertain. The interval is about the rest that it stands for.
By messages, a question with hundreds of them has seen to most of its part itself, and one with a single message has a
long part to answer for: if few of those were drawn, the variance that is found says nothing of it, but the rests do.

The interval is that of Korn and Graubard ("Confidence intervals for proportions with small expected number of positive
counts estimated from survey data", Survey Methodology 24, 1998): the sample is replaced by a simple random one of the
size that would have the same variance. About that size, which has a fraction, they use Clopper and Pearson, who
promise at least 95 %; we use Jeffreys' (Brown, Cai and DasGupta, "Interval estimation for a binomial proportion",
Statistical Science 16, 2001), which comes to 95 % in the mean, as small categories need. What is told from it is a
population of what was not seen, whose questions are of unlike size, too: the beta-binomial distribution of as many
like ones. For equal weights that is Jeffreys' interval with the finite-population correction made exactly. Of very many
it is a beta distribution. Both are scipy's.
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
    own, rest, right = (np.concatenate([getattr(part, name) for part in parts]) for name in ("own", "rest", "right"))
    known, left, whole = (own * right).sum(), rest.sum(), own.sum() + rest.sum()
    if not rest.any():
        return Estimate(len(own), *[float(known / whole)] * 3)
    share = float(np.average(right, weights=rest))
    spread = np.concatenate([part.spread(share) for part in parts])
    low, high = _interval(share, _alike(parts, rest, spread, share), _unseen(parts, float(rest.sum())))
    return Estimate(len(own), *(float((known + left * bound) / whole) for bound in (share, low, high)))


def _parts(total: float, items: Sequence[Item]) -> "list[_Part]":
    """What was certain to be drawn, and the rest of a stratum; where nothing of one was judged, the other tells of it.

    Apart, because skipping a certain one leaves open as many messages as stand behind it.
    """
    sure = [item for item in items if item.weight <= 1]
    of_sure = sum(item.mass for item in sure)
    halves = [(of_sure, sure), (total - of_sure, [item for item in items if item.weight > 1])]
    known = [(mass, half) for mass, half in halves if any(item.right is not None for item in half)]
    return [_Part.of(mass if len(known) > 1 else total, half) for mass, half in known]


@dataclass(frozen=True)
class _Part:
    """The judged items of a part as arrays: the mass of each, what else it stands for, and whether it is right.

    `unseen` is the sum of the squares of the masses that were not seen.
    """

    own: Floats
    rest: Floats
    right: Floats
    unseen: float

    @classmethod
    def of(cls, total: float, items: Sequence[Item]) -> "_Part":
        judged, others = ([item for item in items if (item.right is None) is skipped] for skipped in (False, True))
        own = np.array([item.mass for item in judged], dtype=float)
        right = np.array([item.right for item in judged], dtype=float)
        of_others = np.array([item.mass for item in others], dtype=float)
        sure = items[0].weight <= 1
        stands = own * (total / own.sum()) if sure else np.full(len(own), total / len(own))
        own = np.minimum(own, stands)
        rest = stands - own
        # All that is there of certain ones was drawn. Of the others each stands for as many as are needed, of its size.
        is_known = sure and own.sum() + of_others.sum() == total
        return cls(own, rest, right, float((of_others**2).sum() if is_known else (rest * own).sum()))

    def spread(self, share: float) -> Floats:
        """Of each item, its part of the variance within what the part stands for; of a single one as the whole has."""
        n = np.count_nonzero(self.rest)
        if n < 2:
            return np.full(len(self.right), share * (1 - share))
        return (self.right - np.average(self.right, weights=self.rest)) ** 2 * n / (n - 1)


def _alike(parts: Sequence[_Part], rest: Floats, spread: Floats, share: float) -> float:
    """How many items drawn simply at random would tell as much about the rest.

    No more than there are, where those of a part stand for unlike rests as many as like ones would be (Kish): strata
    that happen to agree within themselves are luck more often than knowledge.
    """
    n, weights = np.count_nonzero(rest), rest / rest.sum()
    variance = float((weights**2 * spread).sum())
    if n < 2 or not variance:
        # One, or all alike: what is left of the formula is Kish's.
        return _kish(rest)
    # As of each stratum, the variance of a simple sample is that of its items without bias.
    most = sum(_kish(part.rest) for part in parts if part.rest.any())
    return min(share * (1 - share) * n / (n - 1) / variance, most)


def _kish(weights: Floats) -> float:
    """How many of like weights tell as much."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def _unseen(parts: Sequence[_Part], left: float) -> float:
    """How many alike would be as uncertain as all those, of unlike masses, that were not seen."""
    return left**2 / sum(part.unseen for part in parts)


def _interval(share: float, alike: float, unseen: float) -> tuple[float, float]:
    """Jeffreys' interval for the share of so many unseen ones, of which so many others tell.

    Where all are right (or wrong) it ends at 1 (or 0), as Brown, Cai and DasGupta do it.
    """
    tails = (1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2
    if unseen > _COUNTABLE:
        both = 1 / (1 / alike + 1 / unseen)
        bounds = beta.ppf(tails, both * share + _HALF, both * (1 - share) + _HALF)
    else:
        count = max(1, round(unseen))
        # What scipy's `ppf` comes to, which adds up the probabilities anew at each step of its search.
        odds = betabinom.pmf(np.arange(count + 1), count, alike * share + _HALF, alike * (1 - share) + _HALF)
        bounds = np.searchsorted(odds.cumsum(), tails) / count
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
    own, rest = (np.concatenate([getattr(part, name) for part in parts]) for name in ("own", "rest"))
    if not rest.any():
        return 0.0
    spread = np.full(len(rest), share * (1 - share))
    low, high = _interval(share, _alike(parts, rest, spread, share), _unseen(parts, float(rest.sum())))
    return float((high - low) / 2 * rest.sum() / (own.sum() + rest.sum()))
