"""Tables as people have them: what cannot be served is refused before any change, and the rest works."""

import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from keyword_assets.core.errors import InputError
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Question
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES, Names
from keyword_assets.sql.database.stored_days import LOCAL_DAYS
from keyword_assets.sql.loading.messages import insert_messages
from keyword_assets.sql.reporting.report import SqlReportSource
from keyword_assets.sql.schema import dedupe, takeover
from keyword_assets.sql.schema.identity import row_identity
from keyword_assets.sql.schema.migrate import lacking, upgrade
from keyword_assets.sql.schema.users_tables import read_tables
from keyword_assets_tests.builders import (
    BATCH_TIME,
    BOTH_DAYS,
    DAY,
    NEXT_DAY,
    VERSION,
    coverage_of,
    execute,
    keyword_rows,
    make_answer,
    make_coverage,
    make_question,
    make_taxonomy,
    open_store,
    open_texts,
    query,
    save,
    upgrade_statements,
)
from keyword_assets_tests.mariadb import MySQLServer
from keyword_assets_tests.sql.users import CATEGORIES, CHATS, ROWS, UsersDatabase, insert

# -- what is refused --------------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[str, str, str]] = {
    "bytes": (CHATS.replace("TEXT", "BLOB"), "tables.no_text", "chattings: input_text (BLOB)"),
    "binary": (CHATS.replace("TEXT", "VARBINARY(500)"), "tables.no_text", "input_text (VARBINARY)"),
    "enum": (CHATS.replace("TEXT", "ENUM('a')"), "tables.no_text", "input_text (ENUM)"),
    "number of seconds": (CHATS.replace("DATETIME", "BIGINT"), "tables.no_time", "created_at (BIGINT)"),
    "text for a time": (CHATS.replace("DATETIME", "VARCHAR(30)"), "tables.no_time", "created_at (VARCHAR)"),
    "time of day": (CHATS.replace("DATETIME", "TIME"), "tables.no_time", "created_at (TIME)"),
    "year": (CHATS.replace("DATETIME", "YEAR"), "tables.no_time", "created_at (YEAR)"),
    "fraction of seconds": (CHATS.replace("DATETIME", "DOUBLE"), "tables.no_time", "created_at (DOUBLE)"),
    "no time": (CHATS.replace("created_at", "sent_at"), "doctor.columns", "created_at"),
    "no key": (CHATS.replace("chatting_pk", "id"), "doctor.columns", "chatting_pk"),
    "keywords in bytes": (
        ROWS.replace("keyword VARCHAR", "keyword VARBINARY"),
        "tables.no_text",
        "keyword (VARBINARY)",
    ),
    "keyword rows without transactions": (f"{ROWS} ENGINE=MyISAM", "tables.engine", "MyISAM"),
    "keyword rows in memory": (
        f"{ROWS.replace('TEXT', 'VARCHAR(500)')} ENGINE=MEMORY",
        "tables.engine",
        "MEMORY",
    ),
    "keyword rows without count": (ROWS.replace("query_count", "how_often"), "doctor.columns", "query_count"),
    "count in words": (ROWS.replace("query_count INT", "query_count TEXT"), "tables.no_number", "query_count (TEXT)"),
    "categories by name": (CATEGORIES.replace("category_id INT", "category_id CHAR(9)"), "tables.no_number", "(CHAR)"),
}


@pytest.fixture(scope="module")
def empty(mysql_server: MySQLServer) -> Iterator[sa.Engine]:
    """A database in which nothing was ever made."""
    name = f"keyword_test_{uuid.uuid4().hex[:16]}"
    engine = make_engine(mysql_server.create_database(name))
    yield engine
    engine.dispose()
    mysql_server.drop_database(name)


def _all_definitions(engine: sa.Engine) -> dict[str, str]:
    quote = engine.dialect.identifier_preparer.quote
    tables = [row[0] for row in query(engine, "SHOW TABLES")]
    return {table: query(engine, f"SHOW CREATE TABLE {quote(table)}")[0][1] for table in tables}


