"""A database that fails: what passes is waited for, what does not is named, and nothing is lost or doubled."""

import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import mysql.connector
import pytest
import sqlalchemy as sa
from mysql.connector.abstracts import MySQLConnectionAbstract
from sqlalchemy import event

from keyword_assets.core.errors import DatabaseError
from keyword_assets.core.models.usage import Spending, Usage
from keyword_assets.core.ports.store import Saved
from keyword_assets.core.questions import share_key
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database import retries as retries_module
from keyword_assets.sql.database import sqlite as sqlite_module
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.faults import DatabaseFault, fault_of_driver, waited_for_a_lock
from keyword_assets.sql.database.names import DEFAULT_NAMES, Names
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.loading.messages import insert_messages
from keyword_assets.sql.quality.doubtful import offer
from keyword_assets.sql.quality.judging import Judging
from keyword_assets.sql.quality.review_items import ReviewItems
from keyword_assets.sql.schema.migrate import outstanding, require_schema
from keyword_assets_tests.builders import (
    BATCH_TIME,
    BOTH_DAYS,
    DAY,
    VERSION,
    add_messages,
    keyword_rows,
    load_csv,
    make_answer,
    make_question,
    make_store,
    open_store,
    open_texts,
    query,
    save,
)
from keyword_assets_tests.mariadb import OrdinaryUser, PrivateMariaDB
from keyword_assets_tests.proxy import Proxy
from keyword_assets_tests.session_variables import set_ours
from keyword_assets_tests.sql.quality.items import CATCH_ALL, doubtful, took

# All tables in one file that ends: like a full disk, and to be had without one.
SMALL = ["--innodb-file-per-table=0", "--innodb-data-file-path=ibdata1:12M:autoextend:max:24M"]
SECRET = "hunter2-not-to-be-seen"
THREADS = 4
REPLIES = 60
PATIENCE = 30


@pytest.fixture(scope="module")
def server() -> Iterator[PrivateMariaDB]:
    """A server of our own, which may be killed."""
    with PrivateMariaDB() as server:
        yield server


@pytest.fixture
def user(server: PrivateMariaDB) -> Iterator[OrdinaryUser]:
    """A user of a new database who has no rights on the server: the administrator's are exempt from some faults."""
    with OrdinaryUser(server, SECRET) as user:
        yield user


@pytest.fixture
def ours(user: OrdinaryUser) -> Iterator[SqlQuestionStore]:
    """A store on that database."""
    store = make_store(user.url)
    yield store
    store.engine.dispose()


