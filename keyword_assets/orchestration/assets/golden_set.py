"""What the golden set says of the classifier of a run; it is asked only where this version has not been asked yet."""

from dataclasses import replace
from pathlib import Path

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.coverage.checks import Verdict
from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.texts import say
from keyword_assets.orchestration.assets.checks import GOLDEN_SET_HOLDS
from keyword_assets.orchestration.running.interrupts import run_interruptible
from keyword_assets.quality.asking import Questioning
from keyword_assets.quality.golden_file import golden_set
from keyword_assets.quality.holding import Held, hold
from keyword_assets.sql.classifying.store import SqlQuestionStore


def verdict_of(golden: Path, settings: Settings, store: SqlQuestionStore, used: Usage | None) -> Verdict | None:
    """Whether the golden set in a file holds; what cannot be found out fails the check, and nothing else.

    A run that classifies nothing sends nothing: there is no verdict then until another has asked.

    Args:
        golden: the file.
        settings: of the run.
        store: its database.
        used: what the run has used, out of a budget for both; None if it classifies nothing.
    """
    hcx = settings.hcx
    if hcx.token_budget is not None and used is not None:
        settings = replace(settings, hcx=replace(hcx, token_budget=max(0, hcx.token_budget - used.reserved)))
    try:
        questioning = Questioning.of(settings)
        questions = golden_set(golden, may_be_said=False)
        held = hold(questioning, questions, store, run_interruptible, may_ask=used is not None)
    except KeywordAssetsError as error:
        # The questions of the day were classified all the same.
        return Verdict(GOLDEN_SET_HOLDS, False, str(error), todo=say("check.golden_set_holds.look"))
    if held is None:
        return None
    todo = None if held.holds else say(f"check.golden_set_holds.{'compare' if held.whole else 'later'}")
    return Verdict(GOLDEN_SET_HOLDS, held.holds, _finding(held), _numbers(held), todo=todo)


def _finding(held: Held) -> str:
    share = held.accuracy
    numbers = {"accuracy": share.share * 100, "low": share.low * 100, "high": share.high * 100, "n": share.n}
    if not held.whole:
        return say("check.golden_set_holds.not_whole", **numbers)
    if held.before is None:
        return say("check.golden_set_holds.first", **numbers)
    number, comparison = held.before
    return say(
        "check.golden_set_holds.found",
        **numbers,
        difference=comparison.difference * 100,
        p=comparison.mcnemar_p,
        flipped=len(comparison.flips),
        before=number,
    )


def _numbers(held: Held) -> dict[str, int | float]:
    share = held.accuracy
    numbers: dict[str, int | float] = {
        "evaluation": held.evaluation,
        "accuracy": share.share,
        "low": share.low,
        "high": share.high,
        "golden_questions": share.n,
        "cost_krw": round(held.cost_krw, 2),
    }
    if held.before is not None:
        number, comparison = held.before
        numbers |= {
            "before": number,
            "difference": comparison.difference,
            "mcnemar_p": comparison.mcnemar_p,
            "detectable": comparison.detectable,
        }
    return numbers
