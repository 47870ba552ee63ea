"""Runs whose process has died without a word, and what shows it: a lock that the system let go of, or silence.

A worker that dies alone is noticed by its code server at once. Where nobody is left to notice, Dagster would show the
run as going on until `max_runtime_seconds`, with its place in the pool taken and its days in flight.

There are two signs of life, for neither says both things. The lock of a command is let go of the moment that its
process ends, so whoever tries again need not wait; but it lies in a folder of one machine, and from another one nothing
can be told by it, least of all that the machine is gone. The heartbeat in the database is seen from everywhere; but
silence means death only after a minute and a half, for who lives may be kept from saying so by a slow database or a
machine that slept, and a process whose database was out of reach when it began has never been heard of at all. A
process id is no way out: containers share names of hosts, and systems give a number out again.

A command that a person has stopped is not one of these: its run is canceled, wherever it was. Dagster itself takes that
for a failure that nobody has asked for, or leaves the run as it was where it had not begun.
"""

import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.events import DagsterEvent, RunFailureReason
from filelock import FileLock, Timeout

from keyword_assets.core.texts import say
from keyword_assets.sql.classifying.store import SqlQuestionStore

# Names the lock file that the run's process holds as long as it lives. The prefix keeps it out of the UI.
LIFE_TAG = ".dagster/keyword_assets_command"
_LIFE = re.compile("[0-9a-f]{32}")
# A process says every five seconds that it lives; nobody who is alive is silent for so long on a database that answers.
SILENT_SECONDS = 90.0
# A machine that slept has processes that are all silent when it wakes. Whoever lives has said so within this time.
SECOND_LOOK_SECONDS = 11.0

_STARTED = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
_UNFINISHED = [dg.DagsterRunStatus.NOT_STARTED, *_STARTED]


def _bury(instance: dg.DagsterInstance, run: dg.DagsterRun, message: str) -> None:
    """Mark the run as failed, and give its places back: else it would hold them in the pool for ever."""
    instance.report_run_failed(run, message=message)
    # Those who wait get it now, not when Dagster's own look finds that the run has ended.
    instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


# -- the lock of a command --------------------------------------------------------------------------------------------


@contextmanager
def alive(home: Path) -> Iterator[str]:
    """Hold a lock that the system itself lets go of when this process ends, however it ends."""
    life = uuid.uuid4().hex
    file = _life_file(home, life)
    assert file is not None
    file.parent.mkdir(exist_ok=True)
    with FileLock(file):
        yield life
    file.unlink(missing_ok=True)


def fail_the_killed(instance: dg.DagsterInstance, home: Path) -> None:
    """Fail the runs of commands that were killed, as far as they were begun with this home; cancel the stopped ones."""
    _cancel_the_stopped(instance, home)
    for run in instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED)):
        file = _life_file(home, run.tags.get(LIFE_TAG, ""))
        # Of an instance that several homes share, another one's: to lock what is not there would make it.
        if file is None or not file.exists():
            continue
        try:
            with FileLock(file, timeout=0):
                _bury(instance, run, say("run.killed"))
        except Timeout:
            continue
        file.unlink(missing_ok=True)


def _life_file(home: Path, life: str) -> Path | None:
    """None for what is no life: anybody may write tags, and this one names a file."""
    return home / "commands" / f"{life}.lock" if _LIFE.fullmatch(life) else None


# -- a person's word --------------------------------------------------------------------------------------------------


@contextmanager
def canceled_when_stopped(instance: dg.DagsterInstance, home: Path, life: str) -> Iterator[None]:
    """Cancel the run of this life if a person stops its command meanwhile.

    Raises:
        KeyboardInterrupt: it was stopped.
    """
    file = _life_file(home, life)
    assert file is not None
    try:
        yield
    except (KeyboardInterrupt, DagsterExecutionInterruptedError) as stopped:
        # Impatient people press it twice: whoever finds the run then knows that it was not killed.
        _stopped(file).touch()
        for run in instance.get_runs(dg.RunsFilter(tags={LIFE_TAG: life})):
            _cancel(instance, run)
        _stopped(file).unlink(missing_ok=True)
        file.unlink(missing_ok=True)
        raise KeyboardInterrupt from stopped


def _cancel(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    if run.status not in (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.CANCELED):
        instance.report_run_canceled(run, message=say("run.stopped"))
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


def _cancel_the_stopped(instance: dg.DagsterInstance, home: Path) -> None:
    """Those of commands that were stopped once more before they had canceled their runs, whatever these stand at."""
    for mark in (home / "commands").glob("*.stopped"):
        file = mark.with_suffix(".lock")
        try:
            with FileLock(file, timeout=0):
                for run in instance.get_runs(dg.RunsFilter(tags={LIFE_TAG: mark.stem})):
                    _cancel(instance, run)
        except Timeout:
            continue
        mark.unlink(missing_ok=True)
        file.unlink(missing_ok=True)


def _stopped(file: Path) -> Path:
    return file.with_suffix(".stopped")


def is_interruption(event: DagsterEvent) -> bool:
    """Whether Dagster says by this that Ctrl-C or a termination ended the run."""
    if event.event_type == dg.DagsterEventType.RUN_CANCELED:
        return True
    return event.is_run_failure and event.job_failure_data.failure_reason is RunFailureReason.UNEXPECTED_TERMINATION


def was_stopped(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether the failed run was a command's that a person stopped, and stopped once more before it was canceled."""
    if LIFE_TAG not in run.tags:
        return False
    failures = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.RUN_FAILURE).records
    events = (record.event_log_entry.dagster_event for record in failures)
    return any(event is not None and is_interruption(event) for event in events)


# -- heartbeats -------------------------------------------------------------------------------------------------------


def fail_the_silent(instance: dg.DagsterInstance, store: SqlQuestionStore) -> list[str]:
    """Fail the runs of this instance whose process has fallen silent.

    Only who has said that it lives can fall silent, so a run that was never heard of is left alone.

    Returns:
        The ids of these runs.
    """
    _cancel_the_stopped(instance, Path(instance.root_directory))
    if not _started(instance, store.silent_runs(SILENT_SECONDS)):
        return []
    time.sleep(SECOND_LOOK_SECONDS)
    dead = _started(instance, store.silent_runs(SILENT_SECONDS))
    for run in dead:
        _bury(instance, run, say("run.silent", seconds=round(SILENT_SECONDS)))
    return [run.run_id for run in dead]


def _started(instance: dg.DagsterInstance, run_ids: set[str]) -> list[dg.DagsterRun]:
    # No ids at all would mean every run.
    return list(instance.get_runs(dg.RunsFilter(run_ids=sorted(run_ids), statuses=_STARTED))) if run_ids else []
