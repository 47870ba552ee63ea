"""The code location: it loads, and has the names that users and other systems rely on."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml

from keyword_assets.configuration.settings import SWITCHES, Settings
from keyword_assets.core.errors import InputError
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.assets.keys import ANSWER_QUALITY, KEYWORD_REPORT
from keyword_assets.orchestration.assets.specs import SENDS_TAG
from keyword_assets.orchestration.jobs.asset_jobs import JOB, REPORT_JOB

TOP = Path(__file__).parent.parent
PRIVATE_IMPORTS = {
    "dagster._cli.dev": "open_ipc_subprocess",
    "dagster._core.definitions.asset_checks.asset_check_evaluation": "AssetCheckEvaluationTargetMaterializationData",
    "dagster._core.definitions.assets.graph.asset_graph_subset": "AssetGraphSubset",
    "dagster._config.config_schema": "UserConfigSchema",
    "dagster._core.errors": "DagsterExecutionInterruptedError",
    "dagster._core.events": "RunFailureReason",
    "dagster._core.events.log": "EventLogEntry",
    "dagster._core.execution.backfill": "PartitionBackfill",
    "dagster._core.execution.retries": "RetryMode",
    "dagster._core.executor.in_process": "InProcessExecutor",
    "dagster._core.instance.ref": "InstanceRef",
    "dagster._core.scheduler.instigation": "TickData",
    "dagster._core.storage.asset_check_execution_record": "AssetCheckExecutionRecordStatus",
    "dagster._core.storage.base_storage": "DagsterStorage",
    "dagster._core.storage.dagster_run": "DagsterRun",
    "dagster._core.storage.event_log": "SqliteEventLogStorage",
    "dagster._core.storage.event_log.polling_event_watcher": "SqlPollingEventWatcher",
    "dagster._core.storage.event_log.schema": "SqlEventLogStorageTable",
    "dagster._core.storage.event_log.sqlite.sqlite_event_log": "INDEX_SHARD_NAME",
    "dagster._core.storage.runs": "SqliteRunStorage",
    "dagster._core.storage.runs.schema": "BulkActionsTable",
    "dagster._core.storage.schedules": "SqliteScheduleStorage",
    "dagster._core.storage.schedules.schema": "JobTickTable",
    "dagster._core.storage.sqlite": "create_db_conn_string",
    "dagster._core.storage.tags": "ASSET_PARTITION_RANGE_START_TAG",
    "dagster._loggers": "colored_console_logger",
    "dagster._serdes": "ConfigurableClass",
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

    assert graph.get_all_asset_keys() == {unique, classified, report, weeks, ANSWER_QUALITY}
    assert graph.get(ANSWER_QUALITY).parent_keys == {classified}
    assert graph.get(weeks).parent_keys == {report}
    assert graph.get(classified).parent_keys == {unique}
    assert graph.get(report).parent_keys == {classified}


def test_every_asset_of_days_has_daily_partitions_from_the_first_day(defs: dg.Definitions) -> None:
    """A day is a partition in its own time zone, whatever the server's. An audit is of a period of its own."""
    for key in defs.resolve_asset_graph().get_all_asset_keys() - {ANSWER_QUALITY}:
        partitions = defs.resolve_asset_graph().get(key).partitions_def

        assert isinstance(partitions, dg.DailyPartitionsDefinition)
        assert partitions.get_first_partition_key() == "2025-06-01"
        assert partitions.timezone == "Asia/Seoul"


def test_the_checks_stand_on_what_they_are_about(defs: dg.Definitions) -> None:
    """Other systems ask for their results by these names."""
    names: dict[str, set[str]] = {}
    for key in defs.resolve_asset_graph().asset_check_keys:
        names.setdefault(key.asset_key.to_user_string(), set()).add(key.name)

    assert names == {
        "unique_chats": {"every_message_has_a_day", "questions_are_usual"},
        "classified_keywords": {
            "counts_agree_with_source",
            "no_duplicate_rows",
            "no_orphan_rows",
            "keywords_are_valid",
            "catch_all_share",
        },
        "missing_data_report": {"coverage_is_complete", "quarantine_is_empty", "yesterday_is_present"},
        "answer_quality": {"accuracy_is_known", "accuracy_holds"},
    }


def test_no_check_blocks_anything(defs: dg.Definitions) -> None:
    """Right data are written whatever a check says."""
    specs = [spec for assets in defs.resolve_asset_graph().assets_defs for spec in assets.check_specs]

    assert [spec.name for spec in specs if spec.blocking] == []


def test_each_asset_says_what_it_is_whose_and_of_what(defs: dg.Definitions) -> None:
    """Who opens the UI for the first time should not need the README."""
    graph = defs.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)

        assert node.group_name == "daily_keywords"
        assert node.owners == ["team:keyword-assets"]
        assert node.kinds == {"python", "excel" if key == KEYWORD_REPORT else "sqlite"}
        assert re.search("[가-힣]", node.description or "")


