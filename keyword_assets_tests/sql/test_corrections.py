"""What people answer: it stands on all days, against everybody else, and goes without a trace."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Keyword
from keyword_assets.core.questions import share_key
from keyword_assets.privacy import mask_in_korean
from keyword_assets.sql import corrections as module
from keyword_assets.sql.classifying.forget import Forgetting
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.corrections import Corrections
from keyword_assets.sql.coverage.counting import count_days
from keyword_assets_tests.builders import (
    BATCH_TIME,
    DAY,
    NEXT_DAY,
    VERSION,
    add_keyword_row,
    add_messages,
    coverage_of,
    keyword_rows,
    make_answer,
    make_quarantined,
    make_question,
    make_taxonomy,
    open_texts,
    query,
)

TEXT = "전학 절차"
OTHER_SPELLING = "전학  절차 "
DAYS = [DAY + timedelta(days=number) for number in range(20)]
MODELS = make_answer("모델의 말", category_id=3)
OURS = (Keyword("전학", 2), Keyword("절차", 1))
TAXONOMY = make_taxonomy()
WHOLE = "query_text, keyword, category_id, query_count, created_at, batch_created_at"


@pytest.fixture
def answered(store: SqlQuestionStore) -> SqlQuestionStore:
    """A text that stands on twenty days, in two spellings on the first, all of them answered by the model."""
    for number, day in enumerate(DAYS):
        add_messages(store, TEXT, at=day, times=number % 3 + 1)
    add_messages(store, OTHER_SPELLING, "학폭 신고")
    questions = [make_question(TEXT, day, number % 3 + 1) for number, day in enumerate(DAYS)]
    save(store, [*questions, make_question(OTHER_SPELLING), make_question("학폭 신고")])
    return store


def save(store: SqlQuestionStore, questions: list[Any], answer: Any = MODELS, **options: Any) -> Any:
    learned = {share_key(question.text): answer for question in questions}
    pairs = [(question, answer) for question in questions]
    return store.save(pairs, learned=learned, version=VERSION, batch_created_at=BATCH_TIME, **options)


def correct(store: SqlQuestionStore, text: str = TEXT, answer: Any = OURS, **options: Any) -> Any:
    return store.people.correct(text, answer, "김 선생", **options)


def finish(store: SqlQuestionStore) -> None:
    store.finish_corrections(VERSION, TAXONOMY)


def said(store: SqlQuestionStore, text: str = TEXT) -> set[tuple[str, int]]:
    return {row[1:3] for row in keyword_rows(store) if row[0] == text}


def pairs(answer: Any) -> set[tuple[str, int]]:
    return {(keyword.keyword, keyword.category_id) for keyword in answer}


def is_right(store: SqlQuestionStore, days: list[date] = DAYS) -> bool:
    """Whether every question of the days has its rows once, with its messages, and none is left over."""
    counted = count_days(store.engine, store.tables, Period(days[0], days[-1]))
    return all(row.missing == row.orphaned == row.miscounted == 0 for row in counted)


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
    assert answered.people.questions_by_correction() == {holds.id: 21}
    assert answered.people.corrected_questions(Period(DAY, NEXT_DAY)) == 3


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

    store.people.withdraw(holds.id, "이 선생")
    finish(store)

    assert keyword_rows(store) == []
    assert open_texts(store) == [TEXT]


@pytest.mark.parametrize("reclassify", [False, True])
def test_a_reply_that_comes_after_the_correction_does_not_win(answered: SqlQuestionStore, reclassify: bool) -> None:
    """It was asked before, and was paid for: it is kept for whoever withdraws the correction."""
    later = DAYS[-1] + timedelta(days=1)
    add_messages(answered, TEXT, at=later, times=2)
    correct(answered)

    questions = [make_question(TEXT, later, 2), make_question(TEXT, DAY)]
    saved = save(answered, questions, make_answer("새 모델", category_id=3), reclassify=reclassify)
    finish(answered)

    assert saved.skipped == set()
    assert said(answered) == pairs(OURS)
    assert is_right(answered, [*DAYS, later])


def test_rows_that_say_the_correction_already_are_skipped(answered: SqlQuestionStore) -> None:
    correct(answered)
    finish(answered)
    before = keyword_rows(answered, WHOLE)

    saved = save(answered, [make_question()], reclassify=True)

    assert saved.skipped == {make_question()}
    assert keyword_rows(answered, WHOLE) == before


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


def test_a_quarantined_question_is_closed_where_its_gap_is_known(store: SqlQuestionStore) -> None:
    """Without a run, and with the messages that ask it."""
    add_messages(store, TEXT, times=3)
    store.quarantine([make_quarantined(OTHER_SPELLING), make_quarantined()], VERSION)
    store.days.keep(coverage_of(store))

    correct(store)
    finish(store)

    assert store.quarantined([share_key(TEXT)]) == {}
    assert keyword_rows(store) == [(TEXT, "전학", 2, 3), (TEXT, "절차", 1, 3)]
    assert coverage_of(store).missing == 0


def test_a_corrected_text_is_not_quarantined_any_more(store: SqlQuestionStore) -> None:
    """A run gave it up just when somebody answered it."""
    correct(store)

    store.quarantine([make_quarantined(), make_quarantined("학폭 신고", share_key=share_key("학폭 신고"))], VERSION)

    assert list(store.quarantined([share_key(TEXT), share_key("학폭 신고")])) == [share_key("학폭 신고")]


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
    monkeypatch.setattr(module, "_STEP", 1)
    holds = correct(answered).holds
    if withdrawn:
        finish(answered)
        answered.people.withdraw(holds.id, "이 선생")
    step = "_restore" if withdrawn else "_replace_step"
    really, steps = getattr(Corrections, step), iter(range(100))

    def stopped(self: Corrections, *arguments: Any) -> Any:
        if next(steps) == 7:
            raise KeyboardInterrupt
        return really(self, *arguments)

    with monkeypatch.context() as patched:
        patched.setattr(Corrections, step, stopped)
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


def test_a_text_is_found_under_what_is_sent_and_under_what_it_is(store: SqlQuestionStore) -> None:
    """Masking may begin later; what was corrected before is not sent either, and one correction is for all numbers."""
    masked = Corrections(store.engine, store.tables, lambda: BATCH_TIME, mask_in_korean)
    first, second = "010-1234-5678로 전화 주세요", "010-8765-4321로 전화 주세요"
    correct(store, first)

    assert set(masked.find([first, second])) == {first}
    masked.correct(second, OURS, "김 선생")
    assert set(masked.find([first, second, "다른 질문"])) == {first, second}


def test_texts_that_nobody_asked_are_told_apart(answered: SqlQuestionStore) -> None:
    add_messages(answered, "아직 답이 없는 질문")
    add_keyword_row(answered, "메시지가 지워진 질문")
    texts = ["전학 절차", " 아직 답이  없는 질문", "메시지가 지워진 질문", "아무도 묻지 않은 질문"]

    assert answered.people.unheard_of(texts) == {"아무도 묻지 않은 질문"}
    assert answered.people.unheard_of([]) == set()


def test_forgetting_an_answer_leaves_the_correction_and_what_it_brings_back_is_gone(
    answered: SqlQuestionStore,
) -> None:
    holds = correct(answered, answer=(*MODELS, *OURS)).holds
    finish(answered)

    done = Forgetting(answered.engine, answered.tables, lambda text: text, dry_run=False).text(TEXT)
    assert (done.rows, done.corrected) == (0, 1)
    assert said(answered) == pairs((*MODELS, *OURS))
    answered.people.withdraw(holds.id, "이 선생")
    finish(answered)

    assert said(answered) == set()


def test_a_correction_that_somebody_has_damaged_writes_nothing(answered: SqlQuestionStore) -> None:
    correct(answered)
    with answered.engine.begin() as connection:
        connection.execute(sa.text("UPDATE keyword_corrections SET answer = '{'"))
    before = keyword_rows(answered, WHOLE)

    finish(answered)
    save(answered, [make_question()], make_answer("새 모델"), reclassify=True)

    assert keyword_rows(answered, WHOLE) == before
