"""Doubtful answers handed to the reviewers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from keyword_assets.core.questions import share_key, text_hash, unmasked
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.review_queue import Doubtful, offer
from keyword_assets_tests.builders import execute
from keyword_assets_tests.review_items import made, rows_of

ONE = Doubtful(date(2025, 6, 11), "전학", 3, '[["전학", 5]]', 0.9, "작은 모델이 믿지 않음")
OTHER = replace(ONE, text="급식", doubt=0.5)


@pytest.fixture
def store(store: SqlQuestionStore) -> Iterator[SqlQuestionStore]:
    """A store with the table of review items."""
    with made(store.engine):
        yield store


def items(store: SqlQuestionStore) -> list[dict[str, Any]]:
    return rows_of(store.engine)


def handed(store: SqlQuestionStore, *doubtful: Doubtful) -> int:
    return offer(store.engine, doubtful, unmasked)


def test_an_answer_is_handed_over_with_all_that_a_reviewer_needs(store: SqlQuestionStore) -> None:
    """It belongs to no audit and has no weight: no estimate can be made of it."""
    assert handed(store, ONE) == 1

    (item,) = items(store)
    said = {name: item[name] for name in ("day", "query_text", "messages", "answer", "doubt", "why")}
    assert said == {
        "day": ONE.day,
        "query_text": "전학",
        "messages": 3,
        "answer": ONE.answer,
        "doubt": 0.9,
        "why": ONE.why,
    }
    assert (bytes(item["text_hash"]), bytes(item["share_key"])) == (text_hash("전학"), share_key("전학"))
    assert [item[name] for name in ("audit_id", "stratum", "weight", "verdict")] == [None] * 4


def test_a_new_list_takes_the_place_of_the_old_one(store: SqlQuestionStore) -> None:
    handed(store, ONE)

    assert handed(store, OTHER) == 1
    assert [item["query_text"] for item in items(store)] == ["급식"]


def test_what_was_judged_stays_and_is_not_asked_about_again(store: SqlQuestionStore) -> None:
    """Its reviewer would take us for deaf."""
    handed(store, ONE)
    execute(store.engine, "UPDATE keyword_review_items SET verdict = 'right'")

    assert handed(store, ONE, OTHER) == 1
    assert [(item["query_text"], item["verdict"]) for item in items(store)] == [("급식", None), ("전학", "right")]


def test_an_answer_that_changed_since_is_asked_about_again(store: SqlQuestionStore) -> None:
    handed(store, ONE)
    execute(store.engine, "UPDATE keyword_review_items SET verdict = 'wrong'")

    assert handed(store, replace(ONE, answer='[["학적", 6]]')) == 1


def test_what_somebody_has_in_hand_stays(store: SqlQuestionStore) -> None:
    handed(store, ONE)
    execute(store.engine, "UPDATE keyword_review_items SET handed_to = 'kim', handed_until = 99999999999")

    assert handed(store, OTHER) == 1
    assert [item["query_text"] for item in items(store)] == ["급식", "전학"]


def test_items_of_audits_are_left_alone(store: SqlQuestionStore) -> None:
    handed(store, ONE)
    execute(store.engine, "UPDATE keyword_review_items SET audit_id = 7")

    assert handed(store) == 0
    assert [item["audit_id"] for item in items(store)] == [7]


def test_a_long_reason_is_cut(store: SqlQuestionStore) -> None:
    """A server would refuse the row."""
    handed(store, replace(ONE, why="가" * 400))

    assert items(store)[0]["why"] == "가" * 255


def test_a_list_of_any_length_is_handed_over(store: SqlQuestionStore) -> None:
    assert handed(store, *(replace(ONE, text=f"질문 {number}") for number in range(250))) == 250
    assert sa.inspect(store.engine).has_table("keyword_review_items")
    assert len(items(store)) == 250
