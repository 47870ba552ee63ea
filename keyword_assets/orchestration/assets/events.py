"""What Dagster is told about a day: materializations with numbers that plot, and the verdicts of the checks.

Events are logged day by day while the step runs, not returned at its end: so a finished day keeps its mark whatever
becomes of the days after it. Those of a day are stored together, which costs a tenth of one by one.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import dagster as dg
from dagster._core.events import DagsterEvent, DagsterEventBatchMetadata

from keyword_assets.core.coverage.checks import Verdict
from keyword_assets.core.coverage.history import Gap
from keyword_assets.core.coverage.without_day import kinds
from keyword_assets.core.foreign import visible
from keyword_assets.core.models.coverage import OF_QUESTIONS, DayCoverage, WithoutDay
from keyword_assets.core.models.runs import DayTally
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.money import Price, cost_krw
from keyword_assets.core.reporting.report import MissingQuestion
from keyword_assets.core.texts import say, say_reason
from keyword_assets.orchestration.assets.checks import CHECKS, evaluations
from keyword_assets.orchestration.assets.keys import CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT, UNIQUE_CHATS
from keyword_assets.orchestration.assets.told import FACTS_TAG
from keyword_assets.orchestration.hosting.batches import stores_any_together
from keyword_assets.reports.words import moment

# Of a missing question, in the table of a day.
_SHOWN_CHARS = 120
_CODE_VERSION = "dagster/code_version"
# The messages have no version of their own: late ones show in the coverage, and make no row outdated.
_UNVERSIONED_INPUT = {
    "dagster/input_data_version/unique_chats": "INITIAL",
    "dagster/input_event_pointer/unique_chats": "NULL",
}
_MARKS = {True: "✅", False: "⚠️"}


@dataclass(frozen=True)
class DayDetails:
    """What the UI is shown of a day beside its numbers.

    `facts` tell whether it has changed, see `told`; `missing` are the most asked missing questions, masked; `sparkline`
    is the coverage of the last weeks; `without_day` are the messages of the whole table that belong to no day, their
    examples as they may be shown; `corrected` is how many questions have rows that a person answered.
    """

    at: datetime
    facts: str
    missing: Sequence[MissingQuestion]
    gaps: Sequence[Gap]
    sparkline: str
    without_day: WithoutDay
    corrected: int


def log_day(
    context: dg.AssetExecutionContext,
    row: DayCoverage,
    tally: DayTally | None,
    details: DayDetails | None,
    verdicts: Sequence[Verdict],
    price: Price,
) -> None:
    """Log what the run selected for one day.

    Args:
        context: the step.
        row: the day, counted live.
        tally: what the run did for it; None if it only counted.
        details: what is shown of it; None if `missing_data_report` was not selected.
        verdicts: of the checks that were selected.
        price: what the model costs.
    """
    partition, selected = row.day.isoformat(), context.selected_asset_keys
    metadata = {UNIQUE_CHATS: _unique_chats(row), CLASSIFIED_KEYWORDS: _classified(row, tally, price)}
    tags: dict[dg.AssetKey, dict[str, str]] = {}
    if CLASSIFIED_KEYWORDS in selected:
        tags[CLASSIFIED_KEYWORDS] = _version_tags(context, row, tally)
    if details is not None:
        metadata[MISSING_DATA_REPORT] = _missing_data(row, details, verdicts)
        tags[MISSING_DATA_REPORT] = {FACTS_TAG: details.facts}
    log_together(
        context,
        [
            dg.AssetMaterialization(key, partition=partition, metadata=metadata[key], tags=tags.get(key))
            for key in metadata
            if key in selected
        ],
    )
    log_verdicts(context, partition, verdicts)
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


def _version_tags(context: dg.AssetExecutionContext, row: DayCoverage, tally: DayTally | None) -> dict[str, str]:
    """Under which classifier version the day's rows were made; Dagster compares it with the asset's of today.

    Dagster adds these tags itself only to what a step returns. A day with rows that this run neither made nor found to
    be right keeps the version that it was said to have: classifying three late questions does not make the others anew.
    """
    version = context.assets_def.get_asset_spec(CLASSIFIED_KEYWORDS).code_version or ""
    if tally is not None and row.classified > tally.processed + tally.skipped:
        filters = dg.AssetRecordsFilter(asset_key=CLASSIFIED_KEYWORDS, asset_partitions=[row.day.isoformat()])
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
            "skipped": tally.before.classified + tally.skipped,
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
    return {"dagster/row_count": row.classified, **row.counts(OF_QUESTIONS), "coverage": row.coverage, **done}


def _missing_data(row: DayCoverage, details: DayDetails, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    return {
        **row.counts(),
        "coverage": row.coverage,
        "reported_at": dg.MetadataValue.timestamp(details.at),
        # Not in the summary: the UI keeps Markdown behind a button.
        "last_30_days": details.sparkline,
        "summary": dg.MetadataValue.md(_summary(row, verdicts)),
        **({"most_asked_missing": _missing(details.missing, row)} if details.missing else {}),
        "corrected_questions": details.corrected,
        "messages_without_day": details.without_day.messages,
        **(_without_day(details.without_day) if details.without_day.messages else {}),
        **({"gaps": _gaps(details.gaps)} if details.gaps else {}),
        "classified_by": dg.MetadataValue.asset(CLASSIFIED_KEYWORDS),
    }


def _summary(row: DayCoverage, verdicts: Sequence[Verdict]) -> str:
    """The day in Markdown: numbers and words of ours only, nothing that anybody wrote in a message."""
    key = "run" if row.open else "raise" if row.waiting else "retry" if row.missing else "nothing"
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


def _missing(missing: Sequence[MissingQuestion], row: DayCoverage) -> dg.TableMetadataValue:
    """Plain cells: a message may contain Markdown, HTML and links, and none of it is taken for such."""
    types = {"asked": "int", "question": "string", "state": "string", "reason": "string", "tries": "int"}
    columns = {say(f"word.{word}"): kind for word, kind in types.items()} | {say("report.since"): "string"}
    return _table(columns, (_cells(question, row) for question in missing))


def _without_day(found: WithoutDay) -> dict[str, Any]:
    columns = {say("report.stored_time"): "string", say("word.question"): "string"}
    rows = ((_cell(at or "NULL"), _cell(text or "")) for at, text in found.examples)
    return {"without_day_kinds": kinds(found), "without_day_examples": _table(columns, rows)}


def _cells(question: MissingQuestion, row: DayCoverage) -> tuple[int | str, ...]:
    open_state = "state.waiting" if row.waiting else "state.open"
    state = say(open_state if question.reason is None else "state.quarantined")
    reason = "" if question.reason is None else _cell(say_reason(question.reason))
    return question.messages, _cell(question.text), state, reason, question.tries, moment(question.since)


def _gaps(gaps: Sequence[Gap]) -> dg.TableMetadataValue:
    columns = {say("report.opened"): "string", say("report.closed"): "string", say("report.most_missing"): "int"}
    return _table(columns, ((moment(gap.opened_at), moment(gap.closed_at), gap.most) for gap in gaps))


def _table(columns: Mapping[str, str], rows: Iterable[tuple[int | str, ...]]) -> dg.TableMetadataValue:
    records = [dg.TableRecord(dict(zip(columns, row, strict=True))) for row in rows]
    return dg.MetadataValue.table(records, dg.TableSchema([dg.TableColumn(*column) for column in columns.items()]))


def _cell(text: str) -> str:
    return visible(text, _SHOWN_CHARS)


def log_verdicts(context: dg.AssetExecutionContext, partition: str, verdicts: Sequence[Verdict]) -> None:
    """Log what checks say of a day."""
    log_together(context, evaluations(context.instance, partition, verdicts))
    for verdict in verdicts:
        if not verdict.passed:
            context.log.warning(f"{verdict.check}: {verdict.finding}")


def log_together(
    context: dg.AssetExecutionContext, events: Sequence[dg.AssetMaterialization | dg.AssetCheckEvaluation]
) -> None:
    """Log events that are stored at once, where the process has `store_in_batches`.

    Dagster does so with what a step returns, and with its own ways for a step to log it stores each event alone.
    """
    step, batch = context.op_execution_context.get_step_execution_context(), uuid.uuid4().hex
    together = stores_any_together(context.instance) or all(isinstance(one, dg.AssetMaterialization) for one in events)
    for number, event in enumerate(events, start=1):
        place = DagsterEventBatchMetadata(batch, number == len(events)) if together else None
        if isinstance(event, dg.AssetMaterialization):
            DagsterEvent.asset_materialization(step, event, place)
        else:
            kind = dg.DagsterEventType.ASSET_CHECK_EVALUATION
            DagsterEvent.from_step(kind, step, event, f"{event.check_name}: {event.description}", place)
