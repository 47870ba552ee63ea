"""What is kept of days: states, gaps, and which questions are missing since when. On both engines."""

from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa

from keyword_assets.core.coverage.history import Gap
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.core.reporting.report import MissingQuestion
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.coverage import missing_queries
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.database.transactions import writing
from keyword_assets.sql.schema.migrate import upgrade
from keyword_assets_tests.builders import (
    BATCH_TIME,
    BOTH_DAYS,
    DAY,
    NEXT_DAY,
    VERSION,
    add_keyword_row,
    add_messages,
    coverage_of,
    execute,
    make_coverage,
    make_quarantined,
    make_store,
    open_store,
    query,
)
from keyword_assets_tests.mariadb import PrivateMariaDB


def _report(store: SqlQuestionStore) -> bool:
    """Report the day as a run does: counted, then kept."""
    return store.days.keep(coverage_of(store))


def _kept(store: SqlQuestionStore) -> dict[str, tuple[datetime, datetime | None]]:
    """When each question that was ever missing became so, and when it was no longer."""
    table = store.tables.missing_questions
    with store.engine.connect() as connection:
        rows = connection.execute(sa.select(table).order_by(table.c.missing_since)).all()
    return {row.query_text: (row.missing_since, row.closed_at) for row in rows}


# -- states -----------------------------------------------------------------------------------------------------------


def _reported(store: SqlQuestionStore) -> list[int]:
    rows = query(store.engine, "SELECT classified FROM keyword_missing_reports ORDER BY reported_at")
    return [int(classified) for (classified,) in rows]


def test_a_state_is_kept_only_when_the_day_has_changed(store: SqlQuestionStore) -> None:
    """The history says when something happened, not how often it was looked at."""
    states = [make_coverage(messages=9, questions=5, classified=number) for number in (1, 1, 2, 2, 1)]

    news = [store.days.keep(state) for state in states]

    assert (news, _reported(store)) == ([True, False, True, False, True], [1, 2, 1])


def test_a_state_of_one_day_is_no_news_of_another(store: SqlQuestionStore) -> None:
    """Each day has its own history."""
    store.days.keep(make_coverage(DAY, messages=1))

    assert store.days.keep(make_coverage(NEXT_DAY, messages=1))


def test_the_newest_state_of_each_day_is_the_one_that_counts(store: SqlQuestionStore) -> None:
    """A sparkline shows how days stand, and leaves out those that nobody has counted."""
    for state in (
        make_coverage(DAY, messages=3, questions=3, classified=1),
        make_coverage(DAY, messages=3, questions=3, classified=2, quarantined=1),
        make_coverage(NEXT_DAY + timedelta(days=1), messages=1),
    ):
        store.days.keep(state)

    assert store.days.states(BOTH_DAYS) == [make_coverage(DAY, messages=3, questions=3, classified=2, quarantined=1)]


# -- gaps -------------------------------------------------------------------------------------------------------------


def _history(store: SqlQuestionStore, *classified: int, day: Any = DAY) -> list[datetime]:
    """Report the day of three questions in these states; returns when."""
    for number in classified:
        store.days.keep(DayCoverage(day, messages=3, questions=3, classified=number))
    rows = query(store.engine, f"SELECT reported_at FROM keyword_missing_reports WHERE day = '{day}' ORDER BY 1")
    return [datetime.fromisoformat(str(at)) for (at,) in rows]


def test_a_gap_opens_with_the_first_report_of_it_and_closes_with_the_first_complete_one(
    store: SqlQuestionStore,
) -> None:
    """The question that a manager asks afterwards: from when to when, and how much."""
    at = _history(store, 1, 0, 2, 3)

    assert store.days.gaps(BOTH_DAYS) == [Gap(DAY, at[0], at[3], most=3)]


def test_a_gap_that_nobody_has_closed_has_no_end(store: SqlQuestionStore) -> None:
    """It is the one to look at."""
    at = _history(store, 3, 2)

    assert store.days.gaps(BOTH_DAYS) == [Gap(DAY, at[1], None, most=1)]


def test_a_day_that_late_messages_open_again_has_two_gaps(store: SqlQuestionStore) -> None:
    """Each with its own beginning and end."""
    at = _history(store, 2, 3, 1, 3, 2)

    assert store.days.gaps(BOTH_DAYS) == [
        Gap(DAY, at[0], at[1], most=1),
        Gap(DAY, at[2], at[3], most=2),
        Gap(DAY, at[4], None, most=1),
    ]