@pytest.mark.parametrize("shape", list(REFUSED))
def test_what_cannot_be_served_is_refused_and_unchanged(empty: sa.Engine, shape: str) -> None:
    """In words that name table, column and what it is; nothing was made, and nothing is shown as if it could be."""
    statement, key, named = REFUSED[shape]
    for table in _all_definitions(empty):
        execute(empty, f"DROP TABLE {table}")
    for usual in (CHATS, CATEGORIES, ROWS):
        execute(empty, statement if usual.split("(")[0] == statement.split("(")[0] else usual)
    before = _all_definitions(empty)

    with pytest.raises(InputError) as upgraded:
        upgrade(empty, DEFAULT_NAMES)
    with pytest.raises(InputError) as opened:
        read_tables(empty, DEFAULT_NAMES, LOCAL_DAYS)

    assert upgraded.value.key == opened.value.key == key
    assert upgraded.value.exit_code == 2
    table = statement.split("(")[0].removeprefix("CREATE TABLE ").strip()
    assert table in str(upgraded.value)
    for part in named.replace(f"{table}: ", "").replace("(", "").replace(")", "").split():
        assert part in str(upgraded.value)
    assert _all_definitions(empty) == before


# -- messages wherever they are kept ----------------------------------------------------------------------------------

SOURCES: dict[str, list[str]] = {
    "MyISAM": [f"{CHATS} ENGINE=MyISAM"],
    "Aria": [f"{CHATS} ENGINE=Aria"],
    "MEMORY": [f"{CHATS.replace('TEXT', 'VARCHAR(500)')} ENGINE=MEMORY"],
    "partitions": [
        f"{CHATS.replace('INT PRIMARY KEY', 'INT NOT NULL')} PARTITION BY RANGE COLUMNS (created_at) "
        "(PARTITION a VALUES LESS THAN ('2025-06-12'), PARTITION b VALUES LESS THAN (MAXVALUE))"
    ],
    "a day": [CHATS.replace("DATETIME", "DATE")],
    "a text of one byte a character": [CHATS.replace("TEXT", "TEXT CHARACTER SET latin1")],
    "Korean in two bytes": [CHATS.replace("TEXT", "TEXT CHARACTER SET euckr")],
    "two bytes a character": [CHATS.replace("TEXT", "TEXT CHARACTER SET ucs2")],
    "three bytes a character": [CHATS.replace("TEXT", "MEDIUMTEXT CHARACTER SET utf8mb3")],
    "a padded text": [CHATS.replace("TEXT", "CHAR(200)")],
    "a view": [CHATS.replace("chattings", "logs"), "CREATE VIEW chattings AS SELECT * FROM logs"],
    "a computed view": [
        "CREATE TABLE logs (id INT PRIMARY KEY, body BLOB, seconds BIGINT)",
        "CREATE VIEW chattings AS SELECT id AS chatting_pk, CONVERT(body USING utf8mb4) AS input_text, "
        "CAST('1970-01-01' AS DATETIME) + INTERVAL seconds SECOND AS created_at FROM logs",
    ],
}
SECONDS = {
    "2025-06-11 00:00:00": 1_749_600_000,
    "2025-06-11 23:59:59": 1_749_686_399,
    "2025-06-12 00:00:00": 1_749_686_400,
}


@pytest.mark.parametrize("shape", list(SOURCES))
def test_messages_are_counted_and_classified_wherever_they_are_kept(
    mysql_server: MySQLServer, mysql_users: UsersDatabase, shape: str
) -> None:
    """Engines without transactions, views and old character sets are read like any table."""
    if shape == "Aria" and "MariaDB" not in mysql_server.execute("SELECT VERSION()")[0][0]:
        pytest.skip("MySQL has no Aria")
    store = mysql_users.store(*SOURCES[shape])
    texts = ("cafe", "CAFE", "cafe", " \t") if "one byte" in shape else ("전학 절차", "전학  절차", "전학 절차", "　")
    computed, table = shape == "a computed view", "logs" if "view" in shape else "chattings"
    for number, (text, at) in enumerate(zip(texts, [*SECONDS, "2025-06-11 00:00:00"], strict=True), 1):
        insert(mysql_users.engine, table, (number, text, SECONDS[at] if computed else at))

    open_ones = [q for page in store.open_questions(BOTH_DAYS, most_asked_first=False) for q in page]
    before = store.look(BOTH_DAYS, 60.0)
    save(store, *open_ones)
    store.confirm(BOTH_DAYS)

    assert sorted(open_ones, key=repr) == sorted(
        [Question(DAY, texts[0], 1), Question(DAY, texts[1], 1), Question(NEXT_DAY, texts[2], 1)], key=repr
    )
    assert [(row.messages, row.blank, row.missing) for row in before] == [(3, 1, 2), (1, 0, 1)]
    assert store.coverage(BOTH_DAYS) == [
        make_coverage(DAY, messages=3, blank=1, questions=2, classified=2),
        make_coverage(NEXT_DAY, messages=1, questions=1, classified=1),
    ]
    assert store.look(BOTH_DAYS, 60.0) == store.coverage(BOTH_DAYS)
    assert {q.text for q in SqlReportSource(store, BOTH_DAYS).questions()} == {texts[0], texts[1]}