def test_only_the_classification_is_marked_as_sending(defs: dg.Definitions) -> None:
    """The tag can be searched for: what may cost money."""
    graph = defs.resolve_asset_graph()
    sending = {key.to_user_string(): graph.get(key).tags[SENDS_TAG] for key in graph.get_all_asset_keys()}

    assert sending == {
        "unique_chats": "nothing",
        "classified_keywords": "hcx",
        "missing_data_report": "nothing",
        "keyword_report": "nothing",
        "answer_quality": "nothing",
    }


def test_the_columns_are_those_of_the_users_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under their own names: somebody will copy them into a query."""
    monkeypatch.setenv("KEYWORDS_TABLE_CHATTINGS", "chat_log")
    monkeypatch.setenv("KEYWORDS_COLUMN_INPUT_TEXT", "body")
    graph = build_defs(Settings.from_env()).resolve_asset_graph()

    columns = {}
    for key in graph.get_all_asset_keys() - {KEYWORD_REPORT, ANSWER_QUALITY}:
        schema = graph.get(key).metadata["dagster/column_schema"]
        assert isinstance(schema, dg.TableSchema)
        columns[key.to_user_string()] = [column.name for column in schema.columns]

    assert columns["unique_chats"] == ["chatting_pk", "body", "created_at"]
    assert columns["classified_keywords"][:3] == ["query_text", "keyword", "category_id"]
    assert columns["missing_data_report"][:3] == ["day", "reported_at", "messages"]
    assert graph.get(dg.AssetKey("unique_chats")).metadata["dagster/table_name"] == "chat_log"


def test_owners_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom to ask is different in each office."""
    monkeypatch.setenv("KEYWORDS_OWNERS", "team:data, kim@example.go.kr")
    graph = build_defs(Settings.from_env()).resolve_asset_graph()

    assert graph.get(dg.AssetKey("unique_chats")).owners == ["team:data", "kim@example.go.kr"]


@pytest.mark.parametrize("owner", ["data", "team:", "kim@", "kim@office", "team:a b"])
def test_what_dagster_would_not_take_for_an_owner_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, owner: str
) -> None:
    """Else the location fails to load, with a traceback."""
    monkeypatch.setenv("KEYWORDS_OWNERS", owner)

    with pytest.raises(InputError, match="KEYWORDS_OWNERS"):
        Settings.from_env()


def test_job_schedule_sensor_and_resources_have_their_names(defs: dg.Definitions) -> None:
    """They are in people's bookmarks and scripts."""
    repository = defs.get_repository_def()

    assert {"daily_keywords_job", "weekly_report_job", "weekly_audit_job", "prune_job"} <= set(repository.job_names)
    assert {schedule.name for schedule in repository.schedule_defs} == {
        "daily_keywords_schedule",
        "weekly_audit_schedule",
        "weekly_prune_schedule",
        "weekly_report_schedule",
    }
    assert {sensor.name for sensor in repository.sensor_defs} == {
        "alert_sensor",
        "coverage_backfill_sensor",
        "yesterday_is_present_sensor",
    }
    assert {"hcx", "database"} <= set(repository.get_top_level_resources())


def test_what_costs_money_is_off_until_a_setting_turns_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that can be turned on by it, one by one; a name that is none is told."""
    for on in ([], ["coverage_backfill_sensor"], list(SWITCHES)):
        monkeypatch.setenv("KEYWORDS_SWITCHED_ON", ", ".join(on))
        repository = build_defs(Settings.from_env()).get_repository_def()
        switches = [*repository.schedule_defs, *repository.sensor_defs]
        running = [one.name for one in switches if one.name in SWITCHES and one.default_status.value == "RUNNING"]
        assert sorted(running) == sorted(on)
    assert {schedule.name for schedule in repository.schedule_defs} <= set(SWITCHES)
    monkeypatch.setenv("KEYWORDS_SWITCHED_ON", "daily_schedule")
    with pytest.raises(InputError, match="KEYWORDS_SWITCHED_ON"):
        Settings.from_env()


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
    ways = ("from dagster._", "import dagster._")
    used = {line.split()[1] for text in sources for line in text.splitlines() if line.lstrip().startswith(ways)}

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


def test_what_the_ui_says_of_jobs_and_sensors_is_korean() -> None:
    """The people who look at it in the morning read Korean, and so is everything else there."""
    repository = build_defs(Settings.from_env()).get_repository_def()
    jobs = [repository.get_job(name) for name in (JOB, REPORT_JOB)]
    named = [*repository.schedule_defs, *repository.sensor_defs, *jobs]

    assert [one.name for one in named if not re.search("[가-힣]", one.description or "")] == []
