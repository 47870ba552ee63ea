"""What programs read from stdout: one JSON document a command."""

from collections.abc import Sequence
from typing import Any

import click

from keyword_assets.cli import console
from keyword_assets.core.classifying.plan import Plan
from keyword_assets.core.coverage import without_day
from keyword_assets.core.foreign import json_text
from keyword_assets.core.models import DayCoverage, Period, RunReport, Usage, WithoutDay
from keyword_assets.core.money import Price, cost_krw


def document(value: dict[str, Any]) -> None:
    """One JSON document on stdout; whether it got there is for `console` to remember."""
    click.echo(json_text(value, ascii_only=not console.takes_any_text(), indent=2))
    console.note_document()


def coverage_document(period: Period, rows: Sequence[DayCoverage], undated: WithoutDay) -> dict[str, Any]:
    """`check --json` of the contract, with the messages that are in no day."""
    total = DayCoverage.total(rows, period.end)
    return {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "coverage": total.coverage,
        "total": counts_of(total),
        "days": [{"date": row.day.isoformat(), **counts_of(row), "coverage": row.coverage} for row in rows],
        "without_day": _without_day_document(undated),
    }


def _without_day_document(undated: WithoutDay) -> dict[str, Any]:
    return {
        "messages": undated.messages,
        **without_day.counts(undated),
        "examples": [{"created_at": at, "text": text} for at, text in undated.examples],
        # Only then, as there is nothing to say about numbers that are exact.
        **({"more": True} if undated.more else {}),
    }


def counts_of(row: DayCoverage) -> dict[str, int]:
    """The numbers of a day, or of several, by name."""
    return {"messages": row.messages, "blank": row.blank, **row.counts()}


def run_document(
    period: Period, mode: str, report: RunReport, rows: Sequence[DayCoverage], undated: WithoutDay, price: Price
) -> dict[str, Any]:
    """`basic`, `missing` and `complete --json` of the contract."""
    return {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "mode": mode,
        "processed": report.processed,
        "reused": report.reused,
        "skipped": report.skipped,
        "failed": report.failed,
        "quarantined": report.quarantined,
        "requests": report.usage.requests,
        "retries": report.usage.retries,
        "tokens": tokens_of(report.usage),
        "possibly_paid_twice": report.usage.possibly_twice,
        "cost_krw": round(report.cost_krw, 2),
        "model": report.model,
        "price_as_of": price.as_of.isoformat(),
        "usage": [
            {
                "date": day.isoformat(),
                "requests": usage.requests,
                **tokens_of(usage),
                "cost_krw": cost_krw(usage, price),
            }
            for day, usage in sorted(report.by_day.items())
        ],
        "seconds": round(report.seconds, 1),
        "stopped": report.stopped,
        "check": coverage_document(period, rows, undated),
    }


def plan_document(period: Period, mode: str, plan: Plan, price: Price) -> dict[str, Any]:
    """`--dry-run --json`: what the run would take."""
    return {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "mode": mode,
        "dry_run": True,
        "questions": plan.questions,
        "reused": plan.reused,
        "texts": plan.texts,
        "batch_size": plan.batch_size,
        "requests": plan.usage.requests,
        "tokens": tokens_of(plan.usage),
        "cost_krw": round(plan.cost_krw, 2),
        "minutes": round(plan.minutes, 1),
        "model": price.model,
        "price_as_of": price.as_of.isoformat(),
    }


def tokens_of(usage: Usage) -> dict[str, int]:
    """The tokens of some requests by what they are for."""
    return {"prompt": usage.prompt, "completion": usage.completion, "reserved": usage.reserved}
