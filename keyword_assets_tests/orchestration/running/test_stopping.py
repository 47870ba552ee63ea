"""Runs of the code location whose process gets a signal: the real one, in the process of the test."""

import os
import signal
from collections.abc import Callable, Sequence

import dagster as dg
import pytest
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run
from dagster._core.storage.tags import PARTITION_NAME_TAG

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.ports.watcher import RunWatcher
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.jobs.asset_jobs import JOB
from keyword_assets_tests.world import DAY, Chats, questions


class _AtWork(RunWatcher):
    """Does something when the run's work has begun."""

    def __init__(self, act: Callable[[str], None]) -> None:
        self.act, self.run_id = act, ""

    def began(self, before: Sequence[DayCoverage]) -> None:
        self.act(self.run_id)


@pytest.fixture
def run_that(instance: dg.DagsterInstance, chats: Chats) -> Callable[[Callable[[str], None]], dg.DagsterRun]:
    """A run as its worker carries it, within which something happens; as Dagster knows it in the end."""
    chats.add(*questions(3))

    def run_that_does(act: Callable[[str], None]) -> dg.DagsterRun:
        watcher = _AtWork(act)
        job = build_defs(Settings.from_env(), watcher=watcher).resolve_job_def(JOB)
        run = instance.create_run_for_job(job_def=job, tags={PARTITION_NAME_TAG: DAY})
        watcher.run_id = run.run_id
        execute_run(InMemoryJob(job), run, instance)
        ended = instance.get_run_by_id(run.run_id)
        assert ended is not None
        return ended

    return run_that_does


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_told_to_end_is_canceled(
    run_that: Callable[[Callable[[str], None]], dg.DagsterRun], instance: dg.DagsterInstance, name: signal.Signals
) -> None:
    """Each upgrade ends the runs at work; in red they would look like faults, and alert people."""
    ended = run_that(lambda _: os.kill(os.getpid(), name))

    assert ended.status is dg.DagsterRunStatus.CANCELED
    said = [entry.dagster_event.message or "" for entry in instance.all_logs(ended.run_id) if entry.dagster_event]
    assert any("프로세스가 끝내라는 신호를" in message for message in said)


def test_a_run_that_dagster_has_failed_before_its_process_ends_stays_failed(
    run_that: Callable[[Callable[[str], None]], dg.DagsterRun], instance: dg.DagsterInstance
) -> None:
    """After six hours it is failed, and its process told to end."""

    def fail_and_end(run_id: str) -> None:
        run = instance.get_run_by_id(run_id)
        assert run is not None
        instance.report_run_failed(run)
        os.kill(os.getpid(), signal.SIGTERM)

    assert run_that(fail_and_end).status is dg.DagsterRunStatus.FAILURE


def test_a_run_that_breaks_is_a_failure(run_that: Callable[[Callable[[str], None]], dg.DagsterRun]) -> None:
    """People have to see to it."""

    def break_down(_run_id: str) -> None:
        raise OSError("a fault of our own")

    assert run_that(break_down).status is dg.DagsterRunStatus.FAILURE
