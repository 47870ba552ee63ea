"""What is said of an evaluation, and of two beside each other. Shares are of 1, intervals of 95 %."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from keyword_assets.core.models.usage import Usage
from keyword_assets.core.quality.evaluations import Configuration, Judged
from keyword_assets.core.quality.golden import GoldenSet

NO_ANSWER = "no valid answer"
"""Its column in the confusion matrix."""


@dataclass(frozen=True)
class Share:
    """A share of `n` with its interval."""

    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class CategoryFigures:
    """How well the questions of one category were told from the others; `support` is how many there are."""

    category: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class KeywordOverlap:
    """How much the keywords of answers and golden questions have in common: the mean F1 of the `n` that have some."""

    n: int
    exact: float
    morphemes: float


@dataclass(frozen=True)
class Steadiness:
    """What became of questions that were asked several times.

    Args:
        repeats: how often.
        same: the share of questions that got the same category every time.
        accuracies: of each round.
    """

    repeats: int
    same: Share
    accuracies: Sequence[Share]


@dataclass(frozen=True)
class PlaceFigures:
    """The accuracy of all askings in a part of their requests: `first`, `middle` or `last`."""

    part: str
    accuracy: Share


@dataclass(frozen=True)
class Figures:
    """What there is to say about one evaluation.

    Args:
        accuracy: of all questions that were asked.
        answered: how many have a valid answer.
        macro_f1: the mean F1 of the categories that the golden set has.
        categories: of the taxonomy, those that the golden set has or an answer.
        labels: of the confusion matrix: the categories, then `NO_ANSWER`.
        counts: by right category and by answer, in the order of the labels.
        keywords: None where the golden set has none.
        steadiness: None where each question was asked once.
        places: by the part of the request, for those long enough to have parts.
    """

    accuracy: Share
    answered: int
    macro_f1: float
    categories: Sequence[CategoryFigures]
    labels: Sequence[str]
    counts: Sequence[Sequence[int]]
    keywords: KeywordOverlap | None
    steadiness: Steadiness | None
    places: Sequence[PlaceFigures]


@dataclass(frozen=True)
class Flip:
    """A question that one of two evaluations got right, and the other wrong."""

    ours: Judged
    theirs: Judged


@dataclass(frozen=True)
class Comparison:
    """Two evaluations beside each other, over the questions that both have asked.

    Args:
        n: how many those are.
        flips: the questions that one got right and the other wrong.
        mcnemar_p: how often chance alone would divide so many flips as unevenly, or more.
        difference: our accuracy less theirs, from `low` to `high`.
        detectable: how large a difference this set could have shown, with so many flips.
    """

    n: int
    flips: Sequence[Flip]
    mcnemar_p: float
    difference: float
    low: float
    high: float
    detectable: float


@dataclass(frozen=True)
class Against:
    """The other one of two evaluations; `steadiness` is None where each of its questions was asked once."""

    evaluation: int
    configuration: Configuration
    comparison: Comparison
    steadiness: Steadiness | None


@dataclass(frozen=True)
class PerQuestion:
    """What a question took in the mean, whenever it was asked; the seconds include the wait for the quota."""

    tokens: float
    cost_krw: float
    seconds: float


@dataclass(frozen=True)
class EvaluationReport:
    """All that is told of an evaluation.

    Args:
        evaluation: its number.
        configuration: under which the questions were asked.
        golden: the golden set.
        made_at: local wall-clock time.
        judged: the questions that were asked.
        figures: about them.
        usage: what this evaluation itself took, which is nothing where all answers were kept.
        cost_krw: what that cost.
        seconds: how long it took.
        per_question: what a question takes.
        against: the other evaluation, where there is one.
        whole: whether all questions were asked; else a limit or a budget ended it.
        local: whether a server on this machine answered, as the simulator does.
    """

    evaluation: int
    configuration: Configuration
    golden: GoldenSet
    made_at: datetime
    judged: Sequence[Judged]
    figures: Figures
    usage: Usage
    cost_krw: float
    seconds: float
    per_question: PerQuestion
    against: Against | None
    whole: bool
    local: bool