def test_gaps_of_days_do_not_close_each_other(store: SqlQuestionStore) -> None:
    """A complete Tuesday says nothing of Monday."""
    (first,) = _history(store, 1)
    (second, _) = _history(store, 2, 3, day=NEXT_DAY)

    assert [(gap.day, gap.opened_at, gap.closed_at is None) for gap in store.days.gaps(BOTH_DAYS)] == [
        (DAY, first, True),
        (NEXT_DAY, second, False),
    ]


def test_a_complete_day_has_no_gap(store: SqlQuestionStore) -> None:
    """The ordinary case."""
    _history(store, 3)

    assert store.days.gaps(BOTH_DAYS) == []


# -- missing questions ------------------------------------------------------------------------------------------------


def test_each_missing_question_is_kept_with_times_asked_reason_tries_and_since_when(store: SqlQuestionStore) -> None:
    """What the report is for; the most asked come first, and what is classified or blank is not among them."""
    add_messages(store, "기다림", "거절", "거절", "분류됨", " ")
    add_keyword_row(store, "분류됨")
    store.quarantine([make_quarantined("거절", reason="40000 Bad request", tries=4)], VERSION)

    _report(store)
    first, second = store.days.missing(DAY, 9)

    assert first.since == second.since
    assert (first.since or BATCH_TIME) > BATCH_TIME
    assert first == MissingQuestion(DAY, "거절", 2, "40000 Bad request", 4, first.since)
    assert second == MissingQuestion(DAY, "기다림", 1, None, 0, first.since)
    assert [question.text for question in store.days.missing(DAY, 1)] == ["거절"]


def test_a_question_stays_missing_since_it_was_first_found_so(store: SqlQuestionStore) -> None:
    """A later run writes what is new of it, and not a new beginning."""
    add_messages(store, "전학")
    _report(store)
    (before,) = store.days.missing(DAY, 9)
    add_messages(store, "전학")
    store.quarantine([make_quarantined("전학", reason="not_json", tries=3)], VERSION)

    _report(store)

    assert store.days.missing(DAY, 9) == [MissingQuestion(DAY, "전학", 2, "not_json", 3, before.since)]


def test_a_question_that_got_its_keyword_is_kept_with_the_time(store: SqlQuestionStore) -> None:
    """When was it closed? Known afterwards, for each question."""
    add_messages(store, "하나", "둘")
    _report(store)
    add_keyword_row(store, "하나")

    _report(store)
    kept = _kept(store)

    assert [question.text for question in store.days.missing(DAY, 9)] == ["둘"]
    assert kept["둘"][1] is None
    assert (kept["하나"][1] or BATCH_TIME) > kept["하나"][0]


def test_a_question_that_is_missing_again_is_so_since_then(store: SqlQuestionStore) -> None:
    """Somebody deleted its rows: a second gap, and the first stays in the history."""
    add_messages(store, "전학")
    _report(store)
    add_keyword_row(store, "전학")
    _report(store)
    execute(store.engine, "DELETE FROM admin_chat_keywords")

    _report(store)
    rows = query(store.engine, "SELECT closed_at IS NULL FROM keyword_missing_questions ORDER BY missing_since")

    assert [bool(open_) for (open_,) in rows] == [False, True]
    assert len(store.days.missing(DAY, 9)) == 1


def test_no_question_was_missing_until_before_it_was_missing(engine: sa.Engine) -> None:
    """The clock was set back, or summer time ended: a history that runs backwards is no history."""
    upgrade(engine, DEFAULT_NAMES)
    store = open_store(engine, tick=timedelta(hours=-1))
    add_messages(store, "전학")
    _report(store)
    add_keyword_row(store, "전학")

    _report(store)

    ((since, closed),) = _kept(store).values()
    assert closed == since


def test_a_report_of_a_day_leaves_the_questions_of_others_alone(store: SqlQuestionStore) -> None:
    """The same text may be missing on both."""
    add_messages(store, "전학")
    add_messages(store, "전학", at=NEXT_DAY)
    for day in (DAY, NEXT_DAY):
        store.days.keep(coverage_of(store, day))
    add_keyword_row(store, "전학")

    _report(store)

    assert (len(store.days.missing(DAY, 9)), len(store.days.missing(NEXT_DAY, 9))) == (0, 1)


