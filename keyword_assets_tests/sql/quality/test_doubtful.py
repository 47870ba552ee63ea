"""Doubtful answers, handed to reviewers."""

import pytest

from keyword_assets.core.quality.reviewing import Doubtful
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality import doubtful as module
from keyword_assets.sql.quality.doubtful import offer
from keyword_assets.sql.quality.judging import Judging
from keyword_assets.sql.quality.review_items import ReviewItems
from keyword_assets_tests.builders import DAY, execute, query
from keyword_assets_tests.sql.quality.items import CATCH_ALL, GIVEN, doubtful, took


def test_a_new_list_replaces_what_is_open_and_nobody_has(
    store: SqlQuestionStore,
    items: ReviewItems,
    judging: Judging,
) -> None:
    judged, in_hand = took(items, "김"), took(items, "이")
    judging.judge(judged.id, "right", "김", catch_all=CATCH_ALL)

    assert offer(store.engine, store.tables, doubtful("넷", judged.text, in_hand.text)) == 1
    assert {item.text for item in items.all(None)} == {"넷", judged.text, in_hand.text}


def test_a_text_whose_answer_has_changed_since_it_was_judged_is_offered_again(
    store: SqlQuestionStore, items: ReviewItems, judging: Judging
) -> None:
    item = took(items, "김")
    judging.judge(item.id, "right", "김", catch_all=CATCH_ALL)

    assert offer(store.engine, store.tables, [Doubtful(DAY, item.text, 2, '[["편입", 2]]', 0.5, "")]) == 1


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_STEP_ROWS", 2)


def test_a_long_list_keeps_its_order(store: SqlQuestionStore, items: ReviewItems, steps: None) -> None:
    """It is written in steps."""
    execute(store.engine, "DELETE FROM keyword_review_items")
    offer(store.engine, store.tables, [Doubtful(DAY, f"질문 {number}", 1, GIVEN, 0.5, "") for number in range(5)])

    found = query(store.engine, "SELECT query_text FROM keyword_review_items ORDER BY item_id")
    assert [text for (text,) in found] == [f"질문 {number}" for number in range(5)]
