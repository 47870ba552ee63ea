"""The queues of reviewers: handed to one at a time."""

import threading

import pytest

from keyword_assets.core.errors import InputError
from keyword_assets.core.quality.reviewing import Progress
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.doubtful import offer
from keyword_assets.sql.quality.judging import Judging
from keyword_assets.sql.quality.review_items import ReviewItems
from keyword_assets_tests.sql.quality.items import CATCH_ALL, doubtful, took


def test_the_most_doubtful_comes_first_and_two_reviewers_get_different_ones(items: ReviewItems) -> None:
    assert [took(items, reviewer).text for reviewer in ("김", "이")] == ["셋", "둘"]


def test_an_item_is_held_by_looking_at_it_and_comes_back_when_its_time_is_over(
    items: ReviewItems, judging: Judging
) -> None:
    item = items.all(None)[1]
    assert items.free_in(None) is None

    assert items.hold(item.id, "김", 500)
    assert not items.hold(item.id, "이", 500)
    assert items.hold(item.id, "김", 100)

    free_in = items.free_in(None)
    assert free_in is not None
    assert 400 < free_in <= 500
    judging.judge(item.id, "right", "김", catch_all=CATCH_ALL)
    assert not items.hold(item.id, "김", 500)
    assert items.free_in(None) is None


def test_what_somebody_has_said_last_comes_first(items: ReviewItems, judging: Judging) -> None:
    first, second, third = items.all(None)
    for item, reviewer in ((third, "김"), (first, "김"), (second, "이")):
        judging.judge(item.id, "unsure", reviewer, catch_all=CATCH_ALL)

    assert [item.id for item in items.last(None, "김", 5)] == [first.id, third.id]
    assert [item.id for item in items.last(None, "김", 1)] == [first.id]
    assert items.last(1, "김", 5) == []


def test_a_reviewer_who_asks_again_gets_what_he_has(items: ReviewItems) -> None:
    """After a reload, or on another machine."""
    assert took(items, "김").id == took(items, "김").id


def test_an_item_whose_time_is_over_goes_to_whoever_comes_first(items: ReviewItems) -> None:
    first = took(items, "김", seconds=-1)

    assert took(items, "이").id == first.id


def test_there_is_nothing_to_take_where_others_have_everything(items: ReviewItems) -> None:
    for reviewer in ("김", "이", "박"):
        took(items, reviewer)

    assert items.take_next(None, "최", 60) is None


def test_many_at_once_get_each_item_once(store: SqlQuestionStore, items: ReviewItems, judging: Judging) -> None:
    """Threads with connections of their own, as the processes of reviewers have them."""
    offer(store.engine, store.tables, doubtful(*(f"질문 {number}" for number in range(24))))
    taken: list[int] = []

    def work(reviewer: str) -> None:
        while (item := items.take_next(None, reviewer, 60)) is not None:
            taken.append(item.id)
            judging.judge(item.id, "right", reviewer, catch_all=CATCH_ALL)

    workers = [threading.Thread(target=work, args=(f"검토자 {number}",)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(taken) == sorted(item.id for item in items.all(None))
    assert items.progress(None) == Progress(24, 0, 0, 0, 0)


def test_an_unknown_item_is_told(items: ReviewItems) -> None:
    with pytest.raises(InputError, match="999"):
        items.get(999)
