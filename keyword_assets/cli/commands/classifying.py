"""`basic`, `missing` and `complete`: what a run would take, or the runs and what they did."""

import functools
from collections.abc import Sequence

import click

from keyword_assets import privacy
from keyword_assets.cli import options, render, story
from keyword_assets.cli.console import is_quiet, note
from keyword_assets.cli.counting import counted
from keyword_assets.cli.documents import document, plan_document, run_document
from keyword_assets.cli.exit_codes import GAPS, exit_code_of
from keyword_assets.cli.loads import loading
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.classifying.plan import plan_period
from keyword_assets.core.classifying.prompts import classifier_version
from keyword_assets.core.classifying.sizing import Sizer
from keyword_assets.core.days import require_classifiable
from keyword_assets.core.errors import HcxError
from keyword_assets.core.models.coverage import DayCoverage, WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.runs import RunResult
from keyword_assets.core.texts import say
from keyword_assets.in_force import taxonomy_in_force
from keyword_assets.sql.database.engine import file_of
from keyword_assets.sql.opening import open_store


def _mode(name: str) -> click.Command:
    """One of the three commands that classify."""

    @click.command(name)
    @options.with_period
    @options.limit
    @options.reclassify
    @click.option("--dry-run", is_flag=True, help="걸릴 요청, 토큰, 비용, 시간만 / only what it would take")
    @options.json
    @options.lang
    def command(period: Period, limit: int | None, reclassify: bool, dry_run: bool, as_json: bool) -> int:
        if reclassify and name == "missing":
            raise click.UsageError(say("usage.reclassify"))
        settings = Settings.from_env()
        require_classifiable(period, settings.start_date, settings.end_date, settings.now().date())
        _choose_shots(settings)
        if dry_run:
            return plan(settings, period, name, limit, reclassify, as_json)
        settings.hcx.require_api_key()
        # Before Dagster, whose loading takes seconds: what is wrong with the database is said at once.
        with open_store(settings, about=period):
            tell_default(settings)
        return classify(settings, period, name, limit, reclassify, as_json)

    return command


basic = _mode("basic")
missing = _mode("missing")
complete = _mode("complete")


def _choose_shots(settings: Settings) -> None:
    """Where examples are wanted for the first time."""
    if settings.few_shot:
        # What reads reviews takes a while to load.
        from keyword_assets.cli.commands.choosing import choose_once

        choose_once(settings)


def tell_default(settings: Settings) -> None:
    """Say which database is worked on where there is a key, and nobody named a database."""
    if settings.hcx.api_key and not settings.database_is_named:
        note(say("database.unnamed", path=file_of(settings.database_url)))


def plan(settings: Settings, period: Period, mode: str, limit: int | None, reclassify: bool, as_json: bool) -> int:
    """Tell what a run would take; exit code as of `check`."""
    hcx, taxonomy = settings.hcx, taxonomy_in_force(settings)
    price = hcx.price
    version = classifier_version(hcx.model, taxonomy)
    with open_store(settings, look_only=True, about=period) as store:
        planned = plan_period(
            period,
            store=store,
            sizer=Sizer(taxonomy, hcx.size_limits, store.learned_sizes(version)),
            version=version,
            price=price,
            limit=limit,
            left=store.texts_left(period),
            mask=privacy.sent(settings.mask),
            reclassify=reclassify,
        )
        rows = store.coverage(period)
    if as_json:
        document(plan_document(period, mode, planned, price))
    else:
        render.plan(period, planned, price)
    return exit_code_of(rows)


def classify(settings: Settings, period: Period, mode: str, limit: int | None, reclassify: bool, as_json: bool) -> int:
    """Run one of the classifying modes and show what it did; exit code as of the contract."""
    price = settings.hcx.price
    show = story.Story(period, mode, price, quiet=as_json or is_quiet())
    steps = ["basic", "missing"] if mode == "complete" else [mode]
    results: list[RunResult] = []
    rows: list[DayCoverage] = []
    undated = WithoutDay(period)
    for step in steps:
        if results:
            limit = None if limit is None else max(0, limit - results[0].asked)
            if results[0].stopped or not any(row.open for row in rows):
                results.append(RunResult(began=results[0].began, skipped=sum(row.classified for row in rows)))
                show.step_skipped(step, rows)
                continue
        try:
            results.append(_step(settings, period, step, limit, reclassify and step == steps[0], results, show))
        except HcxError:
            if show.result.processed:
                _conclude(period, mode, [*results, show.result], *counted(settings, period), show, as_json)
            raise
        rows, undated = counted(settings, period)
        show.checked(step, rows, undated)
    code = _conclude(period, mode, results, rows, undated, show, as_json)
    # Rows that were to be replaced and are still there are no gap that could be counted.
    unfinished = reclassify and any(result.stopped or result.failed for result in results)
    return max(code, GAPS) if unfinished else code


def _conclude(
    period: Period,
    mode: str,
    results: Sequence[RunResult],
    rows: Sequence[DayCoverage],
    undated: WithoutDay,
    show: story.Story,
    as_json: bool,
) -> int:
    """Show the numbers of the whole command beside the coverage counted after it."""
    total = functools.reduce(lambda earlier, later: earlier + later, results)
    if as_json:
        document(run_document(period, mode, total, rows, undated, show.price))
    else:
        show.summary(results, total, rows, undated)
    return exit_code_of(rows)


def _step(
    settings: Settings,
    period: Period,
    step: str,
    limit: int | None,
    reclassify: bool,
    earlier: list[RunResult],
    show: story.Story,
) -> RunResult:
    """One Dagster run."""
    with loading():
        from keyword_assets.orchestration import command

    budget = settings.hcx.token_budget
    if budget is not None:
        budget = max(0, budget - sum(result.usage.reserved for result in earlier))
    with show.step(step) as progress:
        command.classify(settings, period, step, limit, reclassify, budget, progress)
    return progress.result