# -- days that no calendar has ----------------------------------------------------------------------------------------


def test_times_that_no_calendar_has_are_in_no_day(mysql_users: UsersDatabase) -> None:
    """A lax server stores them, and they compare as if they lay between two days."""
    store = mysql_users.store(CHATS.replace("DATETIME", "DATETIME(6)"))
    lax = sa.create_engine(mysql_users.engine.url, poolclass=sa.NullPool)
    odd = ("2025-06-00", "2025-02-30", "2025-06-31 12:00:00", "0000-00-00", "2025-00-10", "2025-00-00 23:59:59")
    real = ("2025-05-31 23:59:59.999999", "2025-06-01", "2025-02-28 23:59:59.999999", "2025-03-01", "2025-06-30")
    with lax.begin() as connection:
        connection.exec_driver_sql("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'")
        for number, at in enumerate((*odd, *real), 1):
            connection.exec_driver_sql(f"INSERT INTO chattings VALUES ({number}, '전학 {number}', '{at}')")
        connection.exec_driver_sql("INSERT INTO chattings VALUES (99, '전학', NULL)")
    lax.dispose()
    assert query(mysql_users.engine, "SELECT COUNT(DISTINCT created_at) FROM chattings") == [(len(odd) + len(real),)]
    half = Period(date(2025, 1, 1), date(2025, 7, 1))

    rows = [row for row in store.recount(half) if row.messages]

    assert [(row.day, row.messages) for row in rows] == [
        (date(2025, 2, 28), 1),
        (date(2025, 3, 1), 1),
        (date(2025, 5, 31), 1),
        (date(2025, 6, 1), 1),
        (date(2025, 6, 30), 1),
    ]
    near = [
        date(2025, 5, 31),
        date(2025, 6, 1),
        date(2025, 6, 30),
        date(2025, 7, 1),
        date(2025, 2, 28),
        date(2025, 3, 1),
    ]
    assert [coverage_of(store, day).messages for day in near] == [1, 1, 1, 0, 1, 1]
    assert store.look(half, 60.0) == store.coverage(half)
    without = store.without_day(half)
    assert (without.no_date, without.impossible, without.before, without.after) == (1, len(odd), 0, 0)


# -- keyword rows in old character sets -------------------------------------------------------------------------------

ALIKE = ("cafe", "CAFE", "cafe ", "café", "cafe\u0301", "Cafe")
CHARSETS = {
    "latin1": lambda text: all(ord(c) < 256 for c in text),
    "euckr": lambda text: text.isascii() or text == "전학 절차",
    "utf8mb3": lambda text: all(ord(c) < 0x10000 for c in text),
    "utf8mb4": lambda _: True,
    "ucs2": lambda text: all(ord(c) < 0x10000 for c in text),
}


@pytest.mark.parametrize("charset", list(CHARSETS))
@pytest.mark.parametrize("indexed", [False, True], ids=["no index", "by text"])
def test_rows_are_found_by_their_text_in_every_character_set(
    mysql_users: UsersDatabase, charset: str, indexed: bool
) -> None:
    """A collation that takes A for a never answers one question with another's rows, and what is new is no error."""
    created = ROWS.replace("query_text TEXT", f"query_text VARCHAR(500) CHARACTER SET {charset}")
    index = ["CREATE INDEX ix_keyword_text ON admin_chat_keywords (query_text(64), created_at)"] if indexed else []
    store = mysql_users.store(created, *index, CHATS.replace("TEXT", "TEXT CHARACTER SET utf8mb4"))
    texts = [*ALIKE, "전학 절차", "전학 😀", "전학 😭", "한글과 \u1100\u1161"]
    insert(mysql_users.engine, "chattings", *((n, text, "2025-06-11 09:00:00") for n, text in enumerate(texts, 1)))
    questions = [make_question(text) for text in texts]
    fits = [text for text in texts if CHARSETS[charset](text)]

    def write(*keywords: str) -> Any:
        return store.save(
            [(question, make_answer(*keywords)) for question in questions],
            learned={},
            version=VERSION,
            batch_created_at=BATCH_TIME,
            reclassify=True,
        )

    first = write("하나", "둘")
    written = keyword_rows(store, "query_text, keyword")
    again = write("하나", "둘")
    changed = write("셋")

    assert {question.text for question in first.refused} == set(texts) - set(fits)
    assert written == sorted((text, keyword) for text in fits for keyword in ("하나", "둘"))
    assert {question.text for question in again.skipped} == set(fits)
    assert changed.skipped == set()
    assert keyword_rows(store, "query_text, keyword") == sorted((text, "셋") for text in fits)
    assert coverage_of(store) == make_coverage(messages=len(texts), questions=len(texts), classified=len(fits))
    assert sorted(open_texts(store)) == sorted(set(texts) - set(fits))


