"""What the store counts, hands out and writes, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from keyword_assets.core.classifying.answers import stored_form
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Keyword
from keyword_assets.core.ports.store import Saved
from keyword_assets.core.questions import share_key
from keyword_assets.sql.classifying import store as store_module
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.schema.migrate import upgrade
from keyword_assets_tests.builders import (
    BATCH_TIME,
    BOTH_DAYS,
    CATEGORIES,
    DAY,
    NEXT_DAY,
    VERSION,
    add_keyword_row,
    add_messages,
    coverage_of,
    execute,
    keyword_rows,
    make_answer,
    make_coverage,
    make_quarantined,
    make_question,
    make_taxonomy,
    open_store,
    open_texts,
    query,
    save,
)

# -- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("instant", ["00:00:00.000000", "00:00:00.000001", "12:00:00", "23:59:59", "23:59:59.999999"])
def test_every_instant_of_a_day_belongs_to_it_and_to_no_other(store: SqlQuestionStore, instant: str) -> None:
    """A range that loses an edge loses questions every midnight."""
    add_messages(store, "전학 절차", at=f"{DAY} {instant}")

    days = store.coverage(Period(DAY - timedelta(days=1), NEXT_DAY))

    assert [row.questions for row in days] == [0, 1, 0]


@pytest.mark.parametrize(
    "written",
    [
        "2025-06-11",
        "2025-06-11 00:00:00",
        "2025-06-11T00:00:00",
        "2025-06-11 00:00:00.000",
        "2025-06-11T23:59:59.999999",
        "2025-06-11 23:59:59.9",
        "2025-06-11 23:59:59",
    ],
)
def test_a_time_that_another_program_wrote_into_sqlite_belongs_to_its_day(
    sqlite_store: SqlQuestionStore, written: str
) -> None:
    """SQLite keeps times as text, and every program spells them its own way."""
    add_messages(sqlite_store, "전학 절차", at=written)

    days = sqlite_store.coverage(Period(DAY - timedelta(days=1), NEXT_DAY))

    assert [row.questions for row in days] == [0, 1, 0]


@pytest.mark.parametrize("instant", ["00:00:00", "15:30:00", "23:59:59"])
def test_a_keyword_row_with_a_time_of_day_counts_for_its_day(store: SqlQuestionStore, instant: str) -> None:
    """Rows from before us carry the time of the message; asking again would pay twice."""
    add_messages(store, "전학 절차")

    add_keyword_row(store, "전학 절차", at=f"{DAY} {instant}")

    assert (coverage_of(store).classified, open_texts(store)) == (1, [])


def test_a_keyword_row_of_another_day_does_not_count(store: SqlQuestionStore) -> None:
    """Each day has its own rows on the admin screens."""
    add_messages(store, "전학 절차")

    add_keyword_row(store, "전학 절차", at=f"{NEXT_DAY} 00:00:00")

    assert coverage_of(store).missing == 1


# -- coverage ---------------------------------------------------------------------------------------------------------


def test_a_day_without_messages_is_reported_all_the_same(store: SqlQuestionStore) -> None:
    """A day that is left out of a report looks like one that was forgotten."""
    add_messages(store, "전학 절차", at=NEXT_DAY)

    assert store.coverage(BOTH_DAYS)[0] == make_coverage(DAY)


def test_coverage_falls_when_somebody_deletes_keyword_rows(store: SqlQuestionStore) -> None:
    """It is counted from the live rows, never remembered."""
    add_messages(store, "가", "나")
    save(store, make_question("가"), make_question("나"))

    execute(store.engine, "DELETE FROM admin_chat_keywords WHERE query_text = '가'")

    assert coverage_of(store) == make_coverage(messages=2, questions=2, classified=1)


def test_coverage_falls_when_a_message_comes_late(store: SqlQuestionStore) -> None:
    """Yesterday's hundred per cent is no promise."""
    add_messages(store, "가")
    save(store, make_question("가"))

    add_messages(store, "나")

    assert (coverage_of(store).missing, open_texts(store)) == (1, ["나"])
    assert store.count(Period.of(DAY)) == [coverage_of(store)]


