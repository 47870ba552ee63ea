"""Which commands with a run of theirs are alive: each holds a lock on a file that the run's tags name."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from filelock import FileLock, Timeout

from keyword_assets.core.texts import say

# Names the lock file that the run's process holds as long as it lives. The prefix keeps it out of the UI.
LIFE_TAG = ".dagster/keyword_assets_command"
_LIFE = re.compile("[0-9a-f]{32}")
_UNFINISHED = [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]


@contextmanager
def alive(home: Path) -> Iterator[str]:
    """Hold a lock that the system itself lets go of when this process ends, however it ends."""
    life = uuid.uuid4().hex
    lock = FileLock(_life_file(home, life))
    with lock:
        yield life
    Path(lock.lock_file).unlink(missing_ok=True)


def bury_the_dead(dagster_instance: dg.DagsterInstance, home: Path) -> None:
    """Fail the runs of commands that were killed: else they would hold their place in the pool for ever."""
    for run in dagster_instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED)):
        life = run.tags.get(LIFE_TAG)
        # Anybody may write tags, and this one names a file.
        if life is None or not _LIFE.fullmatch(life):
            continue
        path = _life_file(home, life)
        try:
            with FileLock(path, timeout=0):
                dagster_instance.report_run_failed(run, message=say("run.killed"))
                dagster_instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
        except Timeout:
            continue
        path.unlink(missing_ok=True)


def _life_file(home: Path, life: str) -> Path:
    folder = home / "commands"
    folder.mkdir(exist_ok=True)
    return folder / f"{life}.lock"
