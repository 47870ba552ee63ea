"""Dagster's daemon, whose loops are turned by hand under a clock of the test's own.

What is evaluated and launched goes through a real code server and real processes of runs, as always.
"""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.remote_representation.external import RemoteRepository
from dagster._core.storage.dagster_run import NOT_FINISHED_STATUSES
from dagster._core.test_utils import freeze_time
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster._daemon.backfill import execute_backfill_iteration
from dagster._daemon.monitoring.concurrency import execute_concurrency_slots_iteration
from dagster._daemon.monitoring.run_monitoring import execute_run_monitoring_iteration
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon
from dagster._daemon.sensor import SensorLaunchContext, execute_sensor_iteration
from dagster._scheduler.scheduler import launch_scheduled_runs
from dagster._time import get_current_datetime

from keyword_assets.configuration.settings import Settings
from keyword_assets.orchestration.hosting.instance import open_instance
from keyword_assets_tests.services import LISTENING, LOCATION, PATIENCE, SENSOR, Services, apart

_log = logging.getLogger(__name__)
ROOT = Path(__file__).parents[1]
_CLOCK = "clock"
# The definitions where `Settings.now` is what a file says: code server and runs are processes of their own.
_WITH_OUR_CLOCK = """
from datetime import datetime
from pathlib import Path
from keyword_assets.configuration.settings import Settings
def now(self):
    return datetime.fromisoformat(Path({clock!r}).read_text()).astimezone(self.timezone).replace(tzinfo=None)
Settings.now = now
from keyword_assets.definitions import defs
"""


class TickError(Exception):
    """What an iteration of the daemon complained of."""


class Daemon:
    """One instance's daemon.

    Args:
        context: the instance and its workspace.
        clock: the file that tells the code server the time.
    """

    def __init__(self, context: WorkspaceProcessContext, clock: Path) -> None:
        self.instance = context.instance
        self._context = context
        self._clock = clock
        self._runs = QueuedRunCoordinatorDaemon(interval_seconds=1)

    @contextmanager
    def at(self, now: datetime) -> Iterator[None]:
        """While this lasts, it is this time, for the daemon and for the code that it asks."""
        self._clock.write_text(now.isoformat())
        with freeze_time(now.astimezone(UTC)):
            yield

    @property
    def repository(self) -> RemoteRepository:
        """What the code server offers."""
        return self._context.create_request_context().get_code_location(LOCATION).get_repository("__repository__")

    def turn_on(self) -> None:
        """Turn the schedule and the sensor on, as somebody does in the UI."""
        self.instance.start_schedule(self.repository.get_schedule("daily_keywords_schedule"))
        self.instance.start_sensor(self.repository.get_sensor("coverage_backfill_sensor"))

    def schedules(self) -> None:
        """One look at the schedules."""
        _without_error(launch_scheduled_runs(self._context, _log, get_current_datetime(), iteration_times={}))

    def sensors(self, crash: Mapping[str, Any] | None = None) -> None:
        """One look at the sensors."""
        _without_error(execute_sensor_iteration(self._context, _log, None, None, debug_crash_flags=crash))

    def backfills(self) -> None:
        """One look at the backfills: each makes the runs that it can."""
        _without_error(execute_backfill_iteration(self._context, _log))

    def monitoring(self) -> None:
        """One look at the runs at work, and at the places in pools of those that have ended."""
        _without_error(execute_run_monitoring_iteration(self._context, _log))
        _without_error(execute_concurrency_slots_iteration(self._context, _log))

    def runs_until(self, done: Callable[[], object]) -> None:
        """Start what waits in the queue as soon as it may be started, until something has come about."""
        deadline = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < deadline, "in vain"
            _without_error(self._runs.run_iteration(self._context))
            time.sleep(0.5)

    def until_all_runs_have_ended(self) -> None:
        """Start what waits in the queue, and wait for the last of it."""
        self.runs_until(lambda: not self.instance.get_runs(dg.RunsFilter(statuses=NOT_FINISHED_STATUSES)))

    def close(self) -> None:
        """Stop the threads."""
        self._runs.__exit__(None, None, None)


def _without_error(iteration: Iterator[Any]) -> None:
    if errors := [error for error in iteration if error is not None]:
        raise TickError(errors)


@contextmanager
def code_server(folder: Path) -> Iterator[Services]:
    """A code server of the settings in force that runs in the folder, for the daemons there; it is called `code`."""
    (folder / "with_our_clock.py").write_text(_WITH_OUR_CLOCK.format(clock=str(folder / _CLOCK)))
    (folder / _CLOCK).write_text(datetime.now(UTC).isoformat())
    services = apart(folder, os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])})
    code = services.commands["code"]
    code[code.index("keyword_assets.definitions")] = "with_our_clock"
    try:
        services.start("code")
        services.until(lambda: LISTENING in services.logs())
        yield services
    finally:
        services.end()


@contextmanager
def daemon(instance: dg.DagsterInstance, folder: Path) -> Iterator[Daemon]:
    """A daemon of the instance over the code server in the folder."""
    target = WorkspaceFileTarget([str(folder / "workspace.yaml")])
    with ExitStack() as stack:
        context = stack.enter_context(WorkspaceProcessContext(instance, target))
        made = Daemon(context, folder / _CLOCK)
        stack.callback(made.close)
        yield made


def _kill_me(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def tick_that_is_killed(folder: str, point: str, at: str) -> None:
    """One look at the sensors at this time, by a process that dies at this point; for a process of its own."""
    crash = {SENSOR: {point: signal.SIGKILL}}
    if point == "BACKFILL_ADDED":
        # Dagster has no name for it: the backfill is there, and nothing says yet that this tick has made it.
        SensorLaunchContext.add_run_info = _kill_me  # type: ignore[method-assign]
    with (
        open_instance(Settings.from_env()) as instance,
        daemon(instance, Path(folder)) as doomed,
        doomed.at(datetime.fromisoformat(at)),
    ):
        doomed.sensors(crash)
