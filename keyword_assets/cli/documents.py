"""What programs read from stdout: one JSON document a command."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from keyword_assets.cli import console
from keyword_assets.core.coverage import without_day
from keyword_assets.core.foreign import json_text
from keyword_assets.core.models.coverage import DayCoverage, WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.runs import RunResult
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.money import Price, cost_krw

if TYPE_CHECKING:
    from keyword_assets.core.classifying.plan import Plan


def document(value: dict[str, Any]) -> None:
    """One JSON document on stdout; whether it got there is for `console` to remember."""
    click.echo(json_text(value, ascii_only=not console.takes_any_text(), indent=2))
    console.note_document()


def compact_document(value: dict[str, Any]) -> None:
    """One JSON document in one line, of several that follow each other."""
    click.echo(json_text(value, ascii_only=not console.takes_any_text()))


def coverage_document(period: Period, rows: Sequence[DayCoverage], undated: WithoutDay) -> dict[str, Any]:
    """`check --json` of the contract, with the messages that are in no day."""
    total = DayCoverage.total(rows, period.end)
    return {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "coverage": total.coverage,
        "total": total.counts(),
        "days": [{"date": row.day.isoformat(), **row.counts(), "coverage": row.coverage} for row in rows],
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


def run_document(
    period: Period, mode: str, result: RunResult, rows: Sequence[DayCoverage], undated: WithoutDay, price: Price
) -> dict[str, Any]:
    """`basic`, `missing` and `complete --json` of the contract."""
    return {
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "mode": mode,
        "processed": result.processed,
        "reused": result.reused,
        "skipped": result.skipped,
        "failed": result.failed,
        "quarantined": result.quarantined,
        "requests": result.usage.requests,
        "retries": result.usage.retries,
        "tokens": tokens_of(result.usage),
        "possibly_paid_twice": result.usage.possibly_twice,
        "cost_krw": round(result.cost_krw, 2),
        "model": result.model,
        "price_as_of": price.as_of.isoformat(),
        "usage": [
            {
                "date": day.isoformat(),
                "requests": usage.requests,
                **tokens_of(usage),
                "cost_krw": cost_krw(usage, price),
            }
            for day, usage in sorted(result.by_day.items())
        ],
        "seconds": round(result.seconds, 1),
        "stopped": result.stopped,
        "check": coverage_document(period, rows, undated),
    }


def plan_document(period: Period, mode: str, plan: "Plan", price: Price) -> dict[str, Any]:
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
        **shots_of(plan),
        "minutes": round(plan.minutes, 1),
        "model": price.model,
        "price_as_of": price.as_of.isoformat(),
    }


def shots_of(plan: "Plan") -> dict[str, Any]:
    """What the reviewed questions that a model is shown add to a plan; nothing where it is shown none."""
    shots = plan.shots
    if not shots.count:
        return {}
    return {
        "few_shot": {
            "examples": shots.count,
            "tokens_a_request": shots.tokens,
            "cost_krw": round(shots.cost_krw, 2),
        }
    }


def tokens_of(usage: Usage) -> dict[str, int]:
    """The tokens of some requests by what they are for."""
    return {"prompt": usage.prompt, "completion": usage.completion, "reserved": usage.reserved}