def test_rows_without_any_index_are_replaced_and_their_repetitions_removed(
    users: UsersDatabase, tmp_path: Path
) -> None:
    """Beside rows of other programs: of other days, without text, and with other keywords."""
    store = users.store()
    insert(users.engine, "chattings", (1, "전학 a", "2025-06-11 09:00:00"), (2, "전학 A", "2025-06-11 09:00:00"))
    midnight, batch = "2025-06-11 00:00:00", "2025-06-12 01:00:00"
    foreign = [
        ("전학 a", "전학", 1, 1, midnight, batch),
        ("전학 a", "전학", 1, 1, midnight, batch),
        ("전학 A", "전학", 1, 1, midnight, "2025-06-13 01:00:00"),
        ("전학 A", "전학", 1, 1, midnight, batch),
        ("전학 a", "전학", 1, 1, "2025-06-10 00:00:00", batch),
        (None, None, None, None, None, None),
        ("전학 a", None, 1, 1, midnight, batch),
    ]
    insert(users.engine, "admin_chat_keywords", *foreign)

    identity = row_identity(users.engine, store.tables)
    assert identity is not None
    removed = dedupe.remove_duplicates(users.engine, store.tables, identity, tmp_path / "removed.csv")
    after_removal = query(users.engine, "SELECT COUNT(*) FROM admin_chat_keywords")
    store.save(
        [(make_question("전학 a"), make_answer("새 낱말"))],
        learned={},
        version=VERSION,
        batch_created_at=BATCH_TIME,
        reclassify=True,
    )

    assert (removed.rows, after_removal) == (2, [(5,)])
    kept = query(users.engine, "SELECT query_text, keyword, created_at FROM admin_chat_keywords")
    assert sorted(((text, keyword, str(at)[:10]) for text, keyword, at in kept), key=repr) == sorted(
        [
            ("전학 a", "새 낱말", "2025-06-11"),
            ("전학 A", "전학", "2025-06-11"),
            ("전학 a", "전학", "2025-06-10"),
            (None, None, "None"),
        ],
        key=repr,
    )


# -- tables of another schema -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def other_schema(mysql_server: MySQLServer) -> Iterator[str]:
    """The other database's name, which needs quotes."""
    name = f"서비스 db-{uuid.uuid4().hex[:8]}"
    mysql_server.create_database(name)
    yield name
    mysql_server.drop_database(name)


PLACES = [
    ("chattings",),
    ("admin_categories",),
    ("admin_chat_keywords",),
    ("chattings", "admin_categories", "admin_chat_keywords"),
]
CALLED = {"chattings": "chat log", "admin_categories": "select", "admin_chat_keywords": "낱말들 100%s"}


