"""The facts of a report: each number against the rows that it was made from, on both databases."""

import resource
import tempfile
from datetime import date, timedelta

import pandas as pd
import pytest

from keyword_assets.core.errors import InputError
from keyword_assets.core.models.coverage import WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.usage import Spending, Usage
from keyword_assets.core.reporting.report import AskedOnDay, AskedQuestion, CategoryDay, KeywordCount, Spent
from keyword_assets.reports.report import make_report
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.reporting import report
from keyword_assets.sql.reporting.report import SqlReportSource
from keyword_assets_tests.builders import (
    BATCH_TIME,
    BOTH_DAYS,
    DAY,
    NEXT_DAY,
    VERSION,
    add_keyword_row,
    add_messages,
    execute,
    make_quarantined,
    make_taxonomy,
)

BEFORE = DAY - timedelta(days=2)


@pytest.fixture
def source(store: SqlQuestionStore) -> SqlReportSource:
    """The two days of the tests, and the two before them."""
    store.sync_categories(make_taxonomy())
    return SqlReportSource(store, BOTH_DAYS)


def test_a_question_with_two_keywords_in_a_category_counts_there_once(
    store: SqlQuestionStore, source: SqlReportSource
) -> None:
    """Otherwise a category grows with the number of keywords, not of questions."""
    add_keyword_row(store, "전학 절차", keyword="전학", category_id=2, query_count=5)
    add_keyword_row(store, "전학 절차", keyword="절차", category_id=2, query_count=5)
    add_keyword_row(store, "전학 절차", keyword="학교", category_id=1, query_count=5)
    add_keyword_row(store, "편입", category_id=2, query_count=2)
    add_keyword_row(store, "편입", at=NEXT_DAY, category_id=2, query_count=1)

    assert source.category_days(BOTH_DAYS) == [
        CategoryDay(DAY, 1, 1, 5),
        CategoryDay(DAY, 2, 2, 7),
        CategoryDay(NEXT_DAY, 2, 1, 1),
    ]


def test_keywords_are_counted_now_and_in_the_period_before(store: SqlQuestionStore, source: SqlReportSource) -> None:
    """A keyword is new or rising only against days of the same number just before."""
    add_keyword_row(store, "하나", keyword="전학", query_count=3)
    add_keyword_row(store, "둘", at=NEXT_DAY, keyword="전학", query_count=4)
    add_keyword_row(store, "둘", at=BEFORE, keyword="전학", query_count=2)
    add_keyword_row(store, "둘", at=BEFORE, keyword="지난 일", query_count=9)
    add_keyword_row(store, "둘", at=BEFORE - timedelta(days=1), keyword="전학", query_count=50)
    add_keyword_row(store, "셋", keyword="AI", query_count=8)
    add_keyword_row(store, "넷", keyword="ai", query_count=1)

    assert list(source.keywords()) == [
        KeywordCount("AI", 1, 8, 0),
        KeywordCount("전학", 2, 7, 2),
        KeywordCount("ai", 1, 1, 0),
    ]


def test_questions_come_with_the_keywords_of_the_last_day_they_were_asked(
    store: SqlQuestionStore, source: SqlReportSource
) -> None:
    """The most asked first; one that is not classified is listed all the same."""
    add_messages(store, "전학", times=2)
    add_messages(store, "전학", "혼자", "  ", at=NEXT_DAY)
    add_messages(store, "전학", at=NEXT_DAY + timedelta(days=1))
    add_keyword_row(store, "전학", keyword="옛 낱말", category_id=1)
    add_keyword_row(store, "전학", at=NEXT_DAY, keyword="낱말", category_id=2)
    add_keyword_row(store, "전학", at=NEXT_DAY, keyword="또", category_id=2)

    assert list(source.questions()) == [
        AskedQuestion("전학", 3, 2, NEXT_DAY, ("낱말", "또"), (2,)),
        AskedQuestion("혼자", 1, 1, NEXT_DAY),
    ]


