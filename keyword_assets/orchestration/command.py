"""The daily job, run by a command in its own process; loaded only by commands that run something."""

from dataclasses import replace

import dagster as dg
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.models.period import Period
from keyword_assets.core.ports.watcher import RunWatcher, Watchers
from keyword_assets.core.texts import say
from keyword_assets.in_force import taxonomy_in_force
from keyword_assets.orchestration.assets.daily_keywords import POOL, Errand, daily_keywords_assets
from keyword_assets.orchestration.assets.partitions import PERIOD_TAG, tag_of
from keyword_assets.orchestration.assets.told import Told
from keyword_assets.orchestration.hosting.batches import store_in_batches
from keyword_assets.orchestration.hosting.dead_runs import LIFE_TAG, alive, canceled_when_stopped, is_interruption
from keyword_assets.orchestration.hosting.instance import open_instance
from keyword_assets.orchestration.jobs.asset_jobs import JOB, daily_keywords_job
from keyword_assets.orchestration.resources import HcxResource, resources_with
from keyword_assets.sql.opening import open_store

MODE_TAG = "keyword_assets/mode"
# Our own console tells the story; Dagster's event log keeps every line whatever this says.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class _Failure(RunWatcher):
    """Waits for the error that ends the run; Dagster hands on no more than its words."""

    error: KeywordAssetsError | None = None

    def failed(self, error: KeywordAssetsError) -> None:
        """Keep it; the command says it at its end."""
        self.error = error


def classify(
    settings: Settings,
    period: Period,
    mode: str,
    limit: int | None,
    reclassify: bool,
    token_budget: int | None,
    watcher: RunWatcher,
) -> None:
    """Run the daily job over the period, in this process, on the instance in `DAGSTER_HOME`.

    Args:
        settings: the settings.
        period: the days, all of them past.
        mode: the command's name, a tag of the run.
        limit: at most so many questions are sent.
        reclassify: replace rows that are not what this model, prompt and taxonomy answer.
        token_budget: what is left of the budget for reserved tokens.
        watcher: told as the run goes on.

    Raises:
        KeywordAssetsError: what ended the run; what was finished before is kept.
        KeyboardInterrupt: somebody stopped it; the same.
    """
    failure, home = _Failure(), settings.dagster_home
    store_in_batches()
    with (
        open_instance(settings) as dagster_instance,
        alive(home) as life,
        canceled_when_stopped(dagster_instance, home, life),
    ):
        if holder := _holder_of_pool(dagster_instance):
            watcher.waiting(holder)
        errand = Errand(period, Told.of(dagster_instance, period))
        expected = period if reclassify else _expected(settings, errand)
        hcx = HcxResource(replace(settings, hcx=replace(settings.hcx, token_budget=token_budget)))
        # This job alone: the code location has reports, sensors and more, which take a while to load.
        definitions = dg.Definitions(
            assets=[daily_keywords_assets(settings, taxonomy_in_force(settings), errand)],
            jobs=[daily_keywords_job],
            resources=resources_with(watcher=Watchers(watcher, failure), hcx=hcx),
        )
        result = definitions.resolve_job_def(JOB).execute_in_process(
            instance=dagster_instance,
            raise_on_error=False,
            run_config={
                "ops": {"daily_keywords": {"config": {"limit": limit, "reclassify": reclassify}}},
                **_QUIET,
            },
            tags={
                ASSET_PARTITION_RANGE_START_TAG: expected.start.isoformat(),
                ASSET_PARTITION_RANGE_END_TAG: expected.end.isoformat(),
                PERIOD_TAG: tag_of(period),
                MODE_TAG: mode,
                LIFE_TAG: life,
            },
        )
        # Dagster makes an event of it where it is told not to raise.
        if failure.error is None and any(map(is_interruption, result.all_events)):
            raise KeyboardInterrupt
    if failure.error is not None:
        raise failure.error
    if not result.success:
        raise RuntimeError(say("run.broken", run_id=result.run_id))


def _holder_of_pool(dagster_instance: dg.DagsterInstance) -> str | None:
    """The run that has the HCX account now, so that ours will wait for it."""
    info = dagster_instance.event_log_storage.get_concurrency_info(POOL)
    return next((slot.run_id for slot in info.claimed_slots), None)


def _expected(settings: Settings, errand: Errand) -> Period:
    """The days that Dagster is to expect something of: from the first to the last that is open or that it knows not of.

    By what the runs before have left. What has come since then is found by the run, and told of all the same. Dagster
    knows no run of a partitioned asset without days: where nothing is expected, it is the last one.
    """
    with open_store(settings) as store:
        states = {row.day: row for row in store.days.states(errand.period)}
    expected = [
        day for day in errand.period.days() if day not in states or states[day].open or not errand.told.is_whole(day)
    ]
    return Period(expected[0], expected[-1]) if expected else Period.of(errand.period.end)
