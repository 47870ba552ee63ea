"""Tables of the user's in partitions by time: the same numbers, and statements that look into those of their days."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest

from keyword_assets.core.models.period import Period
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.population import Answered
from keyword_assets.sql.reporting.report import SqlReportSource
from keyword_assets.sql.schema.assumptions import remarks
from keyword_assets_tests.builders import (
    BOTH_DAYS,
    DAY,
    NEXT_DAY,
    add_messages,
    execute,
    make_answer,
    make_quarantined,
    make_question,
    save,
)
from keyword_assets_tests.plans import executed, explained, partitions_of
from keyword_assets_tests.sql.users import IN_PARTITIONS, UsersDatabase, by_month

LONG = 60.0
MONTH_BEFORE, MONTH_AFTER = date(2025, 5, 30), date(2025, 7, 2)


@pytest.fixture
def store(mysql_users: UsersDatabase) -> SqlQuestionStore:
    """Messages and keyword rows of months before and after two days, which are known but for one question."""
    store = mysql_users.store(*IN_PARTITIONS)
    for day in (MONTH_BEFORE, DAY, NEXT_DAY, MONTH_AFTER):
        add_messages(store, "전학", "편입", "전학", at=day)
    add_messages(store, " ", "독이 든 글", at=NEXT_DAY)
    store.quarantine([make_quarantined("독이 든 글")], "v")
    for day in (MONTH_BEFORE, DAY, NEXT_DAY, MONTH_AFTER):
        save(store, make_question("전학", day, 2))
    save(store, make_question("편입", DAY))
    store.recount(BOTH_DAYS)
    return store


def _check(store: SqlQuestionStore) -> None:
    """After a late message, so that keys, texts and the late ones are looked at."""
    add_messages(store, "늦은 질문", at=DAY)
    assert store.coverage(BOTH_DAYS) == store.count(BOTH_DAYS)


def _look(store: SqlQuestionStore) -> None:
    add_messages(store, "늦은 질문", at=DAY)
    assert store.look(BOTH_DAYS, LONG) == store.count(BOTH_DAYS)


def _run(store: SqlQuestionStore) -> None:
    """What a run does: questions in, answers out, counts put right, the day kept."""
    add_messages(store, "전학", at=DAY)
    questions = [
        q for order in (True, False) for page in store.open_questions(BOTH_DAYS, most_asked_first=order) for q in page
    ]
    assert {(q.day, q.text) for q in questions} == {(NEXT_DAY, "편입")}
    save(store, *questions)
    for row in store.recount(BOTH_DAYS):
        store.days.keep(row)
        assert store.refresh_counts(row.day) == (1 if row.day == DAY else 0)
        store.days.recount_categories(row.day)
    store.quarantined_questions(BOTH_DAYS)
    store.release_quarantined(BOTH_DAYS)


def _report(store: SqlQuestionStore) -> None:
    source = SqlReportSource(store, BOTH_DAYS)
    assert [(found.text, found.messages) for found in source.questions()] == [
        ("전학", 4),
        ("편입", 2),
        ("독이 든 글", 1),
    ]
    assert len(list(source.questions_by_day())) == 5
    assert {found.text for found in source.missing()} == {"편입", "독이 든 글"}
    source.category_days(BOTH_DAYS)
    source.examples(1, 3)
    source.quarantine_reasons()
    list(source.keywords())


def _audit(store: SqlQuestionStore) -> None:
    hashes: list[bytes] = []
    Answered(store.engine, store.tables, 1).each(BOTH_DAYS, lambda _day, key, *_: hashes.append(key))
    assert set(Answered(store.engine, store.tables, 1).texts(DAY, hashes).values()) == {"전학", "편입"}


@pytest.mark.parametrize("work", [_check, _look, _run, _report, _audit])
def test_days_are_looked_for_in_their_own_partition(
    store: SqlQuestionStore, work: Callable[[SqlQuestionStore], None]
) -> None:
    """A billion messages of other months cost the days of this one nothing."""
    sent = executed(store.engine, lambda: work(store))
    elsewhere = {
        statement: others
        for statement, parameters in sent
        if (others := partitions_of(explained(store.engine, (statement, parameters))) - {"p6"})
    }

    assert any("chattings" in statement for statement, _ in sent)
    assert not elsewhere


@pytest.fixture
def gaps_by_month(store: SqlQuestionStore) -> Iterator[None]:
    """The largest of our tables whose keys have the day in them, parted as well, for this test."""
    execute(store.engine, f"ALTER TABLE keyword_missing_questions {by_month('day')}")
    yield
    execute(store.engine, "ALTER TABLE keyword_missing_questions REMOVE PARTITIONING")


def test_missing_questions_may_stand_by_month_as_well(store: SqlQuestionStore, gaps_by_month: None) -> None:
    """An office that prunes little has many; what is written of a day concerns that day's partition."""
    (row,) = store.recount(Period.of(NEXT_DAY))

    sent = executed(store.engine, lambda: (store.days.keep(row), store.days.missing(NEXT_DAY, 9)))

    plans = [explained(store.engine, statement) for statement in sent if "keyword_missing_questions" in statement[0]]
    # Before a server has found the rows, it inserts into any.
    assert {
        name for plan in plans for name in partitions_of([line for line in plan if line["select_type"] != "INSERT"])
    } == {"p6"}
    assert {question.text for question in store.days.missing(NEXT_DAY, 9)} == {"독이 든 글", "편입"}


