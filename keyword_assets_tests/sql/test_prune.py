"""What is old goes, in small steps; what coverage, money or an open gap rests on stays."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from keyword_assets.sql import prune as prune_module
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.dialects import database_clock
from keyword_assets.sql.database.transactions import reading, writing
from keyword_assets.sql.prune import USAGE_DAYS, count, prune
from keyword_assets_tests.builders import make_store

NOW = datetime(2027, 1, 15, 12, 0)
KEEP = 30
DAY = date(2025, 6, 11)


@pytest.fixture
def store(database_url: str) -> Iterator[SqlQuestionStore]:
    """A store on either database."""
    store = make_store(database_url)
    yield store
    store.engine.dispose()


def _ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def _insert(store: SqlQuestionStore, table: sa.Table, *rows: dict[str, Any]) -> None:
    with writing(store.engine) as connection:
        connection.execute(sa.insert(table), list(rows))


def _all(store: SqlQuestionStore, *columns: sa.Column[Any]) -> list[Any]:
    with reading(store.engine) as connection:
        rows = connection.execute(sa.select(*columns).order_by(*columns)).all()
    return [row[0] if len(columns) == 1 else tuple(row) for row in rows]


def _prune(store: SqlQuestionStore, keep: int = KEEP) -> dict[str, int]:
    counted = count(store.engine, store.tables, NOW, keep)
    removed = prune(store.engine, store.tables, NOW, keep, pause=lambda _: None)
    assert removed == counted, "a dry run says what is done"
    return {table: rows for table, rows in removed.items() if rows}


def _gap(number: int, closed_at: datetime | None, day: date = DAY) -> dict[str, Any]:
    since = _ago(500)
    return {
        "day": day,
        "text_hash": number.to_bytes(32, "big"),
        "missing_since": since,
        "query_text": f"질문 {number}",
        "query_count": 1,
        "tries": 0,
        "closed_at": closed_at,
    }


def test_gaps_that_were_closed_long_ago_go_and_open_ones_stay_whatever_their_age(store: SqlQuestionStore) -> None:
    """What is still missing after years is what people ask about."""
    table = store.tables.missing_questions
    _insert(store, table, _gap(1, _ago(31)), _gap(2, _ago(29)), _gap(3, None))

    assert _prune(store) == {"keyword_missing_questions": 1}
    assert [int.from_bytes(key, "big") for key in _all(store, table.c.text_hash)] == [2, 3]


def test_many_rows_go_step_by_step_and_the_rest_stays(store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step is a transaction of its own; others have their turn in between."""
    monkeypatch.setattr(prune_module, "STEP_ROWS", 7)
    table = store.tables.missing_questions
    # Old and young ones in turn, over several days of which one is larger than a step.
    rows = [_gap(n, _ago(40) if n % 3 else None, DAY + timedelta(days=n // 20)) for n in range(60)]
    _insert(store, table, *rows)
    pauses: list[float] = []

    removed = prune(store.engine, store.tables, NOW, KEEP, pause=pauses.append)

    assert removed["keyword_missing_questions"] == 40
    assert len(_all(store, table.c.text_hash)) == 20
    assert len(pauses) >= 40 // 7


def test_what_was_interrupted_is_finished_by_the_next(store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C, a server that goes away: the steps before it are done."""
    monkeypatch.setattr(prune_module, "STEP_ROWS", 4)
    table = store.tables.missing_questions
    _insert(store, table, *(_gap(n, _ago(40)) for n in range(10)))

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prune(store.engine, store.tables, NOW, KEEP, pause=stop)
    assert len(_all(store, table.c.text_hash)) == 6
    assert _prune(store) == {"keyword_missing_questions": 6}


def _report(day: date, at: datetime, classified: int) -> dict[str, Any]:
    counts = {"messages": 10, "blank": 0, "questions": 10, "classified": classified, "quarantined": 0}
    return {"day": day, "reported_at": at, **counts}


def test_of_reports_stay_the_newest_of_each_day_and_all_that_a_gap_rests_on(store: SqlQuestionStore) -> None:
    """Since when a day is incomplete, and how it stands, is told from them."""
    closed, open_, closed_lately = DAY, DAY + timedelta(1), DAY + timedelta(2)
    table = store.tables.day_states
    _insert(
        store,
        table,
        *(_report(closed, _ago(days), c) for days, c in ((90, 5), (80, 10), (70, 10))),
        *(_report(open_, _ago(days), c) for days, c in ((95, 10), (90, 5), (80, 6))),
        *(_report(closed_lately, _ago(days), c) for days, c in ((90, 5), (5, 10))),
    )

    _prune(store)
    kept = [
        *((closed, _ago(days)) for days in (70,)),
        # The complete one before the gap has nothing after it that closes the gap.
        *((open_, _ago(days)) for days in (95, 90, 80)),
        *((closed_lately, _ago(days)) for days in (90, 5)),
    ]
    assert _all(store, table.c.day, table.c.reported_at) == kept


def test_what_went_towards_the_limit_of_a_day_goes(store: SqlQuestionStore) -> None:
    """Only today's counts."""
    table = store.tables.sent_texts
    _insert(store, table, *({"sent_on": _ago(days).date(), "day": DAY, "texts": 5} for days in (0, 29, 31, 60)))

    assert _prune(store) == {"keyword_sent_texts": 2}
    assert _all(store, table.c.sent_on) == [_ago(29).date(), _ago(0).date()]


def _usage(days: int) -> dict[str, Any]:
    numbers = dict.fromkeys(("requests", "retries", "possibly_twice", "prompt", "completion", "reserved"), 1)
    return {"used_on": _ago(days).date(), "run_id": "r", "day": DAY, "model": "HCX-007", "cost_krw": 1, **numbers}


def test_what_was_spent_stays_for_400_days_whatever_is_asked_for(store: SqlQuestionStore) -> None:
    """It is money: budgets and reports rest on it."""
    table = store.tables.usage
    _insert(store, table, *map(_usage, (0, 31, USAGE_DAYS, USAGE_DAYS + 1)))

    assert _prune(store) == {"keyword_usage": 1}
    assert len(_all(store, table.c.used_on)) == 3
    assert _prune(store, USAGE_DAYS + 100) == {}


def test_ended_runs_messages_and_lapsed_processes_go(store: SqlQuestionStore) -> None:
    """And the claims of processes that nobody knows any more; those of the living stay."""
    tables = store.tables
    with reading(store.engine) as connection:
        now = database_clock(connection)
    old = now - (KEEP + 1) * 86_400
    run = {"start_day": DAY, "end_day": DAY, "outcome": "done", "reason": ""}
    _insert(
        store, tables.runs, {"run_id": "old", "ended_at": _ago(31), **run}, {"run_id": "new", "ended_at": NOW, **run}
    )
    message = {"channel": b"c" * 32, "title": "t", "body": "b", "tries": 0, "next_try": 0.0, "last_error": ""}
    _insert(store, tables.outbox, {"written_at": _ago(31), **message}, {"written_at": NOW, **message})
    process = {"host": "h", "pid": 1, "began_at": NOW}
    _insert(
        store,
        tables.workers,
        {"worker_id": "dead", "alive_until": old, **process},
        {"worker_id": "alive", "alive_until": now + 30, **process},
    )
    _insert(
        store,
        tables.claims,
        *(
            {"share_key": name.ljust(32).encode(), "classifier_version": "v", "worker_id": name}
            for name in ("dead", "alive", "nobody")
        ),
    )
    place = {"account": b"a" * 32, "waiting": 0, "requests": 1, "tokens": 1}
    _insert(store, tables.quota, {"free_at": old, **place}, {"free_at": now + 60, **place})

    # The dry run cannot know yet that the dead one's claims will have no holder.
    removed = prune(store.engine, tables, NOW, KEEP, pause=lambda _: None)

    assert {table: rows for table, rows in removed.items() if rows} == {
        "keyword_runs": 1,
        "keyword_outbox": 1,
        "keyword_workers": 1,
        "keyword_claims": 2,
        "keyword_quota": 1,
    }
    assert _all(store, tables.runs.c.run_id) == ["new"]
    assert _all(store, tables.workers.c.worker_id) == ["alive"]
    assert _all(store, tables.claims.c.worker_id) == ["alive"]


def test_nothing_else_is_touched(store: SqlQuestionStore) -> None:
    """The tables that are never pruned are named by nobody: a new one is kept unless somebody decides otherwise."""
    tables = store.tables
    kept = {"answers", "quarantine", "facts", "day_categories", "alerts", "sizes", "locks", "closings"}
    kept |= {"corrections", "replaced_rows", "evaluations", "evaluation_answers", "audits", "review_items"}
    theirs = {"chattings", "admin_categories", "admin_chat_keywords"}
    pruned = count(store.engine, tables, NOW, KEEP).keys()

    assert not pruned & {getattr(tables, name).name for name in kept | theirs}
    assert pruned | {getattr(tables, name).name for name in kept | theirs} == set(tables.metadata.tables)


def test_a_step_looks_along_the_primary_key(store: SqlQuestionStore) -> None:
    """And removes by it: a table of millions is neither sorted nor locked."""
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one lock for all")
    table = store.tables.missing_questions
    rows = [_gap(n, _ago(40) if n % 2 else None, DAY + timedelta(days=n // 100)) for n in range(3_000)]
    _insert(store, table, *rows)
    (old,) = [o for o in prune_module._old(store.engine, store.tables, NOW, KEEP) if o.table is table]
    lead = table.c.day
    key = {f"old_{name}": rows[0][name] for name in ("day", "text_hash", "missing_since")}

    assert _plan(store, prune_module.keys_statement(old, lead, DAY + timedelta(days=20))) == ("range", "PRIMARY")
    assert _plan(store, prune_module.remove_statement(old), key) == ("range", "PRIMARY")


def _plan(store: SqlQuestionStore, statement: Any, values: dict[str, Any] | None = None) -> tuple[str, str]:
    """How the server finds the rows, and by which index."""
    written = statement.compile(store.engine, compile_kwargs={"render_postcompile": True})
    bound = written.construct_params(values)
    with store.engine.connect() as connection:
        connection.exec_driver_sql(f"ANALYZE TABLE {store.tables.missing_questions.name}").all()
        explained = connection.exec_driver_sql(f"EXPLAIN FORMAT=TRADITIONAL {written}", bound).mappings().first()
    assert explained is not None
    return explained["type"], explained["key"]
