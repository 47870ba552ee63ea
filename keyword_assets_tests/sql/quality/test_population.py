"""The answered questions of a period, as an audit takes them."""

from datetime import date

import pytest

from keyword_assets.core.models.period import Period
from keyword_assets.core.questions import text_hash
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.population import Answered
from keyword_assets_tests.builders import BOTH_DAYS, DAY, NEXT_DAY, add_keyword_row, add_messages

CATCH_ALL = 3

Taken = tuple[date, bytes, int, int, str]


@pytest.fixture
def answered(store: SqlQuestionStore) -> Answered:
    return Answered(store.engine, store.tables, CATCH_ALL)


def taken(answered: Answered, period: Period = BOTH_DAYS) -> set[Taken]:
    found: set[Taken] = set()
    answered.each(
        period, lambda day, key, messages, category, answer: found.add((day, key, messages, category, answer()))
    )
    return found


def test_each_question_comes_once_with_its_messages_and_its_answer(store: SqlQuestionStore, answered: Answered) -> None:
    """Messages are counted as they are now, whatever its rows say."""
    add_messages(store, "전학 절차", times=4)
    add_messages(store, "전학 절차", at=NEXT_DAY)
    for day in (DAY, NEXT_DAY):
        add_keyword_row(store, "전학 절차", at=day, keyword="전학", query_count=1)

    stored = '[["전학", 1]]'
    assert taken(answered) == {
        (DAY, text_hash("전학 절차"), 4, 1, stored),
        (NEXT_DAY, text_hash("전학 절차"), 1, 1, stored),
    }


def test_the_first_keyword_that_is_not_in_the_catch_all_has_the_category(
    store: SqlQuestionStore, answered: Answered
) -> None:
    """As they were written, not by their names: our table has a key."""
    add_messages(store, "전학 절차", "날씨")
    for keyword, category in (("다", CATCH_ALL), ("나", 2), ("가", 1)):
        add_keyword_row(store, "전학 절차", keyword=keyword, category_id=category)
    add_keyword_row(store, "날씨", keyword="날씨", category_id=CATCH_ALL)

    assert {(key, category, answer) for _, key, _, category, answer in taken(answered)} == {
        (text_hash("전학 절차"), 2, '[["다", 3], ["나", 2], ["가", 1]]'),
        (text_hash("날씨"), 3, '[["날씨", 3]]'),
    }


def test_what_has_no_answer_or_no_message_is_not_taken(store: SqlQuestionStore, answered: Answered) -> None:
    add_messages(store, "답이 없는 질문", " ", None)
    add_keyword_row(store, "메시지가 없는 질문")

    assert taken(answered) == set()


def test_texts_that_differ_in_one_byte_are_two_questions(store: SqlQuestionStore, answered: Answered) -> None:
    """Whatever the collation of a column finds equal."""
    for text in ("Wifi", "WIFI", "wifi "):
        add_messages(store, text)
        add_keyword_row(store, text)

    assert {key for _, key, *_ in taken(answered)} == {text_hash(text) for text in ("Wifi", "WIFI", "wifi ")}


def test_texts_are_found_by_their_hashes(store: SqlQuestionStore, answered: Answered) -> None:
    add_messages(store, "전학 절차", "학교폭력 신고", "날씨", times=2)
    wanted = {text: text_hash(text) for text in ("전학 절차", "날씨")}

    assert answered.texts(DAY, {*wanted.values(), text_hash("없는 글")}) == {key: text for text, key in wanted.items()}
    assert answered.texts(NEXT_DAY, wanted.values()) == {}
