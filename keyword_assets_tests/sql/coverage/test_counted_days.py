"""Numbers that need not be counted again, and how they notice that they must."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event

from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.coverage import counted_days
from keyword_assets.sql.coverage.counting import count_days
from keyword_assets_tests.builders import (
    BOTH_DAYS,
    DAY,
    NEXT_DAY,
    add_keyword_row,
    add_messages,
    coverage_of,
    execute,
    make_quarantined,
    make_question,
    make_store,
    open_store,
    query,
    save,
)

LONG = 60.0


@pytest.fixture
def store(database_url: str) -> Iterator[SqlQuestionStore]:
    """A store with two days, each of them counted."""
    store = make_store(database_url)
    add_messages(store, "전학", "편입", None, at=DAY)
    add_messages(store, "전학", at=NEXT_DAY)
    save(store, make_question("전학"))
    yield store
    store.engine.dispose()


def _statements(store: SqlQuestionStore) -> list[str]:
    seen: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    return seen


def _counted(statements: list[str]) -> int:
    """How often messages were aggregated."""
    return sum("AS asked" in statement for statement in statements)


def _later(store: SqlQuestionStore) -> None:
    """The time of a table's last commit comes in whole seconds."""
    if store.engine.dialect.name != "sqlite":
        time.sleep(2.2)


def test_what_was_looked_at_is_not_counted_again(store: SqlQuestionStore) -> None:
    """The sensor looks every few minutes, for years."""
    first = store.look(BOTH_DAYS, LONG)
    store.look(BOTH_DAYS, LONG)
    statements = _statements(store)

    assert store.look(BOTH_DAYS, LONG) == first
    assert _counted(statements) == 0


def test_late_messages_recount_their_day_alone_and_once(store: SqlQuestionStore) -> None:
    """However many days lie in between."""
    store.look(BOTH_DAYS, LONG)
    add_messages(store, "늦게 온 질문", at=DAY)
    statements = _statements(store)

    rows = store.look(BOTH_DAYS, LONG)

    assert [row.questions for row in rows] == [3, 1]
    assert store.look(BOTH_DAYS, LONG) == rows
    assert _counted(statements) == 1


def test_a_message_whose_transaction_ended_late_is_noticed(store: SqlQuestionStore) -> None:
    """Its key is smaller than that of messages which were counted before it could be seen."""
    add_messages(store, "먼저 보인 질문", at=NEXT_DAY)
    execute(store.engine, "UPDATE chattings SET chatting_pk = chatting_pk + 100 WHERE input_text = '먼저 보인 질문'")
    store.look(BOTH_DAYS, LONG)
    add_messages(store, "나중에 보인 질문", at=DAY)

    assert [row.questions for row in store.look(BOTH_DAYS, LONG)] == [3, 2]


def test_a_look_begins_near_the_newest_message_and_notes_so_only_when_it_has_moved_far(
    store: SqlQuestionStore,
) -> None:
    """Messages come all the time: each look would write a row for each day, also of those that it did not count."""
    store.look(BOTH_DAYS, LONG)
    before = _looked_at(store)
    add_messages(store, "늦게 온 질문", at=NEXT_DAY)
    store.look(BOTH_DAYS, LONG)

    assert _looked_at(store)[0] == before[0]

    execute(store.engine, "UPDATE chattings SET chatting_pk = chatting_pk + 6000 WHERE input_text = '늦게 온 질문'")
    rows = store.look(BOTH_DAYS, LONG)
    newest = query(store.engine, "SELECT MAX(chatting_pk) FROM chattings")[0][0]

    assert _looked_at(store) == [newest, newest]
    assert store.look(BOTH_DAYS, LONG) == rows
    add_messages(store, "지난 날의 질문", at=DAY)
    assert [row.questions for row in store.look(BOTH_DAYS, LONG)] == [rows[0].questions + 1, rows[1].questions]


