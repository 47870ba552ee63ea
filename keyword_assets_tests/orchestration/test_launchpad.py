"""What a run can be told: nothing of where the key and the questions go, of how much may be spent, or of paths."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._config import ConfigType, ConfigTypeKind
from dagster._core.execution.api import create_execution_plan

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import InputError
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets.orchestration.assets.partitions import period_of, period_of_run
from keyword_assets.orchestration.hosting.instance import open_instance
from keyword_assets.orchestration.jobs.asset_jobs import JOB
from keyword_assets.orchestration.running.run_tags import REFUSED, launcher_of, refuse_tags
from keyword_assets.orchestration.sensors import alert_sensor as alerts
from keyword_assets.orchestration.sensors import coverage_backfill_sensor as sensors
from keyword_assets_tests.world import DAY, Chats

# Every field that a run's configuration may have, and why it may.
ALLOWED = {
    "loggers.console.config.log_level": "how much is printed; the event log keeps every line whatever it says",
    "loggers.console.config.name": "a word before each printed line",
    "ops.answer_quality.config.draw": "whether; how much is a setting, of which days follows from the day",
    "ops.daily_keywords.config.limit": "at most so many questions are sent; never more than without",
    "ops.daily_keywords.config.reclassify": "an instruction; quota and budget hold for it, too",
    "ops.keyword_report.config.deliver": "whether; to whom is a setting",
}
# Keys that they do not know are dropped there by Dagster: the job of all assets is told of a part of them.
OPEN_SHAPES = {"resources", "ops"}
HOSTILE: list[dict[str, Any]] = [
    {"resources": {"hcx": {"config": {"base_url": "http://127.0.0.1:1"}}}},
    {"resources": {"hcx": {"config": {"base_url": {"env": "HCX_API_KEY"}}}}},
    {"resources": {"hcx": {"config": {"token_budget": 10**9, "qpm": 10**6, "timeout_seconds": 1e9}}}},
    {"resources": {"hcx": {"config": "http://127.0.0.1:1"}}},
    {"resources": {"database": {"config": {"database_url": "sqlite:////tmp/x.db"}}}},
    {"resources": {"watcher": {"config": {"anything": 1}}}},
    {"resources": {"io_manager": {"config": {"base_dir": "/tmp"}}}},
    {"execution": {"config": {"retries": {"enabled": {}}}}},
    {"execution": {"config": {"multiprocess": {"max_concurrent": 99}}}},
    {"ops": {"daily_keywords": {"config": {"base_url": "http://127.0.0.1:1"}}}},
    {"ops": {"daily_keywords": {"config": {"limit": {"env": "HCX_QPM"}}}}},
    {"ops": {"daily_keywords": {"config": {"mask": "none"}}}},
    {"ops": {"daily_keywords": {"inputs": {"x": {"pickle": {"path": "/etc/passwd"}}}}}},
    {"loggers": {"console": {"config": {"log_level": {"env": "HCX_API_KEY"}}}}},
]


def _fields(kind: ConfigType, path: str = "") -> Iterator[tuple[str, ConfigType]]:
    """Each leaf of a configuration, and each place that takes what it does not know."""
    if ConfigTypeKind.has_fields(kind.kind):
        if kind.kind is ConfigTypeKind.PERMISSIVE_SHAPE:
            yield path, kind
        for name, field in kind.fields.items():  # type: ignore[attr-defined]
            yield from _fields(field.config_type, f"{path}.{name}".lstrip("."))
    elif kind.kind is ConfigTypeKind.SCALAR_UNION:
        # A scalar that can also be read from a variable of the process: never of ours.
        yield f"{path}{{env}}", kind
    elif ConfigTypeKind.is_closed_generic(kind.kind):
        for inner in kind.type_params or ():
            yield from _fields(inner, path)
    else:
        yield path, kind


def test_each_field_that_a_run_can_be_given_is_known_and_has_a_reason(defs: dg.Definitions) -> None:
    """A field that is added tomorrow fails here until somebody says why it may be there."""
    found, unknown = set(), []
    for job in defs.get_repository_def().get_all_jobs():
        for path, kind in _fields(job.run_config_schema.config_type):
            found.add(path)
            known = path in (OPEN_SHAPES if kind.kind is ConfigTypeKind.PERMISSIVE_SHAPE else ALLOWED)
            if not known or kind.kind is ConfigTypeKind.ANY:
                unknown.append(f"{job.name}: {path} ({kind.kind.name})")

    assert unknown == []
    assert found >= set(ALLOWED), "the walk has seen them"


@pytest.mark.parametrize("config", HOSTILE, ids=lambda config: json.dumps(config)[:70])
def test_what_is_no_instruction_is_refused_before_a_run_begins(defs: dg.Definitions, config: dict[str, Any]) -> None:
    """Dropped without a word would do for the attacker, but not for the operator who believes in it."""
    with pytest.raises(dg.DagsterInvalidConfigError):
        create_execution_plan(defs.resolve_job_def(JOB), run_config=config)


@pytest.mark.parametrize("tag", [*sorted(REFUSED), "dagster-k8s/config", "ecs/cpu"])
def test_a_run_with_a_tag_that_lifts_limits_is_refused(tag: str) -> None:
    """Dagster obeys some before our code is asked."""
    run = dg.DagsterRun(JOB, tags={tag: "999999999", "dagster/partition": DAY})

    with pytest.raises(InputError, match=tag):
        refuse_tags(run, "DefaultRunLauncher")


def test_what_a_launcher_of_containers_notes_itself_is_not_refused() -> None:
    """It writes the image and the container that it has started in place of whatever stood there."""
    noted = {"dagster/image": "localhost/keyword-assets:latest", "docker/container_id": "6f1a"}

    refuse_tags(dg.DagsterRun(JOB, tags=noted), "DockerRunLauncher")
    with pytest.raises(InputError, match="docker/container_id"):
        refuse_tags(dg.DagsterRun(JOB, tags=noted), "K8sRunLauncher")
    with pytest.raises(InputError, match="docker/image"):
        refuse_tags(dg.DagsterRun(JOB, tags=noted | {"docker/image": "other"}), "DockerRunLauncher")


def test_a_launcher_that_cannot_be_made_here_is_known_by_its_name(tmp_path: Path) -> None:
    """That of Kubernetes ends a run whose pod has no token of the cluster, and ours have none."""
    (tmp_path / "dagster.yaml").write_text("run_launcher: {module: of_another_machine, class: K8sRunLauncher}")

    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert launcher_of(instance) == "K8sRunLauncher"


@pytest.mark.parametrize(
    ("options", "tags", "said"),
    [
        ({}, {"dagster/max_runtime": "99999999"}, "dagster/max_runtime"),
        ({"limit": -1}, {}, "limit"),
        ({"limit": 10**30}, {}, "limit"),
    ],
)
def test_such_a_run_sends_nothing_and_says_why(
    defs: dg.Definitions,
    instance: dg.DagsterInstance,
    hcx: SimulatorServer,
    chats: Chats,
    options: dict[str, Any],
    tags: dict[str, str],
    said: str,
) -> None:
    """End to end: the step ends before the database or HCX is opened."""
    chats.add("전학 절차가 궁금해요")
    before = hcx.stats.snapshot

    result = defs.resolve_job_def(JOB).execute_in_process(
        instance=instance,
        partition_key=DAY,
        run_config={"ops": {"daily_keywords": {"config": options}}},
        tags=tags,
        raise_on_error=False,
    )

    (failure,) = [event for event in result.all_events if event.is_step_failure]
    assert said in str(failure.step_failure_data.user_failure_data)
    assert hcx.stats.snapshot == before


@pytest.mark.parametrize(
    "tags",
    [
        {"dagster/partition": "../../etc"},
        {"dagster/asset_partition_range_start": "2025-06-12", "dagster/asset_partition_range_end": "2025-06-11"},
        {"dagster/asset_partition_range_start": "x", "dagster/asset_partition_range_end": "y"},
        {"dagster/partition": "²" * 5000},
    ],
)
def test_partition_tags_that_are_no_days_are_those_of_no_run(tags: dict[str, str]) -> None:
    """The sensors read the tags of every run: one with such tags would end all their ticks."""
    assert period_of_run(dg.DagsterRun(JOB, tags=tags)) is None


def test_a_run_of_a_partition_that_is_no_day_says_so() -> None:
    """Dagster takes any word for a partition that is asked for by name."""
    with pytest.raises(InputError, match="nonsense"):
        period_of(["nonsense"])


@pytest.mark.parametrize("life", ["../../escaped", "/tmp/escaped", "a" * 31, "x" * 32, "a" * 5000, ""])
def test_a_tag_names_no_file_outside_of_our_folder(instance: dg.DagsterInstance, tmp_path: Path, life: str) -> None:
    """The file of a command's lock is named by a tag, is made to be looked at, and is removed."""
    before = sorted(tmp_path.rglob("*.lock"))
    instance.create_run_for_job(
        build_defs(Settings.from_env()).resolve_job_def(JOB), tags={".dagster/keyword_assets_command": life}
    )

    with open_instance(Settings.from_env()):
        pass

    assert sorted(tmp_path.rglob("*.lock")) == before


