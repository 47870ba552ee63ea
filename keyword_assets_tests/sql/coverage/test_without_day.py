"""Messages that are in no day are found, told apart, and looked for in the index alone."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from keyword_assets.core.models.coverage import WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.coverage import without_day
from keyword_assets.sql.database.stored_days import LOCAL_DAYS, StoredDays
from keyword_assets_tests.builders import add_messages, execute, make_store, open_store
from keyword_assets_tests.undated import add_undated, make_chattings

DAYS = Period(date(2025, 6, 1), date(2025, 8, 20))
IMPOSSIBLE = (
    "0000-00-00",
    "2025-06-00",
    "2025-07-00",
    "2025-06-31",
    "2025-02-30",
    "2024-00-00",
    "2025-08-00",
    "2030-02-30",
)
TYPES = ["DATETIME", "DATETIME(6)", "DATE"]


def _counted(found: WithoutDay) -> tuple[int, int, int, int]:
    return found.no_date, found.impossible, found.before, found.after


@pytest.fixture(params=TYPES)
def mysql_times(request: pytest.FixtureRequest, mysql_url: str) -> SqlQuestionStore:
    """A store over messages whose time is of this type and may be anything that a lax server takes."""
    make_chattings(mysql_url, request.param)
    return make_store(mysql_url)


def test_each_kind_is_counted_for_itself_on_mysql(mysql_times: SqlQuestionStore) -> None:
    """By the calendar: 30 February is impossible also where it lies before the first day."""
    add_undated(mysql_times.engine, None, None, *IMPOSSIBLE, "2025-05-31", "2025-08-21", "2030-01-01")
    add_messages(mysql_times, "첫날", at="2025-06-01 00:00:00")
    add_messages(mysql_times, "월말", at="2025-06-30 23:59:59")
    add_messages(mysql_times, "끝날", at="2025-08-20 23:59:59")

    found = mysql_times.without_day(DAYS)

    assert _counted(found) == (2, len(IMPOSSIBLE), 1, 2)
    assert found.messages == 2 + len(IMPOSSIBLE) + 1 + 2
    assert (found.days, found.more) == (DAYS, False)
    # 31 June lies between the last moment of the period and its end.
    assert _counted(mysql_times.without_day(Period(date(2025, 6, 1), date(2025, 6, 30)))) == (2, len(IMPOSSIBLE), 1, 3)


def test_every_message_is_either_in_a_day_or_without_one(mysql_times: SqlQuestionStore) -> None:
    """Counted twice would be as wrong as not at all; the last moment of a month is a moment."""
    add_undated(mysql_times.engine, None, *IMPOSSIBLE, "2025-05-31", "2025-08-21")
    for at in ("2025-06-01 00:00:00", "2025-06-30 23:59:59", "2025-07-01 00:00:00", "2025-07-31 12:00:00"):
        add_messages(mysql_times, "물음", at=at)

    in_days = sum(row.messages for row in mysql_times.coverage(DAYS))
    with mysql_times.engine.connect() as connection:
        all_messages = connection.execute(sa.text("SELECT COUNT(*) FROM chattings")).scalar_one()

    assert in_days == 4
    assert in_days + mysql_times.without_day(DAYS).messages == all_messages


def test_the_last_second_of_a_month_with_its_fraction_is_a_day(mysql_url: str) -> None:
    """It lies where impossible dates are looked for."""
    make_chattings(mysql_url, "DATETIME(6)")
    store = make_store(mysql_url)
    add_messages(store, "월말", at="2025-06-30 23:59:59.999999")
    add_messages(store, "월말", at="2025-06-30 23:59:59.5")

    assert store.without_day(DAYS).messages == 0


def test_the_zeroes_of_a_timestamp_are_found(mysql_url: str) -> None:
    """All that is impossible becomes 0000-00-00 there."""
    make_chattings(mysql_url, "TIMESTAMP")
    store = make_store(mysql_url)
    add_undated(store.engine, None, "0000-00-00", "2025-06-00", "2025-05-31 12:00:00", "2025-08-22")
    add_messages(store, "물음", at="2025-06-01 12:00:00")

    found = store.without_day(DAYS)

    assert _counted(found) == (1, 2, 1, 1)
    assert ("0000-00-00 00:00:00", "0000-00-00") in found.examples


def test_each_kind_is_counted_for_itself_on_sqlite(sqlite_store: SqlQuestionStore) -> None:
    """A time is a text there, and may be no time at all."""
    strange = ("", "언젠가", "2025/06/11 10:00", "11.6.2025")
    make_chattings(str(sqlite_store.engine.url), "TEXT")
    add_undated(sqlite_store.engine, None, *IMPOSSIBLE, *strange, "2025-05-31 23:59:59", "2025-08-21 00:00:00")
    add_messages(sqlite_store, "물음", at="2025-06-30 23:59:59.999999")
    add_messages(sqlite_store, "물음", at="2025-06-01")

    assert _counted(sqlite_store.without_day(DAYS)) == (1, len(IMPOSSIBLE) + len(strange), 1, 1)
    assert sum(row.messages for row in sqlite_store.coverage(DAYS)) == 2


def test_the_days_are_those_of_the_zone_of_the_days(database_url: str) -> None:
    """Stored in UTC, a day in Seoul begins at 15:00 of the day before."""
    store = make_store(database_url, days=StoredDays(ZoneInfo("Asia/Seoul"), ZoneInfo("UTC")))
    for at in ("2025-05-31 14:59:59", "2025-05-31 15:00:00", "2025-08-20 14:59:59", "2025-08-20 15:00:00"):
        add_messages(store, at, at=at)

    found = store.without_day(DAYS)

    assert _counted(found) == (0, 0, 1, 1)
    assert [text for _, text in found.examples] == ["2025-05-31 14:59:59", "2025-08-20 15:00:00"]
    assert store.without_day(Period(DAYS.start - timedelta(days=1), DAYS.end + timedelta(days=1))).messages == 0


def test_there_is_an_example_of_each_kind_before_there_is_a_second(mysql_url: str) -> None:
    """Whoever shows only a few should show what differs; the time is as it is stored."""
    make_chattings(mysql_url, "DATETIME")
    store = make_store(mysql_url)
    add_undated(store.engine, None, None, None, "2025-06-00", "2025-06-31", "2025-05-30", "2025-05-31", "2030-01-01")

    assert store.without_day(DAYS).examples == (
        (None, "NULL"),
        ("2025-06-00 00:00:00", "2025-06-00"),
        ("2025-05-30 00:00:00", "2025-05-30"),
        ("2030-01-01 00:00:00", "2030-01-01"),
        (None, "NULL"),
        ("2025-06-31 00:00:00", "2025-06-31"),
        ("2025-05-31 00:00:00", "2025-05-31"),
    )


def test_an_example_is_not_read_whole(store: SqlQuestionStore) -> None:
    """A text may have megabytes, and a line of it is shown."""
    add_messages(store, "긴" * 100_000, at="2025-05-31 12:00:00")

    ((_, text),) = store.without_day(DAYS).examples

    assert text is not None
    assert 100 < len(text) < 10_000


def test_a_long_history_is_not_counted_to_its_end(store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Years before the first day are a choice; `check` should not read them all each time, nor call a part all."""
    monkeypatch.setattr(without_day, "MOST_COUNTED", 3)
    add_messages(store, *"가나다라마", at="2025-05-31 12:00:00")
    add_messages(store, "바", at="2025-08-21 12:00:00")

    found = store.without_day(DAYS)

    assert _counted(found) == (0, 0, 3, 1)
    assert found.more


