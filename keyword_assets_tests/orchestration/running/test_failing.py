"""What Dagster is told, and keeps, of what went wrong in our sensors and jobs: all that there are."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.orchestration import resources
from keyword_assets.orchestration.assembly import build_defs
from keyword_assets_tests.world import DAY, KEY, Chats, Clock

# As a driver quotes what it was given.
QUOTED = f"cannot parse mysql+mysqlconnector://office:hunter2@db.example/keywords?api_key={KEY}"
SECRETS = (KEY, "hunter2")


class StrangeError(Exception):
    """Of no kind that we know."""


@pytest.fixture(autouse=True)
def _settings(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYWORDS_ALERT_URLS", "json://127.0.0.1:9/")


@pytest.fixture
def strange(monkeypatch: pytest.MonkeyPatch, chats: Chats) -> None:
    """A library with a fault of its own comes up while the database is open."""
    chats.add("전학 절차")
    opened = resources.open_store

    @contextmanager
    def fail(*given: object, **named: object) -> Iterator[object]:
        with opened(*given, **named):  # type: ignore[arg-type]
            raise StrangeError(QUOTED) from ValueError(QUOTED)
            yield

    monkeypatch.setattr(resources, "open_store", fail)


@pytest.mark.parametrize("name", ["alert_sensor", "coverage_backfill_sensor", "yesterday_is_present_sensor"])
@pytest.mark.usefixtures("strange")
def test_what_a_sensor_stumbles_over_is_told_without_secrets(instance: dg.DagsterInstance, name: str) -> None:
    """Dagster keeps the words of a tick's error, and of its causes, and shows them in the UI."""
    defs = build_defs(Settings.from_env())
    with (
        dg.build_sensor_context(
            instance=instance, definitions=defs, resources={"database": defs.resources["database"]}
        ) as context,
        pytest.raises(StrangeError) as told,
    ):
        defs.resolve_sensor_def(name).evaluate_tick(context)

    said = _all_words(told.value)
    assert "cannot parse" in said
    assert not [secret for secret in SECRETS if secret in said]


@pytest.mark.parametrize("name", ["daily_keywords_job", "prune_job", "weekly_audit_job", "weekly_report_job"])
@pytest.mark.usefixtures("strange")
def test_what_a_job_stumbles_over_is_told_without_secrets(instance: dg.DagsterInstance, name: str) -> None:
    """The run's events are kept, and whoever looks at the run reads them."""
    job = build_defs(Settings.from_env()).resolve_job_def(name)

    result = job.execute_in_process(
        instance=instance, partition_key=DAY if job.partitions_def else None, raise_on_error=False
    )

    said = "\n".join(str(entry) for entry in instance.all_logs(result.run_id))
    assert not result.success
    assert "cannot parse" in said
    assert not [secret for secret in SECRETS if secret in said]


def test_these_are_all() -> None:
    """A new one comes into the tests above."""
    repository = build_defs(Settings.from_env()).get_repository_def()

    assert {sensor.name for sensor in repository.sensor_defs} == {
        "alert_sensor",
        "coverage_backfill_sensor",
        "yesterday_is_present_sensor",
    }
    assert {job.name for job in repository.get_all_jobs() if not job.name.startswith("__")} == {
        "daily_keywords_job",
        "prune_job",
        "weekly_audit_job",
        "weekly_report_job",
    }


def _all_words(error: BaseException | None) -> str:
    if error is None:
        return ""
    return "\n".join([str(error), repr(error), _all_words(error.__cause__), _all_words(error.__context__)])
