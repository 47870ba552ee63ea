"""A replica: counted on once it has all that its primary had, and never before; two servers, one of which follows."""

import threading
from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest
import sqlalchemy as sa

from keyword_assets.core.errors import DatabaseError, InputError
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database import replica as replica_module
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.replica import Replica
from keyword_assets_tests.builders import (
    BATCH_TIME,
    BOTH_DAYS,
    DAY,
    NEXT_DAY,
    add_messages,
    make_question,
    make_store,
    save,
)
from keyword_assets_tests.listening import Listening
from keyword_assets_tests.replication import Replicated, replicated

WAIT_SECONDS = 0.5
LONG_SECONDS = 60.0


@pytest.fixture(scope="module")
def pair() -> Iterator[Replicated]:
    """The two servers."""
    with replicated() as pair:
        yield pair


class Primary:
    """A database with a question that has an answer, and its replica, on which nothing may be done but to read."""

    def __init__(self, pair: Replicated) -> None:
        self._pair = pair
        self._name = f"db_{uuid4().hex[:12]}"
        url = pair.primary.create_database(self._name)
        self.plain = make_store(url)
        add_messages(self.plain, "전학", at=DAY)
        save(self.plain, make_question("전학"))
        for change in ("CREATE USER '{0}'@'%' IDENTIFIED BY '{0}'", "GRANT SELECT ON `{0}`.* TO '{0}'@'%'"):
            pair.primary.execute(change.format(self._name))
        pair.catch_up()
        self.replica: Replica | None = None

    def followed(self, url: str = "", wait_seconds: float = WAIT_SECONDS) -> SqlQuestionStore:
        """A store that counts on the replica at this URL."""
        engine, tables = self.plain.engine, self.plain.tables
        self.replica = Replica(engine, url or self.url_at(self._pair.replica.port), tables, wait_seconds)
        return SqlQuestionStore(engine, tables, lambda: BATCH_TIME, read=self.replica.read)

    def url_at(self, port: int) -> str:
        """Its URL at the server on this port, for somebody who may read."""
        url = self.plain.engine.url.set(port=port, username=self._name, password=self._name)
        return url.render_as_string(hide_password=False)

    def close(self) -> None:
        """Take it away again."""
        self.plain.engine.dispose()
        if self.replica:
            self.replica.dispose()
        self._pair.primary.drop_database(self._name)


@pytest.fixture
def primary(pair: Replicated) -> Iterator[Primary]:
    """That database; however a test left the replica, it follows again."""
    primary = Primary(pair)
    yield primary
    pair.go_on()
    pair.replica.execute("SET GLOBAL read_only = 1")
    primary.close()


def _counted_by(store: SqlQuestionStore) -> int:
    """The port of the server that does what only counts."""
    return int(store.read(lambda engine: engine.url.port or 0))


def _missing(store: SqlQuestionStore) -> dict[date, int]:
    return {row.day: row.missing for row in store.count(BOTH_DAYS)}


def test_days_are_counted_on_a_replica_that_follows(pair: Replicated, primary: Primary) -> None:
    """Right after each write on the primary, as often as one likes."""
    store = primary.followed(wait_seconds=LONG_SECONDS)

    assert _counted_by(store) == pair.replica.port
    for number in range(1, 6):
        add_messages(primary.plain, f"{number}번째 질문", at=NEXT_DAY)
        assert _missing(store) == {DAY: 0, NEXT_DAY: number}
        assert [row.missing for row in store.recount(BOTH_DAYS)] == [0, number]
    save(store, *(make_question(f"{number}번째 질문", NEXT_DAY) for number in range(1, 6)))
    assert [row.coverage for row in store.coverage(BOTH_DAYS)] == [1.0, 1.0]
    assert [row.coverage for row in store.recount(BOTH_DAYS)] == [1.0, 1.0]


def test_a_replica_behind_never_makes_a_day_look_finished(
    pair: Replicated, primary: Primary, caplog: pytest.LogCaptureFixture
) -> None:
    """It has not heard of the new question yet: the primary has, and counts; that is said once."""
    store = primary.followed()
    pair.fall_behind()
    add_messages(primary.plain, "새 질문", at=DAY)

    assert _missing(store) == {DAY: 1, NEXT_DAY: 0}
    assert _missing(store) == {DAY: 1, NEXT_DAY: 0}
    assert _counted_by(store) == pair.primary.port
    (line,) = [record.getMessage() for record in caplog.records if record.name == replica_module.__name__]
    assert "KEYWORDS_READ_WAIT_SECONDS" in line


