"""`db prune`: counts first, then removes, and says what."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from keyword_assets.cli.main import run
from keyword_assets.configuration.settings import Settings
from keyword_assets.sql.opening import open_store
from keyword_assets_tests.world import DAY, Chats, questions


@pytest.fixture
def old(chats: Chats) -> None:
    """A run that ended 100 days ago, and one of today."""
    chats.add(*questions(2))
    settings = Settings.from_env()
    day = {"start_day": sa.func.date(DAY), "end_day": sa.func.date(DAY), "outcome": "done", "reason": ""}
    with open_store(settings) as store, store.engine.begin() as connection:
        for name, days in (("old", 100), ("new", 0)):
            ended_at = settings.now() - timedelta(days=days)
            connection.execute(sa.insert(store.tables.runs).values(run_id=name, ended_at=ended_at, **day))


def _runs() -> list[str]:
    with open_store(Settings.from_env()) as store, store.engine.connect() as connection:
        return sorted(connection.scalars(sa.select(store.tables.runs.c.run_id)))


@pytest.mark.usefixtures("old")
def test_a_dry_run_counts_and_removes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """So that it can be seen before it is gone."""
    assert run(["db", "prune", "--keep-days", "30", "--dry-run"]) == 0
    assert capsys.readouterr().out == "30일보다 오래되어 지울 행: keyword_runs 1\n"
    assert _runs() == ["new", "old"]


@pytest.mark.usefixtures("old")
def test_what_is_old_goes_and_the_second_time_there_is_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """In people's words, and in a document for programs; without --dagster nothing of Dagster's is looked at."""
    assert run(["db", "prune", "--keep-days", "30"]) == 0
    assert capsys.readouterr().out == "오래된 행을 지웠습니다: keyword_runs 1\n"
    assert _runs() == ["new"]

    assert run(["db", "prune", "--keep-days", "30", "--lang", "en"]) == 0
    assert capsys.readouterr().out == "No rows older than 30 days. Nothing to do.\n"
    assert run(["db", "prune", "--keep-days", "30", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document.pop("rows")["keyword_runs"] == 0
    assert document == {"keep_days": 30, "dry_run": False, "dagster": None}


@pytest.mark.usefixtures("old")
def test_the_days_may_come_from_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """As they do for the schedule."""
    assert run(["db", "prune"]) == 0
    assert _runs() == ["new", "old"]

    monkeypatch.setenv("KEYWORDS_KEEP_DAYS", "90")
    assert run(["db", "prune"]) == 0
    assert _runs() == ["new"]


@pytest.mark.usefixtures("old")
def test_fewer_than_seven_days_are_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What just happened is still needed; whoever writes 0 gets nothing removed."""
    assert run(["db", "prune", "--keep-days", "6"]) == 2
    monkeypatch.setenv("KEYWORDS_KEEP_DAYS", "6")
    assert run(["db", "prune"]) == 2
    assert "KEYWORDS_KEEP_DAYS" in capsys.readouterr().err
    monkeypatch.delenv("KEYWORDS_KEEP_DAYS")
    assert _runs() == ["new", "old"]
