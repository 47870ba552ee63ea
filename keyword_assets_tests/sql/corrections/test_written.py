"""Rows say what people answer, whatever the model says."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets_tests.builders import (
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
