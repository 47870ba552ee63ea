"""What an audit is: a random sample of a period's answers, which people judge, and what follows from their verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from keyword_assets.core.models.period import Period

Unit = Literal["questions", "messages"]
"""Which of them count alike: the questions of each day, or the messages behind them."""


@dataclass(frozen=True)
class Candidate:
    """An answered question of the population that an audit is drawn from.

    `category` is that of its answer, which is in the stored form.
    """

    day: date
    text_hash: bytes
    messages: int
    category: int
    answer: str


@dataclass(frozen=True)
class Stratum:
    """The questions of one category in the population, and how many of them are in the sample."""

    category: int
    questions: int
    messages: int
    sampled: int

    def units(self, unit: Unit) -> int:
        """How many of what counts alike there are."""
        return self.questions if unit == "questions" else self.messages


@dataclass(frozen=True)
class Drawn:
    """A question of the sample; `weight` is the inverse of the probability with which it came into it."""

    candidate: Candidate
    weight: float


@dataclass(frozen=True)
class Sample:
    """What was drawn, in a random order, and from what."""

    drawn: Sequence[Drawn]
    strata: Sequence[Stratum]
    expected_margin: float


@dataclass(frozen=True)
class Audit:
    """An audit as it is kept. All of it is of the moment of its draw, whatever became of messages and answers since."""

    id: int
    period: Period
    drawn_at: datetime
    seed: int
    unit: Unit
    size: int
    questions: int
    messages: int
    strata: Sequence[Stratum]
    expected_margin: float
    classifier_version: str


@dataclass(frozen=True)
class Judged:
    """A question of a sample with what a person has said of its answer; None where that is nothing yet, or no verdict.

    `verdict` tells the two apart: it is None only where nobody has looked.
    """

    category: int
    messages: int
    weight: float
    verdict: str | None
    category_right: bool | None
    keywords_right: bool | None


@dataclass(frozen=True)
class Estimate:
    """A share that `n` verdicts tell of, between `low` and `high` with 95 % confidence; None where there is none."""

    n: int
    accuracy: float | None
    low: float
    high: float


UNKNOWN = Estimate(0, None, 0.0, 1.0)


@dataclass(frozen=True)
class Accuracy:
    """How right answers are: in their categories, and in their keywords."""

    category: Estimate
    keywords: Estimate


@dataclass(frozen=True)
class AuditResult:
    """What an audit tells so far.

    Args:
        audit: the audit.
        judged: how many answers were said to be right or wrong.
        unsure: how many could not be judged.
        skipped: how many were passed over.
        whole: of the population.
        categories: of each category that the population has.
    """

    audit: Audit
    judged: int
    unsure: int
    skipped: int
    whole: Accuracy
    categories: Mapping[int, Accuracy]

    @property
    def open(self) -> int:
        """How many nobody has looked at."""
        return self.audit.size - self.judged - self.unsure - self.skipped

    @property
    def finished(self) -> bool:
        """Whether everything was looked at, and something judged."""
        return self.open == 0 and self.judged > 0
