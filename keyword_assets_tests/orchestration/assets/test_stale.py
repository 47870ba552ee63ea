"""A changed model, prompt or taxonomy shows: each day that was classified under another version is stale."""

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

from keyword_assets.configuration.settings import Settings
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.assets.keys import CLASSIFIED_KEYWORDS
from keyword_assets.orchestration.jobs.asset_jobs import JOB
from keyword_assets_tests.world import DAY, NEXT_DAY, Chats, keyword_rows, questions


def _run(instance: dg.DagsterInstance, day: str) -> None:
    job = build_defs(Settings.from_env()).resolve_job_def(JOB)
    assert job.execute_in_process(instance=instance, partition_key=day).success


def _status(instance: dg.DagsterInstance, day: str) -> tuple[StaleStatus, list[str]]:
    graph = build_defs(Settings.from_env()).resolve_asset_graph()
    resolver = CachingStaleStatusResolver(instance, graph, LoadingContextForTest(instance))
    causes = resolver.get_stale_causes(CLASSIFIED_KEYWORDS, day)
    return resolver.get_status(CLASSIFIED_KEYWORDS, day), [cause.reason for cause in causes]


def test_days_of_another_model_are_stale(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Day by day; a day that is classified after the change is not."""
    chats.add(*questions(3), day=DAY)
    chats.add(*questions(3), day=NEXT_DAY)
    _run(instance, DAY)
    fresh = _status(instance, DAY)
    monkeypatch.setenv("HCX_MODEL", "HCX-005")
    _run(instance, NEXT_DAY)

    assert fresh == (StaleStatus.FRESH, [])
    assert _status(instance, DAY) == (StaleStatus.STALE, ["has a new code version"])
    assert _status(instance, NEXT_DAY) == (StaleStatus.FRESH, [])


def test_a_run_that_leaves_the_old_rows_leaves_the_day_stale(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A late question is classified; the others keep the answers of the old model, and the mark must say so."""
    chats.add(*questions(3))
    _run(instance, DAY)
    rows = keyword_rows()
    monkeypatch.setenv("HCX_MODEL", "HCX-005")
    chats.add("늦게 온 질문")
    _run(instance, DAY)

    assert _status(instance, DAY)[0] is StaleStatus.STALE
    assert [row for row in keyword_rows() if row["query_text"] != "늦게 온 질문"] == rows


def test_a_second_run_under_the_same_version_is_fresh(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer
) -> None:
    """Neither a late message nor a second look makes a day outdated."""
    chats.add(*questions(3))
    _run(instance, DAY)
    chats.add("늦게 온 질문")
    _run(instance, DAY)

    assert _status(instance, DAY) == (StaleStatus.FRESH, [])


def test_reclassifying_makes_a_stale_day_fresh(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told by the run's config; every row of the day is then what the new model answers."""
    chats.add(*questions(3))
    _run(instance, DAY)
    monkeypatch.setenv("HCX_MODEL", "HCX-005")
    stale = _status(instance, DAY)[0]

    job = build_defs(Settings.from_env()).resolve_job_def(JOB)
    config = {"ops": {"daily_keywords": {"config": {"reclassify": True}}}}
    assert job.execute_in_process(instance=instance, partition_key=DAY, run_config=config).success

    assert (stale, _status(instance, DAY)) == (StaleStatus.STALE, (StaleStatus.FRESH, []))


def test_a_day_with_an_old_row_left_stays_stale(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit, a budget or a refusal may leave some."""
    chats.add(*questions(3))
    _run(instance, DAY)
    monkeypatch.setenv("HCX_MODEL", "HCX-005")

    job = build_defs(Settings.from_env()).resolve_job_def(JOB)
    config = {"ops": {"daily_keywords": {"config": {"reclassify": True, "limit": 2}}}}
    assert job.execute_in_process(instance=instance, partition_key=DAY, run_config=config).success

    assert _status(instance, DAY)[0] is StaleStatus.STALE
