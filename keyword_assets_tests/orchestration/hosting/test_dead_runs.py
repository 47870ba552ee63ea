"""Whose run may be failed by whom; with processes that are killed: cli/test_interrupted.py and test_crashes.py."""

import uuid
from pathlib import Path

import dagster as dg
import pytest

from keyword_assets.orchestration.hosting.dead_runs import LIFE_TAG, alive, fail_the_killed
from keyword_assets.orchestration.jobs.asset_jobs import JOB


def _begin(instance: dg.DagsterInstance, defs: dg.Definitions, life: str) -> str:
    job = defs.resolve_job_def(JOB)
    return instance.create_run_for_job(job, tags={LIFE_TAG: life}, status=dg.DagsterRunStatus.STARTED).run_id


def _status(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """That of one of the commands."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def test_a_command_that_lives_is_left_alone(instance: dg.DagsterInstance, defs: dg.Definitions, home: Path) -> None:
    """Two people at one machine, or a night's run and somebody who looks in the morning."""
    with alive(home) as life:
        run_id = _begin(instance, defs, life)
        fail_the_killed(instance, home)

        assert _status(instance, run_id) is dg.DagsterRunStatus.STARTED


def test_a_command_that_began_with_another_home_is_left_alone(
    instance: dg.DagsterInstance, defs: dg.Definitions, home: Path, tmp_path: Path
) -> None:
    """Machines may share an instance on a server; from here nobody can tell whether that one's command lives."""
    with alive(home) as life:
        run_id = _begin(instance, defs, life)
        fail_the_killed(instance, tmp_path)

        assert _status(instance, run_id) is dg.DagsterRunStatus.STARTED
    assert not list(tmp_path.rglob("*.lock"))


def test_a_lock_that_nobody_holds_is_of_a_command_that_was_killed(
    instance: dg.DagsterInstance, defs: dg.Definitions, home: Path
) -> None:
    """The system lets go of it; the file stays, and goes with the run."""
    life = uuid.uuid4().hex
    (home / "commands").mkdir()
    (home / "commands" / f"{life}.lock").touch()
    run_id = _begin(instance, defs, life)
    fail_the_killed(instance, home)

    assert _status(instance, run_id) is dg.DagsterRunStatus.FAILURE
    assert not list(home.rglob("*.lock"))