@pytest.mark.parametrize("listed", [9, None])
def test_days_are_counted_over_a_whole_year(store: SqlQuestionStore, listed: int | None) -> None:
    """Each once, however often a text was asked on it, and none for another."""
    places = {
        "첫날": [0],
        "마지막": [365],
        "둘": [0, 365],
        "비트": [0, 63, 64, 127, 128, 191, 192, 319, 320],
        "겹침": [1, 65],
    }
    year = Period(DAY, DAY + timedelta(days=365))
    for text, days in places.items():
        for day in days:
            add_messages(store, text, at=DAY + timedelta(days=day), times=3)
    add_messages(store, "매일", at=DAY - timedelta(days=1))
    for day in year.days():
        add_messages(store, "매일", at=day)

    found = {question.text: question.days for question in SqlReportSource(store, year, listed=listed).questions()}

    assert found == {"매일": 366, **{text: len(days) for text, days in places.items()}}


def test_a_row_that_is_there_twice_says_no_more(store: SqlQuestionStore, source: SqlReportSource) -> None:
    """Another program may have written it again; each keyword and category is told once."""
    add_messages(store, "전학")
    for keyword, category in (("나", 2), ("가", 1), ("나", 2), ("가", 2), ("가", 1)):
        add_keyword_row(store, "전학", keyword=keyword, category_id=category)

    assert list(source.questions()) == [AskedQuestion("전학", 1, 1, DAY, ("가", "나"), (1, 2))]
    assert list(source.questions_by_day()) == [AskedOnDay(DAY, "전학", 1, True, ("가", "나"), (1, 2))]


def test_a_few_texts_are_those_at_the_head_of_the_long_list(store: SqlQuestionStore, source: SqlReportSource) -> None:
    """A page looks up the keywords of its texts, where a file joins them: both tell the same."""
    texts = ["ABC", "abc", "abc ", "전학", "😀"]
    for times, text in enumerate(texts, 1):
        add_messages(store, text, times=times)
        add_messages(store, text, at=NEXT_DAY, times=1 + times % 2)
        for keyword, category in (("나", 2), ("가", 3), ("가", 1), (text.strip(), 1)):
            add_keyword_row(store, text, at=NEXT_DAY, keyword=keyword, category_id=category)
            add_keyword_row(store, text, keyword=f"옛 {keyword}", category_id=category)

    whole = list(source.questions())

    assert len(whole) == len(texts)
    assert list(SqlReportSource(store, BOTH_DAYS, listed=3).questions()) == whole[:3]


def test_missing_questions_are_looked_for_only_where_some_are_missing(
    store: SqlQuestionStore, source: SqlReportSource
) -> None:
    """What was counted before tells the days; nothing of a day with some is left out."""
    add_messages(store, "분류됨")
    add_keyword_row(store, "분류됨")
    add_messages(store, "기다림", "거절", at=NEXT_DAY)
    store.quarantine([make_quarantined("거절", reason="not_json")], VERSION)

    source.coverage(BOTH_DAYS)

    assert sorted(question.text for question in source.missing()) == ["거절", "기다림"]
    assert source.quarantine_reasons() == {"not_json": 1}


def _add_missing_ones(store: SqlQuestionStore) -> None:
    """Some on both days, as often asked as others, set aside, reported before, and beside all that is none."""
    for text in ("하나", "둘", "ABC", "abc", "abc "):
        add_messages(store, text, times=2)
    add_messages(store, "하나", "셋", "다섯", at=NEXT_DAY)
    add_messages(store, "둘", "분류됨", at=f"{NEXT_DAY} 00:00:00")
    add_messages(store, "분류됨", None, "\n")
    add_messages(store, "넷", at=NEXT_DAY, times=3)
    for day in BOTH_DAYS.days():
        add_keyword_row(store, "분류됨", at=day)
        add_keyword_row(store, "nobody asks", at=day)
    store.quarantine([make_quarantined("하나", tries=4), make_quarantined("셋", reason="refused")], VERSION)
    store.days.keep(*store.count(Period.of(DAY)))
    add_messages(store, "여섯")