def _looked_at(store: SqlQuestionStore) -> list[int]:
    """The newest message that was looked at for each day."""
    return [row[0] for row in query(store.engine, "SELECT newest_message FROM keyword_day_facts ORDER BY day")]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE chattings SET input_text = '고친 질문' WHERE input_text = '편입'",
        "DELETE FROM chattings WHERE input_text = '편입'",
        "DELETE FROM admin_chat_keywords",
    ],
)
def test_a_change_that_leaves_no_trace_is_found_by_the_full_look(
    store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """An edit in place, and rows deleted by hand."""
    store.look(BOTH_DAYS, LONG)
    execute(store.engine, change)
    monkeypatch.setattr(counted_days, "FULL_LOOK_SECONDS", -1)

    assert store.look(BOTH_DAYS, LONG)[0] == coverage_of(store)


def test_the_full_look_of_a_server_counts_no_day_that_is_the_same_text_by_text(
    busy: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading texts takes a small part of the time that hashing and grouping them does."""
    rows, counted_at = busy.look(BOTH_DAYS, LONG), "SELECT MIN(counted_at) FROM keyword_day_facts"
    before, statements = query(busy.engine, counted_at), _statements(busy)
    monkeypatch.setattr(counted_days, "FULL_LOOK_SECONDS", -1)

    assert busy.look(BOTH_DAYS, LONG) == rows
    assert _counted(statements) == 0
    assert query(busy.engine, counted_at) > before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE chattings SET input_text = '고친 질문' WHERE input_text = '편입'",
        "UPDATE chattings SET input_text = '전학' WHERE input_text = '편입'",
        "DELETE FROM chattings WHERE input_text = '편입'",
        "DELETE FROM admin_chat_keywords",
        "INSERT INTO chattings (input_text, created_at) VALUES ('늦게 온 질문', '2025-06-11 23:00:00')",
    ],
)
def test_coverage_is_exact_whatever_changed(store: SqlQuestionStore, change: str) -> None:
    """`check` shows it at once, also where numbers have been kept and confirmed."""
    store.confirm(BOTH_DAYS)
    execute(store.engine, change)

    assert store.coverage(BOTH_DAYS) == count_days(store.engine, store.tables, BOTH_DAYS)


_THIRD_DAY = NEXT_DAY + timedelta(days=1)
_OTHER_TEXT = "UPDATE chattings SET input_text = '전학' WHERE input_text = '편입'"


@pytest.fixture
def busy(mysql_url: str) -> Iterator[SqlQuestionStore]:
    """A store whose days were counted, and whose tables have been written for another day since."""
    store = make_store(mysql_url)
    add_messages(store, "전학", "편입", None, at=DAY)
    add_messages(store, "전학", at=NEXT_DAY)
    save(store, make_question("전학"))
    store.recount(BOTH_DAYS)
    _write_another_day(store)
    yield store
    store.engine.dispose()


def _write_another_day(store: SqlQuestionStore) -> None:
    add_messages(store, "오늘의 질문", at=_THIRD_DAY)
    save(store, make_question("오늘의 질문", day=_THIRD_DAY))


@pytest.mark.parametrize(
    ("change", "days"),
    [
        ("DO 1", 0),
        ("INSERT INTO chattings (input_text, created_at) VALUES ('늦게 온 질문', '2025-06-11 23:00:00')", 1),
        ("DELETE FROM chattings WHERE input_text = '편입'", 1),
        ("UPDATE chattings SET created_at = '2025-06-12 00:00:00' WHERE input_text = '편입'", 2),
        ("UPDATE chattings SET chatting_pk = chatting_pk + 1000000, input_text = '새것' WHERE input_text = '편입'", 1),
        ("DELETE FROM admin_chat_keywords WHERE query_text = '전학'", 1),
        ("UPDATE admin_chat_keywords SET chat_keyword_pk = 1000, query_text = '편입' WHERE query_text = '전학'", 1),
    ],
)
def test_a_busy_server_counts_only_the_days_whose_rows_came_went_or_moved(
    busy: SqlQuestionStore, change: str, days: int
) -> None:
    """It cannot vouch for tables that the service writes every second."""
    execute(busy.engine, change)
    statements = _statements(busy)

    rows = busy.coverage(BOTH_DAYS)

    assert _counted(statements) == days
    assert rows == busy.count(BOTH_DAYS)


@pytest.mark.parametrize(
    "change",
    [
        _OTHER_TEXT,
        "UPDATE admin_chat_keywords SET query_text = '없는 질문' WHERE query_text = '전학'",
        "UPDATE admin_chat_keywords SET query_count = 7 WHERE query_text = '전학'",
    ],
)
def test_an_edit_in_place_on_a_busy_server_is_found_after_some_hours(
    busy: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """Nothing but reading all texts can tell it from what the service writes all the time; `check --full` does."""
    before, now = _with_faults(busy.coverage(BOTH_DAYS)), _statements(busy)
    execute(busy.engine, change)

    assert _with_faults(busy.coverage(BOTH_DAYS)) == before
    assert _counted(now) == 0
    monkeypatch.setattr(counted_days, "FULL_LOOK_SECONDS", -1)
    assert _with_faults(busy.coverage(BOTH_DAYS)) == _with_faults(busy.count(BOTH_DAYS)) != before
    # Once for the day by `coverage`, and for both by `count`.
    assert _counted(now) == 3


def test_late_messages_of_a_complete_day_are_counted_alone(busy: SqlQuestionStore) -> None:
    """A thousand of them, where the day has a million: a text was asked before if it has rows."""
    save(busy, make_question("편입"), make_question("전학", day=NEXT_DAY))
    busy.recount(BOTH_DAYS)
    busy.quarantine([make_quarantined("독")], "version-1")
    _write_another_day(busy)
    add_messages(busy, "전학", "새 질문", "새 질문", "독", " ", None, at=DAY)
    statements = _statements(busy)

    rows = busy.coverage(BOTH_DAYS), busy.look(BOTH_DAYS, LONG), busy.coverage(BOTH_DAYS)

    # No rows of a whole day were grouped.
    assert not any("AS kept" in statement for statement in statements)
    assert [_with_faults(each) for each in rows] == [_with_faults(busy.count(BOTH_DAYS))] * 3
    assert (rows[0][0].questions, rows[0][0].missing, rows[0][0].quarantined, rows[0][0].miscounted) == (4, 2, 1, 1)


def test_late_messages_of_a_day_that_is_not_complete_are_counted_alone(busy: SqlQuestionStore) -> None:
    """Of texts asked before, new ones, with rows that fit, rows that do not, and rows without a question till now."""
    add_keyword_row(busy, "고아", at=DAY, query_count=2)
    add_keyword_row(busy, "다른 고아", at=DAY)
    save(busy, make_question("AB", count=1))
    add_messages(busy, "AB", "AB", "ab", at=DAY)
    busy.quarantine([make_quarantined("독"), make_quarantined("편입")], "version-1")
    busy.recount(BOTH_DAYS)
    _write_another_day(busy)
    late = ("전학", "편입", "편입", "새 질문", "독", "독", "고아", "고아", "AB", "aB", "ab", " ")
    add_messages(busy, *late, at=DAY)
    statements = _statements(busy)

    rows = busy.coverage(BOTH_DAYS), busy.look(BOTH_DAYS, LONG), busy.coverage(BOTH_DAYS)

    assert not any("AS kept" in statement for statement in statements)
    assert [_with_faults(each) for each in rows] == [_with_faults(busy.count(BOTH_DAYS))] * 3
    row = rows[0][0]
    assert (row.questions, row.classified, row.quarantined, row.orphaned, row.miscounted) == (8, 3, 2, 1, 2)


def test_late_messages_that_are_long_are_counted_with_their_day(busy: SqlQuestionStore) -> None:
    """Five hundred of them would not fit the packet of a server."""
    save(busy, make_question("편입"))
    busy.recount(BOTH_DAYS)
    add_messages(busy, "긴 질문 " * 200, at=DAY)

    assert busy.coverage(BOTH_DAYS) == busy.count(BOTH_DAYS)


def _with_faults(rows: list[DayCoverage]) -> list[tuple[DayCoverage, int, int]]:
    return [(row, row.orphaned, row.miscounted) for row in rows]


def test_a_text_set_aside_counts_for_the_days_on_which_it_is_missing(busy: SqlQuestionStore) -> None:
    """The quarantine is of no day."""
    busy.recount(Period.of(NEXT_DAY))
    busy.quarantine([make_quarantined("편입")], "version-1")
    statements = _statements(busy)

    assert [row.quarantined for row in busy.coverage(BOTH_DAYS)] == [1, 0]
    # On the other day a question is missing, too.
    assert _counted(statements) == 2


def test_numbers_of_an_older_version_have_no_marks(busy: SqlQuestionStore) -> None:
    """They are counted as ever."""
    execute(busy.engine, "UPDATE keyword_day_facts SET messages_mark = NULL, message_texts_mark = NULL")
    statements = _statements(busy)

    assert busy.coverage(BOTH_DAYS) == busy.count(BOTH_DAYS)
    assert _counted(statements) == 4


def test_confirmed_numbers_are_not_counted_again_by_a_server(mysql_url: str) -> None:
    """It knows when its tables were written last."""
    store = make_store(mysql_url)
    add_messages(store, "전학", at=DAY)
    save(store, make_question("전학"))
    store.confirm(BOTH_DAYS)
    statements = _statements(store)

    (row, _) = store.coverage(BOTH_DAYS)

    assert (row.questions, row.classified) == (1, 1)
    assert _counted(statements) == 0
    store.engine.dispose()


def test_another_table_under_the_name_is_counted(mysql_url: str) -> None:
    """Restored, or copied beside the service and renamed at the end: the server tells when that one was written."""
    store = make_store(mysql_url)
    execute(store.engine, "CREATE TABLE restored LIKE chattings")
    execute(store.engine, f"INSERT INTO restored (input_text, created_at) VALUES ('가', '{DAY}'), ('나', '{DAY}')")
    add_messages(store, "전학", at=DAY)
    save(store, make_question("전학"))
    store.confirm(BOTH_DAYS)
    before = coverage_of(store).questions
    execute(store.engine, "RENAME TABLE chattings TO older, restored TO chattings")

    assert (before, coverage_of(store).questions) == (1, 2)
    assert [row.questions for row in store.look(BOTH_DAYS, LONG)] == [2, 0]
    store.engine.dispose()


def test_a_write_in_the_same_second_is_not_overlooked(mysql_url: str) -> None:
    """The server's time of the last commit has no fractions."""
    store = make_store(mysql_url)
    for number in range(5):
        add_messages(store, f"질문 {number}", at=DAY)
        store.recount(BOTH_DAYS)
        add_messages(store, f"다른 질문 {number}", at=DAY)
        assert coverage_of(store).questions == 2 * number + 2
    store.engine.dispose()


def test_a_new_quarantine_is_noticed(store: SqlQuestionStore) -> None:
    """It is empty at first, and then nobody knows when it was written."""
    store.confirm(BOTH_DAYS)
    add_messages(store, "독", at=DAY)
    _later(store)
    store.confirm(BOTH_DAYS)
    store.quarantine([make_quarantined("독")], "version-1")

    assert coverage_of(store).quarantined == 1


def test_faults_of_rows_are_kept_with_the_rest(store: SqlQuestionStore) -> None:
    """The checks of a day read them from there."""
    add_messages(store, "전학", times=2)
    save(store, make_question("전학", count=1), make_question("없는 질문"))
    store.look(BOTH_DAYS, LONG)

    row = store.look(BOTH_DAYS, LONG)[0]

    assert (row.orphaned, row.miscounted) == (1, 1)


def test_time_runs_out(store: SqlQuestionStore) -> None:
    """Days that could not be counted in time are unknown, not wrong; the newest come first."""
    assert store.look(BOTH_DAYS, -1.0) == []
    assert [row.day for row in store.look(Period.of(NEXT_DAY), LONG)] == [NEXT_DAY]


def test_messages_of_a_view_are_counted_all_the_same(mysql_url: str) -> None:
    """It has neither a key nor a time of its last change."""
    store = make_store(mysql_url)
    execute(store.engine, "RENAME TABLE chattings TO logs")
    execute(store.engine, "CREATE VIEW chattings AS SELECT chatting_pk, input_text, created_at FROM logs")
    seen = open_store(store.engine)
    add_messages(seen, "전학", " ", at=DAY)
    add_keyword_row(seen, "전학")

    assert (seen.tables.key_is_unique, seen.tables.key_grows) == (False, False)
    seen.confirm(BOTH_DAYS)
    add_messages(seen, "편입", at=DAY)
    statements = _statements(seen)
    assert [(row.questions, row.classified) for row in seen.coverage(BOTH_DAYS)] == [(2, 1), (0, 0)]
    # By its texts, the other day is known to be as it was.
    assert _counted(statements) == 1
    execute(store.engine, _OTHER_TEXT)
    assert seen.coverage(BOTH_DAYS) == seen.count(BOTH_DAYS)
    store.engine.dispose()


def test_changes_after_a_proof_are_seen_at_once(mysql_url: str) -> None:
    """MySQL keeps what it knows of a table's last change for a day unless it is told not to."""
    store = make_store(mysql_url)
    add_messages(store, "전학", at=DAY)
    save(store, make_question("전학"))
    store.confirm(BOTH_DAYS)
    before = coverage_of(store).questions
    _later(store)
    add_messages(store, "편입", at=DAY)

    assert (before, coverage_of(store).questions) == (1, 2)
    store.engine.dispose()
