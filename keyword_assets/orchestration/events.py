"""What Dagster is told about a day: materializations with numbers that plot, and the verdict of the check.

Events are logged day by day while the step runs, not returned at its end: so a finished day keeps its mark whatever
becomes of the days after it.
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,
)

from keyword_assets.core.models import DayCoverage, DayTally, Question, Usage
from keyword_assets.core.money import Price, cost_krw
from keyword_assets.core.texts import say

UNIQUE_CHATS = dg.AssetKey("unique_chats")
CLASSIFIED_KEYWORDS = dg.AssetKey("classified_keywords")
MISSING_DATA_REPORT = dg.AssetKey("missing_data_report")
COVERAGE_IS_COMPLETE = dg.AssetCheckKey(MISSING_DATA_REPORT, "coverage_is_complete")

# Of a missing question, in the report's table.
_SHOWN_CHARS = 120


def log_day(
    context: dg.AssetExecutionContext,
    row: DayCoverage,
    tally: DayTally | None,
    missing: Sequence[Question],
    floor: float,
    price: Price,
) -> None:
    """Log what the run selected for one day, from its live coverage and what the run did for it."""
    metadata = {
        UNIQUE_CHATS: _unique_chats(row),
        CLASSIFIED_KEYWORDS: _classified(row, tally, price),
        MISSING_DATA_REPORT: _report(row, missing),
    }
    partition = row.day.isoformat()
    for key in (UNIQUE_CHATS, CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT):
        if key in context.selected_asset_keys:
            context.log_event(dg.AssetMaterialization(key, partition=partition, metadata=metadata[key]))
    if COVERAGE_IS_COMPLETE in context.selected_asset_check_keys:
        context.log_event(_evaluation(context, row, floor))
    context.log.info(
        say(
            "run.day_line",
            day=partition,
            questions=row.questions,
            classified=row.classified,
            missing=row.missing,
            coverage=say("percent", value=row.coverage),
        )
    )


def _unique_chats(row: DayCoverage) -> dict[str, Any]:
    return {
        "dagster/row_count": row.questions,
        "messages": row.messages,
        "blank": row.blank,
        "questions": row.questions,
    }


def _classified(row: DayCoverage, tally: DayTally | None, price: Price) -> dict[str, Any]:
    done: dict[str, Any] = {}
    if tally is not None:
        done = {
            "processed": tally.processed,
            "reused": tally.reused,
            "skipped": tally.before.classified,
            "failed": tally.failed,
        }
        if tally.usage != Usage():
            done |= {
                "model": price.model,
                "requests": tally.usage.requests,
                "prompt_tokens": tally.usage.prompt,
                "completion_tokens": tally.usage.completion,
                "reserved_tokens": tally.usage.reserved,
                "cost_krw": cost_krw(tally.usage, price),
                "price_as_of": price.as_of.isoformat(),
            }
        if tally.reasons:
            done["failed_reasons"] = dg.MetadataValue.json(tally.reasons)
    return {"dagster/row_count": row.classified, **_numbers(row), **done}


def _numbers(row: DayCoverage) -> dict[str, Any]:
    return {
        "questions": row.questions,
        "classified": row.classified,
        "missing": row.missing,
        "quarantined": row.quarantined,
        "coverage": row.coverage,
    }


def _report(row: DayCoverage, missing: Sequence[Question]) -> dict[str, Any]:
    table = {"most_asked_missing": dg.MetadataValue.md(_table(missing))} if missing else {}
    return {"messages": row.messages, "blank": row.blank, **_numbers(row), **table}


def _table(missing: Sequence[Question]) -> str:
    lines = [f"| {say('word.asked')} | {say('word.question')} |", "|--:|---|"]
    return "\n".join(lines + [f"| {q.count} | {_cell(q.text)} |" for q in missing])


def _cell(text: str) -> str:
    shown = " ".join(text.split())[:_SHOWN_CHARS]
    return shown.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "\\`")


def _evaluation(context: dg.AssetExecutionContext, row: DayCoverage, floor: float) -> dg.AssetCheckEvaluation:
    """The day's verdict, tied to its materialization: without the tie the UI calls the partition "Missing"."""
    partition = row.day.isoformat()
    records = context.instance.fetch_materializations(
        dg.AssetRecordsFilter(asset_key=MISSING_DATA_REPORT, asset_partitions=[partition]), limit=1
    ).records
    target = None
    if records:
        (record,) = records
        target = AssetCheckEvaluationTargetMaterializationData(
            storage_id=record.storage_id, run_id=record.run_id, timestamp=record.timestamp
        )
    key = "check.complete" if row.missing == 0 else "check.open" if row.open else "check.quarantined"
    return dg.AssetCheckEvaluation(
        asset_key=COVERAGE_IS_COMPLETE.asset_key,
        check_name=COVERAGE_IS_COMPLETE.name,
        passed=row.missing == 0,
        severity=dg.AssetCheckSeverity.ERROR if row.coverage < floor else dg.AssetCheckSeverity.WARN,
        partition=partition,
        description=say(key, day=partition, missing=row.missing, quarantined=row.quarantined),
        metadata=_numbers(row),
        target_materialization_data=target,
    )