def test_several_keywords_of_a_question_classify_it_once(store: SqlQuestionStore) -> None:
    """Coverage above 100 % would hide a gap elsewhere."""
    add_messages(store, "가", "나")

    add_keyword_row(store, "가")
    add_keyword_row(store, "가", keyword="둘째")

    assert coverage_of(store).classified == 1


def test_keyword_rows_of_texts_nobody_asked_do_not_count(store: SqlQuestionStore) -> None:
    """A row whose message was deleted must not make up for one that is missing."""
    add_messages(store, "가")

    add_keyword_row(store, "나")

    assert coverage_of(store).missing == 1


def test_quarantined_questions_are_part_of_the_missing_ones(store: SqlQuestionStore) -> None:
    """Quarantining a question must never look like having answered it."""
    add_messages(store, "가", "나", "다")
    save(store, make_question("가"))

    store.quarantine([make_quarantined("나")], VERSION)

    row = coverage_of(store)
    assert (row.missing, row.quarantined, row.open) == (2, 1, 1)


def test_a_classified_question_is_not_quarantined_even_if_its_text_is(store: SqlQuestionStore) -> None:
    """Somebody wrote its keywords by hand."""
    add_messages(store, "가")
    add_keyword_row(store, "가")

    store.quarantine([make_quarantined("가")], VERSION)

    assert (coverage_of(store).quarantined, coverage_of(store).missing) == (0, 0)


# -- open questions ---------------------------------------------------------------------------------------------------


def test_open_questions_come_by_day_and_then_the_most_asked_first(store: SqlQuestionStore) -> None:
    """Days are finished one after another, and an interrupted day has what matters most."""
    add_messages(store, "드문", at=DAY)
    add_messages(store, "잦은", at=DAY, times=3)
    add_messages(store, "다음날", at=NEXT_DAY, times=9)

    pages = list(store.open_questions(BOTH_DAYS, most_asked_first=False))

    assert pages == [
        [make_question("잦은", count=3), make_question("드문"), make_question("다음날", NEXT_DAY, count=9)]
    ]


def test_a_limited_run_gets_the_most_asked_of_the_whole_period_first(store: SqlQuestionStore) -> None:
    """What can be sent should help most people."""
    add_messages(store, "드문", at=DAY)
    add_messages(store, "잦은", at=NEXT_DAY, times=3)

    (page,) = store.open_questions(BOTH_DAYS, most_asked_first=True)

    assert [question.text for question in page] == ["잦은", "드문"]