def test_texts_that_a_collation_takes_for_one_are_missing_each_for_itself(store: SqlQuestionStore) -> None:
    """Byte for byte, like everywhere."""
    texts = {"A", "a", "a ", "가", "😀", "😭", "', DROP --", "뒤\\"}
    add_messages(store, *texts)

    _report(store)

    assert {question.text for question in store.days.missing(DAY, 99)} == texts


def test_a_report_without_a_gap_writes_nothing_of_questions(store: SqlQuestionStore) -> None:
    """A second run over complete days changes no table."""
    add_messages(store, "전학")
    add_keyword_row(store, "전학")

    _report(store)

    assert _kept(store) == {}


def test_a_report_without_news_changes_nothing(store: SqlQuestionStore) -> None:
    """A table that is rewritten at each look tells nobody when something happened, and a million rows take long."""
    add_messages(store, "전학", "거절")
    store.quarantine([make_quarantined("거절")], VERSION)
    _report(store)
    before = query(store.engine, "SELECT * FROM keyword_missing_questions ORDER BY text_hash")

    _report(store)

    assert query(store.engine, "SELECT * FROM keyword_missing_questions ORDER BY text_hash") == before


def test_the_report_page_says_the_same_of_since_when(store: SqlQuestionStore) -> None:
    """There is one truth about a question."""
    add_messages(store, "전학")
    _report(store)
    (kept,) = store.days.missing(DAY, 9)

    with store.engine.connect() as connection:
        ((*_, since),) = connection.execute(missing_queries.missing(store.tables, Period.of(DAY), 9))

    assert since == kept.since


@pytest.mark.parametrize("text", ["새 질문", "전학"])
def test_messages_go_on_coming_while_the_questions_are_written(mysql_store: SqlQuestionStore, text: str) -> None:
    """The service must not wait for our report, not even for a message of the very day that is read."""
    add_messages(mysql_store, "전학", "편입")
    service = make_engine(mysql_store.engine.url.render_as_string(hide_password=False))
    keep = missing_queries.keep_missing(mysql_store.tables, DAY, BATCH_TIME, mysql_store.engine.dialect)
    close = missing_queries.close_missing(mysql_store.tables, DAY, BATCH_TIME, all_of_them=False)
    with writing(mysql_store.engine, locks_what_it_reads=False) as connection:
        connection.execute(keep)
        connection.execute(close)
        with service.begin() as other:
            other.exec_driver_sql("SET SESSION innodb_lock_wait_timeout = 1")
            chat = mysql_store.tables.chattings
            other.execute(sa.insert(chat).values(input_text=text, created_at=datetime(2025, 6, 11, 12)))
    service.dispose()

    assert coverage_of(mysql_store).messages == 3


def test_two_reports_of_a_day_at_once_keep_each_question_once(mysql_url: str) -> None:
    """A run and somebody who materializes the report alone: a question twice would be counted twice."""
    first, second = make_store(mysql_url), make_store(mysql_url)
    add_messages(first, "전학", "편입")
    row = coverage_of(first)
    # Its clock is ahead from now on, so that the two reports are of different moments.
    second.days.keep(make_coverage(NEXT_DAY))
    other = Thread(target=second.days.keep, args=(row,))

    @sa.event.listens_for(first.engine, "after_cursor_execute")
    def meanwhile(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO keyword_missing_questions"):
            other.start()
            # Long enough to write as well, if it does not wait for us.
            other.join(1)

    first.days.keep(row)
    other.join()
    kept = query(first.engine, "SELECT COUNT(*), COUNT(closed_at) FROM keyword_missing_questions")
    first.engine.dispose()
    second.engine.dispose()

    assert kept == [(2, 0)]


def test_a_server_that_logs_its_statements_takes_them_all_the_same() -> None:
    """It refuses to write while it reads without locks; old servers are set up like that."""
    with PrivateMariaDB(("--log-bin=log", "--binlog-format=STATEMENT")) as server:
        store = make_store(server.create_database("keyword_test_statements"))
        add_messages(store, "전학", "전학", "편입")
        add_keyword_row(store, "편입", query_count=7)

        corrected = store.refresh_counts(DAY)
        _report(store)
        missing = [(question.text, question.messages) for question in store.days.missing(DAY, 9)]
        store.engine.dispose()

    assert (corrected, missing) == (1, [("전학", 2)])
