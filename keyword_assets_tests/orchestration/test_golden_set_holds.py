"""The golden set in real runs: asked once a version, compared with the one before, and nothing held up by it."""

import csv
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.slips import Slips
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.assets.keys import CLASSIFIED_KEYWORDS
from keyword_assets.orchestration.jobs.asset_jobs import JOB
from keyword_assets_tests.world import DAY, NEXT_DAY, Chats, keyword_rows, questions

TEXTS = questions(80)[40:]
CHECK = "golden_set_holds"


@pytest.fixture(autouse=True)
def _golden(_settings_in_force: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, hcx: SimulatorServer) -> None:
    """Forty questions, whose right category is what the simulator answers as long as it does not slip."""
    path = tmp_path / "golden.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = [("text", "category"), *((text, hcx.right_category(text)) for text in TEXTS)]
        csv.writer(file).writerows(rows)
    monkeypatch.setenv("KEYWORDS_GOLDEN", str(path))


def _run(instance: dg.DagsterInstance, day: str = DAY) -> tuple[bool, Any]:
    """Whether a run under the settings in force succeeded, and what the check said."""
    job = build_defs(Settings.from_env()).resolve_job_def(JOB)
    result = job.execute_in_process(instance=instance, partition_key=day, raise_on_error=False)
    (said,) = _said(instance, result)
    return result.success, said


def _said(instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult) -> list[Any]:
    """What the check said in a run."""
    records = instance.get_records_for_run(result.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    found = [record.event_log_entry.dagster_event.asset_check_evaluation_data for record in records]  # type: ignore[union-attr]
    return [evaluation for evaluation in found if evaluation.check_name == CHECK]


def _number(said: Any, name: str) -> Any:
    return said.metadata[name].value


def test_it_is_asked_once_for_a_version(instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer) -> None:
    chats.add(*questions(5))

    _, first = _run(instance)
    received = hcx.stats.snapshot.received
    _, second = _run(instance, NEXT_DAY)

    assert (first.passed, _number(first, "accuracy"), _number(first, "golden_questions")) == (True, 1.0, 40)
    assert (second.passed, _number(second, "cost_krw")) == (True, 0.0)
    assert hcx.stats.snapshot.received == received


def test_a_version_that_is_less_right_does_not_hold(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats.add(*questions(5))
    _run(instance)
    monkeypatch.setenv("HCX_MODEL", "HCX-DASH-002")
    hcx.slips = Slips(models={"HCX-DASH-002": 0.4})

    success, said = _run(instance, NEXT_DAY)

    assert success
    assert not said.passed
    assert said.severity is dg.AssetCheckSeverity.WARN
    assert _number(said, "difference") < -0.2
    assert _number(said, "mcnemar_p") < 0.05


def test_a_version_that_is_as_right_holds(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats.add(*questions(5))
    _run(instance)
    monkeypatch.setenv("HCX_MODEL", "HCX-DASH-002")

    _, said = _run(instance, NEXT_DAY)

    assert said.passed
    assert _number(said, "difference") == 0.0


def test_an_experiment_by_hand_is_no_version_before(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody has tried a poor model; what runs classify with is compared with what they did."""
    from keyword_assets.cli.main import run

    chats.add(*questions(5))
    hcx.slips = Slips(models={"HCX-DASH-002": 0.5})
    golden = str(Settings.from_env().golden)
    assert run(["evaluate", golden, "--model", "HCX-DASH-002"]) == 0

    _, said = _run(instance)

    assert said.passed
    assert "difference" not in said.metadata


def test_what_was_evaluated_by_hand_before_the_change_is_not_asked_again(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer
) -> None:
    from keyword_assets.cli.main import run

    assert run(["evaluate", str(Settings.from_env().golden)]) == 0
    received = hcx.stats.snapshot.received

    _, said = _run(instance)

    assert (said.passed, _number(said, "cost_krw"), hcx.stats.snapshot.received) == (True, 0.0, received)


def test_a_budget_that_ends_it_is_told_and_the_next_run_goes_on(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HCX_TOKEN_BUDGET", "5000")
    success, stopped = _run(instance)
    monkeypatch.delenv("HCX_TOKEN_BUDGET")
    _, whole = _run(instance, NEXT_DAY)

    assert (success, stopped.passed, whole.passed) == (True, False, True)
    assert 0 < _number(stopped, "golden_questions") < 40 == _number(whole, "golden_questions")


@pytest.mark.parametrize("content", ["text,category\n점수,이사\n", None])
def test_a_golden_set_that_cannot_be_used_fails_the_check_and_not_the_run(
    instance: dg.DagsterInstance, chats: Chats, content: str | None
) -> None:
    """The questions of the day are classified all the same."""
    chats.add(*questions(5))
    path = Path(str(Settings.from_env().golden))
    path.unlink()
    if content is not None:
        path.write_text(content, encoding="utf-8")

    success, said = _run(instance)

    assert (success, said.passed) == (True, False)
    assert "golden.csv" in said.description


def test_an_hcx_that_fails_meanwhile_fails_the_check_and_not_the_run(
    instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer
) -> None:
    chats.add(*questions(5))
    hcx.faults.add(*(Fault("error", code="40104", text=text) for text in TEXTS))

    success, said = _run(instance)

    assert (success, said.passed) == (True, False)


def test_the_check_alone_sends_nothing(instance: dg.DagsterInstance, chats: Chats, hcx: SimulatorServer) -> None:
    """From its page in the UI, where nobody expects to pay; what a run has found out before is told."""
    chats.add(*questions(5))
    key = dg.AssetCheckKey(CLASSIFIED_KEYWORDS, CHECK)
    job = build_defs(Settings.from_env()).resolve_job_def(JOB)
    alone = job.get_subset(asset_selection=set(), asset_check_selection={key})

    before = alone.execute_in_process(instance=instance, partition_key=DAY)
    assert (before.success, _said(instance, before), hcx.stats.snapshot.received) == (True, [], 0)
    assert keyword_rows() == []

    _run(instance)
    received = hcx.stats.snapshot.received
    (said,) = _said(instance, alone.execute_in_process(instance=instance, partition_key=DAY))
    assert (said.passed, hcx.stats.snapshot.received) == (True, received)


def test_without_a_golden_set_there_is_no_such_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEYWORDS_GOLDEN")

    (assets, *_) = build_defs(Settings.from_env()).assets or ()

    assert isinstance(assets, dg.AssetsDefinition)
    assert CHECK not in {key.name for key in assets.check_keys}
