"""A verdict with a right answer, on the real corrections and rows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from keyword_assets.core.errors import InputError
from keyword_assets.core.models.questions import Keyword
from keyword_assets.core.quality.reviewing import Doubtful, ReviewItem
from keyword_assets.core.questions import share_key
from keyword_assets.quality.reviewing import Reviewing
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.doubtful import offer
from keyword_assets.sql.quality.judging import Judging
from keyword_assets.sql.quality.review_items import ReviewItems
from keyword_assets_tests.builders import (
    BATCH_TIME,
    DAY,
    NEXT_DAY,
    VERSION,
    add_messages,
    keyword_rows,
    make_answer,
    make_question,
    make_store,
    make_taxonomy,
    save,
)

TEXT = "전학 절차"
RIGHT = (Keyword("전학", 2),)
OTHERS = (Keyword("편입", 2),)


@pytest.fixture
def store(database_url: str) -> Iterator[SqlQuestionStore]:
    """A new database, once of each kind."""
    store = make_store(database_url)
    yield store
    store.engine.dispose()


@pytest.fixture
def reviewing(store: SqlQuestionStore) -> Reviewing:
    """A text that was asked and answered on two days, and is on the doubtful list."""
    for day in (DAY, NEXT_DAY):
        add_messages(store, TEXT, at=day)
    given = make_answer("학폭")
    save(store, make_question(TEXT), make_question(TEXT, NEXT_DAY), learned={share_key(TEXT): given})
    ticks = iter(range(10_000))
    items = ReviewItems(store.engine, store.tables)
    judging = Judging(store.engine, store.tables, items, lambda: BATCH_TIME + timedelta(seconds=next(ticks)))
    offer(store.engine, store.tables, [Doubtful(DAY, TEXT, 1, '[["학폭", 1]]', 0.9, "드문 낱말")])
    return Reviewing(store, items, judging, make_taxonomy(), VERSION)


def taken(reviewing: Reviewing) -> ReviewItem:
    (item,) = reviewing.items.all(None)
    return item


def test_a_right_answer_stands_on_all_days_and_goes_when_it_is_taken_back(
    store: SqlQuestionStore, reviewing: Reviewing
) -> None:
    before = keyword_rows(store)
    item = reviewing.judge(taken(reviewing).id, "wrong", "김", right_answer=RIGHT)
    reviewing.finish()

    held = reviewing.held(item)
    assert held is not None
    assert (held.answer, held.id, held.pending) == (RIGHT, item.correction, False)
    assert [row[1:3] for row in keyword_rows(store)] == [("전학", 2)] * 2
    assert (item.category_right, item.keywords_right) == (False, False)

    item = reviewing.undo(item.id, "김")
    reviewing.finish()

    assert reviewing.held(item) is item.verdict is None
    assert keyword_rows(store) == before


def test_a_correction_that_was_not_seen_stands_and_one_that_was_is_replaced(
    store: SqlQuestionStore, reviewing: Reviewing
) -> None:
    item = taken(reviewing)
    others = store.people.correct(TEXT, OTHERS, "이").holds

    with pytest.raises(InputError, match="이"):
        reviewing.judge(item.id, "wrong", "김", right_answer=RIGHT)
    assert reviewing.held(item) == others
    assert taken(reviewing).verdict is None

    reviewing.judge(item.id, "wrong", "김", right_answer=RIGHT, seen=others.id)
    reviewing.finish()

    assert [row[1:3] for row in keyword_rows(store)] == [("전학", 2)] * 2


def test_who_takes_back_what_replaced_anothers_correction_gives_that_back(
    store: SqlQuestionStore, reviewing: Reviewing
) -> None:
    """A key pressed by mistake and taken back leaves everything as it was, on all days."""
    before = keyword_rows(store)
    others = store.people.correct(TEXT, OTHERS, "이", "편입입니다").holds
    reviewing.finish()
    item = reviewing.judge(taken(reviewing).id, "wrong", "김", right_answer=RIGHT, seen=others.id)
    reviewing.finish()

    reviewing.undo(item.id, "김")
    reviewing.finish()

    assert reviewing.held(item) == replace(others, pending=False)
    assert [row[1:3] for row in keyword_rows(store)] == [("편입", 2)] * 2
    assert store.replaced.questions_by_correction() == {others.id: 2}

    store.people.withdraw(others.id, "이")
    reviewing.finish()
    assert keyword_rows(store) == before


def test_what_was_taken_back_itself_does_not_come_back(store: SqlQuestionStore, reviewing: Reviewing) -> None:
    """Of three corrections the second is taken back after it was replaced, then the third: the first holds."""
    first = store.people.correct(TEXT, OTHERS, "이").holds
    second = store.people.correct(TEXT, (Keyword("전입", 2),), "박", replaces=first.id).holds
    third = store.people.correct(TEXT, RIGHT, "김", replaces=second.id).holds

    store.people.take_back(second.id, "박")
    assert reviewing.held(taken(reviewing)) == third
    store.people.take_back(third.id, "김")
    reviewing.finish()

    assert reviewing.held(taken(reviewing)) == replace(first, pending=False)
    assert [row[1:3] for row in keyword_rows(store)] == [("편입", 2)] * 2


def test_a_correction_stays_while_another_verdict_of_the_reviewer_says_it(
    store: SqlQuestionStore, reviewing: Reviewing
) -> None:
    """The same text was drawn twice, of two days, and one of two like verdicts is taken back."""
    before = keyword_rows(store)
    offer(
        store.engine,
        store.tables,
        [Doubtful(day, TEXT, 1, '[["학폭", 1]]', 0.9, "드문 낱말") for day in (DAY, NEXT_DAY)],
    )
    first, second = reviewing.items.all(None)
    for item in (first, second):
        reviewing.judge(item.id, "wrong", "김", right_answer=RIGHT)

    reviewing.undo(second.id, "김")
    reviewing.finish()

    held = reviewing.held(first)
    assert held is not None
    assert held.answer == RIGHT
    reviewing.undo(first.id, "김")
    reviewing.finish()
    assert reviewing.held(first) is None
    assert keyword_rows(store) == before
