"""Runs whose process died with whoever would have noticed: a host without power, a container that was removed.

A worker that dies alone is noticed by its code server at once. Where that went too, Dagster would show the run as going
on until `max_runtime_seconds`, with its place in the pool taken and its days in flight.
"""

import time

import dagster as dg

from keyword_assets.core.texts import say
from keyword_assets.sql.classifying.store import SqlQuestionStore

# A process says every five seconds that it lives; nobody who is alive is silent for so long on a database that answers.
SILENT_SECONDS = 90.0
# A machine that slept has processes that are all silent when it wakes. Whoever lives has said so within this time.
SECOND_LOOK_SECONDS = 11.0

_STARTED = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]


def fail_the_dead(instance: dg.DagsterInstance, store: SqlQuestionStore) -> list[str]:
    """Mark the runs of this instance as failed whose process has fallen silent, and give their places back.

    Only who has said that it lives can fall silent, so a run that was never heard of is left alone.

    Returns:
        The ids of these runs.
    """
    if not _started(instance, store.silent_runs(SILENT_SECONDS)):
        return []
    time.sleep(SECOND_LOOK_SECONDS)
    dead = _started(instance, store.silent_runs(SILENT_SECONDS))
    for run in dead:
        instance.report_run_failed(run, message=say("run.silent", seconds=round(SILENT_SECONDS)))
        # Those who wait get it now, not when Dagster's own look finds that the run has ended.
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    return [run.run_id for run in dead]


def _started(instance: dg.DagsterInstance, run_ids: set[str]) -> list[dg.DagsterRun]:
    # No ids at all would mean every run.
    return list(instance.get_runs(dg.RunsFilter(run_ids=sorted(run_ids), statuses=_STARTED))) if run_ids else []
