"""unique_chats → classified_keywords → missing_data_report, one step for any number of days.

One step, because the questions of several days go out in the same full requests, and a day's three materializations and
its check are due as soon as that day is done. Any of the three can be selected alone.
"""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from typing import Any

import dagster as dg

from keyword_assets import heartbeat, privacy
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.classifying.pipeline import classify_period
from keyword_assets.core.coverage import checks
from keyword_assets.core.coverage.checks import DayFacts, Verdict
from keyword_assets.core.coverage.history import last_days, sparkline
from keyword_assets.core.days import require_classifiable
from keyword_assets.core.errors import HcxError, InputError
from keyword_assets.core.models.coverage import DayCoverage, WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.runs import DayTally, RunResult
from keyword_assets.core.money import Price
from keyword_assets.core.ports.watcher import RunWatcher, Watchers
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say
from keyword_assets.orchestration.assets.checks import GOLDEN_SET_HOLDS, check_specs
from keyword_assets.orchestration.assets.events import DayDetails, log_day, log_verdicts
from keyword_assets.orchestration.assets.keys import CLASSIFIED_KEYWORDS, MISSING_DATA_REPORT
from keyword_assets.orchestration.assets.partitions import daily_partitions, period_of
from keyword_assets.orchestration.assets.progress import Progress
from keyword_assets.orchestration.assets.specs import asset_specs
from keyword_assets.orchestration.assets.told import Told, facts_of
from keyword_assets.orchestration.resources import DatabaseResource, HcxResource
from keyword_assets.orchestration.running.endings import noted_end
from keyword_assets.orchestration.running.failing import ending_the_run
from keyword_assets.orchestration.running.interrupts import run_interruptible
from keyword_assets.orchestration.running.run_tags import launcher_of, refuse_tags
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.opening import without_day

# All runs share one HCX account.
POOL = "hcx"
# Days in one run of a backfill: enough to fill requests over quiet days, few enough to see a month's runs apart.
DAYS_A_RUN = 31
# Rows of a day's table in the UI; `check` and the database have them all.
MISSING_SHOWN = 20
# Counting fewer messages than these is quick in any case.
WORTH_CONFIRMING = 200_000


# What a run can be told in the launchpad, and no more: whatever says where the key and the questions go, or how much
# may be spent, is a setting of the process. Written as Dagster's own types, because those of `dg.Config` also take
# {"env": NAME}, which reads any variable of the process.
RUN_OPTIONS = {
    "limit": dg.Field(dg.Noneable(dg.Int), is_required=False, description=say("job.limit")),
    "reclassify": dg.Field(dg.Bool, default_value=False, description=say("job.reclassify")),
}
# More than a run asks in a year; a number that no database column holds is refused before anything is opened.
_MOST_LIMIT = 1_000_000_000


@dataclass(frozen=True)
class RunOptions:
    """What a run was told."""

    limit: int | None
    reclassify: bool

    @classmethod
    def of(cls, context: dg.AssetExecutionContext) -> "RunOptions":
        """The options of this run.

        Raises:
            InputError: the limit is none.
        """
        told = context.op_execution_context.op_config
        limit = told.get("limit")
        if limit is not None and not 0 <= limit <= _MOST_LIMIT:
            raise InputError("run.limit", most=_MOST_LIMIT)
        return cls(limit, told["reclassify"])


@dataclass(frozen=True)
class Errand:
    """What a command was sent for: all days of a period, of which its run's partitions are told of in any case.

    Of the others it tells where they are otherwise than Dagster has been told. A run for days by name, from the UI, a
    schedule or a sensor, has no errand and tells of each of them.
    """

    period: Period
    told: Told


