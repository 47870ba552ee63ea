"""TIMESTAMP columns: an instant belongs to the day that the clocks of the zone showed, whatever the server's zone."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from keyword_assets.core.errors import InputError
from keyword_assets.core.models.period import Period
from keyword_assets.sql import queries
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.database.stored_days import StoredDays
from keyword_assets.sql.schema.migrate import upgrade
from keyword_assets_tests.builders import execute, make_coverage, make_question, open_store, query, save
from keyword_assets_tests.mariadb import MySQLServer

FIRST, LAST = datetime(2024, 12, 30, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC)
HOUR, MOMENT, DAY = timedelta(hours=1), timedelta(microseconds=1), timedelta(days=1)
# Without changes of the clock, with them, and with them at midnight.
ZONES = ("Asia/Seoul", "UTC", "America/New_York", "America/Havana", "Asia/Beirut")
INSTANTS = [FIRST + HOUR * n + edge for n in range((LAST - FIRST) // HOUR) for edge in (-MOMENT, timedelta(0), MOMENT)]


def _teach(server: MySQLServer, zone: str) -> None:
    """Have the server know a zone, as an administrator does with mysql_tzinfo_to_sql."""
    number = 90_000 + ZONES.index(zone)
    local = ZoneInfo(zone)
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    hours = [begin + HOUR * n for n in range(24 * 366 * 3)]
    offsets = [int((at.astimezone(local).utcoffset() or timedelta(0)).total_seconds()) for at in hours]
    types = sorted(set(offsets))
    changes = [(hours[0], offsets[0])]
    changes += [(at, new) for at, old, new in zip(hours[1:], offsets, offsets[1:], strict=False) if old != new]
    transitions = ", ".join(f"({number}, {int(at.timestamp())}, {types.index(offset)})" for at, offset in changes)
    kinds = ", ".join(f"({number}, {n}, {offset}, 0, '')" for n, offset in enumerate(types))
    for statement in (
        f"REPLACE INTO mysql.time_zone VALUES ({number}, 'N')",
        f"REPLACE INTO mysql.time_zone_name VALUES ('{zone}', {number})",
        f"REPLACE INTO mysql.time_zone_transition VALUES {transitions}",
        f"REPLACE INTO mysql.time_zone_transition_type VALUES {kinds}",
    ):
        server.execute(statement)


@pytest.fixture(scope="module")
def database(mysql_server: MySQLServer) -> Iterator[str]:
    """A database with a message at every hour of a year, in a TIMESTAMP."""
    for zone in ZONES:
        _teach(mysql_server, zone)
    name = f"keyword_test_{uuid.uuid4().hex[:16]}"
    url = mysql_server.create_database(name)
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("SET SESSION time_zone = '+00:00'")
        connection.exec_driver_sql(
            "CREATE TABLE chattings (chatting_pk INT PRIMARY KEY, input_text TEXT, "
            "created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), KEY (created_at))"
        )
        rows = [{"pk": n, "at": at.replace(tzinfo=None)} for n, at in enumerate(INSTANTS, 1)]
        connection.execute(sa.text("INSERT INTO chattings VALUES (:pk, '전학', :at)"), rows)
    upgrade(engine, DEFAULT_NAMES)
    engine.dispose()
    yield url
    mysql_server.drop_database(name)


def _store(url: str, zone: str, stored: str | None = None) -> SqlQuestionStore:
    return open_store(make_engine(url), days=StoredDays(ZoneInfo(zone), ZoneInfo(stored or zone)))


def _by_day(store: SqlQuestionStore, period: Period) -> dict[date, set[int]]:
    chat = store.tables.chattings
    statement = sa.select(queries.message_day(store.tables, period), chat.c.chatting_pk)
    found: dict[date, set[int]] = {}
    with store.engine.connect() as connection:
        for day, pk in connection.execute(statement.where(queries.messages_of(store.tables, period))):
            found.setdefault(day, set()).add(pk)
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_each_instant_of_a_year_is_in_its_day(database: str, zone: str) -> None:
    """Also where clocks are changed at midnight, so that there are two of them, or none."""
    year = Period(date(2025, 1, 1), date(2025, 12, 31))
    expected: dict[date, set[int]] = {}
    for pk, at in enumerate(INSTANTS, 1):
        expected.setdefault(at.astimezone(ZoneInfo(zone)).date(), set()).add(pk)
    store = _store(database, zone)

    found = _by_day(store, year)

    assert [day for day in year.days() if found.get(day) != expected[day]] == []
    assert set(found) == set(year.days())
    changes = {day for day in expected if len(expected[day]) != 72}
    for day in sorted({day + DAY * n for day in changes for n in (-1, 0, 1)} & set(year.days())):
        assert _by_day(store, Period.of(day)) == {day: expected[day]}
    store.engine.dispose()


def test_a_timestamp_is_an_instant_whatever_zone_is_said_to_be_stored(database: str) -> None:
    """`KEYWORDS_STORED_TIMEZONE` is about clocks that were written down; here none was."""
    plain, told = _store(database, "Asia/Seoul"), _store(database, "Asia/Seoul", "America/New_York")
    day = Period.of(date(2025, 6, 11))

    assert told.coverage(day) == plain.coverage(day) == [make_coverage(day.start, messages=72, questions=1)]
    for store in (plain, told):
        store.engine.dispose()


@pytest.mark.parametrize("default", ["%2B00:00", "-05:00", "SYSTEM"])
def test_the_default_zone_of_the_servers_sessions_does_not_matter(database: str, default: str) -> None:
    """Neither before our schema is looked at, nor when the pool opens another connection."""
    url = f"{database}?init_command=SET SESSION time_zone = '{default}'"
    store = _store(url, "Asia/Seoul")

    assert store.coverage(Period.of(date(2025, 6, 11)))[0].messages == 72
    store.engine.dispose()
    assert _by_day(store, Period.of(date(2025, 6, 11)))[date(2025, 6, 11)] == {
        pk for pk, at in enumerate(INSTANTS, 1) if at.astimezone(ZoneInfo("Asia/Seoul")).date() == date(2025, 6, 11)
    }
    store.engine.dispose()


@pytest.mark.parametrize("zone", ["Asia/Seoul", "America/New_York"])
def test_keyword_rows_in_a_timestamp_are_of_the_days_that_they_were_written_for(
    mysql_server: MySQLServer, mysql_url: str, zone: str
) -> None:
    """Midnight of a day is written and read in one zone, also on the days that have 23 or 25 hours."""
    _teach(mysql_server, zone)
    engine = make_engine(mysql_url)
    execute(
        engine,
        "CREATE TABLE admin_chat_keywords (query_text TEXT, keyword VARCHAR(100), category_id INT, query_count INT, "
        "created_at TIMESTAMP NULL, batch_created_at TIMESTAMP NULL)",
    )
    upgrade(engine, DEFAULT_NAMES)
    store = open_store(engine, days=StoredDays(ZoneInfo(zone), ZoneInfo("UTC")))
    days = [date(2025, 3, 9), date(2025, 3, 10), date(2025, 6, 11), date(2025, 11, 2), date(2025, 11, 3)]
    with engine.begin() as connection:
        for number, day in enumerate(days):
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC)
            chat = {"chatting_pk": number, "input_text": "전학", "created_at": noon.replace(tzinfo=None)}
            connection.execute(sa.insert(store.tables.chattings), [chat])

    save(store, *(make_question("전학", day=day) for day in days))

    for day in days:
        (row,) = store.recount(Period.of(day))
        assert row == make_coverage(day, messages=1, questions=1, classified=1)
        assert store.refresh_counts(day) == 0
    engine.dispose()


def test_a_zone_that_the_server_does_not_know_is_refused_in_words(mysql_url: str) -> None:
    """With what the administrator has to do; a zone without changes of the clock needs no name."""
    engine = make_engine(mysql_url)
    execute(
        engine,
        "CREATE TABLE chattings (chatting_pk INT PRIMARY KEY, input_text TEXT, created_at TIMESTAMP NULL)",
    )
    upgrade(engine, DEFAULT_NAMES)

    with pytest.raises(InputError) as refused:
        open_store(engine, days=StoredDays(ZoneInfo("Pacific/Chatham"), ZoneInfo("Pacific/Chatham")))
    open_store(engine, days=StoredDays(ZoneInfo("Asia/Kathmandu"), ZoneInfo("Asia/Kathmandu")))

    assert (refused.value.key, refused.value.exit_code) == ("database.no_time_zones", 2)
    assert "Pacific/Chatham" in str(refused.value)
    assert "mysql_tzinfo_to_sql" in str(refused.value)
    assert query(engine, "SELECT @@SESSION.time_zone") == [("+05:45",)]
    engine.dispose()
