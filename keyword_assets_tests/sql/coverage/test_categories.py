"""A day's rows by category, counted in one statement, and what is kept of it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from keyword_assets.core.models.coverage import CategoryCount, CategoryShare
from keyword_assets.core.models.period import Period
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.coverage import queries
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.database.tables import Tables
from keyword_assets_tests.builders import (
    BATCH_TIME,
    BOTH_DAYS,
    DAY,
    NEXT_DAY,
    add_keyword_row,
    add_messages,
    execute,
    make_taxonomy,
    query,
)


def _counts(store: SqlQuestionStore) -> dict[int | None, CategoryCount]:
    return {count.category_id: count for count in store.days.recount_categories(DAY)}


def _kept(store: SqlQuestionStore) -> list[tuple[object, ...]]:
    rows = query(store.engine, "SELECT day, category_id, questions, messages FROM keyword_day_categories ORDER BY 1, 2")
    return [(str(day), *numbers) for day, *numbers in rows]


def test_questions_and_messages_are_counted_by_category(store: SqlQuestionStore) -> None:
    """A question with two keywords of one category is one question of it; one with two categories is one of each."""
    store.sync_categories(make_taxonomy())
    add_messages(store, "가", times=3)
    add_messages(store, "나")
    for text, keyword, category in [("가", "하나", 1), ("가", "둘", 1), ("가", "셋", 2), ("나", "하나", 1)]:
        add_keyword_row(store, text, keyword=keyword, category_id=category)

    counts = _counts(store)

    assert counts == {1: CategoryCount(1, True, 2, 4, 3), 2: CategoryCount(2, True, 1, 3, 1)}
    assert _kept(store) == [(str(DAY), 1, 2, 4), (str(DAY), 2, 1, 3)]


def test_rows_of_other_days_do_not_count(store: SqlQuestionStore) -> None:
    """Each day has its own shares."""
    add_messages(store, "가", at=NEXT_DAY)
    add_keyword_row(store, "가", at=NEXT_DAY)

    assert _counts(store) == {}


def test_a_second_count_replaces_the_first(store: SqlQuestionStore) -> None:
    """A category that has no rows any more must not stay in the report."""
    add_messages(store, "가")
    add_keyword_row(store, "가", category_id=1)
    _counts(store)
    execute(store.engine, "UPDATE admin_chat_keywords SET category_id = 2")
    _counts(store)

    assert _kept(store) == [(str(DAY), 2, 1, 1)]


def test_texts_that_a_collation_takes_for_the_same_are_two(store: SqlQuestionStore) -> None:
    """Byte for byte, as everywhere."""
    add_messages(store, "Abc", "abc", "abc ")
    for text in ("Abc", "abc", "abc "):
        add_keyword_row(store, text)

    assert _counts(store)[1].questions == 3


def test_rows_that_say_the_same_again_are_surplus(store: SqlQuestionStore) -> None:
    """Three of a kind are two too many; another keyword, category, letter case or day is no repetition."""
    add_messages(store, "가")
    for keyword, category in [("하나", 1), ("하나", 1), ("하나", 1), ("하나", 2), ("ab", 1), ("AB", 1)]:
        add_keyword_row(store, "가", keyword=keyword, category_id=category)
    add_keyword_row(store, "가", at=NEXT_DAY, keyword="하나")

    counts = _counts(store)

    assert (counts[1].rows, counts[1].surplus, counts[2].surplus) == (5, 2, 0)


def test_rows_without_a_message_are_rows_but_no_questions(store: SqlQuestionStore) -> None:
    """Their questions are gone; what is wrong with the rows shows all the same."""
    add_keyword_row(store, "없는 질문")

    assert _counts(store)[1] == CategoryCount(1, False, 0, 0, 1)


@pytest.mark.parametrize("keyword", ["", "  ", "\u200b\u00a0", None, "가" * 101])
def test_keywords_that_nobody_should_have_written_are_bad(lax_store: SqlQuestionStore, keyword: str | None) -> None:
    """Another program's, in a column that takes them."""
    add_messages(lax_store, "가")
    add_keyword_row(lax_store, "가", keyword=keyword)
    add_keyword_row(lax_store, "가", keyword="가" * 100)

    assert (_counts(lax_store)[1].bad, _counts(lax_store)[1].rows) == (1, 2)


