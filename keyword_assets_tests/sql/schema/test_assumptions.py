"""What is assumed of the times in a service's table, beside what is there."""

from datetime import datetime, timedelta

import pytest

from keyword_assets.core.texts import say, use
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.database.stored_days import LOCAL_DAYS
from keyword_assets.sql.schema.assumptions import about_time
from keyword_assets.sql.schema.users_tables import read_tables
from keyword_assets_tests.builders import make_store
from keyword_assets_tests.world import execute


@pytest.mark.parametrize("ago", [timedelta(hours=30), timedelta(hours=-9)], ids=["behind", "ahead"])
def test_a_zone_is_doubted_in_the_services_own_words(
    database_url: str, ago: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who reads it looks at a column of that name."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", database_url)
    store = make_store(database_url)
    execute("CREATE TABLE 상담 (번호 INTEGER PRIMARY KEY, 내용 VARCHAR(200), 작성일시 DATETIME)")
    execute("INSERT INTO 상담 VALUES (1, '전학', '2025-06-11 12:00:00')")
    ours = {"chatting_pk": "번호", "input_text": "내용", "created_at": "작성일시"}
    names = Names({"chattings": "상담"}, {f"chattings.{column}": name for column, name in ours.items()})
    use("ko")

    found = about_time(store.engine, read_tables(store.engine, names, LOCAL_DAYS), datetime(2025, 6, 11, 12) + ago)
    (told,) = (say(remark.key, **remark.params) for remark in found)

    assert "작성일시" in told
    assert "created_at" not in told
    store.engine.dispose()
