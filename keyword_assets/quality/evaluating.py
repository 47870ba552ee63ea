"""The figures of an evaluation, and of two beside each other; all of them scikit-learn's and scipy's.

A golden question counts by its first asking; without a valid answer it is wrong. Further askings tell how steady the
answers are. Intervals are of 95 %.
"""

from collections.abc import Iterator, Sequence
from math import sqrt

from keyword_assets.core.money import Price
from keyword_assets.core.quality.evaluations import Given, Judged
from keyword_assets.core.quality.figures import (
    NO_ANSWER,
    CategoryFigures,
    Comparison,
    Figures,
    Flip,
    KeywordOverlap,
    PerQuestion,
    PlaceFigures,
    Share,
    Steadiness,
)

CONFIDENCE = 0.95
_POWER = 0.8
# Of a request, and the fewest questions that make each of them one.
_PARTS = ("first", "middle", "last")


def share(hits: int, n: int) -> Share:
    """A share with Wilson's interval; of nothing, anything is possible."""
    from scipy.stats import binomtest

    if n == 0:
        return Share(0, 0.0, 0.0, 1.0)
    interval = binomtest(hits, n).proportion_ci(CONFIDENCE, method="wilson")
    return Share(n, hits / n, float(interval.low), float(interval.high))


def figures(judged: Sequence[Judged], categories: Sequence[str]) -> Figures:
    """The figures of an evaluation under a taxonomy with these categories."""
    from sklearn.metrics import confusion_matrix, f1_score

    right, given = _labels(judged)
    labels = [*categories, NO_ANSWER]
    asked = [name for name in categories if name in set(right)]
    return Figures(
        accuracy=share(sum(one.right for one in judged), len(judged)),
        answered=sum(one.category is not None for one in judged),
        macro_f1=float(f1_score(right, given, labels=asked, average="macro", zero_division=0)) if asked else 0.0,
        categories=list(_by_category(right, given, [name for name in categories if name in {*right, *given}])),
        labels=labels,
        counts=confusion_matrix(right, given, labels=labels).tolist() if judged else [],
        keywords=_keywords(judged),
        steadiness=steadiness_of(judged),
        places=list(_places(judged)),
    )


def per_question(judged: Sequence[Judged], price: Price) -> PerQuestion:
    """What a question took in the mean of all askings."""
    askings = [given.asking for one in judged for given in one.given]
    n = max(1, len(askings))
    prompt, completion = sum(asking.prompt for asking in askings) / n, sum(asking.completion for asking in askings) / n
    krw = (prompt * price.input_per_1k + completion * price.output_per_1k) / 1_000
    return PerQuestion(prompt + completion, krw, sum(asking.seconds for asking in askings) / n)


def _labels(judged: Sequence[Judged]) -> tuple[list[str], list[str]]:
    return [one.question.category for one in judged], [one.category or NO_ANSWER for one in judged]


def _by_category(right: Sequence[str], given: Sequence[str], names: Sequence[str]) -> Iterator[CategoryFigures]:
    from sklearn.metrics import precision_recall_fscore_support

    if not names:
        return
    columns = precision_recall_fscore_support(right, given, labels=names, zero_division=0)
    for name, precision, recall, f1, support in zip(names, *columns, strict=True):
        yield CategoryFigures(name, float(precision), float(recall), float(f1), int(support))


# -- keywords ---------------------------------------------------------------------------------------------------------


def _keywords(judged: Sequence[Judged]) -> KeywordOverlap | None:
    with_some = [one for one in judged if one.question.keywords]
    if not with_some:
        return None
    right, given = [one.question.keywords for one in with_some], [one.given[0].keywords for one in with_some]
    exact = _overlap([_plain(words) for words in right], [_plain(words) for words in given])
    morphemes = _overlap([_morphemes(words) for words in right], [_morphemes(words) for words in given])
    return KeywordOverlap(len(with_some), exact, morphemes)