@pytest.mark.parametrize("listed", [None, 1_000_000, 500, 11, 3, 1])
def test_missing_questions_are_found_as_their_days_are_counted(
    store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch, listed: int | None
) -> None:
    """In the same pass, and the same in the same order as by themselves."""
    _add_missing_ones(store)
    by_themselves = list(SqlReportSource(store, BOTH_DAYS, listed=listed).missing())
    counted = SqlReportSource(store, BOTH_DAYS, listed=listed)
    days = counted.coverage(BOTH_DAYS)
    monkeypatch.delattr(report.missing_queries, "missing")

    assert days == store.count(BOTH_DAYS)
    assert sum(day.missing for day in days) == 11
    assert len(by_themselves) == min(listed or 11, 11)
    assert list(counted.missing()) == by_themselves
    assert listed == 1 or len({question.since for question in by_themselves}) > 1


@pytest.mark.parametrize("listed", [None, 1_000_000])
def test_a_long_list_of_missing_questions_is_not_remembered(
    store: SqlQuestionStore, monkeypatch: pytest.MonkeyPatch, listed: int | None
) -> None:
    """Memory does not grow with them: they are read as a stream once the days are counted, and none is lost."""
    _add_missing_ones(store)
    by_themselves = list(SqlReportSource(store, BOTH_DAYS, listed=listed).missing())
    # Two a day, of six and five.
    monkeypatch.setattr(report, "_MISSING_REMEMBERED", 4)
    counted = SqlReportSource(store, BOTH_DAYS, listed=listed)
    counted.coverage(BOTH_DAYS)

    assert [len(found) for found in counted._found.values()] == [2, 2]
    assert list(counted.missing()) == by_themselves


def test_a_missing_question_whose_messages_went_away_just_now_is_left_out(store: SqlQuestionStore) -> None:
    """Between the counting and the look for its text; the others are listed."""
    _add_missing_ones(store)
    counted = SqlReportSource(store, BOTH_DAYS)
    counted.coverage(BOTH_DAYS)
    execute(store.engine, "DELETE FROM chattings WHERE input_text = '넷'")

    assert len(list(counted.missing())) == 10


def test_a_day_that_need_not_be_counted_has_its_missing_questions_all_the_same(mysql_store: SqlQuestionStore) -> None:
    """A server proves that nothing has changed since a run counted the day."""
    _add_missing_ones(mysql_store)
    by_themselves = list(SqlReportSource(mysql_store, BOTH_DAYS).missing())
    mysql_store.recount(Period.of(DAY))
    counted = SqlReportSource(mysql_store, BOTH_DAYS)
    counted.coverage(BOTH_DAYS)

    assert list(counted._found) == [NEXT_DAY]
    assert list(counted.missing()) == by_themselves


def test_texts_that_only_a_careless_collation_takes_for_one_stay_apart(
    store: SqlQuestionStore, source: SqlReportSource
) -> None:
    """Byte for byte, like everywhere."""
    add_messages(store, "ABC", "abc", "abc ", "😀", "😭")
    add_keyword_row(store, "abc", keyword="작은")

    found = {question.text: question.keywords for question in source.questions()}

    assert found == {"ABC": (), "abc": ("작은",), "abc ": (), "😀": (), "😭": ()}


