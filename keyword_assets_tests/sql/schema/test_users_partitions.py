"""Tables of the user's in partitions by time: the same numbers, and statements that look into those of their days."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from keyword_assets.core.models.period import Period
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.population import Answered
from keyword_assets.sql.reporting.report import SqlReportSource
from keyword_assets_tests.builders import (
    BOTH_DAYS,
    DAY,
    NEXT_DAY,
    add_keyword_row,
    add_messages,
    execute,
    make_coverage,
    make_quarantined,
    make_question,
    query,
    save,
)
from keyword_assets_tests.plans import executed, explained, partitions_of
from keyword_assets_tests.sql.users import UsersDatabase

LONG = 60.0
LONG_AGO, LATER = date(2025, 4, 11), date(2025, 8, 11)
_MONTHS = ", ".join(f"PARTITION p{month} VALUES LESS THAN ('2025-0{month + 1}-01')" for month in (4, 5, 6, 7))
_PARTITIONS = f"PARTITION BY RANGE COLUMNS (created_at) ({_MONTHS}, PARTITION p8 VALUES LESS THAN (MAXVALUE))"
_CHATS = (
    "CREATE TABLE chattings (chatting_pk BIGINT AUTO_INCREMENT, input_text LONGTEXT, created_at DATETIME(6) NOT NULL, "
    f"PRIMARY KEY (chatting_pk, created_at), KEY ix_at (created_at)) {_PARTITIONS}"
)
_ROWS = (
    "CREATE TABLE admin_chat_keywords (id BIGINT AUTO_INCREMENT, query_text LONGTEXT NOT NULL, "
    "keyword VARCHAR(100) NOT NULL, category_id INT NOT NULL, query_count INT NOT NULL, created_at DATETIME NOT NULL, "
    "batch_created_at DATETIME NOT NULL, PRIMARY KEY (id, created_at), KEY ix_at (created_at)) " + _PARTITIONS
)


@pytest.fixture
def store(mysql_users: UsersDatabase) -> SqlQuestionStore:
    """Messages and keyword rows of months before and after two days, which are known but for one question."""
    store = mysql_users.store(_CHATS, _ROWS)
    for day in (LONG_AGO, DAY, NEXT_DAY, LATER):
        add_messages(store, "전학", "편입", "전학", at=day)
    add_messages(store, " ", "독이 든 글", at=NEXT_DAY)
    store.quarantine([make_quarantined("독이 든 글")], "v")
    for day in (LONG_AGO, DAY, NEXT_DAY, LATER):
        save(store, make_question("전학", day, 2))
    save(store, make_question("편입", DAY))
    store.recount(BOTH_DAYS)
    return store


def _late(store: SqlQuestionStore) -> None:
    add_messages(store, "늦은 질문", at=DAY)


def _check(store: SqlQuestionStore) -> None:
    """After a late message, so that keys, texts and the late ones are looked at."""
    _late(store)
    assert store.coverage(BOTH_DAYS) == store.count(BOTH_DAYS)


def _look(store: SqlQuestionStore) -> None:
    _late(store)
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
    store.confirm(BOTH_DAYS)


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
