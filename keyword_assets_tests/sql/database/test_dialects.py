"""Which texts are the same question, and which are none, whatever the database thinks."""

import unicodedata
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from keyword_assets.core.questions import BLANK_RANGES, is_blank
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.dialects import asks_nothing
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.schema.migrate import upgrade
from keyword_assets_tests.builders import (
    BOTH_DAYS,
    DAY,
    add_keyword_row,
    add_messages,
    coverage_of,
    execute,
    keyword_rows,
    make_quarantined,
    make_question,
    open_store,
    open_texts,
    save,
)
from keyword_assets_tests.lookalikes import LONG_LOOKALIKES, LOOKALIKES, MYSQL_COLLATIONS, require_collation

COLLATIONS = {
    "sqlite": ("NOCASE", "RTRIM"),
    "mysql": MYSQL_COLLATIONS,
}


@pytest.fixture(params=[(kind, collation) for kind, names in COLLATIONS.items() for collation in names], ids=str)
def collated(request: pytest.FixtureRequest) -> Iterator[SqlQuestionStore]:
    """A store over tables of the user's whose text columns have a collation of the user's."""
    kind, collation = request.param
    engine = make_engine(request.getfixturevalue(f"{kind}_url"))
    if kind == "mysql":
        require_collation(engine, collation)
    long, short = ("TEXT", "TEXT") if kind == "sqlite" else ("LONGTEXT", "VARCHAR(100)")
    time = "TEXT" if kind == "sqlite" else "DATETIME(6)"
    execute(
        engine,
        f"CREATE TABLE chattings (chatting_pk INTEGER PRIMARY KEY, input_text {long} COLLATE {collation}, "
        f"created_at {time} NOT NULL)",
    )
    execute(
        engine,
        f"CREATE TABLE admin_chat_keywords (query_text {long} COLLATE {collation} NOT NULL, "
        f"keyword {short} COLLATE {collation}, category_id INTEGER, query_count INTEGER, created_at {time}, "
        f"batch_created_at {time})",
    )
    upgrade(engine, DEFAULT_NAMES)
    yield open_store(engine)
    engine.dispose()


def test_every_lookalike_is_a_question_of_its_own(collated: SqlQuestionStore) -> None:
    """A database that takes `A` for `a` would lose questions, and nobody would ever know."""
    add_messages(collated, *LOOKALIKES, *LONG_LOOKALIKES, times=2)

    assert sorted(open_texts(collated)) == sorted(LOOKALIKES + LONG_LOOKALIKES)


def test_every_lookalike_is_counted(collated: SqlQuestionStore) -> None:
    """The coverage must not be of fewer questions than there are."""
    add_messages(collated, *LOOKALIKES)

    assert coverage_of(collated).questions == len(LOOKALIKES)


def test_a_classified_text_leaves_its_lookalikes_open(collated: SqlQuestionStore) -> None:
    """A keyword for `abc` is none for `ABC`."""
    add_messages(collated, *LOOKALIKES)

    save(collated, make_question("abc"))

    assert sorted(open_texts(collated)) == sorted(set(LOOKALIKES) - {"abc"})


def test_every_lookalike_gets_its_rows(collated: SqlQuestionStore) -> None:
    """The look for rows that are there already must not find those of another text."""
    add_messages(collated, *LOOKALIKES)

    save(collated, *(make_question(text) for text in LOOKALIKES[::2]))
    save(collated, *(make_question(text) for text in LOOKALIKES))

    assert [row[0] for row in keyword_rows(collated)] == sorted(LOOKALIKES)
    assert coverage_of(collated).missing == 0


def test_a_quarantined_text_leaves_its_lookalikes_open(collated: SqlQuestionStore) -> None:
    """One refused text must not silence another."""
    add_messages(collated, *LOOKALIKES)

    collated.quarantine([make_quarantined("ABC")], "v")

    assert sorted(open_texts(collated)) == sorted(set(LOOKALIKES) - {"ABC"})
    assert coverage_of(collated).quarantined == 1


def test_each_lookalike_keeps_its_own_count(collated: SqlQuestionStore) -> None:
    """The admin screens sort by `query_count`."""
    add_messages(collated, "abc", "ABC", "abc ")
    for text in ("abc", "ABC", "abc "):
        save(collated, make_question(text))
    add_messages(collated, "ABC", times=4)

    wrong = coverage_of(collated).miscounted
    collated.refresh_counts(BOTH_DAYS.start)

    assert (wrong, coverage_of(collated).miscounted, coverage_of(collated).orphaned) == (1, 0, 0)
    assert keyword_rows(collated, "query_text, query_count") == [("ABC", 5), ("abc", 1), ("abc ", 1)]


