"""The share of a day's new texts that each process may send: together never more than the limit, on any one day."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Slot
from keyword_assets.sql.classifying import sent_texts
from keyword_assets.sql.classifying.sent_texts import SentTexts
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.engine import make_engine
from keyword_assets_tests.builders import DAY, NEXT_DAY, execute

BOTH = Period(DAY, NEXT_DAY)


class Clock:
    """A wall clock that stands still until somebody moves it."""

    def __init__(self) -> None:
        self.now = datetime(2025, 6, 20, 23, 59, 59)

    def __call__(self) -> datetime:
        """The time now."""
        return self.now

    @property
    def today(self) -> date:
        """The calendar day now."""
        return self.now.date()


@pytest.fixture
def clock() -> Clock:
    """The evening of a day."""
    return Clock()


def _process(store: SqlQuestionStore, clock: Clock, most: int = 10) -> SentTexts:
    return SentTexts(store.engine, store.tables, clock, most)


def test_processes_share_the_limit_of_a_day(store: SqlQuestionStore, clock: Clock) -> None:
    """Whatever one has taken, the other cannot; each day has its own."""
    one, other = _process(store, clock), _process(store, clock)
    on = clock.today

    assert one.take({NEXT_DAY: 2, DAY: 6}) == {Slot(on, DAY): 6, Slot(on, NEXT_DAY): 2}
    assert other.take({DAY: 6}) == {Slot(on, DAY): 4}
    assert one.take({DAY: 1}) == {}
    assert other.left(BOTH) == {DAY: 0, NEXT_DAY: 8}


def test_what_waited_goes_on_the_next_calendar_day(store: SqlQuestionStore, clock: Clock) -> None:
    """A limit that nobody raises delays, and loses nothing."""
    texts = _process(store, clock)
    texts.take({DAY: 25})
    clock.now += timedelta(seconds=1)

    assert texts.left(BOTH) == {DAY: 10, NEXT_DAY: 10}
    assert texts.take({DAY: 15}) == {Slot(clock.today, DAY): 10}


def test_what_was_not_sent_is_given_back_to_the_day_it_was_taken_from(store: SqlQuestionStore, clock: Clock) -> None:
    """A run over midnight must not open the new day to others for what it took of the old one."""
    one, other = _process(store, clock), _process(store, clock)
    evening = one.take({DAY: 10})
    one.give_back(dict.fromkeys(evening, 7))
    assert other.left(BOTH)[DAY] == 7

    late = one.take({DAY: 7})
    clock.now += timedelta(seconds=1)
    other.take({DAY: 10})
    one.give_back(late)

    assert other.left(BOTH)[DAY] == 0


def test_what_was_given_back_whole_is_there_for_others_to_the_last(store: SqlQuestionStore, clock: Clock) -> None:
    """A run whose key was refused has sent nothing, and takes nothing of the day."""
    texts = _process(store, clock)
    texts.give_back(texts.take({DAY: 4}))

    assert texts.left(BOTH)[DAY] == 10


def test_a_raised_limit_lets_more_go_and_a_lowered_one_none(store: SqlQuestionStore, clock: Clock) -> None:
    """What was sent stays sent."""
    _process(store, clock).take({DAY: 10})

    assert _process(store, clock, most=4).take({DAY: 5}) == {}
    assert _process(store, clock, most=4).left(BOTH)[DAY] == 0
    assert _process(store, clock, most=13).take({DAY: 5}) == {Slot(clock.today, DAY): 3}


def test_many_at_once_never_pass_the_limit(store: SqlQuestionStore, clock: Clock) -> None:
    """The sensor's runs, the schedule's and somebody's at a terminal, at the first texts of a day."""
    processes = [_process(store, clock, most=100) for _ in range(6)]

    def takes_and_gives_back(texts: SentTexts) -> int:
        sent = 0
        for _ in range(8):
            taken = texts.take({DAY: 4, NEXT_DAY: 1})
            sent += sum(number for slot, number in taken.items() if slot.day == DAY)
            back = {slot: 1 for slot in taken if slot.day == DAY}
            texts.give_back(back)
            sent -= len(back)
        return sent

    with ThreadPoolExecutor(6) as pool:
        sent = sum(pool.map(takes_and_gives_back, processes))

    left = processes[0].left(BOTH)
    # Each gives back one of what it took, so that the last texts of the limit are taken again and again.
    assert sent == 100 - left[DAY] <= 100
    assert left[NEXT_DAY] == 100 - 6 * 8


