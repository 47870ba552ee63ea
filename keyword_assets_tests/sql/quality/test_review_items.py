"""The queues of reviewers: handed to one at a time, judged once, taken back, made into corrections."""

import threading
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from keyword_assets.core.errors import InputError
from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.core.quality.reviewing import Doubtful, Progress, ReviewItem
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.dialects import database_clock
from keyword_assets.sql.quality import review_items
from keyword_assets.sql.quality.review_items import ReviewItems
from keyword_assets_tests.builders import BATCH_TIME, DAY, execute, query

CATCH_ALL = 3
GIVEN = '[["전학", 1]]'
RIGHT: Answer = (Keyword("편입", 2),)


@pytest.fixture
def items(store: SqlQuestionStore) -> ReviewItems:
    """A doubtful list of three, the most doubtful called 셋."""
    ticks = iter(range(10_000))
    found = ReviewItems(store.engine, store.tables, lambda: BATCH_TIME + timedelta(seconds=next(ticks)))
    found.offer(doubtful("하나", "둘", "셋"))
    return found


def doubtful(*texts: str) -> list[Doubtful]:
    return [Doubtful(DAY, text, 2, GIVEN, number / 10, "드문 낱말") for number, text in enumerate(texts, 1)]


def took(items: ReviewItems, reviewer: str, seconds: float = 60) -> ReviewItem:
    """The next item, which there must be."""
    item = items.take_next(None, reviewer, seconds)
    assert item is not None
    return item


@dataclass
class Corrected:
    outcome: str
    holds: "Held"


@dataclass
class Held:
    id: int
    reviewer: str


@dataclass
class OneCorrection:
    """Corrections of a single text, of which one by somebody else may hold already."""

    holds: Held | None = None
    made: list[tuple[str, Answer, str, str]] = field(default_factory=list)
    withdrawn: list[tuple[int, str]] = field(default_factory=list)

    def correct(
        self, text: str, answer: Answer, reviewer: str, note: str = "", *, replaces: int | None = None
    ) -> Corrected:
        if self.holds is not None and self.holds.id != replaces:
            return Corrected("conflict", self.holds)
        self.made.append((text, answer, reviewer, note))
        self.holds = Held(7, reviewer)
        return Corrected("taken", self.holds)

    def withdraw(self, correction_id: int, by: str) -> None:
        self.withdrawn.append((correction_id, by))


# -- handing out ------------------------------------------------------------------------------------------------------


def test_the_most_doubtful_comes_first_and_two_reviewers_get_different_ones(items: ReviewItems) -> None:
    assert [took(items, reviewer).text for reviewer in ("김", "이")] == ["셋", "둘"]


def test_an_item_is_held_by_looking_at_it_and_comes_back_when_its_time_is_over(items: ReviewItems) -> None:
    item = items.all(None)[1]
    assert items.free_in(None) is None

    assert items.hold(item.id, "김", 500)
    assert not items.hold(item.id, "이", 500)
    assert items.hold(item.id, "김", 100)

    free_in = items.free_in(None)
    assert free_in is not None
    assert 400 < free_in <= 500
    items.judge(item.id, "right", "김", catch_all=CATCH_ALL)
    assert not items.hold(item.id, "김", 500)
    assert items.free_in(None) is None


def test_what_somebody_has_said_last_comes_first(items: ReviewItems) -> None:
    first, second, third = items.all(None)
    for item, reviewer in ((third, "김"), (first, "김"), (second, "이")):
        items.judge(item.id, "unsure", reviewer, catch_all=CATCH_ALL)

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


