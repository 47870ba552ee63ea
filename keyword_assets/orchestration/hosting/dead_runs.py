"""Runs whose process has died without a word, and what shows it: a lock that the system let go of, or silence.

A worker that dies alone is noticed by its code server at once. Where nobody is left to notice, Dagster would show the
run as going on until `max_runtime_seconds`, with its place in the pool taken and its days in flight.

There are two signs of life, for neither says both things. The lock of a command is let go of the moment that its
process ends, so whoever tries again need not wait; but it lies in a folder of one machine, and from another one nothing
can be told by it, least of all that the machine is gone. The heartbeat in the database is seen from everywhere; but
silence means death only after a minute and a half, for who lives may be kept from saying so by a slow database or a
machine that slept, and a process whose database was out of reach when it began has never been heard of at all. A
process id is no way out: containers share names of hosts, and systems give a number out again.
"""

import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
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
    file.parent.mkdir(exist_ok=True)
    with FileLock(file):
        yield life
    file.unlink(missing_ok=True)


def fail_the_killed(instance: dg.DagsterInstance, home: Path) -> None:
    """Fail the runs of commands that were killed, as far as they were begun with this home."""
    for run in instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED)):
        life = run.tags.get(LIFE_TAG)
        # Anybody may write tags, and this one names a file.
        if life is None or not _LIFE.fullmatch(life):
            continue
        file = _life_file(home, life)
        # Of an instance that several homes share, another one's: to lock what is not there would make it.
        if not file.exists():
            continue
        try:
            with FileLock(file, timeout=0):
                _bury(instance, run, say("run.killed"))
        except Timeout:
            continue
        file.unlink(missing_ok=True)


def _life_file(home: Path, life: str) -> Path:
    return home / "commands" / f"{life}.lock"


# -- heartbeats -------------------------------------------------------------------------------------------------------


def fail_the_silent(instance: dg.DagsterInstance, store: SqlQuestionStore) -> list[str]:
    """Fail the runs of this instance whose process has fallen silent.

    Only who has said that it lives can fall silent, so a run that was never heard of is left alone.

    Returns:
        The ids of these runs.
    """
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
