"""`audit draw` and `audit show`: a random sample for people to judge, and what their verdicts tell."""

import secrets
from collections.abc import Iterator
from typing import Any

import click
from rich.table import Table

from keyword_assets.cli import options, render
from keyword_assets.cli.documents import document
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import visible
from keyword_assets.core.models.period import Period
from keyword_assets.core.quality.audits import Accuracy, Audit, AuditResult, Estimate, Unit
from keyword_assets.core.texts import say
from keyword_assets.quality.extra import require_extra
from keyword_assets.sql.opening import open_store

# Every program that reads JSON can hold it.
_SEED_BITS = 48


@click.command()
@options.with_period
@click.option("--size", type=click.IntRange(min=1, max=100_000), metavar="N", help="질문 N개 / so many questions")
@click.option(
    "--margin",
    type=click.FloatRange(0.005, 0.5),
    metavar="M",
    help="구간 너비의 절반 (0.03은 3점) / half the width of the interval",
)
@click.option(
    "--by",
    "unit",
    type=click.Choice(["questions", "messages"]),
    default="questions",
    help="질문마다 같게, 또는 그 뒤의 메시지 수만큼 / all questions alike, or by the messages behind them",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), metavar="S", help="같은 시드는 같은 표본 / same seed, same sample"
)
@options.json
@options.lang
def draw(period: Period, size: int | None, margin: float | None, unit: Unit, seed: int | None, as_json: bool) -> int:
    """Draw a sample and put it into the queue of reviewers."""
    require_extra()
    if size is not None and margin is not None:
        raise InputError("audit.which")
    # What computes takes a while to load.
    from keyword_assets.quality.auditing import Auditing
    from keyword_assets.quality.sampling import ASSUMED_ACCURACY, Goal

    settings = Settings.from_env()
    goal = Goal(settings.audit_size if size is None and margin is None else size, margin)
    with open_store(settings, about=period) as store:
        seed = secrets.randbits(_SEED_BITS) if seed is None else seed
        audit = Auditing.of(settings, store).draw(period, unit, goal, seed)
    _show_drawn(audit, ASSUMED_ACCURACY, as_json=as_json)
    return DONE


def _show_drawn(audit: Audit, assumed: float, *, as_json: bool) -> None:
    population = {"questions": audit.questions, "messages": audit.messages}
    if as_json:
        margin = {"expected_margin": audit.expected_margin}
        document({"audit": audit.id, "population": population, "sample": audit.size, **margin})
        return
    click.echo(say("audit.drawn", audit=audit.id, sample=audit.size, **population))
    click.echo(say("audit.expected", assumed=assumed * 100, margin=audit.expected_margin * 100))


@click.command("show")
@click.argument("audit", metavar="[ID]", type=click.IntRange(min=1), required=False)
@options.json
@options.lang
def show_audit(audit: int | None, as_json: bool) -> int:
    """Show the accuracy that the verdicts tell, with its interval."""
    require_extra()
    from keyword_assets.quality.auditing import Auditing

    settings = Settings.from_env()
    with open_store(settings, look_only=True) as store:
        auditing = Auditing.of(settings, store)
        result = auditing.result(auditing.audits.get(audit))
        names, changed = auditing.audits.category_names(), auditing.changed(result.audit)
    rows = [(names.get(category, f"#{category}"), accuracy) for category, accuracy in result.categories.items()]
    if as_json:
        document(_document(result, rows))
    else:
        _show(result, rows, changed)
    return DONE


def _document(result: AuditResult, rows: list[tuple[str, Accuracy]]) -> dict[str, Any]:
    """`audit show --json` of the contract; what could not be judged counts as skipped there."""
    return {
        "audit": result.audit.id,
        "sample": result.audit.size,
        "judged": result.judged,
        "skipped": result.skipped + result.unsure,
        "category": _shares(result.whole.category),
        "keywords": _shares(result.whole.keywords),
        "categories": [
            {"category": name, "n": accuracy.category.n, **_shares(accuracy.category)} for name, accuracy in rows
        ],
    }


def _shares(estimate: Estimate) -> dict[str, float | None]:
    return {"accuracy": estimate.accuracy, "low": estimate.low, "high": estimate.high}


def _show(result: AuditResult, rows: list[tuple[str, Accuracy]], changed: int) -> None:
    for line in _lines(result, changed):
        click.echo(line)
    table = Table()
    table.add_column(say("audit.category"))
    for heading in (say("audit.n"), say("audit.category_right"), say("audit.keywords_right")):
        table.add_column(heading, justify="right")
    for name, told in [*rows, (say("audit.whole"), result.whole)]:
        table.add_row(visible(name), f"{told.category.n:,}", _words(told.category), _words(told.keywords))
    render.out().print(table)


def _lines(result: AuditResult, changed: int) -> Iterator[str]:
    audit = result.audit
    unit = say(f"audit.unit.{audit.unit}")
    period = {"start": audit.period.start, "end": audit.period.end}
    yield say("audit.title", audit=audit.id, unit=unit, seed=audit.seed, **period)
    yield say("audit.drawn", audit=audit.id, sample=audit.size, questions=audit.questions, messages=audit.messages)
    counts = {name: getattr(result, name) for name in ("judged", "unsure", "skipped", "open")}
    yield say("audit.progress", size=audit.size, **counts)
    if not result.finished:
        yield say("audit.preliminary")
    if result.unsure or result.skipped:
        yield say("audit.left_out")
    yield say("audit.as_drawn")
    if changed:
        yield say("audit.changed", changed=changed, size=audit.size)


def _words(estimate: Estimate) -> str:
    if estimate.accuracy is None:
        return "–"
    shares = (estimate.accuracy, estimate.low, estimate.high)
    return say(
        "audit.share", **{key: share * 100 for key, share in zip(("accuracy", "low", "high"), shares, strict=True)}
    )
