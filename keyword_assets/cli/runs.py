"""The one door from the command line to Dagster; loaded only by commands that run something."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import dagster as dg
import yaml
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.events import RunFailureReason
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG
from filelock import FileLock, Timeout

from keyword_assets.core.errors import InputError, KeywordAssetsError
from keyword_assets.core.models import Period
from keyword_assets.core.ports import RunWatcher
from keyword_assets.core.texts import say
from keyword_assets.definitions import build_defs
from keyword_assets.orchestration.assets import POOL
from keyword_assets.orchestration.jobs import JOB
from keyword_assets.orchestration.resources import HcxResource
from keyword_assets.settings import Settings

MODE_TAG = "keyword_assets/mode"
# Names the lock file that the run's process holds as long as it lives. The prefix keeps it out of the UI.
_LIFE_TAG = ".dagster/keyword_assets_command"
_UNFINISHED = [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
# Our own console tells the story; Dagster's event log keeps every line whatever this says.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class _Remembering:
    """Passes everything on, and keeps the error that ended the run."""

    def __init__(self, watcher: RunWatcher) -> None:
        self.error: KeywordAssetsError | None = None
        self.waiting = watcher.waiting
        self.elsewhere = watcher.elsewhere
        self.began = watcher.began
        self.progressed = watcher.progressed
        self.day_finished = watcher.day_finished
        self.ended = watcher.ended

    def failed(self, error: KeywordAssetsError) -> None:
        """Keep the error; the command says it at its end."""
        self.error = error


def classify(
    settings: Settings, period: Period, mode: str, limit: int | None, token_budget: int | None, watcher: RunWatcher
) -> None:
    """Run the daily job over the period, in this process, on the instance in `DAGSTER_HOME`.

    Args:
        settings: the settings.
        period: the days, all of them past.
        mode: the command's name, a tag of the run.
        limit: at most so many questions are sent.
        token_budget: what is left of the budget for reserved tokens.
        watcher: told as the run goes on.

    Raises:
        KeywordAssetsError: what ended the run; what was finished before is kept.
        KeyboardInterrupt: somebody stopped it; the same.
    """
    remembering = _Remembering(watcher)
    hcx = HcxResource.from_settings(settings).model_copy(update={"token_budget": token_budget})
    definitions = build_defs(settings, watcher=remembering, hcx=hcx)
    with instance(settings) as dagster_instance, _alive(settings.dagster_home) as life:
        if holder := _holder_of_pool(dagster_instance):
            watcher.waiting(holder)
        try:
            result = definitions.resolve_job_def(JOB).execute_in_process(
                instance=dagster_instance,
                raise_on_error=False,
                run_config={"ops": {"daily_keywords": {"config": {"limit": limit}}}, **_QUIET},
                tags={
                    ASSET_PARTITION_RANGE_START_TAG: period.start.isoformat(),
                    ASSET_PARTITION_RANGE_END_TAG: period.end.isoformat(),
                    MODE_TAG: mode,
                    _LIFE_TAG: life,
                },
            )
        except DagsterExecutionInterruptedError as interrupted:
            raise KeyboardInterrupt from interrupted
    if remembering.error is not None:
        raise remembering.error
    if _was_interrupted(result):
        raise KeyboardInterrupt
    if not result.success:
        raise RuntimeError(say("run.broken", run_id=result.run_id))


def _was_interrupted(result: dg.ExecuteInProcessResult) -> bool:
    """Whether Ctrl-C or a termination ended the run: Dagster makes an event of it where it is told not to raise."""
    return any(
        event.event_type == dg.DagsterEventType.RUN_CANCELED
        or (event.is_run_failure and event.job_failure_data.failure_reason is RunFailureReason.UNEXPECTED_TERMINATION)
        for event in result.all_events
    )


@contextmanager
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """The instance in `DAGSTER_HOME`, set up there at first use."""
    home = prepare_home(settings)
    try:
        opening = dg.DagsterInstance.from_config(str(home))
    except (yaml.YAMLError, dg.DagsterError) as error:
        reason = " ".join(str(error).split())[:300]
        raise InputError("settings.dagster_yaml", path=home, reason=reason) from error
    with opening as dagster_instance:
        _bury_the_dead(dagster_instance, home)
        yield dagster_instance


def prepare_home(settings: Settings) -> Path:
    """Make `DAGSTER_HOME` a folder that Dagster accepts, with our configuration where it has none.

    Raises:
        InputError: there cannot be such a folder.
    """
    home = settings.dagster_home.resolve()
    packaged = resources.files("keyword_assets") / "resources" / "dagster.yaml"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not (home / "dagster.yaml").exists():
            (home / "dagster.yaml").write_text(packaged.read_text(encoding="utf-8"), encoding="utf-8")
    except OSError as error:
        raise InputError("settings.dagster_home", home=home, reason=error.strerror) from error
    os.environ["DAGSTER_HOME"] = str(home)
    return home


@contextmanager
def _alive(home: Path) -> Iterator[str]:
    """Hold a lock that the system itself lets go of when this process ends, however it ends."""
    life = uuid.uuid4().hex
    lock = FileLock(_life_file(home, life))
    with lock:
        yield life
    Path(lock.lock_file).unlink(missing_ok=True)


def _life_file(home: Path, life: str) -> Path:
    folder = home / "commands"
    folder.mkdir(exist_ok=True)
    return folder / f"{life}.lock"


def _holder_of_pool(dagster_instance: dg.DagsterInstance) -> str | None:
    """The run that has the HCX account now, so that ours will wait for it."""
    info = dagster_instance.event_log_storage.get_concurrency_info(POOL)
    return next((slot.run_id for slot in info.claimed_slots), None)


def _bury_the_dead(dagster_instance: dg.DagsterInstance, home: Path) -> None:
    """Fail the runs of commands that were killed: else they would hold their place in the pool for ever."""
    for run in dagster_instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED)):
        life = run.tags.get(_LIFE_TAG)
        if life is None:
            continue
        path = _life_file(home, life)
        try:
            with FileLock(path, timeout=0):
                dagster_instance.report_run_failed(run, message=say("run.killed"))
                dagster_instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
        except Timeout:
            continue
        path.unlink(missing_ok=True)
