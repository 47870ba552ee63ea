"""What `evaluate` does: golden questions asked under a configuration, and beside another one if so asked."""

import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from keyword_assets import privacy
from keyword_assets.cli import documents, render
from keyword_assets.cli.against import Choice
from keyword_assets.cli.commands.choosing import choose_once
from keyword_assets.cli.console import note
from keyword_assets.cli.exit_codes import DONE, GAPS
from keyword_assets.configuration.settings import MOST_SHOTS, Settings
from keyword_assets.core.classifying.plan import Plan
from keyword_assets.core.errors import InputError
from keyword_assets.core.quality.evaluations import Configuration, Evaluation, Judged
from keyword_assets.core.quality.figures import Against, EvaluationReport, Steadiness
from keyword_assets.core.quality.golden import GoldenSet
from keyword_assets.core.texts import say
from keyword_assets.hcx.connection import is_local
from keyword_assets.quality import asking, evaluating
from keyword_assets.quality.asking import Asked, Questioning
from keyword_assets.quality.extra import require_extra
from keyword_assets.reports import evaluation as files
from keyword_assets.reports.files import Written
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.opening import open_store
from keyword_assets.sql.quality.evaluations import Evaluations


def evaluate(
    golden: GoldenSet,
    ours: Choice,
    against: Choice | int | None,
    *,
    repeats: int,
    dry_run: bool,
    folder: Path | None,
    as_json: bool,
) -> int:
    """Ask, and tell what came of it; returns the exit code.

    Raises:
        InputError: something cannot be used; nothing was asked.
        HcxError: HCX denied or could not be reached; what was answered before is kept.
        DatabaseError: the database failed; the same.
    """
    require_extra()
    sides = [questioning(ours), *([questioning(against)] if isinstance(against, Choice) else [])]
    for side in sides:
        golden.require_categories(side.taxonomy)
    if len({side.configuration.identity for side in sides}) < len(sides):
        raise InputError("evaluation.same")
    for side in sides:
        golden = side.asked_of(golden)
    if dry_run:
        return _plan(sides, golden, repeats, as_json=as_json)
    sides[0].settings.hcx.require_api_key()
    if folder is not None:
        files.prepare(folder)
    with open_store(sides[0].settings, create=True) as store:
        earlier = _earlier(store, sides[0], against) if isinstance(against, int) else None
        report, whole = _asked(store, sides, golden, repeats, earlier, told=not as_json)
    written = files.write(report, folder, privacy.shown(sides[0].settings.mask)) if folder is not None else []
    _show(report, written, as_json=as_json)
    return DONE if whole else GAPS


def questioning(choice: Choice) -> Questioning:
    """The settings, but for what was chosen.

    Raises:
        InputError: a setting or file cannot be used.
    """
    settings = Settings.from_env({**os.environ, "HCX_MODEL": choice.model} if choice.model else None)
    if choice.batch_size is not None:
        settings = replace(settings, hcx=replace(settings.hcx, batch_size=choice.batch_size))
    # A file of shots would be named in vain where none are wanted.
    few_shot = settings.few_shot or (MOST_SHOTS if choice.shots else 0)
    chosen = replace(
        settings,
        taxonomy=choice.taxonomy or settings.taxonomy,
        few_shot=few_shot if choice.few_shot is None else choice.few_shot,
        shots=choice.shots or settings.shots,
    )
    if choice.shots is None:
        choose_once(chosen)
    return Questioning.of(chosen, choice.prompt)


def _earlier(store: SqlQuestionStore, ours: Questioning, number: int) -> Evaluation:
    found = Evaluations(store, ours.settings.now).find(number)
    if found is None:
        raise InputError("evaluation.unknown", number=number)
    return found


# -- beforehand -------------------------------------------------------------------------------------------------------


def _plan(sides: Sequence[Questioning], golden: GoldenSet, repeats: int, *, as_json: bool) -> int:
    with open_store(sides[0].settings, look_only=True) as store:
        plans = [asking.plan(side, golden, repeats, store) for side in sides]
    if as_json:
        ours, *theirs = [_plan_document(side, plan) for side, plan in zip(sides, plans, strict=True)]
        whole = {"dry_run": True, "golden": _golden_document(golden), **ours}
        documents.document({**whole, "against": theirs[0] if theirs else None})
        return DONE
    for side, plan in zip(sides, plans, strict=True):
        price = side.settings.hcx.price
        click.echo(files.described(side.configuration))
        click.echo(say("evaluation.plan", texts=plan.texts, requests=plan.usage.requests, minutes=plan.minutes))
        click.echo(say("summary.cost_value", cost=plan.cost_krw, model=price.model, as_of=price.as_of))
        if plan.shots.count:
            click.echo(f"{say('shots.plan')}: {render.shots_value(plan)}")
    for line in files.of_golden(golden):
        click.echo(line)
    click.echo(say("plan.nothing_sent"))
    return DONE


def _plan_document(side: Questioning, plan: Plan) -> dict[str, Any]:
    return {
        "configuration": _configuration_document(side.configuration),
        "texts": plan.texts,
        "requests": plan.usage.requests,
        "tokens": {name: getattr(plan.usage, name) for name in ("prompt", "completion", "reserved")},
        "cost_krw": round(plan.cost_krw, 2),
        **documents.shots_of(plan),
        "minutes": round(plan.minutes, 1),
    }


# -- asking -----------------------------------------------------------------------------------------------------------


