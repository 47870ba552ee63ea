"""TIMESTAMP columns: an instant belongs to the day that the clocks of the zone showed, whatever the server's zone."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from keyword_assets.core.models import Period
from keyword_assets.sql import queries
from keyword_assets.sql.engine import make_engine
from keyword_assets.sql.migrate import upgrade
from keyword_assets.sql.store import SqlQuestionStore
from keyword_assets.sql.stored_days import StoredDays
from keyword_assets.sql.tables import DEFAULT_NAMES
from keyword_assets_tests.builders import open_store
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