class Warnings:
    """What was logged about retries."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self._log = caplog

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def lines(self) -> list[str]:
        """One for each retry."""
        return [record.getMessage() for record in self._log.records if record.name == retries_module.__name__]


@pytest.fixture
def retries(caplog: pytest.LogCaptureFixture) -> Warnings:
    """What was logged about retries."""
    return Warnings(caplog)


def save_reply(store: SqlQuestionStore, number: int) -> Saved:
    """What a reply of two answers leads to."""
    texts = [f"{number}번째 질문", f"{number}번째 다른 질문"]
    return store.save(
        [(make_question(text), make_answer("낱말", "다른 낱말")) for text in texts],
        learned={share_key(text): make_answer("낱말", "다른 낱말") for text in texts},
        version=VERSION,
        batch_created_at=BATCH_TIME,
        spent=[Spending("run-1", DAY, "HCX-007", Usage(requests=1, prompt=100), 1.5)],
    )


@contextmanager
def threads_at_work(store: SqlQuestionStore) -> Iterator[list[Future[Saved]]]:
    """Threads that save replies; the body begins when some are saved and most are not."""
    with ThreadPoolExecutor(THREADS) as pool:
        futures = [pool.submit(save_reply, store, number) for number in range(REPLIES)]
        wait(futures[: REPLIES // 10])
        yield futures


def everything_is_there_once(store: SqlQuestionStore) -> None:
    """Each row, each learned answer and each won."""
    rows = keyword_rows(store)
    assert len(rows) == len(set(rows)) == REPLIES * 2 * 2
    assert query(store.engine, "SELECT COUNT(*) FROM keyword_answers") == [(REPLIES * 2,)]
    assert query(store.engine, "SELECT requests, prompt, cost_krw FROM keyword_usage") == [
        (REPLIES, REPLIES * 100, REPLIES * 1.5)
    ]


# -- what passes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stop", [PrivateMariaDB.kill9, PrivateMariaDB.halt], ids=["kill -9", "orderly"])
def test_a_server_that_comes_back_is_waited_for(
    server: PrivateMariaDB, ours: SqlQuestionStore, retries: Warnings, stop: Callable[[PrivateMariaDB], None]
) -> None:
    """An update of the server in the night, or a crash."""
    with threads_at_work(ours) as futures:
        stop(server)
        time.sleep(0.5)
        server.restart()
    for future in futures:
        future.result()

    assert retries
    everything_is_there_once(ours)


def test_connections_that_are_killed_again_and_again_are_made_anew(
    user: OrdinaryUser, ours: SqlQuestionStore, retries: Warnings, caplog: pytest.LogCaptureFixture
) -> None:
    """A proxy in front of the server that drops whom it likes. Nothing is said with a traceback."""
    with threads_at_work(ours) as futures:
        while not all(future.done() for future in futures):
            user.kill_connections()
            time.sleep(0.05)
    for future in futures:
        future.result()

    assert retries
    assert not [record for record in caplog.records if record.exc_info]
    everything_is_there_once(ours)


def test_a_connection_dropped_while_idle_is_replaced_unnoticed(
    ours: SqlQuestionStore, retries: Warnings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HCX may take longer than `wait_timeout`."""
    set_ours(monkeypatch, wait_timeout=1)
    ours.engine.dispose()
    save(ours, make_question("앞"))
    time.sleep(1.5)
    save(ours, make_question("뒤"))

    assert [row[0] for row in keyword_rows(ours)] == ["뒤", "앞"]
    assert not retries


def test_a_connection_that_the_driver_calls_unavailable_is_not_used_again(
    ours: SqlQuestionStore, retries: Warnings
) -> None:
    """SQLAlchemy alone does not take that for a disconnect and hands it to the next one."""
    attempts: list[int] = []

    @repeated
    def look() -> int:
        attempts.append(1)
        with reading(ours.engine) as connection:
            if len(attempts) == 1:
                connection.connection.driver_connection.close()  # type: ignore[union-attr]
            return int(connection.execute(sa.text("SELECT 7")).scalar_one())

    assert look() == 7
    assert (len(attempts), len(retries)) == (2, 1)


def test_a_place_among_the_connections_is_waited_for(
    user: OrdinaryUser, ours: SqlQuestionStore, retries: Warnings
) -> None:
    """Somebody's dashboard opens hundreds for a moment."""
    ours.engine.dispose()
    with user.all_connections_taken(), ThreadPoolExecutor() as pool:
        saving = pool.submit(save, ours, make_question())
        wait_until(lambda: len(retries))
        user.let_go()
        saving.result()

    assert "Too many connections" in retries.lines[0]
    assert len(keyword_rows(ours)) == 1


def test_whoever_loses_a_deadlock_tries_again(user: OrdinaryUser, ours: SqlQuestionStore, retries: Warnings) -> None:
    """The database ends one of two transactions that wait for each other."""
    ours.keep_sizes("old", VERSION)
    with closing(user.connect()) as other, ThreadPoolExecutor() as pool:
        # The database ends the one that has done less.
        run(other, *(f"INSERT INTO keyword_locks VALUES ('{number}')" for number in range(50)))
        run(other, "SELECT * FROM keyword_sizes FOR UPDATE")
        keeping = pool.submit(ours.keep_sizes, "new", VERSION)
        wait_until(user.somebody_waits_for_a_lock)
        run(other, "SELECT * FROM keyword_locks WHERE name = 'write' FOR UPDATE")
        other.rollback()
        keeping.result()

    assert len(retries) == 1
    assert "Deadlock" in retries.lines[0]
    assert ours.learned_sizes(VERSION) == "new"


