"""Answers taken back: the kept ones, the rows written for them, and nobody else's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.core.questions import share_key, unmasked
from keyword_assets.sql.classifying import forget
from keyword_assets.sql.classifying.forget import Forgetting, TakenBack, answers_after, texts_with
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets_tests.builders import (
    BATCH_TIME,
    BOTH_DAYS,
    DAY,
    NEXT_DAY,
    VERSION,
    add_keyword_row,
    add_messages,
    keyword_rows,
    make_answer,
    make_question,
    open_texts,
)

# What serves a day's rows.
BY_DAY = "ix_admin_chat_keywords_created_at"
POISON = "불법도박사이트.com"
WRONG: Answer = (Keyword(POISON, 1), Keyword("전학", 2))


@pytest.fixture
def poisoned(store: SqlQuestionStore) -> SqlQuestionStore:
    """A text with a wrong answer on two days and in two spellings, and one with a good answer."""
    add_messages(store, "전학 절차", "전학  절차", "학폭 신고")
    add_messages(store, "전학 절차", at=NEXT_DAY)
    learn(store, {"전학 절차": WRONG, "학폭 신고": make_answer("학폭")})
    rows = [("전학 절차", DAY), ("전학  절차", DAY), ("전학 절차", NEXT_DAY)]
    written = [(make_question(text, day), WRONG) for text, day in rows]
    store.save(
        [*written, (make_question("학폭 신고"), make_answer("학폭"))],
        learned={},
        version=VERSION,
        batch_created_at=BATCH_TIME,
    )
    return store


def learn(store: SqlQuestionStore, answers: dict[str, Answer], version: str = VERSION) -> None:
    """Keep these answers."""
    learned = {share_key(text): answer for text, answer in answers.items()}
    store.save([], learned=learned, version=version, batch_created_at=BATCH_TIME)


def forgetting(store: SqlQuestionStore, *, dry_run: bool = False) -> Forgetting:
    """Takes answers back without pauses."""
    return Forgetting(store.engine, store.tables, unmasked, dry_run=dry_run, pause=lambda seconds: None)


BY_TEXT: Callable[[Forgetting], TakenBack] = lambda work: work.text("전학 절차")  # noqa: E731
BY_KEYWORD: Callable[[Forgetting], TakenBack] = lambda work: work.keyword(POISON)  # noqa: E731


@pytest.mark.parametrize("ask", [BY_TEXT, BY_KEYWORD], ids=["text", "keyword"])
def test_every_day_and_spelling_of_the_text_is_open_again(
    poisoned: SqlQuestionStore, ask: Callable[[Forgetting], TakenBack]
) -> None:
    """The answer was given once and written wherever the text was asked."""
    done = ask(forgetting(poisoned))

    assert (done.answers, done.rows, done.others, done.days) == (1, 6, 0, [DAY, NEXT_DAY])
    assert sorted(open_texts(poisoned)) == sorted(["전학 절차", "전학  절차", "전학 절차"])
    assert [row[:2] for row in keyword_rows(poisoned)] == [("학폭 신고", "학폭")]
    assert poisoned.known_answers([share_key("전학 절차")], VERSION) == {}
    assert poisoned.known_answers([share_key("학폭 신고")], VERSION) != {}


@pytest.mark.parametrize("ask", [BY_TEXT, BY_KEYWORD], ids=["text", "keyword"])
def test_a_dry_run_counts_the_same_and_changes_nothing(
    poisoned: SqlQuestionStore, ask: Callable[[Forgetting], TakenBack]
) -> None:
    """Who is about to delete wants to see it first."""
    before = keyword_rows(poisoned)

    told = ask(forgetting(poisoned, dry_run=True))

    assert keyword_rows(poisoned) == before
    assert told == ask(forgetting(poisoned))


def test_rows_that_say_something_else_stay(poisoned: SqlQuestionStore) -> None:
    """Another program, or a person, wrote them about the same text."""
    add_keyword_row(poisoned, "전학 절차", keyword="손으로 쓴 낱말")
    add_keyword_row(poisoned, "전학 절차", keyword=POISON, category_id=9)
    add_keyword_row(poisoned, "다른 질문", keyword=POISON)

    done = BY_KEYWORD(forgetting(poisoned))

    assert (done.rows, done.others) == (6, 2)
    assert [row[:3] for row in keyword_rows(poisoned) if row[0] != "학폭 신고"] == [
        ("다른 질문", POISON, 1),
        ("전학 절차", POISON, 9),
        ("전학 절차", "손으로 쓴 낱말", 1),
    ]


def test_the_days_numbers_are_right_afterwards(poisoned: SqlQuestionStore) -> None:
    """The sensor looks at kept numbers, and would not see the gap for hours."""
    poisoned.recount(BOTH_DAYS)

    BY_TEXT(forgetting(poisoned))

    assert [row.missing for row in poisoned.look(BOTH_DAYS, 60.0)] == [2, 1]
    assert [row.missing for row in poisoned.coverage(BOTH_DAYS)] == [2, 1]


def test_what_was_stopped_half_way_is_finished_by_the_next_call(poisoned: SqlQuestionStore) -> None:
    """A killed command leaves whole days, and the answer by which the rest is found."""

    def stop(seconds: float) -> None:
        raise KeyboardInterrupt

    work = forgetting(poisoned)
    work._pause = stop
    with pytest.raises(KeyboardInterrupt):
        work.text("전학 절차")
    half = [row.missing for row in poisoned.recount(BOTH_DAYS)]

    done = BY_TEXT(forgetting(poisoned))

    assert half == [2, 0]
    assert (done.answers, done.rows) == (1, 2)
    assert [row.missing for row in poisoned.recount(BOTH_DAYS)] == [2, 1]


def test_answers_of_every_version_are_found_page_by_page(
    poisoned: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One under an older prompt is wrong, too; and there are millions."""
    monkeypatch.setattr(forget, "STEP_ANSWERS", 3)
    learn(poisoned, {f"질문 {number}": WRONG for number in range(7)}, "version-0")
    learn(poisoned, {"전학 절차": WRONG}, "version-0")

    assert BY_KEYWORD(forgetting(poisoned)).answers == 9


