"""A text that stands on many days, and what is done with it."""

from datetime import date, timedelta
from typing import Any

from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Keyword
from keyword_assets.core.questions import share_key
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.coverage.counting import count_days
from keyword_assets_tests.builders import (
    BATCH_TIME,
    DAY,
    VERSION,
    keyword_rows,
    make_answer,
    make_taxonomy,
)

TEXT = "전학 절차"
OTHER_SPELLING = "전학  절차 "
DAYS = [DAY + timedelta(days=number) for number in range(20)]
MODELS = make_answer("모델의 말", category_id=3)
OURS = (Keyword("전학", 2), Keyword("절차", 1))
TAXONOMY = make_taxonomy()
WHOLE = "query_text, keyword, category_id, query_count, created_at, batch_created_at"


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