@pytest.fixture
def impatient(ours: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks are waited for one second."""
    set_ours(monkeypatch, innodb_lock_wait_timeout=1)
    ours.engine.dispose()


def test_a_lock_that_comes_free_is_tried_for_again(
    user: OrdinaryUser, ours: SqlQuestionStore, retries: Warnings, impatient: None
) -> None:
    """A backup holds it for a minute."""
    with closing(user.connect()) as other, ThreadPoolExecutor() as pool:
        run(other, "SELECT * FROM keyword_locks WHERE name = 'write' FOR UPDATE")
        saving = pool.submit(save_reply, ours, 1)
        wait_until(lambda: len(retries))
        other.rollback()
        saving.result()

    assert "Lock wait timeout" in retries.lines[0]
    assert len(keyword_rows(ours)) == 4


def test_a_lock_that_never_comes_free_is_given_up(
    user: OrdinaryUser, ours: SqlQuestionStore, retries: Warnings, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody left a transaction open and went home."""
    monkeypatch.setattr(retries_module, "BUSY_TRIES", 2)
    with closing(user.connect()) as other:
        run(other, "SELECT * FROM keyword_locks WHERE name = 'write' FOR UPDATE")
        with pytest.raises(DatabaseError) as refused:
            save(ours, make_question())

    assert refused.value.key == "database.busy"
    assert len(retries) == 1
    assert keyword_rows(ours) == []


def test_a_locked_sqlite_file_is_tried_again(
    sqlite_url: str, retries: Warnings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody looks into the file with a tool that keeps it locked."""
    make_store(sqlite_url).engine.dispose()
    monkeypatch.setattr(sqlite_module, "_LOCK_WAIT_SECONDS", 0.1)
    store = open_store(make_engine(sqlite_url))
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor() as pool:
            saving = pool.submit(save_reply, store, 1)
            wait_until(lambda: len(retries))
            other.rollback()
            saving.result()

    assert "locked" in retries.lines[0]
    assert len(keyword_rows(store)) == 4
    store.engine.dispose()


# -- a commit that happened and was not told --------------------------------------------------------------------------


@pytest.fixture
def proxy(server: PrivateMariaDB) -> Iterator[Proxy]:
    """A way to the server that can lose answers."""
    with closing(Proxy(server.port)) as proxy:
        yield proxy


@pytest.fixture
def behind(ours: SqlQuestionStore, proxy: Proxy) -> Iterator[SqlQuestionStore]:
    """The store, with the proxy before the server."""
    url = ours.engine.url.set(port=proxy.port).update_query_dict({"ssl_disabled": "1"})
    store = open_store(make_engine(url.render_as_string(hide_password=False)))
    yield store
    store.engine.dispose()


def test_a_reply_whose_commit_was_not_acknowledged_is_saved_and_paid_once(
    behind: SqlQuestionStore, proxy: Proxy, retries: Warnings
) -> None:
    """The worst moment for a connection to break: nobody can know whether it happened."""
    for number in range(REPLIES):
        if number % 6 == 0:
            proxy.lose_commit_answers(times=number // 30 + 1)
        # Nobody else has written it: the run counts it as its own.
        assert save_reply(behind, number) == Saved()

    assert proxy.lost == len(retries) > 10
    everything_is_there_once(behind)


def test_spending_whose_commit_was_not_acknowledged_counts_once(
    ours: SqlQuestionStore, behind: SqlQuestionStore, proxy: Proxy, retries: Warnings
) -> None:
    """On top of what the run had spent in a process before this one."""
    spent = [Spending("run-1", DAY, "HCX-007", Usage(requests=1, reserved=900), 0.0125)]
    ours.spend(spent)

    for _ in range(3):
        proxy.lose_commit_answers()
        behind.spend(spent)

    assert (proxy.lost, len(retries)) == (3, 3)
    assert query(ours.engine, "SELECT requests, reserved, cost_krw * 10000 FROM keyword_usage") == [(4, 3_600, 500)]


def test_a_process_whose_entry_was_not_acknowledged_is_at_work_once(
    behind: SqlQuestionStore, proxy: Proxy, retries: Warnings
) -> None:
    """And its claims are its own."""
    keys = [share_key("가"), share_key("나")]
    proxy.lose_commit_answers()

    with behind.at_work(BOTH_DAYS):
        proxy.lose_commit_answers()
        claimed = behind.claim(keys, VERSION)

        assert query(behind.engine, "SELECT COUNT(*) FROM keyword_workers") == [(1,)]
        assert claimed == set(keys)
        assert query(behind.engine, "SELECT COUNT(*) FROM keyword_claims") == [(2,)]
    assert proxy.lost == len(retries) == 2
    assert query(behind.engine, "SELECT COUNT(*) FROM keyword_claims") == [(0,)]


def test_a_verdict_whose_commit_was_not_acknowledged_is_its_reviewers(
    behind: SqlQuestionStore, proxy: Proxy, retries: Warnings
) -> None:
    """Not somebody else's, who was faster."""
    offer(behind.engine, behind.tables, doubtful("하나"))
    items = ReviewItems(behind.engine, behind.tables)
    item = took(items, "김")

    def when() -> datetime:
        # Looked at when the item is held, and before the verdict is written.
        proxy.lose_commit_answers()
        return BATCH_TIME

    judged = Judging(behind.engine, behind.tables, items, when).judge(item.id, "right", "김", catch_all=CATCH_ALL)

    assert (judged.reviewer, judged.verdict) == ("김", "right")
    assert proxy.lost == len(retries) == 1


def test_questions_whose_reading_breaks_off_are_read_anew(
    user: OrdinaryUser, ours: SqlQuestionStore, retries: Warnings
) -> None:
    """What had been read already must not come twice."""
    texts = [f"{number}번째 질문 " + "가" * 300 for number in range(3_000)]
    add_messages(ours, *texts)
    broken = break_off_at("chattings", ours.engine, user, "after")

    found = open_texts(ours)

    assert (len(broken), len(retries)) == (1, 1)
    assert sorted(found) == sorted(texts)


def test_a_file_whose_commit_was_not_acknowledged_is_loaded_once(
    behind: SqlQuestionStore, proxy: Proxy, retries: Warnings, tmp_path: Path
) -> None:
    """And its rows are told as loaded, not as known before."""
    proxy.lose_commit_answers()

    report = load_csv(behind.engine, behind.tables, a_file(tmp_path, rows=1_200))

    assert proxy.lost == len(retries) == 1
    assert (report.read, report.loaded, report.known) == (1_200, 1_200, 0)
    assert query(behind.engine, "SELECT COUNT(*) FROM chattings") == [(1_200,)]


def test_chats_whose_commit_was_not_acknowledged_are_there_once(
    behind: SqlQuestionStore, proxy: Proxy, retries: Warnings
) -> None:
    """All the others as well."""
    proxy.lose_commit_answers()

    insert_messages(behind.engine, behind.tables, ((pk, "전학 절차", BATCH_TIME) for pk in range(1_200)))

    assert proxy.lost == len(retries) == 1
    assert query(behind.engine, "SELECT COUNT(*) FROM chattings") == [(1_200,)]


@pytest.mark.parametrize("place", ["FROM chattings", "SHOW CREATE"])
def test_a_file_whose_judging_breaks_off_is_judged_anew(
    user: OrdinaryUser, ours: SqlQuestionStore, retries: Warnings, tmp_path: Path, place: str
) -> None:
    """No line is refused twice, and none counted twice."""
    path = a_file(tmp_path, rows=1_200, more="eins,전학,2025-06-11 09:00:00\n")
    broken = break_off_at(place, ours.engine, user)

    report = load_csv(ours.engine, ours.tables, path)

    assert len(broken) == len(retries) == 1
    assert (report.read, report.loaded, report.refused) == (1_201, 0, [(1_202, "pk")])


@pytest.mark.parametrize("look", [require_schema, outstanding])
def test_a_look_at_the_schema_that_breaks_off_is_repeated(
    user: OrdinaryUser, ours: SqlQuestionStore, retries: Warnings, look: Callable[[sa.Engine, Names], object]
) -> None:
    """Each command begins with one."""
    broken = break_off_at("FROM keyword_schema_version", ours.engine, user)

    assert not look(ours.engine, DEFAULT_NAMES)
    assert len(broken) == len(retries) == 1


# -- what does not pass -----------------------------------------------------------------------------------------------


def test_a_server_that_stays_away_is_given_up_by_all_together(
    server: PrivateMariaDB, ours: SqlQuestionStore, retries: Warnings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever cleans up after that does not wait for it once more."""
    monkeypatch.setattr(retries_module, "OUTAGE_SECONDS", 1.5)
    with threads_at_work(ours) as futures:
        server.kill9()
        wait(futures)
    errors = [error for future in futures if (error := future.exception())]
    waited = len(retries)
    with pytest.raises(DatabaseError):
        save(ours, make_question())
    once_more = len(retries) - waited
    server.restart()

    assert {(type(error).__mro__[1], error.key) for error in errors if isinstance(error, DatabaseError)} == {
        (DatabaseError, "database.unreachable")
    }
    assert (waited > 0, once_more) == (True, 0)
    save(ours, make_question())


def test_connections_that_never_come_free_are_given_up(
    user: OrdinaryUser, ours: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only an administrator can help."""
    monkeypatch.setattr(retries_module, "OUTAGE_SECONDS", 0.5)
    ours.engine.dispose()
    with user.all_connections_taken(), pytest.raises(DatabaseError) as refused:
        save(ours, make_question())

    assert refused.value.key == "database.crowded"


def test_a_server_never_reached_is_not_waited_for(retries: Warnings) -> None:
    """It is more often a wrong address than a restart."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    began = time.monotonic()

    with (
        pytest.raises(DatabaseError) as refused,
        reading(make_engine(f"mysql+mysqlconnector://u:p@127.0.0.1:{port}/x")),
    ):
        pass

    assert refused.value.key == "database.unreachable"
    assert time.monotonic() - began < 3
    assert not retries


def test_a_server_that_stays_read_only_is_named(
    server: PrivateMariaDB, ours: SqlQuestionStore, retries: Warnings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is what a failover has left us at; those who read it meanwhile do not make it one to wait for."""
    monkeypatch.setattr(retries_module, "OUTAGE_SECONDS", 1.0)
    monkeypatch.setattr(retries_module, "_LONGEST_PAUSE", 0.2)
    save_reply(ours, 1)
    server.execute("SET GLOBAL read_only = 1")
    try:
        with pytest.raises(DatabaseError) as refused:
            save_reply(ours, 2)
        waited = len(retries)
        assert len(keyword_rows(ours)) == 4
        with pytest.raises(DatabaseError):
            save_reply(ours, 3)
    finally:
        server.execute("SET GLOBAL read_only = 0")

    assert refused.value.key == "database.read_only"
    assert waited == len(retries) > 0


def test_a_server_that_never_took_a_write_is_not_waited_for(
    server: PrivateMariaDB, user: OrdinaryUser, retries: Warnings
) -> None:
    """More often it is the address of a replica."""
    make_store(user.url).engine.dispose()
    url = user.url.replace("127.0.0.1", "localhost")
    server.execute("SET GLOBAL read_only = 1")
    try:
        with pytest.raises(DatabaseError) as refused:
            save_reply(open_store(make_engine(url)), 1)
    finally:
        server.execute("SET GLOBAL read_only = 0")

    assert refused.value.key == "database.read_only"
    assert not retries


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (2003, DatabaseFault.LOST),
        (2005, DatabaseFault.LOST),
        (2006, DatabaseFault.LOST),
        (2013, DatabaseFault.LOST),
        (2055, DatabaseFault.LOST),
        (1047, DatabaseFault.LOST),
        (3100, DatabaseFault.LOST),
        (3032, DatabaseFault.LOST),
        (9001, DatabaseFault.LOST),
        (3101, DatabaseFault.BUSY),
        (1290, DatabaseFault.DEMOTED),
        (1836, DatabaseFault.DEMOTED),
        (1792, DatabaseFault.READ_ONLY),
    ],
)
def test_what_the_driver_clusters_and_proxies_say_is_understood(number: int, fault: DatabaseFault) -> None:
    """Neither Galera, nor group replication, nor ProxySQL stands here; how a loss is told, is chance."""
    assert fault_of_driver(mysql.connector.Error("whatever", errno=number)) is fault


def test_a_full_disk_is_named_at_once(retries: Warnings) -> None:
    """What was written before stays."""
    with PrivateMariaDB(SMALL) as server:
        store = make_store(server.create_database("keyword_test"))
        save_reply(store, 1)
        with pytest.raises(DatabaseError) as refused:
            save_many_texts(store, 100_000)
        (rows,) = keyword_rows(store, "COUNT(*)")
        store.engine.dispose()

    assert refused.value.key == "database.full"
    assert not retries
    assert rows[0] > 4


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"password": "wrong"}, "database.denied"),
        ({"database": "somebody_elses"}, "database.denied"),
        ({"username": "nobody", "password": None}, "database.denied"),
    ],
    ids=["password", "database", "user"],
)
def test_a_refusal_is_named_at_once(user: OrdinaryUser, retries: Warnings, change: dict[str, Any], key: str) -> None:
    """Trying again cannot help."""
    url = sa.make_url(user.url).set(**change).render_as_string(hide_password=False)

    with pytest.raises(DatabaseError) as refused, reading(make_engine(url)):
        pass

    assert refused.value.key == key
    assert SECRET not in str(refused.value)
    assert not retries