def _use_other_schema(store: SqlQuestionStore, tmp_path: Path) -> None:
    """What every part does with the tables, from the first message to the last duplicate."""
    engine, tables = store.engine, store.tables
    noon = BATCH_TIME.replace(day=11, hour=12)
    assert insert_messages(engine, tables, [(1, "전학", noon), (2, "전학", noon), (3, "편입", noon)]) == 3
    store.sync_categories(make_taxonomy())
    save(store, make_question("전학", count=1))
    assert store.refresh_counts(DAY) == 1
    assert coverage_of(store) == make_coverage(messages=3, questions=2, classified=1)
    assert open_texts(store) == ["편입"]
    store.confirm(BOTH_DAYS)
    with engine.begin() as connection:
        rows = tables.admin_chat_keywords
        connection.execute(sa.insert(rows).from_select([c.name for c in rows.c], sa.select(*rows.c)))
    found = takeover.examine(engine, tables)
    assert (found.absent, found.missing_columns) == ([], {})
    assert found.duplicates == takeover.Duplicates(1, 1)
    assert (found.without_question, found.wrong_counts, found.unknown_category_rows) == (0, 0, 0)
    for index in found.missing_indexes:
        execute(engine, index.statement.replace(":", "\\:"))
    assert takeover.missing_indexes(engine, tables) == []
    identity = row_identity(engine, tables)
    assert identity is not None
    assert dedupe.remove_duplicates(engine, tables, identity, tmp_path / "removed.csv").rows == 1
    assert store.coverage(BOTH_DAYS)[0].classified == 1
    assert lacking(engine, tables.names) == []


@pytest.mark.parametrize("there", [True, False], ids=["there", "made"])
@pytest.mark.parametrize("elsewhere", PLACES, ids="+".join)
def test_tables_of_another_schema_work_whatever_they_are_called(
    mysql_server: MySQLServer,
    mysql_url: str,
    other_schema: str,
    tmp_path: Path,
    elsewhere: tuple[str, ...],
    there: bool,
) -> None:
    """Beside tables of our own schema that have the same names, and are not touched."""
    names = Names({logical: f"{other_schema}.{CALLED[logical]}" for logical in elsewhere}, {})
    engine = make_engine(mysql_url)
    quote = engine.dialect.identifier_preparer.quote
    for logical in CALLED:
        mysql_server.execute(f"DROP TABLE IF EXISTS {quote(other_schema)}.{quote(CALLED[logical])}")
    for created in (CHATS, CATEGORIES, ROWS):
        logical = created.split("(")[0].removeprefix("CREATE TABLE ").strip()
        if logical in elsewhere:
            # Of another shape: whoever asked for the wrong one would be told something else.
            execute(engine, f"CREATE TABLE {quote(CALLED[logical])} (chatting_pk FLOAT)")
            if there:
                place = f"{quote(other_schema)}.{quote(CALLED[logical])}"
                execute(engine, created.replace(f"CREATE TABLE {logical}", f"CREATE TABLE {place}"))
    beside = _all_definitions(engine)

    statements = upgrade_statements(engine, names)
    upgrade(engine, names)
    store = open_store(engine, names)
    _use_other_schema(store, tmp_path)

    made = {
        logical: any(step.startswith("CREATE TABLE") and CALLED[logical] in step for step in statements)
        for logical in elsewhere
    }
    assert made == dict.fromkeys(elsewhere, not there)
    assert {table: text for table, text in _all_definitions(engine).items() if table in beside} == beside
    assert query(engine, "SELECT COUNT(*) FROM keyword_day_facts") == [(2,)]
    engine.dispose()


def test_the_shape_of_a_table_is_looked_up_in_its_own_schema(
    mysql_server: MySQLServer, mysql_users: UsersDatabase, other_schema: str
) -> None:
    """Two databases of a server may have tables of one name: keys, types and engines are those of ours."""
    quoted = f"`{other_schema}`"
    mysql_server.execute(f"DROP TABLE IF EXISTS {quoted}.chattings")
    mysql_server.execute(
        f"CREATE TABLE {quoted}.chattings "
        "(chatting_pk INT AUTO_INCREMENT PRIMARY KEY, input_text TEXT, created_at DATE)"
    )
    mysql_server.execute(f"DROP TABLE IF EXISTS {quoted}.admin_chat_keywords")
    mysql_server.execute(f"CREATE TABLE {quoted}.admin_chat_keywords (created_at TIMESTAMP) ENGINE=MyISAM")

    here = mysql_users.store(CHATS.replace("INT PRIMARY KEY", "INT"))
    there = open_store(mysql_users.engine, Names({"chattings": f"{other_schema}.chattings"}, {}))

    assert (here.tables.key_is_unique, here.tables.key_grows) == (False, False)
    assert (there.tables.key_is_unique, there.tables.key_grows) == (True, True)
    insert(mysql_users.engine, "chattings", (1, "전학", "2025-06-11 09:00:00"))
    assert (coverage_of(here).messages, coverage_of(there).messages) == (1, 0)
