"""Rows say what people answer, whatever the model says."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from keyword_assets.core.errors import RowRefused
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.corrections.written import CorrectedRows
from keyword_assets_tests.builders import (
    BATCH_TIME,
    DAY,
    add_messages,
    keyword_rows,
    make_answer,
    make_question,
)
from keyword_assets_tests.sql.corrections.people import (
    DAYS,
    OURS,
    TEXT,
    WHOLE,
    correct,
    finish,
    is_right,
    pairs,
    said,
    save,
)


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


def test_a_correction_that_somebody_has_damaged_writes_nothing(answered: SqlQuestionStore) -> None:
    correct(answered)
    with answered.engine.begin() as connection:
        connection.execute(sa.text("UPDATE keyword_corrections SET answer = '{'"))
    before = keyword_rows(answered, WHOLE)

    finish(answered)
    save(answered, [make_question()], make_answer("새 모델"), reclassify=True)

    assert keyword_rows(answered, WHOLE) == before


def test_corrected_rows_that_are_refused_are_found_by_halving(
    store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with answers of the model: one text that the table cannot hold makes no hundred transactions."""
    questions = [make_question(f"질문 {number}") for number in range(32)]
    for question in questions:
        correct(store, question.text)
    transactions: list[int] = []
    really = CorrectedRows.write

    def write(self: CorrectedRows, connection: Any, some: Any, at: Any) -> Any:
        transactions.append(len(some))
        if questions[9] in some:
            raise RowRefused("database.refused", url="", reason="Data too long")
        return really(self, connection, some, at)

    monkeypatch.setattr(CorrectedRows, "write", write)

    assert store.save_corrected(questions, BATCH_TIME).refused == {questions[9]: "Data too long"}
    assert len(transactions) == 11
    assert {row[0] for row in keyword_rows(store)} == {q.text for q in questions} - {questions[9].text}