def test_a_count_of_several_kinds_that_was_not_finished_is_told_as_such(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of the kinds has as many as were looked at."""
    make_chattings(database_url, "TEXT" if database_url.startswith("sqlite") else "DATETIME")
    store = make_store(database_url)
    monkeypatch.setattr(without_day, "MOST_COUNTED", 3)
    add_undated(store.engine, "2025-02-30", "2025-05-30", "2025-05-30", "2025-05-31", "2025-05-31")

    found = store.without_day(DAYS)

    assert (found.messages, found.more) == (3, True)
    assert 0 < found.impossible < 3


@pytest.mark.parametrize("stored", ["Asia/Seoul", "UTC"])
@pytest.mark.parametrize("kind", [*TYPES, "TIMESTAMP"])
def test_only_what_has_no_day_is_read(mysql_url: str, kind: str, stored: str) -> None:
    """Whatever there is in the days: ten million messages must not be read to find that all of them have one."""
    make_chattings(mysql_url, kind)
    days = LOCAL_DAYS if stored == "Asia/Seoul" else StoredDays(ZoneInfo("Asia/Seoul"), ZoneInfo(stored))
    store = open_store(make_store(mysql_url).engine, days=days)
    add_messages(store, "물음", at=DAYS.start + timedelta(days=1), times=30)
    for day in range(2, 50):
        add_messages(store, "물음", at=DAYS.start + timedelta(days=day), times=20)
    add_undated(store.engine, None, "0000-00-00", "2025-05-01", "2025-07-00", "2030-01-01")
    execute(store.engine, "ANALYZE TABLE chattings")
    sent: list[tuple[str, object]] = []

    @sa.event.listens_for(store.engine, "before_cursor_execute")
    def keep(_connection: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        if "chattings" in statement:
            sent.append((statement, parameters))

    assert store.without_day(DAYS).messages == 5
    asked = list(sent)
    with store.engine.connect() as connection:
        explain = "EXPLAIN" if connection.dialect.is_mariadb else "EXPLAIN FORMAT=TRADITIONAL"  # type: ignore[attr-defined]
        plans = [
            row
            for statement, parameters in asked
            for row in connection.exec_driver_sql(f"{explain} {statement}", parameters).mappings()  # type: ignore[arg-type]
            if row["table"] == "chattings"
        ]

    assert len(plans) >= 8
    assert {row["type"] for row in plans} <= {"range", "ref"}
    assert max(int(row["rows"]) for row in plans) < 30
