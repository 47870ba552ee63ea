"""What Dagster is told about a day: materializations with numbers that plot, and the verdicts of the checks.

Events are logged day by day while the step runs, not returned at its end: so a finished day keeps its mark whatever
becomes of the days after it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from keyword_assets.core.checks import Verdict
from keyword_assets.core.models import DayCoverage, DayTally, Quarantined, Question, Usage
from keyword_assets.core.money import Price, cost_krw
from keyword_assets.core.texts import say, say_reason
from keyword_assets.orchestration.checks import CHECKS, evaluation
from keyword_assets.orchestration.keys import CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT, UNIQUE_CHATS

# Of a missing question, in the report's table.
_SHOWN_CHARS = 120
_CODE_VERSION = "dagster/code_version"
# The messages have no version of their own: late ones show in the coverage, and make no row outdated.
_UNVERSIONED_INPUT = {
    "dagster/input_data_version/unique_chats": "INITIAL",
    "dagster/input_event_pointer/unique_chats": "NULL",
}
_MARKS = {True: "✅", False: "⚠️"}


def log_day(
    context: dg.AssetExecutionContext,
    row: DayCoverage,
    tally: DayTally | None,
    missing: Mapping[Question, Quarantined | None],
    verdicts: Sequence[Verdict],
    price: Price,
) -> None:
    """Log what the run selected for one day.

    Args:
        context: the step.
        row: the day, counted live.
        tally: what the run did for it; None if it only counted.
        missing: the most asked missing questions, and how those in quarantine came there.
        verdicts: of the checks that were selected.
        price: what the model costs.
    """
    metadata = {
        UNIQUE_CHATS: _unique_chats(row),
        CLASSIFIED_KEYWORDS: _classified(row, tally, price),
        MISSING_DATA_REPORT: _report(row, missing, verdicts),
    }
    partition = row.day.isoformat()
    for key in (UNIQUE_CHATS, CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT):
        if key in context.selected_asset_keys:
            tags = _version_tags(context, partition, tally) if key == CLASSIFIED_KEYWORDS else None
            context.log_event(dg.AssetMaterialization(key, partition=partition, metadata=metadata[key], tags=tags))
    for verdict in verdicts:
        context.log_event(evaluation(context.instance, partition, verdict))
        if not verdict.passed:
            context.log.warning(f"{verdict.check}: {verdict.finding}")
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


def _version_tags(context: dg.AssetExecutionContext, partition: str, tally: DayTally | None) -> dict[str, str]:
    """Under which classifier version the day's rows were made; Dagster compares it with the asset's of today.

    Dagster adds these tags itself only to what a step returns. A day that had rows already keeps the version that it
    was said to have: a run that classifies three late questions has not made the others anew.
    """
    version = context.assets_def.get_asset_spec(CLASSIFIED_KEYWORDS).code_version or ""
    if tally is not None and tally.before.classified:
        filters = dg.AssetRecordsFilter(asset_key=CLASSIFIED_KEYWORDS, asset_partitions=[partition])
        for record in context.instance.fetch_materializations(filters, limit=1).records:
            if record.asset_materialization is not None:
                version = (record.asset_materialization.tags or {}).get(_CODE_VERSION, version)
    return {_CODE_VERSION: version, **_UNVERSIONED_INPUT}


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


def _report(
    row: DayCoverage, missing: Mapping[Question, Quarantined | None], verdicts: Sequence[Verdict]
) -> dict[str, Any]:
    return {
        "messages": row.messages,
        "blank": row.blank,
        **_numbers(row),
        "summary": dg.MetadataValue.md(_summary(row, verdicts)),
        **({"most_asked_missing": _table(missing)} if missing else {}),
        "classified_by": dg.MetadataValue.asset(CLASSIFIED_KEYWORDS),
    }


def _summary(row: DayCoverage, verdicts: Sequence[Verdict]) -> str:
    """The day in Markdown: numbers and words of ours only, nothing that anybody typed into a chat."""
    key = "run" if row.open else "retry" if row.missing else "nothing"
    lines = [
        say(
            "report.summary",
            day=row.day,
            messages=row.messages,
            blank=row.blank,
            questions=row.questions,
            classified=row.classified,
            missing=row.missing,
            quarantined=row.quarantined,
            coverage=say("percent", value=row.coverage),
        ),
        *(f"- {_MARKS[verdict.passed]} {_check_link(verdict.check)}: {verdict.finding}" for verdict in verdicts),
        "",
        say(f"report.next_{key}", day=row.day),
    ]
    return "\n".join(lines)


def _check_link(check: str) -> str:
    (asset,) = CHECKS[check].asset_key.path
    return f"[{check}](/assets/{asset}?view=checks&checkDetail={check})"


def _table(missing: Mapping[Question, Quarantined | None]) -> dg.TableMetadataValue:
    """A table of plain cells: a chat may contain Markdown, HTML and links, and none of it is taken for such."""
    columns = [say(f"word.{word}") for word in ("asked", "question", "state", "reason", "tries")]
    types = ("int", "string", "string", "string", "int")
    records = [
        dg.TableRecord(dict(zip(columns, _cells(question, aside), strict=True))) for question, aside in missing.items()
    ]
    schema = dg.TableSchema([dg.TableColumn(name, type) for name, type in zip(columns, types, strict=True)])
    return dg.MetadataValue.table(records, schema)


def _cells(question: Question, aside: Quarantined | None) -> tuple[int, str, str, str, int]:
    if aside is None:
        return question.count, _cell(question.text), say("state.open"), "", 0
    return question.count, _cell(question.text), say("state.quarantined"), _cell(say_reason(aside.reason)), aside.tries


def _cell(text: str) -> str:
    """One line of what can be seen: characters that reverse or hide their neighbours would make a cell lie."""
    shown = "".join(char if char.isprintable() else " " for char in text[: 4 * _SHOWN_CHARS])
    return " ".join(shown.split())[:_SHOWN_CHARS]
