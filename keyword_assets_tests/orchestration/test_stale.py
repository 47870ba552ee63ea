"""A changed model, prompt or taxonomy shows: each day that was classified under another version is stale."""

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus

from keyword_assets.definitions import build_defs
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.orchestration.jobs import JOB
from keyword_assets.orchestration.keys import CLASSIFIED_KEYWORDS
from keyword_assets.settings import Settings
from keyword_assets_tests.world import DAY, NEXT_DAY, Chats, keyword_rows, questions


def _run(instance: dg.DagsterInstance, day: str) -> None:
    job = build_defs(Settings.from_env()).resolve_job_def(JOB)
    assert job.execute_in_process(instance=instance, partition_key=day).success


def _status(instance: dg.DagsterInstance, day: str) -> tuple[StaleStatus, list[str]]:
    graph = build_defs(Settings.from_env()).resolve_asset_graph()
    resolver = CachingStaleStatusResolver(instance, graph)
    causes = resolver.get_stale_causes(CLASSIFIED_KEYWORDS, day)
    return resolver.get_status(CLASSIFIED_KEYWORDS, day), [cause.reason for cause in causes]


def test_days_of_another_model_are_stale_until_they_are_run_again(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Day by day, and only those; their rows stay as they are."""
    chats.add(*questions(3), day=DAY)
    chats.add(*questions(3), day=NEXT_DAY)
    _run(instance, DAY)
    _run(instance, NEXT_DAY)
    fresh = _status(instance, DAY)
    rows, sent = keyword_rows(), hcx.stats.snapshot.received
    monkeypatch.setenv("HCX_MODEL", "HCX-005")
    stale = _status(instance, DAY)
    _run(instance, NEXT_DAY)

    assert fresh == (StaleStatus.FRESH, [])
    assert stale == (StaleStatus.STALE, ["has a new code version"])
    assert _status(instance, DAY)[0] is StaleStatus.STALE
    assert _status(instance, NEXT_DAY)[0] is StaleStatus.FRESH
    assert (keyword_rows(), hcx.stats.snapshot.received) == (rows, sent)
