"""Golden questions asked under a configuration: by the same client, rules and limits as the questions of days."""

import asyncio
import functools
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from keyword_assets import privacy
from keyword_assets.clients import client_for_run
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.classifying.pipeline import classify_period
from keyword_assets.core.classifying.plan import Plan, plan_period
from keyword_assets.core.classifying.prompts import classifier_version
from keyword_assets.core.classifying.sizing import Sizer
from keyword_assets.core.errors import HcxError, InputError
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.runs import RunResult
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.quality.evaluations import EVALUATION_DAY, Configuration, Judged
from keyword_assets.core.quality.golden import GoldenSet
from keyword_assets.core.quality.watching import Watched
from keyword_assets.core.questions import is_blank
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say
from keyword_assets.in_force import taxonomy_in_force
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.evaluations import Evaluations, EvaluationStore, Round

_PERIOD = Period.of(EVALUATION_DAY)
_MOST_PROMPT_BYTES = 100_000
_Reports = tuple[list[RunResult], HcxError | None]


@dataclass(frozen=True)
class Asked:
    """What asking the golden questions came to.

    Args:
        evaluation: its number.
        configuration: under which they were asked.
        taxonomy: whose categories could be answered.
        golden: the whole set.
        judged: the questions of it that were asked, now or before.
        usage: what this evaluation took, which is nothing where all answers were kept.
        cost_krw: what that cost.
        seconds: how long it took.
        whole: whether all were asked as often as wanted; else a limit or a budget ended it.
    """

    evaluation: int
    configuration: Configuration
    taxonomy: Taxonomy
    golden: GoldenSet
    judged: Sequence[Judged]
    usage: Usage
    cost_krw: float
    seconds: float
    whole: bool


@dataclass(frozen=True)
class Questioning:
    """A configuration to be asked, with the settings that make it so."""

    settings: Settings
    taxonomy: Taxonomy
    configuration: Configuration

    @classmethod
    def of(cls, settings: Settings, prompt: Path | None = None) -> "Questioning":
        """The configuration under which these settings classify, but for the instruction if a file has another.

        Raises:
            InputError: a file cannot be used.
        """
        taxonomy = taxonomy_in_force(settings)
        if prompt is not None:
            taxonomy = replace(taxonomy, instruction=_instruction(prompt))
        configuration = Configuration(
            model=settings.hcx.model,
            batch_size=settings.hcx.batch_size,
            taxonomy=str(settings.taxonomy) if settings.taxonomy else None,
            prompt=str(prompt) if prompt else None,
            version=classifier_version(settings.hcx.model, taxonomy),
            few_shot=len(taxonomy.shots),
        )
        return cls(settings, taxonomy, configuration)

    def asked_of(self, golden: GoldenSet) -> GoldenSet:
        """The golden set without the questions that the model is shown with their answers.

        Raises:
            InputError: nothing is left.
        """
        return golden.without(self.taxonomy.shots, privacy.sent(self.settings.mask))

    def round(self, golden: GoldenSet, attempt: int) -> Round:
        """One asking of all questions."""
        mask = privacy.sent(self.settings.mask)
        return Round(self.configuration, self.taxonomy, golden.questions, attempt, mask)


def _instruction(path: Path) -> str:
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_PROMPT_BYTES).decode("utf-8-sig").strip()
    except (OSError, ValueError) as error:
        raise InputError("evaluation.no_prompt", file=path, reason=error) from error
    if is_blank(text):
        raise InputError("evaluation.no_prompt", file=path, reason=say("evaluation.blank_prompt"))
    return text


def plan(questioning: Questioning, golden: GoldenSet, repeats: int, store: SqlQuestionStore) -> Plan:
    """What asking would take: nothing is sent and nothing is changed."""
    settings, version = questioning.settings, questioning.configuration.version
    plans = [
        plan_period(
            _PERIOD,
            store=EvaluationStore(store, questioning.round(golden, attempt), settings.now, {}),
            sizer=Sizer(questioning.taxonomy, settings.hcx.size_limits, store.learned_sizes(version)),
            version=version,
            price=settings.hcx.price,
            limit=None,
            mask=privacy.sent(settings.mask),
        )
        for attempt in range(1, repeats + 1)
    ]
    return functools.reduce(_together, plans)


def _together(one: Plan, other: Plan) -> Plan:
    return replace(
        one,
        questions=one.questions + other.questions,
        texts=one.texts + other.texts,
        usage=one.usage + other.usage,
        cost_krw=one.cost_krw + other.cost_krw,
        minutes=one.minutes + other.minutes,
        shots=replace(one.shots, cost_krw=one.shots.cost_krw + other.shots.cost_krw),
    )


def ask(
    questioning: Questioning,
    golden: GoldenSet,
    repeats: int,
    store: SqlQuestionStore,
    told: Callable[[int], None] = lambda attempt: None,
    run: Callable[[Coroutine[Any, Any, _Reports]], _Reports] = asyncio.run,
) -> Asked:
    """Ask the golden questions as often as wanted, but for what is kept of earlier evaluations.

    Args:
        questioning: the configuration.
        golden: the questions.
        repeats: how often each is asked.
        store: of the database.
        told: called before each round with its number.
        run: runs a coroutine to its end.

    Raises:
        HcxError: HCX denied or could not be reached; what was answered before is kept.
        DatabaseError: the database failed; the same.
    """
    evaluations = Evaluations(store, questioning.settings.now)
    number = evaluations.begin(questioning.configuration, golden)
    reports, fatal = run(_ask(questioning, golden, repeats, store, number, told))
    if fatal is not None:
        raise fatal
    total = functools.reduce(lambda one, other: one + other, reports)
    mask = privacy.sent(questioning.settings.mask)
    judged = evaluations.judged(questioning.configuration.identity, golden.questions, repeats, mask)
    evaluations.end(number, judged, total.usage, total.cost_krw, total.seconds)
    return Asked(
        number,
        questioning.configuration,
        questioning.taxonomy,
        golden,
        judged,
        total.usage,
        total.cost_krw,
        total.seconds,
        whole=len(reports) == repeats
        and total.stopped is None
        and all(len(one.given) == repeats for one in judged)
        and len(judged) == len(golden.questions),
    )


async def _ask(
    questioning: Questioning,
    golden: GoldenSet,
    repeats: int,
    store: SqlQuestionStore,
    number: int,
    told: Callable[[int], None],
) -> _Reports:
    """What each round did, up to the one that was stopped; and the denial or lost connection that ended it."""
    settings, reports = questioning.settings, []
    run_id = f"evaluation-{number}"
    async with client_for_run(settings, questioning.taxonomy, store, run_id) as client:
        for attempt in range(1, repeats + 1):
            told(attempt)
            model = Watched(client)
            round_ = questioning.round(golden, attempt)
            report, fatal = await classify_period(
                _PERIOD,
                model=model,
                store=EvaluationStore(store, round_, settings.now, model.askings),
                taxonomy=questioning.taxonomy,
                price=settings.hcx.price,
                run_id=run_id,
                batch_created_at=settings.now(),
                mask=round_.mask,
            )
            reports.append(report)
            if fatal is not None or report.stopped is not None:
                return reports, fatal
    return reports, None
