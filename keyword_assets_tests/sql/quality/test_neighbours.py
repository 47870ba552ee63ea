"""Questions that share a keyword, of the days around one."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from keyword_assets.core.models.questions import Keyword
from keyword_assets.core.quality.desk import Neighbour
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.neighbours import neighbours, sharing
from keyword_assets_tests.builders import DAY, add_keyword_row, make_store


def near(store: SqlQuestionStore, text: str = "전학", most: int = 5, day: date = DAY) -> list[Neighbour]:
    return neighbours(store.engine, store.tables, day, text, ["전학"], most)


def test_the_nearest_days_come_first_and_a_text_is_there_once(store: SqlQuestionStore) -> None:
    """With all its keywords; the question itself, in whichever spelling, is no neighbour of its own."""
    for distance in (3, 0, -1, 4, 1):
        add_keyword_row(store, f"날 {distance}", DAY + timedelta(days=distance), keyword="전학")
    for text, keyword, category in (
        ("전학 ", "전학", 1),
        ("급식", "급식", 1),
        ("날 0", "서류", 2),
        ("날  0", "전학", 1),
    ):
        add_keyword_row(store, text, keyword=keyword, category_id=category)
    add_keyword_row(store, "날 0", DAY + timedelta(days=2), keyword="전학")

    found = near(store)

    assert [one.text for one in found] == ["날 0", "날 -1", "날 1", "날 3"]
    assert set(found[0].answer) == {Keyword("전학", 1), Keyword("서류", 2)}
    assert (found[0].day, found[3].day) == (DAY, DAY + timedelta(days=3))
    assert [one.text for one in near(store, most=2)] == ["날 0", "날 -1"]
    assert near(store, day=date.max) == near(store, day=date.min) == []


def test_the_days_are_found_by_their_index(mysql_url: str) -> None:
    """The table is the service's and grows for ever; it is not gone through for the sake of a page."""
    store = make_store(mysql_url)
    days = [DAY + timedelta(days=number) for number in range(60)]
    rows = [
        {"query_text": f"글 {number}", "keyword": "전학", "category_id": 1, "query_count": 1, "at": day}
        for day in days
        for number in range(30)
    ]
    table = store.tables.admin_chat_keywords
    written = [{**row, "created_at": datetime.combine(row["at"], datetime.min.time())} for row in rows]  # type: ignore[arg-type]
    with store.engine.begin() as connection:
        connection.execute(sa.insert(table), [{**row, "batch_created_at": row["created_at"]} for row in written])
        look = sharing(store.tables, DAY, ["전학"]).compile(store.engine, compile_kwargs={"render_postcompile": True})
        plan = connection.exec_driver_sql(f"EXPLAIN FORMAT=TRADITIONAL {look}", look.params).mappings().one()
    store.engine.dispose()

    assert plan["type"] == "range"
    assert plan["key"] is not None