def test_questions_by_day_are_those_that_are_counted(store: SqlQuestionStore, source: SqlReportSource) -> None:
    """Each day for itself, the most asked first, with its own keywords; texts are told apart byte for byte."""
    add_messages(store, "전학", "ABC", "abc", "  ", None)
    add_messages(store, "abc", at=f"{DAY} 12:30:00")
    add_messages(store, "전학", "전학", "혼자", at=NEXT_DAY)
    add_messages(store, "전학", at=NEXT_DAY + timedelta(days=1))
    add_keyword_row(store, "전학", keyword="낱말", category_id=1)
    add_keyword_row(store, "전학", at=NEXT_DAY, keyword="또", category_id=2)
    add_keyword_row(store, "전학", at=NEXT_DAY, keyword="다른", category_id=2)
    add_keyword_row(store, "ABC", keyword="큰", category_id=3)

    assert list(source.questions_by_day()) == [
        AskedOnDay(DAY, "abc", 2, False),
        AskedOnDay(DAY, "전학", 1, True, ("낱말",), (1,)),
        AskedOnDay(DAY, "ABC", 1, True, ("큰",), (3,)),
        AskedOnDay(NEXT_DAY, "전학", 2, True, ("다른", "또"), (2,)),
        AskedOnDay(NEXT_DAY, "혼자", 1, False),
    ]


def test_a_question_is_classified_by_any_row_whatever_is_in_it(lax_store: SqlQuestionStore) -> None:
    """As coverage counts it; the old tables have rows without keyword and category."""
    add_messages(lax_store, "가", "나")
    add_keyword_row(lax_store, "가", keyword=None, category_id=None)

    found = {q.text: (q.classified, q.keywords) for q in SqlReportSource(lax_store, BOTH_DAYS).questions_by_day()}

    assert found == {"가": (True, ()), "나": (False, ())}


def test_examples_are_the_most_asked_texts_of_a_category(store: SqlQuestionStore, source: SqlReportSource) -> None:
    """What lies in the catch-all shows which category is lacking."""
    add_keyword_row(store, "자주", keyword="하나", category_id=3, query_count=4)
    add_keyword_row(store, "자주", keyword="둘", category_id=3, query_count=4)
    add_keyword_row(store, "자주", at=NEXT_DAY, keyword="하나", category_id=3, query_count=1)
    add_keyword_row(store, "가끔", keyword="셋", category_id=3, query_count=2)
    add_keyword_row(store, "드물게", keyword="넷", category_id=3, query_count=1)
    add_keyword_row(store, "다른 분류", category_id=1, query_count=9)

    assert source.examples(3, 2) == [
        AskedQuestion("자주", 5, 2, NEXT_DAY, ("하나",), (3,)),
        AskedQuestion("가끔", 2, 1, DAY, ("셋",), (3,)),
    ]


def test_missing_questions_come_with_what_the_quarantine_says(store: SqlQuestionStore, source: SqlReportSource) -> None:
    """Whoever looks at a gap wants to know what was tried."""
    add_messages(store, "기다림", "거절", "거절", "분류됨", "\n")
    add_keyword_row(store, "분류됨")
    store.quarantine([make_quarantined("거절", reason="40000 Bad request", tries=4)], VERSION)

    first, second = source.missing()

    assert (first.day, first.text, first.messages, first.reason, first.tries) == (
        DAY, "거절", 2, "40000 Bad request", 4,
    )  # fmt: skip
    assert first.since is not None
    assert (second.text, second.messages, second.reason, second.tries, second.since) == ("기다림", 1, None, 0, None)
    assert source.quarantine_reasons() == {"40000 Bad request": 1}


def test_rows_without_keyword_category_or_count_break_no_report(lax_store: SqlQuestionStore) -> None:
    """The old tables have such rows; nothing is shown of what is not there."""
    source = SqlReportSource(lax_store, BOTH_DAYS)
    add_messages(lax_store, "가", "나", "다")
    add_keyword_row(lax_store, "가", keyword="전학", category_id=None)
    add_keyword_row(lax_store, "나", keyword=None, category_id=1)
    add_keyword_row(lax_store, "다", keyword="편입", category_id=1, query_count=None)
    execute(lax_store.engine, "INSERT INTO admin_chat_keywords (query_text) VALUES ('가')")

    assert [(question.keywords, question.categories) for question in source.questions()] == [
        (("전학",), ()),
        ((), (1,)),
        (("편입",), (1,)),
    ]
    assert list(source.keywords()) == [KeywordCount("전학", 1, 1, 0), KeywordCount("편입", 1, 0, 0)]
    assert source.category_days(BOTH_DAYS) == [CategoryDay(DAY, 1, 2, 1)]
    assert [example.messages for example in source.examples(1, 9)] == [1, 0]


