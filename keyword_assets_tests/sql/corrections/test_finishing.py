"""What people answer stands on all days, against everybody else, and goes without a trace."""

from datetime import timedelta
from typing import Any

import pytest

from keyword_assets.core.models.period import Period
from keyword_assets.core.questions import share_key
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.corrections import finishing
from keyword_assets.sql.corrections.finishing import Finishing
from keyword_assets_tests.builders import (
    BATCH_TIME,
    DAY,
    NEXT_DAY,
    VERSION,
    add_keyword_row,
    add_messages,
    coverage_of,
    keyword_rows,
    make_quarantined,
    make_question,
    open_texts,
    query,
)
from keyword_assets_tests.sql.corrections.people import (
    DAYS,
    MODELS,
    OTHER_SPELLING,
    OURS,
    TEXT,
    WHOLE,
    correct,
    finish,
    is_right,
    pairs,
    said,
)

# Seconds that no look needs.
LONG = 600


def test_the_rows_of_all_days_and_spellings_say_the_correction_and_count_as_before(
    answered: SqlQuestionStore,
) -> None:
    holds = correct(answered).holds
    finish(answered)
    rows = [row for row in keyword_rows(answered) if row[0] == TEXT]

    assert said(answered) == said(answered, OTHER_SPELLING) == pairs(OURS)
    assert said(answered, "학폭 신고") == pairs(MODELS)
    assert len(rows) == 2 * len(DAYS)
    assert is_right(answered)
    assert answered.replaced.questions_by_correction() == {holds.id: 21}
    assert answered.replaced.questions(Period(DAY, NEXT_DAY)) == 3


def test_what_is_withdrawn_leaves_every_row_as_it_was(answered: SqlQuestionStore) -> None:
    before = keyword_rows(answered, WHOLE)
    holds = correct(answered).holds
    finish(answered)

    assert answered.people.withdraw(holds.id, "이 선생") is not None
    finish(answered)

    assert keyword_rows(answered, WHOLE) == before
    assert answered.people.find([TEXT]) == {}
    (ended,) = answered.people.all(ended=True)
    assert (ended.reviewer, ended.ended_by, ended.pending) == ("김 선생", "이 선생", False)


def test_rows_are_restored_with_the_count_of_today(answered: SqlQuestionStore) -> None:
    """Messages that came late were counted in between."""
    holds = correct(answered).holds
    finish(answered)
    add_messages(answered, TEXT, times=4)
    answered.refresh_counts(DAY)

    answered.people.withdraw(holds.id, "이 선생")
    finish(answered)

    assert is_right(answered)


def test_a_day_that_came_later_gets_what_the_model_has_answered_since(answered: SqlQuestionStore) -> None:
    later = DAYS[-1] + timedelta(days=1)
    holds = correct(answered).holds
    finish(answered)
    add_messages(answered, TEXT, at=later)
    answered.save_corrected([make_question(TEXT, later)], BATCH_TIME)
    assert is_right(answered, [later])

    answered.people.withdraw(holds.id, "이 선생")
    finish(answered)

    assert said(answered) == pairs(MODELS)
    assert is_right(answered, [later])


def test_a_question_that_the_model_never_answered_is_open_again(store: SqlQuestionStore) -> None:
    add_messages(store, TEXT)
    holds = correct(store).holds
    store.save_corrected([make_question()], BATCH_TIME)
    store.recount(Period.of(DAY))

    store.people.withdraw(holds.id, "이 선생")
    finish(store)

    assert keyword_rows(store) == []
    assert open_texts(store) == [TEXT]
    assert [row.missing for row in store.look(Period.of(DAY), LONG)] == [1]


def test_a_quarantined_question_is_closed_where_its_gap_is_known(store: SqlQuestionStore) -> None:
    """Without a run, and with the messages that ask it."""
    add_messages(store, TEXT, times=3)
    store.quarantine([make_quarantined(OTHER_SPELLING), make_quarantined()], VERSION)
    store.days.keep(coverage_of(store))
    store.recount(Period.of(DAY))

    correct(store)
    finish(store)

    assert store.quarantined([share_key(TEXT)]) == {}
    assert keyword_rows(store) == [(TEXT, "전학", 2, 3), (TEXT, "절차", 1, 3)]
    assert coverage_of(store).missing == 0
    assert [row.missing for row in store.look(Period.of(DAY), LONG)] == [0]


def test_rows_of_others_come_back_too_however_incomplete(store: SqlQuestionStore) -> None:
    """The table may have been filled by another program for years."""
    add_messages(store, TEXT)
    add_keyword_row(store, TEXT)
    add_keyword_row(store, TEXT)
    before = keyword_rows(store, WHOLE)
    holds = correct(store).holds
    finish(store)
    assert said(store) == pairs(OURS)

    store.people.withdraw(holds.id, "이 선생")
    finish(store)

    assert keyword_rows(store, WHOLE) == before


def test_rows_that_somebody_wrote_over_a_correction_stay_when_it_is_withdrawn(answered: SqlQuestionStore) -> None:
    holds = correct(answered).holds
    finish(answered)
    add_keyword_row(answered, TEXT)

    answered.people.withdraw(holds.id, "이 선생")
    finish(answered)
    rows = [row[1] for row in keyword_rows(answered, "created_at, keyword, query_text") if row[2] == TEXT]

    assert sorted(set(rows)) == ["모델의 말", "손으로 쓴 낱말", "전학", "절차"]


@pytest.mark.parametrize("withdrawn", [False, True], ids=["corrected", "withdrawn"])
def test_what_was_stopped_is_finished_by_whoever_comes_next(
    answered: SqlQuestionStore, withdrawn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever step it had come to."""
    before = keyword_rows(answered, WHOLE)
    monkeypatch.setattr(finishing, "_STEP", 1)
    holds = correct(answered).holds
    if withdrawn:
        finish(answered)
        answered.people.withdraw(holds.id, "이 선생")
    step = "_restore" if withdrawn else "_replace_step"
    really, steps = getattr(Finishing, step), iter(range(100))

    def stopped(self: Finishing, *arguments: Any) -> Any:
        if next(steps) == 7:
            raise KeyboardInterrupt
        return really(self, *arguments)

    with monkeypatch.context() as patched:
        patched.setattr(Finishing, step, stopped)
        with pytest.raises(KeyboardInterrupt):
            finish(answered)
    assert answered.people.all(ended=True)[0].pending
    finish(answered)

    assert not answered.people.all(ended=True)[0].pending
    assert said(answered) == pairs(MODELS if withdrawn else OURS)
    assert is_right(answered)
    if withdrawn:
        assert keyword_rows(answered, WHOLE) == before


def test_categories_of_the_days_are_counted_anew(answered: SqlQuestionStore) -> None:
    """They plot over time; a correction that they did not know would be seen nowhere."""
    answered.days.recount_categories(DAY)
    holds = correct(answered).holds
    finish(answered)
    kept = "SELECT category_id, questions FROM keyword_day_categories ORDER BY category_id"

    assert query(answered.engine, kept) == [(1, 2), (2, 2), (3, 1)]
    answered.people.withdraw(holds.id, "이 선생")
    finish(answered)
    assert query(answered.engine, kept) == [(3, 3)]
