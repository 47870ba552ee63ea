"""Which day a message belongs to: every hour of a year against Python's own zones, on each database."""

import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from keyword_assets.core.models.coverage import WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.sql import queries
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.database.stored_days import StoredDays
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.reporting.report import SqlReportSource
from keyword_assets.sql.schema import takeover
from keyword_assets.sql.schema.migrate import upgrade
from keyword_assets_tests.builders import make_coverage, make_question, open_texts, save
from keyword_assets_tests.mariadb import MySQLServer
from keyword_assets_tests.sql.users import CHATS, UsersDatabase

# Of the days and of the stored times. Clocks are changed in both, in one, in none; at midnight (Havana, Beirut,
# Santiago, the Azores), by half an hour (Lord Howe), against the seasons (Casablanca), and by odd minutes.
PAIRS = [
    ("Asia/Seoul", "UTC"),
    ("UTC", "Asia/Seoul"),
    ("Asia/Seoul", "America/New_York"),
    ("America/New_York", "UTC"),
    ("America/New_York", "Asia/Seoul"),
    ("America/New_York", "Europe/London"),
    ("America/Havana", "UTC"),
    ("Asia/Beirut", "UTC"),
    ("UTC", "America/Havana"),
    ("UTC", "Asia/Beirut"),
    ("America/Santiago", "Asia/Beirut"),
    ("Atlantic/Azores", "UTC"),
    ("Australia/Lord_Howe", "Asia/Kathmandu"),
    ("Pacific/Chatham", "America/St_Johns"),
    ("Africa/Casablanca", "Pacific/Kiritimati"),
]
YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
HOUR, MOMENT, DAY = timedelta(hours=1), timedelta(microseconds=1), timedelta(days=1)


def _days(pair: tuple[str, str]) -> StoredDays:
    return StoredDays(ZoneInfo(pair[0]), ZoneInfo(pair[1]))


