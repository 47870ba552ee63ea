"""Golden questions asked under a configuration: what it is, what was answered, and what is right of that."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from keyword_assets.core.models.questions import Answer
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.quality import categories
from keyword_assets.core.quality.golden import GoldenQuestion
from keyword_assets.core.taxonomy import Taxonomy

# The day that golden questions are asked for, in the books of what was spent: no messages have it.
EVALUATION_DAY = date(1970, 1, 1)


@dataclass(frozen=True)
class Configuration:
    """What golden questions are asked under. Answers are kept by its `identity`.

    Args:
        model: its name.
        batch_size: how many questions in one request; None where that is chosen by quota and length.
        taxonomy: the file, for people; None for the packaged one.
        prompt: the file of another instruction, for people; None for that of the taxonomy.
        version: of the classifier: model, prompt, taxonomy and shots.
        few_shot: how many reviewed questions the model is shown with each request.
    """

    model: str
    batch_size: int | None
    taxonomy: str | None
    prompt: str | None
    version: str
    few_shot: int = 0

    @property
    def identity(self) -> str:
        """Sixteen hex digits over everything that shapes an answer, and the company in which it is asked for."""
        return hashlib.sha256(f"{self.version}\n{self.batch_size}".encode()).hexdigest()[:16]

    @property
    def stored(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def read(cls, stored: str) -> "Configuration | None":
        """The configuration in what is kept; None if it is none, as others write to the database, too."""
        try:
            given = json.loads(stored)
        except (ValueError, RecursionError):
            return None
        if not isinstance(given, dict):
            return None
        # Those of before there were any have none.
        given = {"few_shot": 0, **given}
        if given.keys() != {one.name for one in fields(cls)}:
            return None
        texts, size = [given[name] for name in ("model", "taxonomy", "prompt", "version")], given["batch_size"]
        if not all(isinstance(text, str | None) for text in texts) or not isinstance(size, int | None):
            return None
        return cls(**given) if isinstance(given["few_shot"], int) else None


@dataclass(frozen=True)
class Asking:
    """How a question was asked: at which place of how many, from 0 on, with its share of what the request took."""

    place: int
    questions: int
    prompt: float
    completion: float
    seconds: float


@dataclass(frozen=True)
class Given:
    """What one asking of a golden question brought; without a valid answer there is no category, but a reason."""

    category: str | None
    keywords: tuple[str, ...]
    reason: str | None
    asking: Asking


@dataclass(frozen=True)
class Judged:
    """A golden question with what each asking of it brought, in their order; the first one counts."""

    question: GoldenQuestion
    given: Sequence[Given]

    @property
    def category(self) -> str | None:
        """What was answered."""
        return self.given[0].category

    @property
    def right(self) -> bool:
        """Whether that is right."""
        return self.category == self.question.category


@dataclass(frozen=True)
class Evaluation:
    """An evaluation as it is kept.

    `usage` is what it took, which is nothing where all answers were kept before. `in_force_at` is since when runs
    classify under its configuration, as far as `golden_set_holds` has seen it; None for an experiment.
    """

    id: int
    configuration: Configuration
    golden: str
    golden_name: str
    questions: int
    answered: int
    right: int
    usage: Usage
    cost_krw: float
    seconds: float
    in_force_at: datetime | None


def category_of(answer: Answer, taxonomy: Taxonomy) -> str:
    """The name of the category that a question counts under, as far as the taxonomy has it."""
    names = {category.id: category.name for category in taxonomy.categories}
    return names[categories.category_of((keyword.category_id for keyword in answer), taxonomy.catch_all.id)]