def _overlap(right: Sequence[frozenset[str]], given: Sequence[frozenset[str]]) -> float:
    """The mean F1 over questions of what each was given as keywords."""
    from sklearn.metrics import f1_score
    from sklearn.preprocessing import MultiLabelBinarizer

    known = MultiLabelBinarizer(sparse_output=True).fit([*right, *given])
    return float(f1_score(known.transform(right), known.transform(given), average="samples", zero_division=0))


def _plain(words: Sequence[str]) -> frozenset[str]:
    """Keywords as they are compared whole: spaces and case say nothing."""
    return frozenset("".join(word.split()).casefold() for word in words)


def _morphemes(words: Sequence[str]) -> frozenset[str]:
    """The nouns of keywords; of one without any, the keyword."""
    from keyword_assets.morphology import nouns

    return frozenset(form for word in words for form in [noun.form for noun in nouns(word)] or _plain([word]))


# -- repeats and places -----------------------------------------------------------------------------------------------


def steadiness_of(judged: Sequence[Judged]) -> Steadiness | None:
    """How steady answers are; None where each question was asked once."""
    repeats = max((len(one.given) for one in judged), default=0)
    whole = [one for one in judged if len(one.given) == repeats]
    if repeats < 2:
        return None
    same = sum(len({given.category for given in one.given}) == 1 for one in whole)
    rounds = ([one.given[number].category == one.question.category for one in whole] for number in range(repeats))
    return Steadiness(repeats, share(same, len(whole)), [share(sum(round_), len(whole)) for round_ in rounds])


def _places(judged: Sequence[Judged]) -> Iterator[PlaceFigures]:
    askings = [(given, given.category == one.question.category) for one in judged for given in one.given]
    for number, part in enumerate(_PARTS):
        hits = [right for given, right in askings if _part(given) == number]
        if hits:
            yield PlaceFigures(part, share(sum(hits), len(hits)))


def _part(given: Given) -> int | None:
    """In which part of its request a question was asked; None where that has none."""
    asking = given.asking
    return asking.place * len(_PARTS) // asking.questions if asking.questions >= len(_PARTS) else None


# -- two beside each other --------------------------------------------------------------------------------------------


def compare(ours: Sequence[Judged], theirs: Sequence[Judged]) -> Comparison:
    """Our evaluation beside another, by the first asking of each question: as often as a run would ask it."""
    others = {one.question.key: one for one in theirs}
    pairs = [(one, others[one.question.key]) for one in ours if one.question.key in others]
    flips = [Flip(one, other) for one, other in pairs if one.right != other.right]
    gained = sum(flip.ours.right for flip in flips)
    n = len(pairs)
    low, high = interval_of_difference(gained, len(flips) - gained, n)
    return Comparison(
        n=n,
        flips=flips,
        mcnemar_p=mcnemar_p(gained, len(flips) - gained),
        difference=(2 * gained - len(flips)) / n if n else 0.0,
        low=low,
        high=high,
        # Without a single flip, as if there were one: nobody knows that there could be none.
        detectable=detectable(n, max(1, len(flips)) / n) if n else 1.0,
    )


def mcnemar_p(gained: int, lost: int) -> float:
    """McNemar's exact test: by chance alone, a flip is a gain as often as a loss."""
    from scipy.stats import binomtest

    return float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0


def interval_of_difference(gained: int, lost: int, n: int) -> tuple[float, float]:
    """Of a difference between paired shares, by Bonett and Price (2012): one flip each way is added.

    So there is an interval also where nothing has flipped, or all to one side.
    """
    from scipy.stats import ttest_1samp

    changes = [1] * (gained + 1) + [-1] * (lost + 1) + [0] * (n - gained - lost)
    interval = ttest_1samp(changes, 0).confidence_interval(CONFIDENCE)
    return max(-1.0, float(interval.low)), min(1.0, float(interval.high))


def detectable(n: int, disagreement: float) -> float:
    """The difference that a test at 5 % finds four times of five, where two answer so many of n questions unlike."""
    from scipy.stats import norm

    return min(1.0, float(norm.isf((1 - CONFIDENCE) / 2) + norm.isf(1 - _POWER)) * sqrt(disagreement / n))