def test_cost_is_added_up_by_day_of_the_questions_and_model(store: SqlQuestionStore, source: SqlReportSource) -> None:
    """Several runs may have worked on a day."""
    for run, day in (("a", DAY), ("b", DAY), ("c", NEXT_DAY), ("d", BEFORE)):
        store.spend([Spending(run, day, "HCX-007", Usage(1, 0, 0, 100, 10, 200), 2.5)])

    assert list(source.spent()) == [
        Spent(DAY, "HCX-007", Usage(2, 0, 0, 200, 20, 400), 5.0),
        Spent(NEXT_DAY, "HCX-007", Usage(1, 0, 0, 100, 10, 200), 2.5),
    ]


def test_lists_are_cut_at_the_rarest(store: SqlQuestionStore) -> None:
    """A file has an end; what was asked most is in it."""
    add_messages(store, "자주", times=2)
    add_messages(store, "가끔")
    source = SqlReportSource(store, BOTH_DAYS, listed=1)

    assert [question.text for question in source.questions()] == ["자주"]
    assert [question.text for question in source.missing()] == ["자주"]


def test_no_text_leaves_the_database_unmasked(store: SqlQuestionStore) -> None:
    """A number in a question may be in its keyword too."""
    add_messages(store, "010-1234-5678 연락", "010-1234-5678 번호", "010-1234-5678 거절")
    add_keyword_row(store, "010-1234-5678 연락", keyword="010-1234-5678", category_id=3)
    store.quarantine([make_quarantined("010-1234-5678 거절")], VERSION)
    source = SqlReportSource(store, BOTH_DAYS, mask=lambda text: text.replace("1234", "****"))

    report = make_report(source, BATCH_TIME, 3, WithoutDay(BOTH_DAYS))

    shown = [part.to_csv() if isinstance(part, pd.DataFrame) else repr(part) for part in vars(report).values()]
    lists = (source.questions, source.questions_by_day, source.missing, source.keywords)
    assert len([part for part in shown if "****" in part]) == 4
    assert "1234" not in repr([shown, *(row for read in lists for row in read())])


def test_a_list_can_be_gone_through_again(store: SqlQuestionStore, source: SqlReportSource) -> None:
    """Each format reads it for itself, and all show the same moment."""
    add_messages(store, "하나")
    first = list(source.questions())
    add_messages(store, "둘")

    assert list(source.questions()) == first


def test_a_full_folder_for_temporary_files_is_told(
    store: SqlQuestionStore, source: SqlReportSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long lists wait there for whoever writes them; it is another disk than that of the report, as a rule."""
    monkeypatch.setattr(report, "_SPOOL_BYTES", 1)
    add_messages(store, *(f"질문 {number}" for number in range(50)))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(InputError) as refused:
            source.questions()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert refused.value.key == "report.unwritable"
    assert refused.value.params["path"] == tempfile.gettempdir()


def test_a_report_is_made_of_an_empty_database(source: SqlReportSource) -> None:
    """A first look, before anything is there, is no error."""
    report = make_report(source, BATCH_TIME, 3, WithoutDay(BOTH_DAYS))

    assert (report.total.questions, report.comparable, len(report.questions), report.catch_all.name) == (
        0, False, 0, "기타",
    )  # fmt: skip


def test_the_page_and_the_check_count_alike(store: SqlQuestionStore, source: SqlReportSource) -> None:
    """There is one truth about a day."""
    add_messages(store, "하나", "둘", None)
    add_keyword_row(store, "하나")

    report = make_report(source, BATCH_TIME, 3, WithoutDay(BOTH_DAYS))

    assert list(report.days) == store.coverage(BOTH_DAYS)
    assert [date.isoformat(row.day) for row in report.days] == ["2025-06-11", "2025-06-12"]
    assert report.period == Period(DAY, NEXT_DAY)
