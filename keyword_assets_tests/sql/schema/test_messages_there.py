"""Some messages to look at, and the days that they are of."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from keyword_assets.sql.database.stored_days import StoredDays
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.loading.messages import insert_messages
from keyword_assets.sql.schema.messages_there import first_and_last_day, some_messages
from keyword_assets_tests.builders import add_messages, make_store
from keyword_assets_tests.undated import add_undated, make_chattings

_IN_UTC = Tables(days=StoredDays(ZoneInfo("Asia/Seoul"), ZoneInfo("UTC")))


def test_the_newest_keys_and_the_days_of_the_zone_are_told(database_url: str) -> None:
    """The evening in London is the morning after in Seoul; the year 1, and what is still to come, is a slip."""
    store = make_store(database_url)
    before = datetime(2025, 7, 1)
    assert first_and_last_day(store.engine, store.tables, before) is None
    assert some_messages(store.engine, store.tables, 10) == []
    days = (datetime(1999, 1, 1), datetime(2025, 6, 10, 15), datetime(2025, 6, 12, 14, 59), datetime(2025, 7, 2))
    insert_messages(store.engine, store.tables, [(number, f"글 {number}", at) for number, at in enumerate(days)])

    assert first_and_last_day(store.engine, store.tables, before) == (date(2025, 6, 10), date(2025, 6, 12))
    assert first_and_last_day(store.engine, _IN_UTC, before) == (date(2025, 6, 11), date(2025, 6, 12))
    found = some_messages(store.engine, store.tables, 3)
    assert [(message.key, message.text) for message in found] == [(3, "글 3"), (2, "글 2"), (1, "글 1")]
    store.engine.dispose()


@pytest.mark.parametrize("type_", ["DATETIME", "DATE"])
def test_a_date_that_no_calendar_has_is_neither_the_first_nor_the_last(mysql_url: str, type_: str) -> None:
    """A lax server keeps them, and a driver reads nothing there: `init` would find no day at all."""
    make_chattings(mysql_url, type_)
    store = make_store(mysql_url)
    add_undated(store.engine, None, "0000-00-00", "2025-06-00", "2025-06-31")
    add_messages(store, "글", at="2025-06-11 09:00:00")
    add_messages(store, "글", at="2025-06-12 09:00:00")

    found = first_and_last_day(store.engine, store.tables, datetime(2025, 7, 1))

    assert found == (date(2025, 6, 11), date(2025, 6, 12))