def _possible(days: StoredDays, stored: datetime) -> set[date]:
    """The days that a clock in the zone of the days may have shown when the service's clock showed this.

    Two where its clock was put back at a midnight of the days: it cannot tell the two hours apart.
    """
    instants = {stored.replace(tzinfo=days.stored, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return {instant.astimezone(days.local).date() for instant in instants}


@cache
def _moments(days: StoredDays) -> list[datetime]:
    """Every hour of the year, and where each day of it begins; the latter with the moments before and after."""
    start = datetime(2024, 12, 30)
    hours = [start + HOUR * n for n in range(24 * 370)]
    bounds = [_begins(days, YEAR.start + DAY * n) for n in range(-1, 367)]
    return sorted({*hours, *(at + edge for at in bounds for edge in (-MOMENT, timedelta(0), MOMENT))})


def _begins(days: StoredDays, day: date) -> datetime:
    begins = days.beginning(day)
    return begins if isinstance(begins, datetime) else datetime(begins.year, begins.month, begins.day)


def _belongs(days: StoredDays, moments: list[datetime]) -> dict[datetime, date]:
    """The day of each moment by where days begin, which `test_a_day_begins…` proves to be right."""
    known = [YEAR.start + DAY * n for n in range(-3, 369)]
    begins = [_begins(days, day) for day in known]
    return {at: known[bisect_right(begins, at) - 1] for at in moments}


@pytest.mark.parametrize("pair", PAIRS, ids="/".join)
def test_a_day_begins_where_pythons_zones_have_it(pair: tuple[str, str]) -> None:
    """Every moment lies in one day, and in that which the clock in the zone of the days showed."""
    days = _days(pair)
    begins = [_begins(days, YEAR.start + DAY * n) for n in range(-3, 369)]

    wrong = [at for at, day in _belongs(days, _moments(days)).items() if day not in _possible(days, at)]

    assert begins == sorted(begins)
    assert wrong == []


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", date(2025, 3, 9), 23),
        ("America/New_York", date(2025, 11, 2), 25),
        # There is no midnight: the clock goes from 23:59:59 to 01:00.
        ("America/Havana", date(2025, 3, 9), 23),
        ("Asia/Beirut", date(2025, 3, 30), 23),
        ("America/Santiago", date(2025, 9, 7), 23),
        # There are two midnights, or the hour before one comes twice.
        ("America/Havana", date(2025, 11, 2), 25),
        ("Atlantic/Azores", date(2025, 10, 26), 25),
        ("Asia/Beirut", date(2025, 10, 25), 25),
        ("America/Santiago", date(2025, 4, 5), 25),
        # A day that was left out.
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_a_day_has_as_many_hours_as_its_clock_showed(zone: str, day: date, hours: int) -> None:
    """As stored in UTC, where no hour is twice or missing."""
    days = _days((zone, "UTC"))

    assert _begins(days, day + DAY) - _begins(days, day) == HOUR * hours


# -- on a database ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filled:
    """A database with a message at each of these moments, which are in order."""

    engine: sa.Engine
    moments: list[datetime]

    def between(self, begin: datetime, end: datetime) -> tuple[datetime, datetime, int]:
        """The first and the last message from one time to before another, and how many there are."""
        first, behind = bisect_left(self.moments, begin), bisect_left(self.moments, end)
        return self.moments[first], self.moments[behind - 1], behind - first


@pytest.fixture(scope="module", params=["sqlite", "mysql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A database of each kind with a message at each moment of a year, made once."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('days') / 'keywords.db'}"
    else:
        server: MySQLServer = request.getfixturevalue("mysql_server")
        name = f"keyword_test_{uuid.uuid4().hex[:16]}"
        url = server.create_database(name)
    engine = make_engine(url)
    upgrade(engine, DEFAULT_NAMES)
    table = Tables().chattings
    moments = sorted({at for pair in PAIRS for at in _moments(_days(pair))})
    rows = [{"chatting_pk": n, "input_text": "전학", "created_at": at} for n, at in enumerate(moments, 1)]
    with engine.begin() as connection:
        for begin in range(0, len(rows), 5000):
            connection.execute(sa.insert(table), rows[begin : begin + 5000])
    yield Filled(engine, moments)
    engine.dispose()
    if request.param == "mysql":
        server.drop_database(name)


def _by_day(engine: sa.Engine, tables: Tables, period: Period) -> dict[date, tuple[datetime, datetime, int]]:
    """The first and the last message of each day of the period, and how many it has, as the statements have them."""
    day, at = queries.message_day(tables, period).label("day"), tables.chattings.c.created_at.label("at")
    message = sa.select(day, at).where(queries.messages_of(tables, period)).subquery().c
    statement = sa.select(message.day, sa.func.min(message.at), sa.func.max(message.at), sa.func.count())
    with engine.connect() as connection:
        return {of_day: (*found,) for of_day, *found in connection.execute(statement.group_by(message.day))}


@pytest.mark.thorough
@pytest.mark.parametrize("pair", PAIRS, ids="/".join)
def test_each_message_of_a_year_is_in_its_day(filled: Filled, pair: tuple[str, str]) -> None:
    """All days of the year at once; none is in two, and none in no day. And a day alone has the same messages.

    One in a wrong day would be its first or its last. Alone are looked at: the days around each change of a clock, and
    around the end of a month.
    """
    days = _days(pair)
    tables = Tables(days=days)
    expected = {day: filled.between(_begins(days, day), _begins(days, day + DAY)) for day in YEAR.days()}
    changes = {stretch.last + DAY * n for stretch in days.stretches(YEAR) for n in (-1, 0, 1)}

    assert _by_day(filled.engine, tables, YEAR) == expected
    for day in sorted(changes & set(YEAR.days()) | {date(2025, 5, 31), date(2025, 6, 1)}):
        assert expected[day][:2] == (_begins(days, day), _begins(days, day + DAY) - MOMENT)
        assert _by_day(filled.engine, tables, Period.of(day)) == {day: expected[day]}


# -- all that counts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pair", "day"),
    [
        (("Asia/Seoul", "UTC"), date(2025, 6, 11)),
        (("Asia/Seoul", "America/New_York"), date(2025, 3, 9)),
        (("Asia/Seoul", "America/New_York"), date(2025, 11, 2)),
        (("America/New_York", "UTC"), date(2025, 3, 9)),
        (("America/New_York", "UTC"), date(2025, 11, 2)),
        (("America/Havana", "UTC"), date(2025, 3, 9)),
        (("Asia/Beirut", "UTC"), date(2025, 10, 25)),
    ],
    ids=str,
)
def test_everything_that_counts_a_day_agrees(users: UsersDatabase, pair: tuple[str, str], day: date) -> None:
    """What is open, kept, looked at, reported, and corrected: on each the first and the last moment, and no other."""
    days = _days(pair)
    time = "TEXT" if users.engine.dialect.name == "sqlite" else "DATETIME(6)"
    store = users.store(CHATS.replace("DATETIME", time), days=days)
    first, last = _begins(days, day), _begins(days, day + DAY) - MOMENT
    at = {"어제": first - MOMENT, "처음": first, "낮": first + HOUR * 12, "끝": last, "내일": last + MOMENT}
    with users.engine.begin() as connection:
        rows = [{"chatting_pk": n, "input_text": text, "created_at": at[text]} for n, text in enumerate(at)]
        connection.execute(sa.insert(store.tables.chattings), rows)
    three = Period(day - DAY, day + DAY)
    everything = [(day - DAY, "어제"), (day, "처음"), (day, "낮"), (day, "끝"), (day + DAY, "내일")]

    assert [(q.day, q.text) for page in store.open_questions(three, most_asked_first=False) for q in page] == everything
    assert open_texts(store, Period.of(day)) == ["처음", "낮", "끝"]
    for row in store.recount(three):
        store.days.keep(row)
    assert [row.messages for row in store.look(three, 60.0)] == [1, 3, 1]
    assert sorted(found.text for found in store.days.missing(day, 9)) == sorted(["처음", "낮", "끝"])
    source = SqlReportSource(store, three)
    assert [(found.day, found.text) for found in source.missing()] == everything

    save(store, *(make_question(text, day=of_day, count=7) for of_day, text in everything))

    assert [store.refresh_counts(of_day) for of_day in three.days()] == [1, 3, 1]
    expected = [
        make_coverage(of_day, messages=n, questions=n, classified=n)
        for of_day, n in zip(three.days(), (1, 3, 1), strict=True)
    ]
    assert store.coverage(three) == store.recount(three) == expected
    assert [store.coverage(Period.of(of_day)) for of_day in three.days()] == [[row] for row in expected]
    assert [(q.text, q.last_day) for q in source.questions()] == [(text, of_day) for of_day, text in everything]
    assert [(count.questions, count.messages) for count in store.days.recount_categories(day)] == [(3, 3)]
    found = takeover.examine(users.engine, store.tables)
    assert (found.without_question, found.wrong_counts) == (0, 0)
    without = store.without_day(Period.of(day))
    assert replace(without, examples=()) == WithoutDay(Period.of(day), before=1, after=1)
    assert [text for _, text in without.examples] == ["어제", "내일"]
