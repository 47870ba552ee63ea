"""unique_chats → classified_keywords → missing_data_report, one step for any number of days.

One step, because the questions of several days go out in the same full requests, and a day's three materializations and
its check are due as soon as that day is done. Any of the three can be selected alone.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import dagster as dg
from pydantic import Field

from keyword_assets import privacy
from keyword_assets.core.days import require_classifiable
from keyword_assets.core.errors import HcxError, KeywordAssetsError
from keyword_assets.core.models import DayCoverage, DayTally, Period, RunReport
from keyword_assets.core.money import Price
from keyword_assets.core.pipeline import Listener, classify_period
from keyword_assets.core.ports import RunWatcher
from keyword_assets.core.prompts import classifier_version
from keyword_assets.core.questions import Mask
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say
from keyword_assets.hcx.prices import price_of
from keyword_assets.orchestration.events import (
    CLASSIFIED_KEYWORDS,
    COVERAGE_IS_COMPLETE,
    MISSING_DATA_REPORT,
    UNIQUE_CHATS,
    log_day,
)
from keyword_assets.orchestration.interrupts import run_interruptible
from keyword_assets.orchestration.partitions import daily_partitions, period_of
from keyword_assets.orchestration.resources import DatabaseResource, HcxResource
from keyword_assets.settings import Settings
from keyword_assets.sql.store import SqlQuestionStore

# All runs share one HCX account.
POOL = "hcx"
# Days in one run of a backfill: enough to fill requests over quiet days, few enough to see a month's runs apart.
DAYS_A_RUN = 31
# Rows of a report's table in the UI; `check` and the database have them all.
MISSING_SHOWN = 20
# Counting fewer messages than these is quick in any case.
WORTH_CONFIRMING = 200_000


class RunOptions(dg.Config):
    """What a run can be told in the launchpad."""

    limit: int | None = Field(default=None, ge=0)


def daily_keywords_assets(settings: Settings, taxonomy: Taxonomy) -> dg.AssetsDefinition:
    """The three assets and their check, under these settings."""
    partitions = daily_partitions(settings)

    @dg.multi_asset(
        name="daily_keywords",
        specs=_specs(settings, taxonomy),
        check_specs=[_check_spec(partitions)],
        partitions_def=partitions,
        can_subset=True,
        pool=POOL,
        backfill_policy=_backfill_policy(),
    )
    def daily_keywords(
        context: dg.AssetExecutionContext,
        config: RunOptions,
        hcx: HcxResource,
        database: DatabaseResource,
        watcher: dg.ResourceParam[RunWatcher],
    ) -> Iterator[Any]:
        period = period_of(list(context.partition_keys))
        try:
            # Dagster takes any date for a partition that is asked for by name.
            require_classifiable(period, settings.start_date, settings.end_date, settings.now().date())
            with database.open() as store:
                price = price_of(hcx.model, settings.hcx_prices)
                run = _Run(context, store, watcher, settings.coverage_floor, price, privacy.shown(settings.mask))
                if CLASSIFIED_KEYWORDS in context.selected_asset_keys:
                    run.classify(period, taxonomy, hcx, config.limit, settings)
                else:
                    for day in period.days():
                        run.account_for(Period.of(day), None)
        except KeywordAssetsError as error:
            watcher.failed(error)
            raise dg.Failure(description=str(error), allow_retries=isinstance(error, HcxError)) from error
        # Every event has been logged when its day was done; there is nothing left to return.
        yield from ()

    return daily_keywords


@dataclass(frozen=True)
class _Run:
    """One execution of the step."""

    context: dg.AssetExecutionContext
    store: SqlQuestionStore
    watcher: RunWatcher
    floor: float
    price: Price
    mask: Mask
    before: list[DayCoverage] = field(default_factory=list)

    def classify(
        self, period: Period, taxonomy: Taxonomy, hcx: HcxResource, limit: int | None, settings: Settings
    ) -> None:
        """Classify the period and raise what ended it early, after all that was finished has been told."""
        listener = Listener(self._began, self.watcher.progressed, self._day_finished, self.watcher.elsewhere)

        async def run() -> tuple[RunReport, HcxError | None]:
            async with hcx.open(taxonomy, self.store, self.context.run.run_id) as model:
                return await classify_period(
                    period,
                    model=model,
                    store=self.store,
                    taxonomy=taxonomy,
                    price=self.price,
                    run_id=self.context.run.run_id,
                    # Whole seconds, because a DATETIME without fractions would round the half up.
                    batch_created_at=settings.now().replace(microsecond=0),
                    limit=limit,
                    mask=privacy.sent(settings.mask),
                    listener=listener,
                )

        report, fatal = run_interruptible(run())
        self.watcher.ended(report)
        self.context.log.info(
            say(
                "run.ended",
                processed=report.processed,
                reused=report.reused,
                skipped=report.skipped,
                failed=report.failed,
                requests=report.usage.requests,
                retries=report.usage.retries,
                cost=report.cost_krw,
                seconds=report.seconds,
            )
        )
        if sum(row.messages for row in self.before) >= WORTH_CONFIRMING:
            self.store.confirm(period)
        if report.stopped:
            self.context.log.warning(say(f"stopped.{report.stopped}"))
        if fatal is not None:
            raise fatal

    def _began(self, before: list[DayCoverage]) -> None:
        self.before.extend(before)
        self.watcher.began(before)

    def account_for(self, day: Period, tally: DayTally | None) -> None:
        """Count the day live, keep its state, and tell Dagster and whoever watches."""
        (row,) = self.store.recount(day)
        missing = self.store.most_asked_missing(day, MISSING_SHOWN) if row.open else []
        missing = [replace(question, text=self.mask(question.text)) for question in missing]
        if MISSING_DATA_REPORT in self.context.selected_asset_keys:
            self.store.report(row)
        log_day(self.context, row, tally, missing, self.floor, self.price)
        if tally is not None:
            self.watcher.day_finished(tally, row)

    def _day_finished(self, tally: DayTally) -> None:
        self.account_for(Period.of(tally.day), tally)


def _specs(settings: Settings, taxonomy: Taxonomy) -> list[dg.AssetSpec]:
    group = "daily_keywords"
    return [
        dg.AssetSpec(
            UNIQUE_CHATS,
            group_name=group,
            kinds={"python", "sql"},
            description=(
                "The day's questions: its messages grouped byte for byte, blanks counted apart. They are read from "
                "`chattings` as a stream and not copied; this asset holds their numbers."
            ),
        ),
        dg.AssetSpec(
            CLASSIFIED_KEYWORDS,
            deps=[UNIQUE_CHATS],
            group_name=group,
            kinds={"python", "sql"},
            code_version=classifier_version(settings.hcx_model, taxonomy),
            description=(
                "`admin_chat_keywords`: one row for each question, keyword and category. A question is sent to "
                "HyperCLOVA X once; answers are written as they arrive, and only those that passed every check."
            ),
        ),
        dg.AssetSpec(
            MISSING_DATA_REPORT,
            deps=[CLASSIFIED_KEYWORDS],
            group_name=group,
            kinds={"python", "sql"},
            description=(
                "`keyword_missing_reports`: the day counted live against its source, and what is still missing. A new "
                "row only when the numbers changed."
            ),
        ),
    ]


def _check_spec(partitions: dg.PartitionsDefinition[str]) -> dg.AssetCheckSpec:
    with warnings.catch_warnings():
        # Partitioned checks are a preview in this pinned version; a test holds what we rely on.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return dg.AssetCheckSpec(
            COVERAGE_IS_COMPLETE.name,
            asset=MISSING_DATA_REPORT,
            partitions_def=partitions,
            description="Every question of the day has at least one keyword row, counted live in the database.",
        )


def _backfill_policy() -> dg.BackfillPolicy:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        return dg.BackfillPolicy.multi_run(max_partitions_per_run=DAYS_A_RUN)
