"""The answers in the user's table, each text once."""

from datetime import date, datetime

import sqlalchemy as sa

from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Keyword
from keyword_assets.core.quality.doubts import StoredAnswer
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.stored_answers import stored_answers

FIRST, SECOND = date(2025, 6, 11), date(2025, 6, 12)
BOTH = Period(FIRST, SECOND)
CATCH_ALL = 11


def write(store: SqlQuestionStore, day: date, text: str, *keywords: tuple[str | None, int], count: int = 1) -> None:
    at = datetime.combine(day, datetime.min.time())
    rows = [
        {"query_text": text, "keyword": word, "category_id": category, "query_count": count, "created_at": at}
        for word, category in keywords
    ]
    with store.engine.begin() as connection:
        connection.execute(
            sa.insert(store.tables.admin_chat_keywords), [{**row, "batch_created_at": at} for row in rows]
        )


def read(store: SqlQuestionStore, period: Period = BOTH) -> list[StoredAnswer]:
    return stored_answers(store.engine, store.tables, period, CATCH_ALL)


def test_a_text_of_two_days_is_there_once_with_its_newest_answer(store: SqlQuestionStore) -> None:
    write(store, FIRST, "전학", ("전학", 5), count=3)
    write(store, SECOND, "전학", ("학적", 6), count=4)

    assert read(store) == [StoredAnswer(SECOND, "전학", 7, (Keyword("학적", 6),), 6)]


def test_spellings_that_share_an_answer_are_one_text(store: SqlQuestionStore) -> None:
    """One of them in training and the other in the test would be no test."""
    write(store, FIRST, "전학  절차", ("전학", 5), count=3)
    write(store, FIRST, " 전학 절차", ("전학", 5), count=2)

    (found,) = read(store)

    assert (found.messages, found.category) == (5, 5)


def test_texts_that_differ_in_case_alone_are_two(store: SqlQuestionStore) -> None:
    """A collation of the user's may take them for one."""
    write(store, FIRST, "nice", ("나이스", 5))
    write(store, FIRST, "NICE", ("나이스", 6))

    assert {(found.text, found.category) for found in read(store)} == {("nice", 5), ("NICE", 6)}


def test_several_keywords_count_as_one_question(store: SqlQuestionStore) -> None:
    write(store, FIRST, "전학과 급식", ("가", CATCH_ALL), ("나", 5), ("다", 6), count=2)

    (found,) = read(store)

    assert (found.messages, len(found.answer), found.category) == (2, 3, 5)


def test_the_catch_all_counts_where_there_is_nothing_else(store: SqlQuestionStore) -> None:
    write(store, FIRST, "안녕", ("인사", CATCH_ALL))

    assert [found.category for found in read(store)] == [CATCH_ALL]


def test_other_days_are_left_out(store: SqlQuestionStore) -> None:
    write(store, SECOND, "전학", ("전학", 5))

    assert read(store, Period.of(FIRST)) == []