def test_open_questions_come_in_pages_without_loss(store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory holds one page, whatever the day's size."""
    monkeypatch.setattr(store_module, "PAGE_QUESTIONS", 7)
    texts = [f"질문 {number:03}" for number in range(100)]
    add_messages(store, *texts)

    pages = list(store.open_questions(BOTH_DAYS, most_asked_first=False))

    assert [len(page) for page in pages] == [7] * 14 + [2]
    assert [question.text for page in pages for question in page] == texts


def test_very_long_texts_make_shorter_pages(store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five hundred pasted documents would not fit into memory."""
    monkeypatch.setattr(store_module, "PAGE_CHARS", 1_000)
    add_messages(store, *(f"{number}" + "가" * 600 for number in range(5)))

    pages = list(store.open_questions(BOTH_DAYS, most_asked_first=False))

    assert [len(page) for page in pages] == [2, 2, 1]


def test_pages_that_do_not_fit_into_memory_are_spooled(
    store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run takes hours, and the server drops a client that reads slowly."""
    monkeypatch.setattr(store_module, "_SPOOL_BYTES", 100)
    monkeypatch.setattr(store_module, "PAGE_QUESTIONS", 10)
    texts = [f"질문 {number:03}" for number in range(50)]
    add_messages(store, *texts)

    assert open_texts(store) == texts


def test_reading_pages_holds_no_lock(store: SqlQuestionStore) -> None:
    """Answers are written while the questions are still being read."""
    add_messages(store, "가", "나")
    pages = store.open_questions(BOTH_DAYS, most_asked_first=False)

    (question, *_) = next(pages)
    save(store, question)

    assert [row[0] for row in keyword_rows(store)] == [question.text]
    assert list(pages) == []


# -- saving -----------------------------------------------------------------------------------------------------------


def test_a_keyword_row_says_what_the_admin_screens_read(store: SqlQuestionStore) -> None:
    """The columns are a contract with a program that is not ours."""
    answer = (Keyword("전학 절차", 2), Keyword("서류", 3))

    store.save(
        [(make_question("전학 서류는?", count=5), answer)], learned={}, version=VERSION, batch_created_at=BATCH_TIME
    )

    row = store.tables.admin_chat_keywords.c
    with store.engine.connect() as connection:
        columns = (row.query_text, row.keyword, row.category_id, row.query_count, row.created_at, row.batch_created_at)
        rows = connection.execute(sa.select(*columns).order_by(row.category_id)).all()
    midnight = datetime(2025, 6, 11)
    assert [tuple(row) for row in rows] == [
        ("전학 서류는?", "전학 절차", 2, 5, midnight, BATCH_TIME),
        ("전학 서류는?", "서류", 3, 5, midnight, BATCH_TIME),
    ]


def test_saving_twice_writes_once(store: SqlQuestionStore) -> None:
    """A run that died between writing and hearing of it does it again."""
    save(store, make_question("가"))
    save(store, make_question("가"), make_question("나"))

    assert [row[0] for row in keyword_rows(store)] == ["가", "나"]


def test_rows_that_others_wrote_stay_as_they_are(store: SqlQuestionStore) -> None:
    """A person's correction outranks a machine's answer."""
    add_keyword_row(store, "가", at=f"{DAY} 15:30:00", keyword="사람이 고침", category_id=3, query_count=8)

    save(store, make_question("가"))

    assert keyword_rows(store) == [("가", "사람이 고침", 3, 8)]


def test_the_same_text_on_two_days_gets_rows_for_both(store: SqlQuestionStore) -> None:
    """An answer is shared; rows are not."""
    save(store, make_question("가", DAY), make_question("가", NEXT_DAY))

    assert len(keyword_rows(store)) == 2


def test_more_questions_than_one_statement_takes_are_saved(store: SqlQuestionStore) -> None:
    """A page of reused answers goes in one transaction of several statements."""
    questions = [make_question(f"질문 {number}") for number in range(1_203)]
    save(store, *questions[:600])

    save(store, *questions)

    assert len(keyword_rows(store)) == 1_203


def test_two_runs_that_save_the_same_question_at_once_write_it_once(store: SqlQuestionStore) -> None:
    """A schedule and a person may start the same day together; each has its own connection."""
    questions = [make_question(f"질문 {number}") for number in range(20)]
    start = Barrier(4)

    def one_run(_: int) -> None:
        its_own = open_store(make_engine(store.engine.url.render_as_string(hide_password=False)))
        start.wait()
        for question in questions:
            save(its_own, question, learned={share_key(question.text): make_answer()})
        its_own.engine.dispose()

    with ThreadPoolExecutor(4) as runs:
        list(runs.map(one_run, range(4)))

    assert len(keyword_rows(store)) == 20


def test_runs_of_different_classifiers_that_save_the_same_questions_at_once_write_them_once(
    store: SqlQuestionStore,
) -> None:
    """While a new model is rolled out, machines work with both; nothing of what they keep is the same but the text."""
    rows = [(make_question(f"질문 {number}"), make_answer()) for number in range(40)]
    url, start = store.engine.url.render_as_string(hide_password=False), Barrier(2)

    def one_run(version: str) -> int:
        one = open_store(make_engine(url))
        written = 0
        for turn in range(0, len(rows), 10):
            these = rows[turn : turn + 10] if version == "1" else rows[turn : turn + 10][::-1]
            learned = {share_key(question.text): answer for question, answer in these}
            start.wait()
            saved = one.save(these, learned=learned, version=version, batch_created_at=BATCH_TIME)
            written += len(these) - len(saved.skipped)
        one.engine.dispose()
        return written

    with ThreadPoolExecutor(2) as runs:
        written = sum(runs.map(one_run, ("1", "2")))

    assert len(keyword_rows(store)) == len(rows) == written


def test_rows_that_are_refused_cost_nobody_in_a_large_group(store: SqlQuestionStore) -> None:
    """What many replies brought goes in one transaction."""
    unwritable = (Keyword("분류 없음", None),)  # type: ignore[arg-type]
    rows = [
        (make_question(f"질문 {number}"), unwritable if number in (3, 17) else make_answer()) for number in range(30)
    ]

    saved = store.save(rows, learned={}, version=VERSION, batch_created_at=BATCH_TIME)

    assert set(saved.refused) == {make_question("질문 3"), make_question("질문 17")}
    assert len(keyword_rows(store)) == 28


def test_a_refused_row_costs_only_its_own_question(store: SqlQuestionStore) -> None:
    """A question with half of its keywords would count as classified; its neighbours have done nothing wrong."""
    unwritable = (Keyword("전학", 1), Keyword("분류 없음", None))  # type: ignore[arg-type]

    refused = store.save(
        [(make_question("가"), make_answer()), (make_question("나"), unwritable)],
        learned={share_key("가"): make_answer()},
        version=VERSION,
        batch_created_at=BATCH_TIME,
    )

    assert list(refused.refused) == [make_question("나")]
    assert {row[0] for row in keyword_rows(store)} == {"가"}
    assert share_key("가") in store.known_answers([share_key("가")], VERSION)


def test_questions_that_somebody_else_has_written_are_told_apart(store: SqlQuestionStore) -> None:
    """Two commands over the same days must not both say that they classified them."""
    add_keyword_row(store, "가", keyword="다른 낱말")
    rows = [(make_question(text), make_answer()) for text in ("가", "나")]

    saved = store.save(rows, learned={}, version=VERSION, batch_created_at=BATCH_TIME)

    assert saved == Saved(skipped={make_question("가")})


def test_a_replacement_that_is_refused_leaves_the_old_rows(store: SqlQuestionStore) -> None:
    """Deleted and not written would be a gap where there was none."""
    add_keyword_row(store, "가", keyword="낡은 낱말")
    unwritable = (Keyword("분류 없음", None),)  # type: ignore[arg-type]

    saved = store.save(
        [(make_question("가"), unwritable)],
        learned={},
        version=VERSION,
        batch_created_at=BATCH_TIME,
        reclassify=True,
    )

    assert list(saved.refused) == [make_question("가")]
    assert keyword_rows(store, "query_text, keyword") == [("가", "낡은 낱말")]


def test_only_rows_of_the_day_and_the_very_text_are_replaced(store: SqlQuestionStore) -> None:
    """Neither another day's, nor those of a text that a collation takes for the same."""
    for text, day in (("abc", DAY), ("ABC", DAY), ("abc", NEXT_DAY)):
        add_keyword_row(store, text, at=day, keyword="낡은 낱말")

    store.save(
        [(make_question("abc"), make_answer("새 낱말"))],
        learned={},
        version=VERSION,
        batch_created_at=BATCH_TIME,
        reclassify=True,
    )

    assert sorted(keyword_rows(store, "query_text, keyword")) == [
        ("ABC", "낡은 낱말"),
        ("abc", "낡은 낱말"),
        ("abc", "새 낱말"),
    ]


def test_saving_releases_the_text_from_quarantine(store: SqlQuestionStore) -> None:
    """What is answered after all is not quarantined any more."""
    add_messages(store, "가")
    store.quarantine([make_quarantined("가"), make_quarantined("나")], VERSION)

    save(store, make_question("가"))

    assert set(store.quarantined([share_key("가"), share_key("나")])) == {share_key("나")}


# -- reuse ------------------------------------------------------------------------------------------------------------


def test_a_learned_answer_is_known_afterwards(store: SqlQuestionStore) -> None:
    """It is paid for; every later day uses it."""
    answer = (Keyword("전학 절차 😀", 2), Keyword("서류", 3))

    store.save([], learned={share_key("가"): answer}, version=VERSION, batch_created_at=BATCH_TIME)

    assert store.known_answers([share_key("가"), share_key("나")], VERSION) == {share_key("가"): stored_form(answer)}


def test_an_answer_of_another_classifier_version_is_not_known(store: SqlQuestionStore) -> None:
    """A changed taxonomy or prompt would answer otherwise."""
    store.save([], learned={share_key("가"): make_answer()}, version="old", batch_created_at=BATCH_TIME)

    assert store.known_answers([share_key("가")], VERSION) == {}


def test_the_first_answer_stays(store: SqlQuestionStore) -> None:
    """All days of a text show the same keywords."""
    for keyword in ("먼저", "나중"):
        store.save([], learned={share_key("가"): make_answer(keyword)}, version=VERSION, batch_created_at=BATCH_TIME)

    assert store.known_answers([share_key("가")], VERSION)[share_key("가")] == stored_form(make_answer("먼저"))


def test_more_keys_than_one_statement_takes_are_looked_up(store: SqlQuestionStore) -> None:
    """A page of the fullest day is one look-up."""
    learned = {share_key(f"질문 {number}"): make_answer(f"{number}") for number in range(1_100)}
    store.save([], learned=learned, version=VERSION, batch_created_at=BATCH_TIME)

    kept = {key: stored_form(answer) for key, answer in learned.items()}
    assert store.known_answers(learned.keys(), VERSION) == kept


# -- faults of rows ---------------------------------------------------------------------------------------------------


def test_rows_of_texts_nobody_asked_are_orphans(store: SqlQuestionStore) -> None:
    """Their messages were deleted or edited; several keywords of a text are one orphan, and a blank is no question."""
    add_messages(store, "가", " ")
    save(store, make_question("가"), make_question("없는 질문"), make_question(" "))
    add_keyword_row(store, "없는 질문", keyword="둘째")

    assert coverage_of(store).orphaned == 2


def test_a_day_with_nothing_but_rows_has_orphans(store: SqlQuestionStore) -> None:
    """All its messages may have been deleted."""
    save(store, make_question("가"))

    assert (coverage_of(store).questions, coverage_of(store).orphaned) == (0, 1)


def test_rows_that_count_wrongly_are_counted_by_question(store: SqlQuestionStore) -> None:
    """However many keywords the question has, and whichever of its rows is wrong."""
    add_messages(store, "가", "나", times=2)
    save(store, make_question("가", count=2), make_question("나", count=2))
    add_keyword_row(store, "가", keyword="둘째", query_count=2)
    add_keyword_row(store, "나", keyword="둘째", query_count=1)
    add_keyword_row(store, "나", keyword="셋째", query_count=3)

    assert coverage_of(store).miscounted == 1


def test_right_rows_have_no_faults(store: SqlQuestionStore) -> None:
    """Otherwise each morning would begin with a warning."""
    add_messages(store, "가", "나", " ", times=3)
    save(store, make_question("가", count=3))

    row = coverage_of(store)
    assert (row.classified, row.orphaned, row.miscounted) == (1, 0, 0)


# -- query_count ------------------------------------------------------------------------------------------------------


def test_a_late_message_raises_the_count_of_its_rows(store: SqlQuestionStore) -> None:
    """The admin screens sort by it."""
    add_messages(store, "가", times=2)
    save(store, make_question("가", count=2))
    add_messages(store, "가")

    changed = store.refresh_counts(BOTH_DAYS.start)

    assert (changed, keyword_rows(store, "query_text, query_count")) == (1, [("가", 3)])


def test_refreshing_right_counts_changes_nothing(store: SqlQuestionStore) -> None:
    """It runs at the start of every run, over every day."""
    add_messages(store, "가", times=2)
    save(store, make_question("가"))
    store.refresh_counts(BOTH_DAYS.start)

    assert store.refresh_counts(BOTH_DAYS.start) == 0


def test_counts_outside_the_period_are_left_alone(store: SqlQuestionStore) -> None:
    """A run touches only the days that it was asked for."""
    add_messages(store, "가", at=NEXT_DAY, times=2)
    save(store, make_question("가", NEXT_DAY))

    store.refresh_counts(DAY)

    assert keyword_rows(store, "query_text, query_count") == [("가", 1)]


def test_an_absent_count_is_filled_in(engine: sa.Engine) -> None:
    """The user's table may allow NULL there."""
    time = "TEXT" if engine.dialect.name == "sqlite" else "DATETIME"
    execute(
        engine,
        "CREATE TABLE admin_chat_keywords (query_text TEXT, keyword VARCHAR(100), category_id INTEGER, "
        f"query_count INTEGER NULL, created_at {time}, batch_created_at {time})",
    )
    upgrade(engine, DEFAULT_NAMES)
    store = open_store(engine)
    add_messages(store, "가")
    add_keyword_row(store, "가", query_count=None)

    store.refresh_counts(BOTH_DAYS.start)

    assert keyword_rows(store, "query_text, query_count") == [("가", 1)]


# -- categories -------------------------------------------------------------------------------------------------------


def _categories(store: SqlQuestionStore) -> list[tuple[int, str]]:
    rows = query(store.engine, "SELECT category_id, category_name FROM admin_categories")
    return sorted((identifier, name) for identifier, name in rows)


def _add_category(store: SqlQuestionStore, identifier: int, name: str) -> None:
    execute(store.engine, "INSERT INTO admin_categories VALUES (:id, :name)", [{"id": identifier, "name": name}])


def test_an_empty_category_table_is_filled(store: SqlQuestionStore) -> None:
    """The screens join it to show a name."""
    store.sync_categories(make_taxonomy())

    assert _categories(store) == list(enumerate(CATEGORIES, 1))


def test_syncing_twice_adds_nothing(store: SqlQuestionStore) -> None:
    """It happens in every run."""
    store.sync_categories(make_taxonomy())
    store.sync_categories(make_taxonomy())

    assert len(_categories(store)) == len(CATEGORIES)


def test_missing_categories_are_added_beside_those_there(store: SqlQuestionStore) -> None:
    """A category of the taxonomy may be new; one of the user's may be none of ours."""
    _add_category(store, 2, CATEGORIES[1])
    _add_category(store, 77, "옛 분류")

    store.sync_categories(make_taxonomy())

    assert _categories(store) == [*enumerate(CATEGORIES, 1), (77, "옛 분류")]


@pytest.mark.parametrize(("identifier", "name"), [(3, "다른 이름"), (99, CATEGORIES[2]), (2, CATEGORIES[2])])
def test_a_category_that_contradicts_the_taxonomy_is_refused(
    store: SqlQuestionStore, identifier: int, name: str
) -> None:
    """Keywords would appear under another category than the one HCX chose."""
    _add_category(store, identifier, name)

    with pytest.raises(InputError) as refused:
        store.sync_categories(make_taxonomy())

    assert refused.value.key == "categories.differ"
    assert _categories(store) == [(identifier, name)]


def test_messages_go_on_coming_while_counts_are_corrected(mysql_store: SqlQuestionStore) -> None:
    """A run over today must not keep the service from writing today's messages: it reads millions of them for this."""
    add_messages(mysql_store, "전학", "전학", "편입")
    add_keyword_row(mysql_store, "전학")
    service = make_engine(mysql_store.engine.url.render_as_string(hide_password=False))

    @sa.event.listens_for(mysql_store.engine, "after_cursor_execute")
    def meanwhile(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE"):
            with service.begin() as other:
                other.exec_driver_sql("SET SESSION innodb_lock_wait_timeout = 1")
                chat = mysql_store.tables.chattings
                other.execute(sa.insert(chat).values(input_text="전학", created_at=datetime(2025, 6, 11, 12)))

    corrected = mysql_store.refresh_counts(DAY)
    sa.event.remove(mysql_store.engine, "after_cursor_execute", meanwhile)
    service.dispose()

    assert (corrected, coverage_of(mysql_store).messages) == (1, 4)


# -- quarantine -------------------------------------------------------------------------------------------------------


def test_a_quarantined_question_is_not_handed_out(store: SqlQuestionStore) -> None:
    """It would be paid for with every run."""
    add_messages(store, "가", "나")

    store.quarantine([make_quarantined("가")], VERSION)

    assert open_texts(store) == ["나"]


def test_a_quarantined_question_is_listed_with_its_reason(store: SqlQuestionStore) -> None:
    """Somebody has to decide what to do about it."""
    add_messages(store, "가", times=2)
    aside = make_quarantined("가", reason="HTTP 400 40005", tries=1, last_reply="[" * 5_000)

    store.quarantine([aside], VERSION)

    assert store.quarantined_questions(BOTH_DAYS) == [(make_question("가", count=2), aside, BATCH_TIME)]


def test_quarantining_again_renews_the_reason(store: SqlQuestionStore) -> None:
    """The last refusal is the one to read."""
    store.quarantine([make_quarantined("가", reason="old")], VERSION)
    store.quarantine([make_quarantined("가", reason="new")], VERSION)

    assert store.quarantined([share_key("가")])[share_key("가")].reason == "new"


def test_an_overlong_reason_is_cut(store: SqlQuestionStore) -> None:
    """A server may explain itself at length; that must not end a run."""
    store.quarantine([make_quarantined("가", reason="이" * 3_000)], VERSION)

    assert store.quarantined([share_key("가")])[share_key("가")].reason == "이" * 255


def test_what_a_reply_holds_besides_text_does_not_end_a_run(store: SqlQuestionStore) -> None:
    """Half a surrogate pair is legal JSON and no UTF-8; this is where garbage is put."""
    store.quarantine([make_quarantined("가", reason="HTTP 400 \ud83d", last_reply='{"\ud83d')], VERSION)

    assert store.quarantined([share_key("가")])[share_key("가")].last_reply == '{"?'


def test_released_questions_are_open_again(store: SqlQuestionStore) -> None:
    """`quarantine retry` sends them once more."""
    add_messages(store, "가", "나")
    add_messages(store, "가", at=NEXT_DAY)
    store.quarantine([make_quarantined("가"), make_quarantined("나")], VERSION)

    released = store.release_quarantined(Period.of(NEXT_DAY))

    assert (released, open_texts(store)) == (1, ["가", "가"])


def test_quarantining_nothing_does_nothing(store: SqlQuestionStore) -> None:
    """An INSERT without rows is an error to a database."""
    store.quarantine([], VERSION)

    assert query(store.engine, "SELECT * FROM keyword_quarantine") == []


# -- the user's own tables --------------------------------------------------------------------------------------------


def test_columns_of_the_users_with_names_that_we_use_are_no_obstacle(engine: sa.Engine) -> None:
    """`chattings` has columns that we do not know; `day` and `messages` are likely ones."""
    extra = "day INTEGER DEFAULT 7, identity INTEGER DEFAULT 7, messages INTEGER, first_pk INTEGER, asked INTEGER"
    time = "TEXT" if engine.dialect.name == "sqlite" else "DATETIME"
    execute(
        engine,
        f"CREATE TABLE chattings (chatting_pk INTEGER PRIMARY KEY, input_text TEXT, created_at {time}, {extra})",
    )
    upgrade(engine, DEFAULT_NAMES)
    store = open_store(engine)
    add_messages(store, "가", "나", "나")
    add_messages(store, "가", at=NEXT_DAY)

    assert [row.questions for row in store.coverage(BOTH_DAYS)] == [2, 1]
    assert open_texts(store) == ["나", "가", "가"]


def test_a_far_away_period_is_counted(store: SqlQuestionStore) -> None:
    """A typing error in a year gives an empty answer, not a crash."""
    assert store.coverage(Period.of(date(1999, 2, 28))) == [make_coverage(date(1999, 2, 28))]