def test_rows_without_category_count_or_time_break_nothing(lax_store: SqlQuestionStore) -> None:
    """The old tables have such rows. What is NULL is not the same as anything, and is kept under no category."""
    add_messages(lax_store, "가", times=2)
    for _ in range(2):
        add_keyword_row(lax_store, "가", category_id=None, query_count=None)
    add_keyword_row(lax_store, "가", category_id=1, query_count=None)
    execute(lax_store.engine, "INSERT INTO admin_chat_keywords (query_text) VALUES ('가')")

    counts = _counts(lax_store)

    assert counts == {None: CategoryCount(None, False, 1, 2, 2), 1: CategoryCount(1, False, 1, 2, 1)}
    assert _kept(lax_store) == [(str(DAY), 1, 1, 2)]


def test_a_share_is_over_the_days_whose_categories_were_counted(store: SqlQuestionStore) -> None:
    """A day without a question of the category counts as much as one that has some; a day nobody looked at does not."""
    add_messages(store, "가", "나", "다")
    add_messages(store, "가", "나", at=NEXT_DAY)
    for text, category in [("가", 3), ("나", 1), ("다", 1)]:
        add_keyword_row(store, text, category_id=category)
    for text in ("가", "나"):
        add_keyword_row(store, text, at=NEXT_DAY, category_id=1)
    later = Period(DAY, NEXT_DAY + timedelta(days=1))
    store.recount(later)
    store.days.recount_categories(DAY)
    only_first = store.days.category_share(3, later)
    store.days.recount_categories(NEXT_DAY)

    assert only_first == CategoryShare(1, 1, 3)
    assert store.days.category_share(3, BOTH_DAYS) == CategoryShare(2, 1, 5)
    assert store.days.category_share(3, Period.of(NEXT_DAY)) == CategoryShare(1, 0, 2)


def test_what_is_not_proven_of_the_tables_is_not_needed(mysql_store: SqlQuestionStore) -> None:
    """Neither that a key is one, nor that rows may be looked for by their text."""
    add_messages(mysql_store, "Abc", "abc", " ", None)
    for text in ("Abc", "abc", "abc", "없는 질문"):
        add_keyword_row(mysql_store, text)
    plain = SqlQuestionStore(mysql_store.engine, Tables(DEFAULT_NAMES), lambda: BATCH_TIME)

    assert (
        plain.days.recount_categories(DAY)
        == mysql_store.days.recount_categories(DAY)
        == [CategoryCount(1, False, 2, 2, 4, 1)]
    )


def test_on_a_server_an_index_serves_each_table(mysql_store: SqlQuestionStore) -> None:
    """One day of a year must not read the year's rows."""
    store = mysql_store
    days = [DAY + timedelta(days=offset) for offset in range(120)]
    with store.engine.begin() as connection:
        for day in days:
            chats = [{"input_text": f"질문 {n}", "created_at": day} for n in range(20)]
            connection.execute(sa.insert(store.tables.chattings), chats)
            rows = [
                {
                    "query_text": f"질문 {n}",
                    "keyword": "질문",
                    "category_id": 1,
                    "query_count": 1,
                    "created_at": day,
                    "batch_created_at": day,
                }
                for n in range(20)
            ]
            connection.execute(sa.insert(store.tables.admin_chat_keywords), rows)
    execute(store.engine, "ANALYZE TABLE chattings, admin_chat_keywords")

    with store.engine.connect() as connection:
        statement = queries.categories(store.tables, Period.of(days[60]))
        compiled = statement.compile(store.engine, compile_kwargs={"render_postcompile": True})
        plan = connection.exec_driver_sql(f"EXPLAIN FORMAT=TRADITIONAL {compiled}", compiled.params).mappings().all()

    keys = {line["table"]: line["key"] for line in plan if line["table"] in ("chattings", "admin_chat_keywords")}
    assert keys == {
        "chattings": "ix_chattings_created_at",
        "admin_chat_keywords": "ix_admin_chat_keywords_created_at",
    }
    assert [count.rows for count in store.days.recount_categories(days[60])] == [20]