def test_many_at_once_get_each_item_once(store: SqlQuestionStore, items: ReviewItems) -> None:
    """Threads with connections of their own, as the processes of reviewers have them."""
    items.offer(doubtful(*(f"질문 {number}" for number in range(24))))
    taken: list[int] = []

    def work(reviewer: str) -> None:
        while (item := items.take_next(None, reviewer, 60)) is not None:
            taken.append(item.id)
            items.judge(item.id, "right", reviewer, catch_all=CATCH_ALL)

    workers = [threading.Thread(target=work, args=(f"검토자 {number}",)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(taken) == sorted(item.id for item in items.all(None))
    assert items.progress(None) == Progress(24, 0, 0, 0, 0)


# -- judging ----------------------------------------------------------------------------------------------------------


def test_a_verdict_is_kept_with_who_and_when(items: ReviewItems) -> None:
    item = took(items, "김")
    judged = items.judge(item.id, "wrong", "김", catch_all=CATCH_ALL, category_right=True, note="낱말이 다름")

    assert (judged.verdict, judged.category_right, judged.keywords_right) == ("wrong", True, False)
    assert (judged.reviewer, judged.note) == ("김", "낱말이 다름")
    assert judged.judged_at is not None
    assert items.progress(None) == Progress(0, 1, 0, 0, 2)


def test_what_another_has_in_his_hands_cannot_be_judged(items: ReviewItems) -> None:
    item = took(items, "김")

    with pytest.raises(InputError, match="김"):
        items.judge(item.id, "right", "이", catch_all=CATCH_ALL)
    assert items.get(item.id).verdict is None


def test_what_another_has_judged_stays(items: ReviewItems) -> None:
    item = took(items, "김")
    items.judge(item.id, "right", "김", catch_all=CATCH_ALL)

    with pytest.raises(InputError, match="김"):
        items.judge(item.id, "wrong", "이", catch_all=CATCH_ALL)
    assert items.get(item.id).verdict == "right"


def test_the_same_verdict_again_changes_nothing(items: ReviewItems) -> None:
    """A key that was pressed twice, or a workbook that is imported twice."""
    item = took(items, "김")
    corrections = OneCorrection()
    judge = {"catch_all": CATCH_ALL, "right_answer": RIGHT, "corrections": corrections}
    first, second = (items.judge(item.id, "wrong", "김", **judge) for _ in range(2))  # type: ignore[arg-type]

    assert first == second
    assert len(corrections.made) == 1


def test_an_item_that_nobody_was_handed_can_be_judged(items: ReviewItems) -> None:
    """As a row of a workbook is."""
    (item, *_) = items.all(None)

    assert items.judge(item.id, "unsure", "김", catch_all=CATCH_ALL).verdict == "unsure"


def test_while_one_judges_nobody_else_is_handed_the_item(items: ReviewItems) -> None:
    """Else two would correct the same text, and one of the corrections would be nobody's."""
    (item, *_) = items.all(None)
    others: list[ReviewItem | None] = []

    class Meanwhile(OneCorrection):
        def correct(
            self, text: str, answer: Answer, reviewer: str, note: str = "", *, replaces: int | None = None
        ) -> Corrected:
            others.append(items.take_next(None, "이", 60))
            with pytest.raises(InputError, match="김"):
                items.judge(item.id, "right", "이", catch_all=CATCH_ALL)
            return super().correct(text, answer, reviewer, note, replaces=replaces)

    items.judge(item.id, "wrong", "김", catch_all=CATCH_ALL, right_answer=RIGHT, corrections=Meanwhile())

    assert [other.id != item.id for other in others if other] == [True]
    assert items.get(item.id).reviewer == "김"


def test_judging_does_not_shorten_the_time_that_a_reviewer_has(store: SqlQuestionStore, items: ReviewItems) -> None:
    """A correction that is refused leaves the item with him."""
    item = took(items, "김", seconds=3_600)
    with pytest.raises(InputError):
        items.judge(
            item.id, "wrong", "김", catch_all=CATCH_ALL, right_answer=RIGHT, corrections=OneCorrection(Held(5, "박"))
        )
    select = "SELECT handed_until FROM keyword_review_items WHERE handed_to = '김'"
    with store.engine.connect() as connection:
        left = query(store.engine, select)[0][0] - database_clock(connection)

    assert left > 3_000


def test_an_unknown_item_is_told(items: ReviewItems) -> None:
    with pytest.raises(InputError, match="999"):
        items.get(999)


# -- corrections ------------------------------------------------------------------------------------------------------


def test_a_right_answer_becomes_a_correction(items: ReviewItems) -> None:
    item, corrections = took(items, "김"), OneCorrection()
    judged = items.judge(
        item.id, "wrong", "김", catch_all=CATCH_ALL, right_answer=RIGHT, note="편입", corrections=corrections
    )

    assert corrections.made == [("셋", RIGHT, "김", "편입")]
    assert (judged.correction, judged.right_answer) == (7, '[["편입", 2]]')
    assert (judged.category_right, judged.keywords_right) == (False, False)


def test_a_correction_that_the_reviewer_has_not_seen_stands_and_nothing_is_judged(items: ReviewItems) -> None:
    item, corrections = took(items, "김"), OneCorrection(Held(5, "박"))

    with pytest.raises(InputError, match="박"):
        items.judge(item.id, "wrong", "김", catch_all=CATCH_ALL, right_answer=RIGHT, corrections=corrections)
    assert items.get(item.id).verdict is None


def test_a_verdict_is_taken_back_with_its_correction(items: ReviewItems) -> None:
    item, corrections = took(items, "김"), OneCorrection()
    items.judge(item.id, "wrong", "김", catch_all=CATCH_ALL, right_answer=RIGHT, corrections=corrections)
    undone = items.undo(item.id, "김", corrections)

    assert corrections.withdrawn == [(7, "김")]
    assert (undone.verdict, undone.right_answer, undone.correction, undone.reviewer) == (None,) * 4


def test_nobody_takes_back_what_another_has_said(items: ReviewItems) -> None:
    item = took(items, "김")
    items.judge(item.id, "right", "김", catch_all=CATCH_ALL)

    with pytest.raises(InputError, match="김"):
        items.undo(item.id, "이")


# -- doubtful lists ---------------------------------------------------------------------------------------------------


def test_a_new_list_replaces_what_is_open_and_nobody_has(items: ReviewItems) -> None:
    judged, in_hand = took(items, "김"), took(items, "이")
    items.judge(judged.id, "right", "김", catch_all=CATCH_ALL)

    assert items.offer(doubtful("넷", judged.text, in_hand.text)) == 1
    assert {item.text for item in items.all(None)} == {"넷", judged.text, in_hand.text}


def test_a_text_whose_answer_has_changed_since_it_was_judged_is_offered_again(items: ReviewItems) -> None:
    item = took(items, "김")
    items.judge(item.id, "right", "김", catch_all=CATCH_ALL)

    assert items.offer([Doubtful(DAY, item.text, 2, '[["편입", 2]]', 0.5, "")]) == 1


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_items, "_STEP_ROWS", 2)


def test_a_long_list_keeps_its_order(store: SqlQuestionStore, items: ReviewItems, steps: None) -> None:
    """It is written in steps."""
    execute(store.engine, "DELETE FROM keyword_review_items")
    items.offer([Doubtful(DAY, f"질문 {number}", 1, GIVEN, 0.5, "") for number in range(5)])

    found = query(store.engine, "SELECT query_text FROM keyword_review_items ORDER BY item_id")
    assert [text for (text,) in found] == [f"질문 {number}" for number in range(5)]