def daily_keywords_assets(settings: Settings, taxonomy: Taxonomy, errand: Errand | None = None) -> dg.AssetsDefinition:
    """The three assets and their checks, under these settings; in a command with its errand."""
    partitions = daily_partitions(settings)

    @dg.multi_asset(
        name="daily_keywords",
        specs=asset_specs(settings, taxonomy),
        check_specs=check_specs(partitions, golden=settings.golden is not None),
        partitions_def=partitions,
        can_subset=True,
        pool=POOL,
        backfill_policy=_backfill_policy(),
        config_schema=RUN_OPTIONS,
    )
    def daily_keywords(
        context: dg.AssetExecutionContext,
        hcx: dg.ResourceParam[HcxResource],
        database: DatabaseResource,
        watcher: dg.ResourceParam[RunWatcher],
    ) -> Iterator[Any]:
        with ending_the_run(watcher):
            refuse_tags(context.run, launcher_of(context.instance))
            options = RunOptions.of(context)
            period = errand.period if errand else _period(context, settings)
            # Dagster takes any date for a partition that is asked for by name.
            require_classifiable(period, settings.start_date, settings.end_date, settings.now().date())
            current = hcx.settings()
            with database.open(current) as store, noted_end(store, context.run.run_id, period, current.now) as ending:
                run = _Run(context, store, watcher, taxonomy, current, current.hcx.price, errand)
                if CLASSIFIED_KEYWORDS in context.selected_asset_keys:
                    ending.result = run.classify(period, hcx, options)
                else:
                    for day in period.days():
                        (row,) = store.recount(Period.of(day))
                        run.account_for(row, None)
                run.look_at_golden_set(period, ending.result)
                run.conclude()
            run.say_that_we_live()
        # Every event has been logged when its day was done; there is nothing left to return.
        yield from ()

    return daily_keywords


def _period(context: dg.AssetExecutionContext, settings: Settings) -> Period:
    """The days of the run. "Execute all" on a page of checks asks for none; it is the newest day that people look at.

    Raises:
        InputError: there are no days, and the run is to do more than check.
    """
    if context.has_partition_key or context.has_partition_key_range:
        return period_of(list(context.partition_keys))
    if context.selected_asset_keys:
        raise InputError("run.no_day")
    return Period.of(settings.last_day())