def test_a_message_that_came_late_for_any_month_is_noticed(store: SqlQuestionStore) -> None:
    """By its number, of which each partition has the greatest ones at its end."""
    period = Period(MONTH_BEFORE, MONTH_AFTER)
    store.recount(period)
    assert store.tables.key_grows
    add_messages(store, "늦은 질문", at=MONTH_BEFORE)
    execute(store.engine, f"DELETE FROM chattings WHERE DATE(created_at) = '{MONTH_AFTER}' AND input_text = '편입'")

    looked, checked = store.look(period, LONG), store.coverage(period)

    assert looked == checked == store.count(period)
    assert [(row.day, row.questions) for row in looked if row.messages and row.day not in (DAY, NEXT_DAY)] == [
        (MONTH_BEFORE, 3),
        (MONTH_AFTER, 1),
    ]


def test_a_number_that_stands_twice_makes_no_two_messages_one(store: SqlQuestionStore) -> None:
    """The server enforces it together with the time alone."""
    execute(
        store.engine, f"INSERT INTO chattings SELECT MAX(chatting_pk), '쌍둥이', '{NEXT_DAY} 10:00:00' FROM chattings"
    )
    execute(
        store.engine, f"INSERT INTO chattings SELECT MAX(chatting_pk), '다른 글', '{NEXT_DAY} 11:00:00' FROM chattings"
    )

    texts = [q.text for page in store.open_questions(BOTH_DAYS, most_asked_first=False) for q in page]

    assert sorted(texts) == ["다른 글", "쌍둥이", "편입"]
    assert store.coverage(BOTH_DAYS) == store.count(BOTH_DAYS)


def test_the_first_keyword_of_a_question_is_the_one_that_was_written_first(store: SqlQuestionStore) -> None:
    """Its category is that of the question: by the number of its row, which is no key by itself."""
    answer = (*make_answer("하교", category_id=2), *make_answer("가방", category_id=3))
    store.save(
        [(make_question("편입", NEXT_DAY), answer)], learned={}, version="v", batch_created_at=datetime(2025, 7, 1)
    )
    found: list[int] = []

    Answered(store.engine, store.tables, 9).each(
        Period.of(NEXT_DAY), lambda _day, _key, _n, category, _: found.append(category)
    )

    assert sorted(found) == [1, 2]


def test_doctor_says_what_the_number_is_good_for(store: SqlQuestionStore) -> None:
    """Texts are not looked up by it, which costs a little."""
    said = remarks(store.engine, store.tables, datetime(2025, 8, 11, 12))

    assert [remark.key for remark in said if remark.key.startswith("tables.key")] == ["tables.key_not_alone"]
