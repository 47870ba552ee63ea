"""Some messages to look at, and the days that they are of."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from keyword_assets.sql.database.stored_days import StoredDays
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.loading.messages import insert_messages
from keyword_assets.sql.schema.messages_there import first_and_last_day, some_messages
from keyword_assets_tests.builders import make_store

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