def test_a_hand_written_row_counts_for_its_own_text_only(collated: SqlQuestionStore) -> None:
    """Rows from the time before us are in the table."""
    add_messages(collated, "가나다", unicodedata.normalize("NFD", "가나다"))

    add_keyword_row(collated, "가나다")

    assert open_texts(collated) == [unicodedata.normalize("NFD", "가나다")]


# -- blanks -----------------------------------------------------------------------------------------------------------

TRICKY = (
    None,
    "",
    " ",
    "\u3000",
    "\u00a0",
    "\ufeff",
    "\u200b\u200d",
    "\x00",
    "\x00\x00",
    "\x00a",
    "\n\r\t",
    "\u2028\u2029",
    "\u00ad",
    "\u180e",
    "\U000e0041",
    " " * 100_000,
    " " * 100_000 + "x",
    "\u115f",
    "\u3164",
    "\u2800",
    "\ufe0f",
    "\u0301",
    "\ue000",
    "\U0010ffff",
    "\ufffd",
    ".",
    "0",
    "가",
    "😀",
    "\u200b가",
    "^",
    "]",
    "\\",
    "-",
)


def _blanks_by_sql(store: SqlQuestionStore, texts: tuple[str | None, ...]) -> list[str | None]:
    """The texts that the database itself counts as blank."""
    add_messages(store, *texts)
    chat = store.tables.chattings.c
    with store.engine.connect() as connection:
        rows = connection.execute(sa.select(chat.input_text).where(asks_nothing(chat.input_text))).scalars()
        return sorted(rows, key=str)


def test_the_database_and_is_blank_agree_on_tricky_texts(store: SqlQuestionStore) -> None:
    """A text that one takes for blank and the other sends would be missing for ever."""
    blanks = _blanks_by_sql(store, TRICKY)

    assert blanks == sorted(filter(is_blank, TRICKY), key=str)


def test_the_database_knows_both_ends_of_every_range_of_blanks(store: SqlQuestionStore) -> None:
    """Each engine brings its own Unicode; ours must hold."""
    ends = tuple(chr(point) for point in sorted({point for ends in BLANK_RANGES for point in ends}))

    assert _blanks_by_sql(store, ends) == sorted(ends)


def test_the_neighbours_of_the_ranges_of_blanks_are_visible_to_the_database(store: SqlQuestionStore) -> None:
    """A range one too wide would swallow a letter."""
    points = {point for low, high in BLANK_RANGES for point in (low - 1, high + 1) if 0 <= point < 0x110000}
    # Surrogates are no text that UTF-8 could store.
    neighbours = tuple(chr(point) for point in sorted(points) if not 0xD800 <= point <= 0xDFFF)
    visible = tuple(text for text in neighbours if not is_blank(text))

    assert _blanks_by_sql(store, visible) == []


def test_blanks_are_counted_and_are_no_questions(store: SqlQuestionStore) -> None:
    """A blank that counted as a question would keep the day below 100 % for ever."""
    add_messages(store, None, "", "  ", "\u200b", "진짜 질문", "진짜 질문")

    row = coverage_of(store)

    assert (row.messages, row.blank, row.questions, row.missing) == (6, 4, 1, 1)


def test_blanks_are_never_handed_out(store: SqlQuestionStore) -> None:
    """They would be paid for, and HCX could only guess."""
    add_messages(store, None, "", "  ", "\u200b", "\x00")

    assert open_texts(store) == []


def test_a_day_of_blanks_is_complete(store: SqlQuestionStore) -> None:
    """Nothing was asked, so nothing is missing."""
    add_messages(store, None, " ")

    assert coverage_of(store).coverage == 1.0


def test_a_keyword_row_of_a_blank_text_counts_for_nothing(store: SqlQuestionStore) -> None:
    """Earlier programs classified blanks; a day cannot be more than complete."""
    add_messages(store, " ", "진짜 질문")

    add_keyword_row(store, " ")

    assert (coverage_of(store).classified, coverage_of(store).questions) == (0, 1)


def test_a_text_of_a_day_is_no_classification_of_the_next(store: SqlQuestionStore) -> None:
    """A question is a pair of day and text."""
    add_messages(store, "전학 절차", at=DAY)
    add_messages(store, "전학 절차", at="2025-06-12 08:00:00")

    save(store, make_question("전학 절차"))

    assert [row.missing for row in store.coverage(BOTH_DAYS)] == [0, 1]
