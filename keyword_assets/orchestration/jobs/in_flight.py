"""Which days something is at work on: runs, backfills that have no runs yet, and processes on other instances."""

from collections.abc import Iterable
from datetime import date

import dagster as dg
from dagster._core.definitions.assets.graph.asset_graph_subset import AssetGraphSubset
from dagster._core.execution.backfill import BulkActionsFilter, BulkActionStatus, PartitionBackfill

from keyword_assets.core.models.period import Period
from keyword_assets.orchestration.assets.keys import CLASSIFIED_KEYWORDS
from keyword_assets.orchestration.assets.partitions import period_of_run
from keyword_assets.orchestration.jobs.asset_jobs import JOB, is_from_asset_page

_RUNS = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
# A backfill is "requested" as long as its runs go on.
_BACKFILLS = [BulkActionStatus.REQUESTED, BulkActionStatus.CANCELING, BulkActionStatus.FAILING]


def days_in_flight(
    instance: dg.DagsterInstance, repository: dg.RepositoryDefinition, at_work: Iterable[Period]
) -> set[date]:
    """The days that somebody is classifying or has been asked to.

    Args:
        instance: its runs and backfills, from the UI, a schedule, a sensor or a command.
        repository: the code location, to know which days a backfill is of.
        at_work: what processes on the same database say they are at, whichever instance they belong to.
    """
    days = {day for period in at_work for day in period.days()}
    for run in instance.get_runs(dg.RunsFilter(statuses=_RUNS)):
        days |= _days_of_run(run)
    for backfill in instance.get_backfills(filters=BulkActionsFilter(statuses=_BACKFILLS)):
        days |= _days_of_backfill(backfill, repository)
    return days


def _days_of_run(run: dg.DagsterRun) -> set[date]:
    assets = run.asset_selection or ()
    if run.job_name != JOB and not (is_from_asset_page(run) and CLASSIFIED_KEYWORDS in assets):
        return set()
    period = period_of_run(run)
    return set(period.days()) if period else set()


def _days_of_backfill(backfill: PartitionBackfill, repository: dg.RepositoryDefinition) -> set[date]:
    if not backfill.is_asset_backfill:
        of_ours = (backfill.partition_set_name or "").startswith(JOB)
        return {date.fromisoformat(key) for key in backfill.partition_names or ()} if of_ours else set()
    data = backfill.get_asset_backfill_data(repository.asset_graph)
    # It does not come back to a day whose run has failed, however long its other runs go on.
    return _days_of_subset(data.target_subset) - _days_of_subset(data.failed_and_downstream_subset)


def _days_of_subset(subset: AssetGraphSubset) -> set[date]:
    if CLASSIFIED_KEYWORDS not in subset.asset_keys:
        return set()
    return {date.fromisoformat(key) for key in subset.get_partitions_subset(CLASSIFIED_KEYWORDS).get_partition_keys()}
