"""answer_quality: how right answers are by the newest audit, with its checks; a run can be told to draw one first.

No part of `daily_keywords_job` and without partitions: an audit is of the days that it was drawn for, and is judged
when people have time for it.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import dagster as dg

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.coverage.checks import Verdict
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.period import Period
from keyword_assets.core.quality.audits import AuditResult
from keyword_assets.core.quality.checks import ACCURACY_HOLDS, ACCURACY_IS_KNOWN, of_audits, percents, shares
from keyword_assets.core.texts import say
from keyword_assets.orchestration.assets.keys import ANSWER_QUALITY, CLASSIFIED_KEYWORDS
from keyword_assets.orchestration.assets.specs import GROUP, SENDS_TAG, database_kind
from keyword_assets.orchestration.resources import DatabaseResource
from keyword_assets.orchestration.running.failing import told_in_words
from keyword_assets.orchestration.running.run_tags import launcher_of, refuse_tags
from keyword_assets.quality.extra import require_extra

if TYPE_CHECKING:
    from keyword_assets.quality.auditing import Auditing

# Every weekday once.
_DAYS = 7
_OPTIONS = {"draw": dg.Field(dg.Bool, default_value=False, description=say("audit.option"))}


def answer_quality_asset(settings: Settings) -> dg.AssetsDefinition:
    """The asset, under these settings."""

    @dg.asset(
        key=ANSWER_QUALITY,
        deps=[CLASSIFIED_KEYWORDS],
        group_name=GROUP,
        kinds={"python", database_kind(settings)},
        owners=list(settings.owners),
        tags={SENDS_TAG: "nothing"},
        description=say("asset.answer_quality"),
        config_schema=_OPTIONS,
        check_specs=[
            dg.AssetCheckSpec(name, asset=ANSWER_QUALITY, description=say(f"check.{name}.promise"))
            for name in (ACCURACY_IS_KNOWN, ACCURACY_HOLDS)
        ],
    )
    # Of more outputs than one, Dagster takes the bare class alone.
    def answer_quality(context: dg.AssetExecutionContext, database: DatabaseResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with told_in_words():
            refuse_tags(context.run, launcher_of(context.instance))
            require_extra()
            # What computes takes a while to load, and the code location starts without it.
            from keyword_assets.quality.auditing import Auditing

            with database.open() as store:
                auditing = Auditing.of(settings, store)
                if context.op_execution_context.op_config["draw"]:
                    _draw(context, auditing, settings)
                finished = auditing.newest_finished()
        context.log.info(_words(finished))
        today = settings.now().date()
        verdicts = of_audits(finished, today, settings.audit_days, settings.accuracy_floor)
        return dg.MaterializeResult(metadata=_metadata(finished), check_results=list(map(_check, verdicts)))

    return answer_quality


def _draw(context: dg.AssetExecutionContext, auditing: "Auditing", settings: Settings) -> None:
    """Draw a sample of the week up to the last day, once however often it is tried: its seed is that of the week."""
    from keyword_assets.quality.sampling import Goal

    end = settings.last_day()
    period, seed = Period(max(end - timedelta(days=_DAYS - 1), settings.start_date), end), int(end.strftime("%Y%m%d"))
    if auditing.audits.drawn(period, seed) is not None:
        return
    try:
        audit = auditing.draw(period, "questions", Goal(settings.audit_size), seed)
    except InputError as error:
        # A week without answers; that nothing is known in the long run is told by a check.
        context.log.warning(str(error))
        return
    population = {"questions": audit.questions, "messages": audit.messages}
    context.log.info(say("audit.drawn", audit=audit.id, sample=audit.size, **population))


def _words(finished: AuditResult | None) -> str:
    if finished is None:
        return say("audit.nothing_judged")
    return say("audit.recorded", audit=finished.audit.id, **percents(finished.whole.category))


def _metadata(finished: AuditResult | None) -> dict[str, Any]:
    """Numbers alone, for these the UI plots."""
    if finished is None:
        return {}
    return {
        "audit": finished.audit.id,
        "start": finished.audit.period.start.isoformat(),
        "end": finished.audit.period.end.isoformat(),
        "judged": finished.judged,
        "skipped": finished.skipped + finished.unsure,
        **{f"category_{name}": share for name, share in shares(finished.whole.category).items()},
        **{f"keywords_{name}": share for name, share in shares(finished.whole.keywords).items()},
        **{
            f"category_{category}_accuracy": accuracy.category.accuracy
            for category, accuracy in finished.categories.items()
            if accuracy.category.accuracy is not None
        },
    }


def _check(verdict: Verdict) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=verdict.check,
        asset_key=ANSWER_QUALITY,
        passed=verdict.passed,
        severity=dg.AssetCheckSeverity.WARN,
        description=verdict.finding,
        metadata={**verdict.numbers, **({"what_to_do": verdict.todo} if verdict.todo else {})},
    )