def test_kept_garbage_stops_nobody(poisoned: SqlQuestionStore) -> None:
    """The table stands in a shared database."""
    answers = poisoned.tables.answers
    with poisoned.engine.begin() as connection:
        for number, garbage in enumerate(["{", "null", '[["가"]]', '[[1, "가"], ["나", true]]', "[" * 9_999]):
            key = share_key(f"쓰레기 {number}")
            row = {"share_key": key, "classifier_version": VERSION, "answer": garbage, "answered_at": BATCH_TIME}
            connection.execute(sa.insert(answers).values(**row))

    assert BY_KEYWORD(forgetting(poisoned)).answers == 1


def test_nothing_kept_is_nothing_done(poisoned: SqlQuestionStore) -> None:
    """Not every text was ever asked."""
    assert forgetting(poisoned).text("물은 적 없는 질문") == TakenBack()
    assert forgetting(poisoned).keyword("전") == TakenBack()


def test_the_searches_go_along_indexes(poisoned: SqlQuestionStore) -> None:
    """Nobody else's queries wait for a look at a large table."""
    if poisoned.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one file and no other users")
    learn(poisoned, {f"질문 {number}": make_answer(f"낱말 {number}") for number in range(2_000)})
    days = [DAY + timedelta(days=number) for number in range(40)]
    many = [(make_question(f"질문 {n}", day), make_answer(f"낱말 {n}")) for n in range(50) for day in days]
    poisoned.save(many, learned={}, version=VERSION, batch_created_at=BATCH_TIME)

    assert plan(poisoned, answers_after(poisoned.tables, (b"\x80" * 32, VERSION))) == ("range", "PRIMARY")
    assert plan(poisoned, texts_with(poisoned.tables, DAY, [POISON], poisoned.engine.dialect)) == ("range", BY_DAY)


def plan(store: SqlQuestionStore, statement: sa.Select[Any]) -> tuple[str, str]:
    """How the server finds the rows, and by which index."""
    written = statement.compile(store.engine, compile_kwargs={"render_postcompile": True})
    with store.engine.connect() as connection:
        for table in (store.tables.answers, store.tables.admin_chat_keywords):
            connection.exec_driver_sql(f"ANALYZE TABLE {table.name}").all()
        explained = connection.exec_driver_sql(f"EXPLAIN FORMAT=TRADITIONAL {written}", written.params)
        row = explained.mappings().one()
    return row["type"], row["key"]
