"""The check `golden_set_holds`, where a golden set is configured: asked once for each version of the classifier."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.texts import say
from keyword_assets.orchestration.assets import POOL
from keyword_assets.orchestration.hosting.interrupts import run_interruptible
from keyword_assets.orchestration.keys import CLASSIFIED_KEYWORDS
from keyword_assets.orchestration.resources import DatabaseResource, HcxResource
from keyword_assets.quality.asking import Questioning
from keyword_assets.quality.golden_file import golden_set
from keyword_assets.quality.holding import Held, hold

CHECK = "golden_set_holds"


def golden_checks(settings: Settings) -> Sequence[dg.AssetChecksDefinition]:
    """The check under these settings; none without a golden set."""
    path = settings.golden
    if path is None:
        return ()

    @dg.asset_check(
        name=CHECK,
        asset=CLASSIFIED_KEYWORDS,
        description=say("check.golden_set_holds.promise"),
        pool=POOL,
        # Without a schema Dagster would take any configuration, and drop it.
        config_schema={},
    )
    def golden_set_holds(hcx: dg.ResourceParam[HcxResource], database: DatabaseResource) -> dg.AssetCheckResult:
        try:
            with database.open() as store:
                held = hold(Questioning.of(hcx.settings()), golden_set(path), store, run_interruptible)
        except KeywordAssetsError as error:
            # The questions of the day were classified all the same.
            return _result(False, str(error), {})
        return _result(held.holds, _finding(held), _numbers(held))

    return (golden_set_holds,)


def _result(passed: bool, description: str, numbers: dict[str, Any]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=passed, severity=dg.AssetCheckSeverity.WARN, description=description, metadata=numbers
    )


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


def _numbers(held: Held) -> dict[str, Any]:
    numbers: dict[str, Any] = {
        "evaluation": held.evaluation,
        "accuracy": held.accuracy.share,
        "low": held.accuracy.low,
        "high": held.accuracy.high,
        "questions": held.accuracy.n,
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
