"""What reviewers say: judged once, taken back, made into corrections."""

from dataclasses import dataclass, field

import pytest

from keyword_assets.core.errors import InputError
from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.core.quality.reviewing import Progress, ReviewItem
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.dialects import database_clock
from keyword_assets.sql.quality.judging import Judging
from keyword_assets.sql.quality.review_items import ReviewItems
from keyword_assets_tests.builders import query
from keyword_assets_tests.sql.quality.items import CATCH_ALL, took

RIGHT: Answer = (Keyword("편입", 2),)


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
    taken_back: list[tuple[int, str]] = field(default_factory=list)

    def correct(
        self, text: str, answer: Answer, reviewer: str, note: str = "", *, replaces: int | None = None
    ) -> Corrected:
        if self.holds is not None and self.holds.id != replaces:
            return Corrected("conflict", self.holds)
        self.made.append((text, answer, reviewer, note))
        self.holds = Held(7, reviewer)
        return Corrected("taken", self.holds)

    def take_back(self, correction_id: int, by: str) -> None:
        self.taken_back.append((correction_id, by))


def test_a_verdict_is_kept_with_who_and_when(items: ReviewItems, judging: Judging) -> None:
    item = took(items, "김")
    judged = judging.judge(item.id, "wrong", "김", catch_all=CATCH_ALL, category_right=True, note="낱말이 다름")

    assert (judged.verdict, judged.category_right, judged.keywords_right) == ("wrong", True, False)
    assert (judged.reviewer, judged.note) == ("김", "낱말이 다름")
    assert judged.judged_at is not None
    assert items.progress(None) == Progress(0, 1, 0, 0, 2)


def test_what_another_has_in_his_hands_cannot_be_judged(items: ReviewItems, judging: Judging) -> None:
    item = took(items, "김")

    with pytest.raises(InputError, match="김"):
        judging.judge(item.id, "right", "이", catch_all=CATCH_ALL)
    assert items.get(item.id).verdict is None


def test_what_another_has_judged_stays(items: ReviewItems, judging: Judging) -> None:
    item = took(items, "김")
    judging.judge(item.id, "right", "김", catch_all=CATCH_ALL)

    with pytest.raises(InputError, match="김"):
        judging.judge(item.id, "wrong", "이", catch_all=CATCH_ALL)
    assert items.get(item.id).verdict == "right"


def test_the_same_verdict_again_changes_nothing(items: ReviewItems, judging: Judging) -> None:
    """A key that was pressed twice, or a workbook that is imported twice."""
    item = took(items, "김")
    corrections = OneCorrection()
    judge = {"catch_all": CATCH_ALL, "right_answer": RIGHT, "corrections": corrections}
    first, second = (judging.judge(item.id, "wrong", "김", **judge) for _ in range(2))  # type: ignore[arg-type]

    assert first == second
    assert len(corrections.made) == 1


def test_an_item_that_nobody_was_handed_can_be_judged(items: ReviewItems, judging: Judging) -> None:
    """As a row of a workbook is."""
    (item, *_) = items.all(None)

    assert judging.judge(item.id, "unsure", "김", catch_all=CATCH_ALL).verdict == "unsure"


def test_while_one_judges_nobody_else_is_handed_the_item(items: ReviewItems, judging: Judging) -> None:
    """Else two would correct the same text, and one of the corrections would be nobody's."""
    (item, *_) = items.all(None)
    others: list[ReviewItem | None] = []

    class Meanwhile(OneCorrection):
        def correct(
            self, text: str, answer: Answer, reviewer: str, note: str = "", *, replaces: int | None = None
        ) -> Corrected:
            others.append(items.take_next(None, "이", 60))
            with pytest.raises(InputError, match="김"):
                judging.judge(item.id, "right", "이", catch_all=CATCH_ALL)
            return super().correct(text, answer, reviewer, note, replaces=replaces)

    judging.judge(item.id, "wrong", "김", catch_all=CATCH_ALL, right_answer=RIGHT, corrections=Meanwhile())

    assert [other.id != item.id for other in others if other] == [True]
    assert items.get(item.id).reviewer == "김"


def test_judging_does_not_shorten_the_time_that_a_reviewer_has(
    store: SqlQuestionStore, items: ReviewItems, judging: Judging
) -> None:
    """A correction that is refused leaves the item with him."""
    item = took(items, "김", seconds=3_600)
    with pytest.raises(InputError):
        judging.judge(
            item.id, "wrong", "김", catch_all=CATCH_ALL, right_answer=RIGHT, corrections=OneCorrection(Held(5, "박"))
        )
    select = "SELECT handed_until FROM keyword_review_items WHERE handed_to = '김'"
    with store.engine.connect() as connection:
        left = query(store.engine, select)[0][0] - database_clock(connection)

    assert left > 3_000


def test_a_right_answer_becomes_a_correction(items: ReviewItems, judging: Judging) -> None:
    item, corrections = took(items, "김"), OneCorrection()
    judged = judging.judge(
        item.id, "wrong", "김", catch_all=CATCH_ALL, right_answer=RIGHT, note="편입", corrections=corrections
    )

    assert corrections.made == [("셋", RIGHT, "김", "편입")]
    assert (judged.correction, judged.right_answer) == (7, '[["편입", 2]]')
    assert (judged.category_right, judged.keywords_right) == (False, False)


def test_a_correction_that_the_reviewer_has_not_seen_stands_and_nothing_is_judged(
    items: ReviewItems, judging: Judging
) -> None:
    item, corrections = took(items, "김"), OneCorrection(Held(5, "박"))

    with pytest.raises(InputError, match="박"):
        judging.judge(item.id, "wrong", "김", catch_all=CATCH_ALL, right_answer=RIGHT, corrections=corrections)
    assert items.get(item.id).verdict is None


def test_a_verdict_is_taken_back_with_its_correction(items: ReviewItems, judging: Judging) -> None:
    item, corrections = took(items, "김"), OneCorrection()
    judging.judge(item.id, "wrong", "김", catch_all=CATCH_ALL, right_answer=RIGHT, corrections=corrections)
    undone = judging.undo(item.id, "김", corrections)

    assert corrections.taken_back == [(7, "김")]
    assert (undone.verdict, undone.right_answer, undone.correction, undone.reviewer) == (None,) * 4


def test_nobody_takes_back_what_another_has_said(items: ReviewItems, judging: Judging) -> None:
    item = took(items, "김")
    judging.judge(item.id, "right", "김", catch_all=CATCH_ALL)

    with pytest.raises(InputError, match="김"):
        judging.undo(item.id, "이")
