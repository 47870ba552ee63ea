"""The code location: it loads, and has the names that users and other systems rely on."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml

from keyword_assets.core.errors import InputError
from keyword_assets.definitions import build_defs
from keyword_assets.settings import Settings

TOP = Path(__file__).parent.parent
PRIVATE_IMPORTS = {
    "dagster._core.definitions.asset_checks.asset_check_evaluation": "AssetCheckEvaluationTargetMaterializationData",
    "dagster._core.errors": "DagsterExecutionInterruptedError",
    "dagster._core.events": "RunFailureReason",
    "dagster._core.storage.tags": "ASSET_PARTITION_RANGE_START_TAG",
}


@pytest.fixture
def defs() -> dg.Definitions:
    return build_defs(Settings.from_env())


def test_the_definitions_load(defs: dg.Definitions) -> None:
    """Resources, jobs, partitions and checks fit together; without a key and without a database."""
    dg.Definitions.validate_loadable(defs)


def test_the_assets_stand_in_their_order(defs: dg.Definitions) -> None:
    """unique_chats → classified_keywords → missing_data_report, as the documentation draws them."""
    graph = defs.resolve_asset_graph()
    unique, classified, report, weeks = (
        dg.AssetKey(name) for name in ("unique_chats", "classified_keywords", "missing_data_report", "keyword_report")
    )

    assert graph.get_all_asset_keys() == {unique, classified, report, weeks}
    assert graph.get(weeks).parent_keys == {report}
    assert graph.get(classified).parent_keys == {unique}
    assert graph.get(report).parent_keys == {classified}


def test_every_asset_has_daily_partitions_from_the_first_day(defs: dg.Definitions) -> None:
    """A day is a partition in its own time zone, whatever the server's."""
    for key in defs.resolve_asset_graph().get_all_asset_keys():
        partitions = defs.resolve_asset_graph().get(key).partitions_def

        assert isinstance(partitions, dg.DailyPartitionsDefinition)
        assert partitions.get_first_partition_key() == "2025-06-01"
        assert partitions.timezone == "Asia/Seoul"


def test_the_check_stands_on_the_report(defs: dg.Definitions) -> None:
    """Other systems ask for its result by this name."""
    assert defs.resolve_asset_graph().asset_check_keys == {
        dg.AssetCheckKey(dg.AssetKey("missing_data_report"), "coverage_is_complete")
    }


def test_job_schedule_sensor_and_resources_have_their_names(defs: dg.Definitions) -> None:
    """They are in people's bookmarks and scripts."""
    repository = defs.get_repository_def()

    assert "daily_keywords_job" in repository.job_names
    assert [schedule.name for schedule in repository.schedule_defs] == ["daily_keywords_schedule"]
    assert [sensor.name for sensor in repository.sensor_defs] == ["coverage_backfill_sensor"]
    assert {"hcx", "database"} <= set(repository.get_top_level_resources())


def test_runs_share_the_hcx_pool(defs: dg.Definitions) -> None:
    """All runs share one account: its quota is kept only if one of them asks at a time."""
    job = defs.resolve_job_def("daily_keywords_job")

    assert {node.definition.pool for node in job.graph.nodes} == {"hcx"}


def test_the_first_day_follows_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """An office that started earlier has older partitions."""
    monkeypatch.setenv("KEYWORDS_START_DATE", "2024-03-04")

    partitions = build_defs(Settings.from_env()).resolve_job_def("daily_keywords_job").partitions_def

    assert isinstance(partitions, dg.DailyPartitionsDefinition)
    assert partitions.get_first_partition_key() == "2024-03-04"


def test_a_taxonomy_that_cannot_be_used_keeps_the_location_from_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Better a location that says what is wrong than runs that fail one by one."""
    monkeypatch.setenv("KEYWORDS_TAXONOMY", "absent.yaml")

    with pytest.raises(InputError, match=r"absent\.yaml"):
        build_defs(Settings.from_env())


def test_a_changed_taxonomy_is_a_new_code_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The UI then shows the days that were classified under the old one as outdated."""
    key = dg.AssetKey("classified_keywords")
    before = build_defs(Settings.from_env()).resolve_asset_graph().get(key).code_version
    (tmp_path / "mine.yaml").write_text("categories: [{id: 1, name: 하나, catch_all: true}]", encoding="utf-8")
    monkeypatch.setenv("KEYWORDS_TAXONOMY", "mine.yaml")

    assert build_defs(Settings.from_env()).resolve_asset_graph().get(key).code_version != before


@pytest.mark.parametrize("module", PRIVATE_IMPORTS)
def test_what_we_import_from_inside_dagster_is_still_there(module: str) -> None:
    """Dagster may move these in any release; its version is pinned, and this tells when the pin is moved."""
    assert hasattr(importlib.import_module(module), PRIVATE_IMPORTS[module])


def test_no_other_private_import_has_crept_in() -> None:
    """Each one is a risk taken knowingly, and listed above."""
    sources = [path.read_text(encoding="utf-8") for path in (TOP / "keyword_assets").rglob("*.py")]
    used = {line.split()[1] for text in sources for line in text.splitlines() if line.startswith("from dagster._")}

    assert used == set(PRIVATE_IMPORTS)


def test_workspace_yaml_names_the_code_location() -> None:
    """`dagster dev` in the top folder finds it there."""
    (location,) = yaml.safe_load((TOP / "workspace.yaml").read_text(encoding="utf-8"))["load_from"]

    assert location["python_module"]["module_name"] == "keyword_assets.definitions"


def test_nothing_hides_workspace_yaml() -> None:
    """A [tool.dagster] section in pyproject.toml would be used in its place, unnoticed."""
    assert not [
        line
        for line in (TOP / "pyproject.toml").read_text(encoding="utf-8").splitlines()
        if line.startswith(("[tool.dagster", "[tool.dg"))
    ]


def test_dagster_itself_can_load_the_location(tmp_path: Path) -> None:
    """In a process of its own, as the daemon's code server does it."""
    environment = os.environ | {"DAGSTER_HOME": str(tmp_path)}

    answer = subprocess.run(
        [sys.executable, "-m", "dagster", "definitions", "validate", "-w", str(TOP / "workspace.yaml")],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        check=False,
    )

    assert answer.returncode == 0, answer.stderr
