"""Dagster's instance is described three times, for one machine, for containers, for a cluster. They say the same."""

from pathlib import Path
from typing import Any

import pytest
import yaml

_ROOT = Path(__file__).parents[2]
_VALUES = yaml.safe_load((_ROOT / "deploy" / "kubernetes" / "values.yaml").read_text("utf-8"))
ONE_MACHINE = "keyword_assets/resources/dagster.yaml"
CONTAINERS = "deploy/dagster.yaml"


def _described(path: str) -> dict[str, Any]:
    described: dict[str, Any] = yaml.safe_load((_ROOT / path).read_text("utf-8"))
    return described


def test_a_queued_run_waits_for_its_code_server_wherever_it_is_queued() -> None:
    """Nothing of it may differ. That of a cluster stands under names of the chart, which writes it out as it is."""
    of_the_chart = _VALUES["dagsterDaemon"]["runCoordinator"]
    expected = _described(ONE_MACHINE)["run_coordinator"]

    assert expected["class"] == "QueuedRunCoordinator"
    assert _described(CONTAINERS)["run_coordinator"] == expected
    assert (of_the_chart["enabled"], of_the_chart["type"]) == (True, "CustomRunCoordinator")
    assert of_the_chart["config"] == {"customRunCoordinator": expected}


def test_a_run_that_hangs_or_dies_is_seen_as_soon_everywhere() -> None:
    expected = _described(ONE_MACHINE)["run_monitoring"]
    of_the_chart = _VALUES["dagsterDaemon"]["runMonitoring"]

    assert _described(CONTAINERS)["run_monitoring"] == expected
    # A pod may wait for a node first, and is never resumed: the chart wants both said.
    assert of_the_chart == {
        "enabled": expected["enabled"],
        "pollIntervalSeconds": expected["poll_interval_seconds"],
        "freeSlotsAfterRunEndSeconds": expected["free_slots_after_run_end_seconds"],
        "maxRuntimeSeconds": expected["max_runtime_seconds"],
        "startTimeoutSeconds": 300,
        "maxResumeRunAttempts": 0,
    }


# On one machine one run asks HCX at a time; containers and pods ask with four, and share the quota by our tables.
@pytest.mark.parametrize(
    ("concurrency", "asking"),
    [
        (_described(ONE_MACHINE)["concurrency"], 1),
        (_described(CONTAINERS)["concurrency"], 4),
        (_VALUES["additionalInstanceConfig"]["concurrency"], 4),
    ],
    ids=["one machine", "containers", "cluster"],
)
def test_four_runs_are_at_work_at_once(concurrency: dict[str, Any], asking: int) -> None:
    assert concurrency == {
        "pools": {"default_limit": asking, "granularity": "op"},
        "runs": {"max_concurrent_runs": 4},
    }
