"""Dagster's events in its own files, over connections that are kept."""

import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from keyword_assets.configuration.settings import Settings
from keyword_assets.orchestration.hosting.instance import open_instance
from keyword_assets.orchestration.hosting.sqlite_storage import KEPT_FILES, KeptEventLogStorage


@dg.asset
def counted() -> dg.MaterializeResult[None]:
    """One that says a number."""
    return dg.MaterializeResult(metadata={"count": 7})


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, new_dagster_home: Path, tmp_path: Path) -> Path:
    """An instance's folder in which nothing has run."""
    home = tmp_path / "home"
    shutil.copytree(new_dagster_home, home)
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    return home


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[KeptEventLogStorage]:
    """Alone, in a folder of its own."""
    kept = KeptEventLogStorage(str(tmp_path / "events"))
    yield kept
    kept.dispose()


def _open_files(folder: Path) -> set[str]:
    links = [os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return {Path(link).name for link in links if link.startswith(str(folder)) and link.endswith(".db")}


def test_a_command_keeps_the_files_of_its_run_open_and_closes_them(home: Path) -> None:
    """What it wrote is there for whoever opens the folder with Dagster's own storage."""
    with open_instance(Settings.from_env()) as instance:
        done = dg.materialize([counted], instance=instance)
        written = instance.all_logs(done.run_id)
        while_open = _open_files(home / "history" / "runs")

    assert while_open == {"index.db", f"{done.run_id}.db"}
    assert _open_files(home) == set()
    with dg.DagsterInstance.from_config(str(home)) as theirs:
        assert isinstance(theirs.event_log_storage, SqliteEventLogStorage)
        assert not isinstance(theirs.event_log_storage, KeptEventLogStorage)
        assert theirs.all_logs(done.run_id) == written
        event = theirs.get_latest_materialization_event(dg.AssetKey("counted"))
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.metadata["count"].value == 7


def test_a_file_that_several_find_new_at_once_is_made_by_one(home: Path) -> None:
    """The process of a run that begins, and the webserver that shows it."""
    storages = [KeptEventLogStorage(str(home / "history" / "runs")) for _ in range(4)]
    with ThreadPoolExecutor(len(storages)) as threads:
        for run_id in ("first", "second", "third", "fourth", "fifth"):
            assert [*threads.map(lambda storage, new=run_id: storage.get_logs_for_run(new), storages)] == [[]] * 4
    for storage in storages:
        storage.dispose()


def test_what_others_write_meanwhile_is_seen(home: Path) -> None:
    """A daemon and a webserver work on the same files."""
    with open_instance(Settings.from_env()) as ours, dg.DagsterInstance.from_config(str(home)) as theirs:
        first = dg.materialize([counted], instance=ours)
        seen = ours.all_logs(first.run_id)
        theirs.report_engine_event("from elsewhere", theirs.get_run_by_id(first.run_id))
        second = dg.materialize([counted], instance=theirs)

        assert [entry.message for entry in ours.all_logs(first.run_id)[len(seen) :]] == ["from elsewhere"]
        assert len(ours.all_logs(second.run_id)) == len(theirs.all_logs(second.run_id)) > 0


def test_storage_that_somebody_configured_is_left_alone(home: Path) -> None:
    """Ours takes the place of Dagster's default only."""
    with (home / "dagster.yaml").open("a", encoding="utf-8") as file:
        file.write(f"storage: {{sqlite: {{base_dir: {home / 'elsewhere'}}}}}\n")

    with open_instance(Settings.from_env()) as instance:
        dg.materialize([counted], instance=instance)

        assert not isinstance(instance.event_log_storage, KeptEventLogStorage)
    assert (home / "elsewhere" / "history" / "runs" / "index.db").exists()


def test_no_more_than_a_few_files_stay_open(storage: KeptEventLogStorage, tmp_path: Path) -> None:
    """Somebody who looks at many runs does not run out of them."""
    for _ in range(3 * KEPT_FILES):
        assert list(storage.get_logs_for_run(uuid.uuid4().hex)) == []

    assert len(_open_files(tmp_path)) == KEPT_FILES
    storage.dispose()
    assert _open_files(tmp_path) == set()


def test_events_are_stored_together_or_not_at_all(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day with half of its marks would be neither told nor untold."""
    with open_instance(Settings.from_env()) as instance:
        done = dg.materialize([counted], instance=instance)
        events = instance.all_logs(done.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
        storage = instance.event_log_storage

        storage.store_event_batch([*events, *events])
        monkeypatch.setattr(type(storage), "_store_asset_event", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            storage.store_event_batch([*events, *events])

        assert len(instance.all_logs(done.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)) == 3
        assert len(instance.fetch_materializations(dg.AssetKey("counted"), limit=9).records) == 3


def test_a_runs_file_is_made_as_dagsters_own_storage_makes_it(home: Path) -> None:
    """Whoever moves the files to a newer Dagster has its migrations know where each stands."""
    with open_instance(Settings.from_env()) as ours:
        ours_run = dg.materialize([counted], instance=ours).run_id
    with dg.DagsterInstance.from_config(str(home)) as theirs:
        theirs_run = dg.materialize([counted], instance=theirs).run_id

    def described(run_id: str) -> set[tuple[str, ...]]:
        with closing(sqlite3.connect(home / "history" / "runs" / f"{run_id}.db")) as file:
            tables = file.execute("SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
            return {*tables, *file.execute("SELECT version_num FROM alembic_version")}

    assert described(ours_run) == described(theirs_run)