def test_a_database_that_is_not_there_is_named_at_once(server: PrivateMariaDB, retries: Warnings) -> None:
    """A typing error in its name."""
    with pytest.raises(DatabaseError) as refused, reading(make_engine(server.url("no_such_database"))):
        pass

    assert refused.value.key == "database.unknown"
    assert not retries


@pytest.mark.parametrize(
    ("pragma", "key"), [("max_page_count = 1", "database.full"), ("query_only = 1", "database.read_only")]
)
def test_a_sqlite_file_that_takes_no_more_is_named_at_once(
    sqlite_url: str, retries: Warnings, pragma: str, key: str
) -> None:
    """The demo's disk may be full as well."""
    store = make_store(sqlite_url)
    store.engine.dispose()

    @event.listens_for(store.engine, "connect")
    def limit(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA {pragma}")

    with pytest.raises(DatabaseError) as refused:
        save(store, make_question("가" * 100_000))

    assert refused.value.key == key
    assert not retries
    store.engine.dispose()


def break_off_at(place: str, engine: sa.Engine, user: OrdinaryUser, when: str = "before") -> list[str]:
    """End the user's connections at the first statement that says this, which will be in the list returned.

    Before the statement is sent, or after it, when its rows are still to be read.
    """
    broken: list[str] = []

    @event.listens_for(engine, f"{when}_cursor_execute")
    def break_off(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if place in " ".join(statement.split()) and not broken:
            broken.append(statement)
            user.kill_connections()

    return broken


def a_file(folder: Path, rows: int, more: str = "") -> Path:
    """A CSV file of chats."""
    path = folder / "chats.csv"
    lines = "".join(f"{pk},{pk}번째 질문,2025-06-11 09:00:00\n" for pk in range(rows))
    path.write_text(f"chatting_pk,input_text,created_at\n{lines}{more}", encoding="utf-8")
    return path


def save_many_texts(store: SqlQuestionStore, number: int) -> None:
    """Of two kilobytes each, which a page holds: of texts beyond a page, MariaDB 10.11 may die in a full file."""
    for first in range(0, number, 500):
        save(store, *(make_question(f"{one} " + "가" * 700) for one in range(first, first + 500)))


def run(connection: MySQLConnectionAbstract, *statements: str) -> None:
    """Statements of another program, whose transaction stays open."""
    with closing(connection.cursor()) as cursor:
        for statement in statements:
            cursor.execute(statement)
            cursor.fetchall()


def wait_until(what: Callable[[], Any]) -> None:
    """Wait for something that another thread brings about."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("raised", "waited"),
    [
        (mysql.connector.DatabaseError("Lock wait timeout exceeded", 1205), True),
        (mysql.connector.DatabaseError("Deadlock found", 1213), False),
        (mysql.connector.DatabaseError("Record has changed since last read", 1020), False),
        (sqlite3.OperationalError("database is locked"), False),
    ],
    ids=lambda value: str(getattr(value, "errno", value)),
)
def test_only_who_waited_for_a_lock_is_told_for_how_long(raised: Exception, waited: bool) -> None:
    """A deadlock is over at once, and SQLite has its own patience: all of them may pass."""
    assert waited_for_a_lock(sa.exc.DBAPIError("ALTER TABLE", None, raised)) is waited