@pytest.fixture
def impatient(mysql_store: SqlQuestionStore) -> Iterator[sa.Engine]:
    """Of a second process on the same database, which does not wait long for a row that another one holds."""
    engine = make_engine(mysql_store.engine.url.render_as_string(hide_password=False))

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("SET SESSION innodb_lock_wait_timeout = 1")
        cursor.close()

    yield engine
    engine.dispose()


def test_who_takes_of_one_day_holds_up_nobody_who_takes_of_another(
    mysql_store: SqlQuestionStore, impatient: sa.Engine, clock: Clock
) -> None:
    """The first texts of a day are taken by many runs at once, each for days of its own."""
    _process(mysql_store, clock).take({DAY: 1, NEXT_DAY: 1})
    other = SentTexts(impatient, mysql_store.tables, clock, 10)

    with mysql_store.engine.begin() as connection:
        held = {"sent_on": clock.today, "day": DAY}
        connection.execute(
            sa.text("SELECT texts FROM keyword_sent_texts WHERE sent_on = :sent_on AND day = :day FOR UPDATE"), held
        )
        connection.execute(sa.text("SELECT name FROM keyword_locks FOR UPDATE"))

        assert other.take({NEXT_DAY: 3}) == {Slot(clock.today, NEXT_DAY): 3}


@pytest.mark.parametrize("texts", ["-1000000", "'many'", "1e400"])
def test_a_row_that_others_wrote_raises_no_limit(sqlite_store: SqlQuestionStore, clock: Clock, texts: str) -> None:
    """In a file of SQLite anything may stand."""
    row = f"'{clock.today}', '{DAY}', {texts}"
    execute(sqlite_store.engine, f"INSERT INTO keyword_sent_texts (sent_on, day, texts) VALUES ({row})")
    found = _process(sqlite_store, clock)

    assert found.left(BOTH)[DAY] == 10
    assert found.take({DAY: 25}) == {Slot(clock.today, DAY): 10}
    assert found.left(BOTH)[DAY] == 0


def test_a_give_back_that_fails_ends_no_run(
    store: SqlQuestionStore, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """It comes last, and what ended the run is what people need to know; the texts count as sent."""
    texts = _process(store, clock)
    taken = texts.take({DAY: 10})
    execute(store.engine, "ALTER TABLE keyword_sent_texts RENAME TO keyword_elsewhere")
    try:
        texts.give_back(taken)
    finally:
        execute(store.engine, "ALTER TABLE keyword_elsewhere RENAME TO keyword_sent_texts")

    assert [record.name for record in caplog.records] == [sent_texts.__name__]
    assert texts.left(BOTH)[DAY] == 0


def test_a_day_is_found_by_the_primary_key(mysql_store: SqlQuestionStore, clock: Clock) -> None:
    """However many days are kept: by each look and each page of a run."""
    texts = _process(mysql_store, clock)
    for number in range(60):
        clock.now -= timedelta(days=1)
        texts.take({DAY + timedelta(days=other): 1 for other in range(number % 5 + 1)})
    sent: dict[str, Any] = {}

    @sa.event.listens_for(mysql_store.engine, "before_cursor_execute")
    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        sent[statement] = parameters

    texts.left(Period.of(DAY))
    texts.give_back(texts.take({DAY: 3}))
    sa.event.remove(mysql_store.engine, "before_cursor_execute", note)

    looks = [statement for statement in sent if statement.startswith(("SELECT", "UPDATE"))]
    assert [statement.split()[0] for statement in looks] == ["SELECT", "SELECT", "UPDATE"]
    with mysql_store.engine.connect() as connection:
        for look in looks:
            plan = connection.exec_driver_sql(f"EXPLAIN FORMAT=TRADITIONAL {look}", sent[look])
            (row,) = plan.mappings()
            assert (row["key"], int(row["rows"])) == ("PRIMARY", 1)