def _asked(
    store: SqlQuestionStore,
    sides: Sequence[Questioning],
    golden: GoldenSet,
    repeats: int,
    earlier: Evaluation | None,
    *,
    told: bool,
) -> tuple[EvaluationReport, bool]:
    """The report, and whether all was asked, of both."""
    ours = _ask(store, sides[0], golden, repeats, told=told)
    if earlier is not None:
        evaluations, mask = Evaluations(store, sides[0].settings.now), privacy.sent(sides[0].settings.mask)
        kept = evaluations.judged(earlier.configuration.identity, golden.questions, repeats, mask)
        return _report(sides[0], ours, (earlier.id, earlier.configuration, kept)), ours.whole
    if len(sides) == 1:
        return _report(sides[0], ours, None), ours.whole
    other = _ask(store, _with_what_is_left(sides[1], ours), golden, repeats, told=told)
    report = _report(sides[0], ours, (other.evaluation, other.configuration, other.judged))
    return report, ours.whole and other.whole


def _ask(store: SqlQuestionStore, side: Questioning, golden: GoldenSet, repeats: int, *, told: bool) -> Asked:
    def tell(attempt: int) -> None:
        if told:
            under = files.described(side.configuration)
            note(say("evaluation.asking", under=under, attempt=attempt, repeats=repeats))

    return asking.ask(side, golden, repeats, store, tell)


def _with_what_is_left(side: Questioning, asked: Asked) -> Questioning:
    """The other configuration with what the first has left of the budget for reserved tokens."""
    hcx = side.settings.hcx
    if hcx.token_budget is None:
        return side
    left = max(0, hcx.token_budget - asked.usage.reserved)
    return replace(side, settings=replace(side.settings, hcx=replace(hcx, token_budget=left)))


def _report(
    side: Questioning, asked: Asked, other: tuple[int, Configuration, Sequence[Judged]] | None
) -> EvaluationReport:
    against = None
    if other is not None:
        number, configuration, theirs = other
        comparison, steadiness = evaluating.compare(asked.judged, theirs), evaluating.steadiness_of(theirs)
        against = Against(number, configuration, comparison, steadiness)
    return EvaluationReport(
        evaluation=asked.evaluation,
        configuration=asked.configuration,
        golden=asked.golden,
        made_at=side.settings.now(),
        judged=asked.judged,
        figures=evaluating.figures(asked.judged, asked.taxonomy.names),
        usage=asked.usage,
        cost_krw=asked.cost_krw,
        seconds=asked.seconds,
        per_question=evaluating.per_question(asked.judged, side.settings.hcx.price),
        against=against,
        whole=asked.whole,
        local=is_local(side.settings.hcx.base_url),
    )


# -- telling ----------------------------------------------------------------------------------------------------------


def _show(report: EvaluationReport, written: Sequence[Written], *, as_json: bool) -> None:
    if as_json:
        documents.document(document(report, [str(file.path) for file in written]))
        return
    table = Table(title=files.title(report), show_header=False, title_justify="left")
    table.add_column()
    table.add_column(justify="right")
    for name, value in files.numbers(report):
        table.add_row(name, value)
    render.out().print(table)
    for line in files.verdicts(report):
        render.out().print(line)
    for file in written:
        click.echo(say("report.replaced" if file.replaced else "report.wrote", path=file.path, size=file.kilobytes))


def document(report: EvaluationReport, written: Sequence[str] = ()) -> dict[str, Any]:
    """`evaluate --json` of the contract, and the figures beyond it."""
    figures, usage = report.figures, report.usage
    return {
        "evaluation": report.evaluation,
        "configuration": _configuration_document(report.configuration),
        "golden": _golden_document(report.golden),
        "n": figures.accuracy.n,
        "answered": figures.answered,
        "accuracy": figures.accuracy.share,
        "low": figures.accuracy.low,
        "high": figures.accuracy.high,
        "macro_f1": figures.macro_f1,
        "categories": [asdict(category) for category in figures.categories],
        "confusion": {"labels": list(figures.labels), "counts": [list(row) for row in figures.counts]},
        "keywords": asdict(figures.keywords) if figures.keywords else None,
        "stability": {
            **_steadiness_document(figures.steadiness),
            "places": [{"part": one.part, **asdict(one.accuracy)} for one in figures.places],
        },
        "requests": usage.requests,
        "tokens": {"prompt": usage.prompt, "completion": usage.completion, "reserved": usage.reserved},
        "cost_krw": round(report.cost_krw, 2),
        "seconds": round(report.seconds, 1),
        "per_question": asdict(report.per_question),
        "whole": report.whole,
        "against": _against_document(report.against) if report.against else None,
        "files": list(written),
    }


def _configuration_document(configuration: Configuration) -> dict[str, Any]:
    return {"id": configuration.identity, **asdict(configuration)}


def _golden_document(golden: GoldenSet) -> dict[str, Any]:
    return {
        "name": golden.title,
        "questions": len(golden.questions),
        "from_reviews": golden.left_out is not None,
        "left_out": {"shown": len(golden.shown), **(golden.left_out or {})},
    }


def _steadiness_document(steadiness: Steadiness | None) -> dict[str, Any]:
    return {
        "repeats": steadiness.repeats if steadiness else 1,
        "same": asdict(steadiness.same) if steadiness else None,
        "rounds": [asdict(one) for one in steadiness.accuracies] if steadiness else [],
    }


def _against_document(against: Against) -> dict[str, Any]:
    comparison = against.comparison
    return {
        "evaluation": against.evaluation,
        "configuration": _configuration_document(against.configuration),
        "n": comparison.n,
        "flipped": len(comparison.flips),
        "mcnemar_p": comparison.mcnemar_p,
        "difference": comparison.difference,
        "low": comparison.low,
        "high": comparison.high,
        "detectable": comparison.detectable,
        "stability": _steadiness_document(against.steadiness),
    }