CURSORS = [
    "nonsense",
    "[" * 100_000,
    "[]",
    "null",
    "1e999",
    '{"failures_at": 1e300}',
    '{"failures_at": Infinity}',
    '{"failures_at": "x"}',
    '{"failures_at": 1, "url": "http://evil"}',
    '{"failures_at": 1, "outage_since": "<!channel> http://evil", "outage_told": []}',
    '{"failures_at": 1, "outage_since": null, "outage_told": ["zz"]}',
    '{"failures_at": 1, "outage_since": null, "outage_told": 7}',
    '{"2025-06-11": [1, -5, "2025-06-11T00:00:00+00:00"]}',
    '{"2025-06-11": [1, 1, "9999-12-31T23:59:59+00:00"]}',
    '{"2025-06-11": [Infinity, 1, "2025-06-11T00:00:00+00:00"]}',
    '{"2025-06-11": [1, 1, "0001-01-01T00:00:00"]}',
]


@pytest.mark.parametrize("text", CURSORS, ids=lambda text: text[:60])
def test_an_edited_cursor_costs_no_sensor(text: str) -> None:
    """It is one click in the UI, or one GraphQL mutation; the sensors must live, and say no foreign word."""
    cursor = alerts._Cursor.read(text)

    assert cursor.outage_since is None
    assert cursor.outage_told == []
    assert cursor.failures_at < datetime.now(UTC).timestamp()
    assert sensors._tries(text) == {}


def test_the_cursors_that_we_write_are_read() -> None:
    """As they were, to the second, but for what lies in the future."""
    now = datetime.now(UTC).replace(microsecond=0)
    told = alerts._Cursor((now - timedelta(hours=1)).timestamp(), "2025-06-11 09:00", ["abcd"])
    tries = {now.date(): sensors.Try(3, 2, now - timedelta(minutes=1))}

    assert alerts._Cursor.read(told.write()) == told
    assert (
        alerts._Cursor.read(alerts._Cursor(now.timestamp() + 1e6).write()).failures_at <= datetime.now(UTC).timestamp()
    )
    assert sensors._tries(sensors._cursor(tries)) == tries