@dataclass(frozen=True)
class _Run(RunWatcher):
    """One execution of the step. It listens to its own classification, for the days as they are finished."""

    context: dg.AssetExecutionContext
    store: SqlQuestionStore
    watcher: RunWatcher
    taxonomy: Taxonomy
    settings: Settings
    price: Price
    errand: Errand | None
    before: list[DayCoverage] = field(default_factory=list)
    as_told: set[date] = field(default_factory=set)
    finished: set[date] = field(default_factory=set)

    def classify(self, period: Period, hcx: HcxResource, options: RunOptions) -> RunResult:
        """Classify the period and raise what ended it early, after all that was finished has been told."""
        watchers = Watchers(Progress(self.context, options.limit), self, self.watcher)

        async def run() -> tuple[RunResult, HcxError | None]:
            async with hcx.open(self.settings, self.taxonomy, self.store, self.context.run.run_id) as model:
                return await classify_period(
                    period,
                    model=model,
                    store=self.store,
                    taxonomy=self.taxonomy,
                    price=self.price,
                    run_id=self.context.run.run_id,
                    # Whole seconds, because a DATETIME without fractions would round the half up.
                    batch_created_at=self.settings.now().replace(microsecond=0),
                    limit=options.limit,
                    day_limit=self.store.day_limit,
                    reclassify=options.reclassify,
                    mask=privacy.sent(self.settings.mask),
                    watcher=watchers,
                    now=self.settings.now,
                )

        result, fatal = run_interruptible(run())
        watchers.ended(result)
        if sum(row.messages for row in self.before) >= WORTH_CONFIRMING:
            self.store.confirm(period)
        if fatal is not None:
            raise fatal
        return result

    def began(self, before: Sequence[DayCoverage]) -> None:
        """Keep what there was."""
        self.before.extend(before)

    def day_finished(self, tally: DayTally, after: DayCoverage) -> None:
        """Account for the day while others are asked about."""
        self.account_for(after, tally)

    def account_for(self, row: DayCoverage, tally: DayTally | None) -> None:
        """Keep the state of a day that was just counted, and tell Dagster if that is news."""
        if not row.open:
            self.finished.add(row.day)
        if MISSING_DATA_REPORT in self.context.selected_asset_keys:
            self.store.days.keep(row)
        verdicts = self._verdicts(row)
        if self._is_told(row, tally, verdicts):
            self.as_told.add(row.day)
        else:
            log_day(self.context, row, tally, self._details(row), verdicts, self.price)

    def _is_told(self, row: DayCoverage, tally: DayTally | None, verdicts: Sequence[Verdict]) -> bool:
        """Whether the run had nothing to do with the day, and Dagster knows all that there is to tell."""
        if self.errand is None or row.day in self._planned or (tally is not None and tally.did_something):
            return False
        return self.errand.told.holds(row.day, self._facts(row), verdicts)

    @cached_property
    def _planned(self) -> set[date]:
        """The days that Dagster waits to hear of."""
        return set(period_of(list(self.context.partition_keys)).days())

    def _facts(self, row: DayCoverage) -> str:
        version = self.context.assets_def.get_asset_spec(CLASSIFIED_KEYWORDS).code_version or ""
        return facts_of(row, version, self.settings.coverage_floor)

    def conclude(self) -> None:
        """Say of how many days nothing was told."""
        if self.as_told:
            self.context.log.info(say("run.unchanged", days=len(self.as_told)))
            self.watcher.unchanged(len(self.as_told))

    def say_that_we_live(self) -> None:
        """Call the dead man's switch if yesterday is done: a run over old days alone says nothing of that."""
        if self.settings.heartbeat_url is not None and self.settings.last_day() in self.finished:
            run_interruptible(heartbeat.call(self.settings.heartbeat_url))

    def look_at_golden_set(self, period: Period, result: RunResult | None) -> None:
        """Say of each day whether the golden set holds, where that is selected: after all else, because it may ask."""
        selected = {key.name for key in self.context.selected_asset_check_keys}
        if GOLDEN_SET_HOLDS not in selected or self.settings.golden is None:
            return
        # Only where there is one.
        from keyword_assets.orchestration.assets.golden_set import verdict_of

        verdict = verdict_of(self.settings.golden, self.settings, self.store, result.usage if result else None)
        if verdict is not None:
            for day in period.days():
                if day not in self.as_told or not (self.errand and self.errand.told.has(day, verdict)):
                    log_verdicts(self.context, day.isoformat(), [verdict])

    def _details(self, row: DayCoverage) -> DayDetails | None:
        """What the UI is shown of the day, its texts as they may be shown; None where its report was not selected."""
        if MISSING_DATA_REPORT not in self.context.selected_asset_keys:
            return None
        day = Period.of(row.day)
        mask, weeks = privacy.shown(self.settings.mask), last_days(day.end)
        missing = self.store.days.missing(day.end, MISSING_SHOWN)
        return DayDetails(
            at=self.settings.now().replace(tzinfo=self.settings.timezone),
            facts=self._facts(row),
            missing=[replace(question, text=mask(question.text)) for question in missing],
            gaps=self.store.days.gaps(day),
            sparkline=sparkline(weeks, self.store.days.states(weeks)),
            without_day=self._without_day,
            corrected=self.store.replaced.questions(day),
        )

    @cached_property
    def _without_day(self) -> WithoutDay:
        """Counted once a run: it is about the whole table, and takes longer than what is told of a day."""
        return without_day(self.settings, self.store)

    def _verdicts(self, row: DayCoverage) -> list[Verdict]:
        """What the selected checks say of the day. The categories of a day that was classified are kept in any case."""
        selected = {key.name for key in self.context.selected_asset_check_keys}
        day = self._checked(row)
        if CLASSIFIED_KEYWORDS in self.context.selected_asset_keys:
            day.categories()
        return [check.judge(day) for name, check in checks.CHECKS.items() if name in selected]

    def _checked(self, row: DayCoverage) -> DayFacts:
        """What checks look at of the day, each of it once."""
        days, weeks = self.store.days, checks.trailing(row)
        return DayFacts(
            row=row,
            floor=self.settings.coverage_floor,
            due=self.settings.alert_deadline_hour,
            unusual=self.settings.unusual_factor,
            taxonomy=self.taxonomy,
            without_day=lambda: self._without_day,
            days_before=lambda: days.states(weeks),
            categories=cache(lambda: days.recount_categories(row.day)),
            share_before=lambda: days.category_share(self.taxonomy.catch_all.id, weeks),
        )


def _backfill_policy() -> dg.BackfillPolicy:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        return dg.BackfillPolicy.multi_run(max_partitions_per_run=DAYS_A_RUN)
