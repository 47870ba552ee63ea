"""What people answer: one answer holds for a text, and whoever corrects has seen the one before."""

import pytest

from keyword_assets.core.questions import share_key
from keyword_assets.privacy import mask_in_korean
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.corrections.kept import Corrections
from keyword_assets_tests.builders import (
    BATCH_TIME,
    VERSION,
    keyword_rows,
    make_answer,
    make_quarantined,
)
from keyword_assets_tests.sql.corrections.people import OTHER_SPELLING, OURS, TEXT, WHOLE, correct, finish, pairs, said


def test_a_correction_may_be_made_by_whoever_saw_the_one_before(answered: SqlQuestionStore) -> None:
    """What comes back in the end is the model's, not the first correction."""
    before = keyword_rows(answered, WHOLE)
    first = correct(answered).holds
    finish(answered)

    second = correct(answered, answer=make_answer("둘째"), replaces=first.id)
    finish(answered)

    assert second.outcome == "taken"
    assert said(answered) == pairs(make_answer("둘째"))
    assert [(one.id, one.ended_by) for one in answered.people.all(ended=True)] == [
        (first.id, "김 선생"),
        (second.holds.id, None),
    ]
    answered.people.withdraw(second.holds.id, "이 선생")
    finish(answered)
    assert keyword_rows(answered, WHOLE) == before


@pytest.mark.parametrize("replaces", [None, 999_999])
def test_the_second_of_two_people_is_told_and_changes_nothing(answered: SqlQuestionStore, replaces: int | None) -> None:
    first = correct(answered).holds

    second = correct(answered, OTHER_SPELLING, make_answer("둘째"), replaces=replaces)
    finish(answered)

    assert (second.outcome, second.holds.id) == ("conflict", first.id)
    assert said(answered) == pairs(OURS)


def test_the_same_correction_twice_changes_nothing(answered: SqlQuestionStore) -> None:
    correct(answered, note="메모")

    assert correct(answered, note="메모").outcome == correct(answered).outcome == "unchanged"
    assert len(answered.people.all(ended=True)) == 1


def test_whoever_withdraws_what_holds_no_longer_is_told(answered: SqlQuestionStore) -> None:
    first = correct(answered).holds
    answered.people.withdraw(first.id, "이 선생")

    assert answered.people.withdraw(first.id, "박 선생") is None
    assert answered.people.withdraw(999_999, "박 선생") is None


def test_a_corrected_text_is_not_quarantined_any_more(store: SqlQuestionStore) -> None:
    """A run gave it up just when somebody answered it."""
    correct(store)

    store.quarantine([make_quarantined(), make_quarantined("학폭 신고", share_key=share_key("학폭 신고"))], VERSION)

    assert list(store.quarantined([share_key(TEXT), share_key("학폭 신고")])) == [share_key("학폭 신고")]


def test_a_text_is_found_under_what_is_sent_and_under_what_it_is(store: SqlQuestionStore) -> None:
    """Masking may begin later; what was corrected before is not sent either, and one correction is for all numbers."""
    masked = Corrections(store.engine, store.tables, lambda: BATCH_TIME, mask_in_korean)
    first, second = "010-1234-5678로 전화 주세요", "010-8765-4321로 전화 주세요"
    correct(store, first)

    assert set(masked.find([first, second])) == {first}
    masked.correct(second, OURS, "김 선생")
    assert set(masked.find([first, second, "다른 질문"])) == {first, second}