def test_a_replica_that_comes_to_have_it_in_time_is_waited_for(pair: Replicated, primary: Primary) -> None:
    """Its lag is some seconds, now and then."""
    store = primary.followed(wait_seconds=LONG_SECONDS)
    pair.fall_behind()
    add_messages(primary.plain, "새 질문", at=DAY)
    timer = threading.Timer(0.3, pair.go_on)
    timer.start()

    assert store.read(lambda engine: (engine.url.port, _missing(primary.plain)[DAY])) == (pair.replica.port, 1)
    assert _missing(store) == {DAY: 1, NEXT_DAY: 0}
    timer.join()


def _rows_apart(pair: Replicated, primary: Primary) -> None:
    with pair.replica.administrator() as connection:
        connection.exec_driver_sql("SET sql_log_bin = 0")
        connection.exec_driver_sql(f"UPDATE `{primary.plain.engine.url.database}`.chattings SET input_text = 'x'")


def _writable(pair: Replicated, primary: Primary) -> None:
    pair.replica.execute("SET GLOBAL read_only = 0")


def _without_tables(pair: Replicated, primary: Primary) -> None:
    with pair.replica.administrator() as connection:
        connection.exec_driver_sql("SET sql_log_bin = 0")
        connection.exec_driver_sql(f"DROP TABLE `{primary.plain.engine.url.database}`.chattings")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [(_writable, "read_only=ON"), (_rows_apart, "chattings"), (_without_tables, "chattings")],
)
def test_a_replica_that_may_have_other_rows_is_not_counted_on(
    pair: Replicated, primary: Primary, caplog: pytest.LogCaptureFixture, spoil: object, said: str
) -> None:
    """Others may write to it, or it follows somebody else, or not with all tables."""
    assert callable(spoil)
    store = primary.followed(wait_seconds=LONG_SECONDS)
    spoil(pair, primary)

    assert _missing(store) == {DAY: 0, NEXT_DAY: 0}
    assert _counted_by(store) == pair.primary.port
    assert said in caplog.text
    assert primary.replica is not None
    with pytest.raises((DatabaseError, InputError)):
        primary.replica.catch_up()


def test_a_replica_that_is_not_there_costs_a_moment_once(
    pair: Replicated, primary: Primary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the minute for which a primary is waited for; and when it is back it is asked again."""
    closed = Listening()
    closed.close()
    store = primary.followed(primary.url_at(closed.port))

    assert _missing(store) == {DAY: 0, NEXT_DAY: 0}

    store = primary.followed()
    monkeypatch.setattr(replica_module, "LEFT_ALONE_SECONDS", 0.0)
    pair.replica.execute("SET GLOBAL read_only = 0")
    assert _counted_by(store) == pair.primary.port
    pair.replica.execute("SET GLOBAL read_only = 1")
    assert _counted_by(store) == pair.replica.port


def test_a_replica_lost_in_the_middle_leaves_its_work_to_the_primary(pair: Replicated, primary: Primary) -> None:
    """As a whole: nothing is counted on both."""
    store = primary.followed(wait_seconds=LONG_SECONDS)
    seen: list[int | None] = []

    def work(engine: sa.Engine) -> int:
        seen.append(engine.url.port)
        if engine.url.port == pair.replica.port:
            raise DatabaseError("database.unreachable", url="", reason="")
        return _missing(primary.plain)[DAY]

    assert store.read(work) == 0
    assert seen == [pair.replica.port, pair.primary.port]


def test_the_primary_itself_may_be_led_to(pair: Replicated, primary: Primary) -> None:
    """After a failover both names may be of the same server, which follows nobody and takes writes."""
    store = primary.followed(primary.url_at(pair.primary.port))
    add_messages(primary.plain, "새 질문", at=DAY)

    assert _missing(store) == {DAY: 1, NEXT_DAY: 0}
    assert primary.replica is not None
    assert primary.replica.catch_up() < LONG_SECONDS


def test_a_primary_without_gtids_is_counted_on_itself(mysql_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody could tell how far a replica of it is."""
    store = make_store(mysql_url)
    replica = Replica(store.engine, mysql_url, store.tables, 1)

    assert replica.read(lambda engine: engine) is store.engine
    assert "GTID" in caplog.text
    replica.dispose()
    store.engine.dispose()


def test_a_file_has_no_replica(sqlite_url: str, mysql_url: str) -> None:
    """The message names the setting."""
    store = make_store(sqlite_url)
    for url in (sqlite_url, mysql_url):
        with pytest.raises(InputError, match="KEYWORDS_READ_URL"):
            Replica(store.engine, url, store.tables, 1)
    with pytest.raises(InputError, match="KEYWORDS_READ_URL"):
        make_engine("mysql+mysqlconnector://h", setting=replica_module.SETTING)
    store.engine.dispose()
