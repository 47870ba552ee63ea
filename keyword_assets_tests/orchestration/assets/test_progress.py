"""The log of a run while it is at work: enough to see that it is alive, and no more."""

import re

import dagster as dg
import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.assets import progress
from keyword_assets.orchestration.assets.keys import CLASSIFIED_KEYWORDS
from keyword_assets.orchestration.assets.progress import SECONDS_BETWEEN_LINES
from keyword_assets.orchestration.jobs.asset_jobs import JOB
from keyword_assets_tests.world import DAY, NEXT_DAY, Chats, questions

LINE = re.compile(r"(\d+) / (\d+) \((\d+\.\d) %\), 남은 시간 (.+)$")


class _Clock:
    """A clock on which each look takes so many seconds."""

    def __init__(self, step: float) -> None:
        self._now, self._step = 0.0, step

    def monotonic(self) -> float:
        self._now += self._step
        return self._now


def _run(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, seconds_a_look: float) -> str:
    monkeypatch.setenv("HCX_BATCH_SIZE", "1")
    monkeypatch.setattr(progress, "time", _Clock(seconds_a_look))
    tags = {"dagster/asset_partition_range_start": DAY, "dagster/asset_partition_range_end": NEXT_DAY}
    result = build_defs(Settings.from_env()).resolve_job_def(JOB).execute_in_process(instance=instance, tags=tags)
    return result.run_id


def _lines(instance: dg.DagsterInstance, run_id: str) -> list[tuple[str, ...]]:
    found = (LINE.search(entry.user_message) for entry in instance.all_logs(run_id))
    return [match.groups() for match in found if match]


def test_a_quick_run_has_no_lines_of_progress(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its beginning and its end say everything."""
    chats.add(*questions(5))

    run_id = _run(instance, monkeypatch, 0.1)
    log = [entry.user_message for entry in instance.all_logs(run_id)]

    assert _lines(instance, run_id) == []
    assert "2일, 고유 질문 5개 중 5개를 분류합니다." in log


def test_a_long_run_says_how_far_it_is_and_how_long_it_takes(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question takes four seconds here: a line after every third, and never two within ten seconds."""
    chats.add(*questions(6), day=DAY)
    chats.add(*questions(12)[6:], day=NEXT_DAY)
    assert SECONDS_BETWEEN_LINES == 10

    lines = _lines(instance, _run(instance, monkeypatch, 4.0))

    assert [(done, total) for done, total, *_ in lines] == [("3", "12"), ("6", "12"), ("9", "12"), ("12", "12")]
    assert lines[0][2:] == ("25.0", "약 0분 36초")
    assert lines[-1][2:] == ("100.0", "약 0분 0초")


def test_the_day_that_moves_is_observed(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the asset's page, before the day is done."""
    chats.add(*questions(6))

    _run(instance, monkeypatch, 4.0)
    records = instance.fetch_observations(CLASSIFIED_KEYWORDS, limit=10).records
    seen = [record.asset_observation for record in reversed(records)]

    assert [(o.partition, o.metadata["done"].value, o.metadata["progress"].value) for o in seen if o] == [
        (DAY, 3, 0.5),
        (DAY, 6, 1.0),
    ]
