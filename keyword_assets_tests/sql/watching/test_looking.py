"""A look at our tables: who is at work, how far, and what days, quota and runs are like; nothing is changed."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.alerting.alerts import EndedRun
from keyword_assets.core.errors import DatabaseError, InputError
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.sql.alerting.ended_runs import EndedRuns
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.watching.looking import look, opened_to_look
from keyword_assets_tests.builders import make_store
from keyword_assets_tests.world import DAY, NEXT_DAY, TODAY, Chats, Clock, contents, questions

FIRST, SECOND = date.fromisoformat(DAY), date.fromisoformat(NEXT_DAY)
BOTH = Period(FIRST, SECOND)


@pytest.fixture
def store(database_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlQuestionStore]:
    """The database in force: two days with three questions each, counted; the second one's are classified."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", database_url)
    monkeypatch.setenv("KEYWORDS_START_DATE", DAY)
    monkeypatch.setenv("HCX_QPM", "60")
    found = make_store(database_url)
    chats = Chats()
    chats.add(*questions(3))
    chats.add(*questions(3), day=NEXT_DAY)
    _classify(found, SECOND, *questions(3))
    for row in found.recount(BOTH):
        found.days.keep(row)
    yield found
    found.engine.dispose()


def _classify(store: SqlQuestionStore, day: date, *texts: str) -> None:
    """Rows as a run writes them."""
    table = store.tables.admin_chat_keywords
    row = {"keyword": "전학", "category_id": 1, "query_count": 1, "created_at": day, "batch_created_at": TODAY}
    with store.engine.begin() as connection:
        connection.execute(sa.insert(table), [{**row, "query_text": text} for text in texts])


def _use(store: SqlQuestionStore, run_id: str, requests: int) -> None:
    """Usage as a run notes it."""
    table = store.tables.usage
    nothing = dict.fromkeys(("retries", "possibly_twice", "prompt", "completion", "reserved"), 0)
    row = {"used_on": TODAY.date(), "run_id": run_id, "day": FIRST, "model": "HCX-007", "cost_krw": 3.5, **nothing}
    with store.engine.begin() as connection:
        connection.execute(sa.insert(table), [{**row, "requests": requests}])


def test_everything_is_seen_at_once(store: SqlQuestionStore) -> None:
    """A process with its claims, its progress by rows that are there now, the open gap, and how the last runs ended."""
    settings, runs = Settings.from_env(), EndedRuns(store.engine, store.tables)
    for run_id, hours, outcome in (("old", 30, "done"), ("bad", 2, "gaps"), ("report", 1, "report_written")):
        runs.note(EndedRun(run_id, TODAY - timedelta(hours=hours), BOTH, outcome))
    _use(store, "run-1", 7)
    with store.carrying("run-1"), store.at_work(Period.of(FIRST)), opened_to_look(settings) as engine:
        store.claim([bytes(32), bytes([1] * 32)], "version")
        _classify(store, FIRST, *questions(2))
        before = contents()
        seen = look(settings, engine)

        assert contents() == before
    (process,) = seen.processes
    assert (process.runs, process.periods) == (("run-1",), (Period.of(FIRST),))
    assert (process.asking, process.requests) == (2, 7)
    assert {day: (known.row.classified, known.classified_now) for day, known in seen.days.items()} == {
        FIRST: (0, 2),
        SECOND: (3, None),
    }
    assert (seen.total, seen.classified) == (DayCoverage(settings.last_day(), 6, 0, 6, 3), 5)
    assert seen.past == Period(FIRST, settings.last_day())
    assert seen.uncounted == (settings.last_day() - FIRST).days + 1 - 2
    assert [(gap.day, gap.most) for gap in seen.gaps] == [(FIRST, 3)]
    assert seen.last_success == TODAY - timedelta(hours=30)
    assert seen.last_run is not None
    assert seen.last_run.outcome == "report_written"
    assert (seen.spent.today.requests, seen.spent.krw_today, seen.spent.krw_month) == (7, 3.5, 3.5)
    assert seen.ended == {"gaps": 1, "report_written": 1}
    assert (seen.quota.limits.requests, seen.quota.requests, seen.quota.waiting) == (60, 0, 0)


def test_the_limit_of_new_texts_is_seen(store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Days that wait for tomorrow."""
    monkeypatch.setenv("KEYWORDS_MOST_NEW_TEXTS_A_DAY", "2")
    settings = Settings.from_env()
    with store.engine.begin() as connection:
        row = {"sent_on": TODAY.date(), "day": FIRST, "texts": 2}
        connection.execute(sa.insert(store.tables.sent_texts), [row])
    with opened_to_look(settings) as engine:
        seen = look(settings, engine)

    assert seen.days_limited == 1
    assert seen.total.waiting == 3


def test_what_is_not_there_is_told_and_not_made(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look makes no file, and upgrades nothing."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", sqlite_url)
    with pytest.raises(InputError), opened_to_look(Settings.from_env()):
        pass
    bare = make_engine(sqlite_url)
    with bare.begin() as connection:
        connection.execute(sa.text("CREATE TABLE chattings (input_text TEXT)"))
    bare.dispose()
    with pytest.raises(InputError), opened_to_look(Settings.from_env()):
        pass


def test_a_server_that_is_away_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens there."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", "mysql+mysqlconnector://user:secret@127.0.0.1:9/db")
    with pytest.raises(DatabaseError) as told, opened_to_look(Settings.from_env()):
        pass

    assert "secret" not in str(told.value)
