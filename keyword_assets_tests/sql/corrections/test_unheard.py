"""Texts that nobody asked."""

from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.corrections.unheard import unheard_of
from keyword_assets_tests.builders import (
    add_keyword_row,
    add_messages,
)


def test_texts_that_nobody_asked_are_told_apart(answered: SqlQuestionStore) -> None:
    add_messages(answered, "아직 답이 없는 질문")
    add_keyword_row(answered, "메시지가 지워진 질문")
    texts = ["전학 절차", " 아직 답이  없는 질문", "메시지가 지워진 질문", "아무도 묻지 않은 질문"]

    assert unheard_of(answered.engine, answered.tables, answered.people, texts) == {"아무도 묻지 않은 질문"}
    assert unheard_of(answered.engine, answered.tables, answered.people, []) == set()
