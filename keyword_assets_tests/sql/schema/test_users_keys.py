"""The key of a message: relied on where it is proven to be one, and the same results where it is not."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from keyword_assets.core.models.questions import Question
from keyword_assets.core.reporting.report import AskedQuestion
from keyword_assets.sql.classifying.queries import open_questions, quarantined_questions
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.coverage.missing_queries import missing
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.reporting import queries as report_queries
from keyword_assets.sql.reporting.report import SqlReportSource
from keyword_assets_tests.builders import (
    BOTH_DAYS,
    DAY,
    NEXT_DAY,
    execute,
    keyword_rows,
    make_coverage,
    make_quarantined,
    save,
)
from keyword_assets_tests.sql.users import CHATS, UsersDatabase, insert

_ROOMS = "CREATE TABLE chattings (room_id INT NOT NULL, chatting_pk {key}, input_text TEXT, created_at DATETIME{more})"
_ONE_ROOM = "CREATE TABLE {name} (room_id INT, chatting_pk INT, input_text TEXT, created_at DATETIME)"
_VIEW = "CREATE VIEW chattings AS SELECT * FROM room_1 UNION ALL SELECT * FROM room_2 UNION ALL SELECT * FROM room_3"
# Under each of these a number may stand for several messages.
NO_KEYS: dict[str, list[str]] = {
    "room and number": [_ROOMS.format(key="INT NOT NULL", more=", PRIMARY KEY (room_id, chatting_pk)")],
    "none": [_ROOMS.format(key="INT", more="")],
    "unique with time": [_ROOMS.format(key="INT", more=", UNIQUE (room_id, chatting_pk, created_at)")],
    "an index": [
        _ROOMS.format(key="INT NOT NULL", more=""),
        "CREATE INDEX ix_pk ON chattings (chatting_pk)",
    ],
    "a view": [*(_ONE_ROOM.format(name=f"room_{n}") for n in (1, 2, 3)), _VIEW],
}
# Room, number, text, time: numbers begin anew in each room, and with each year.
MESSAGES: list[tuple[Any, ...]] = [
    (1, 1, "전학 절차", "2025-06-11 09:00:00"),
    (2, 1, "다른 방의 질문", "2025-06-11 10:00:00"),
    (2, 2, "전학 절차", "2025-06-11 11:00:00"),
    (1, 3, "  ", "2025-06-11 12:00:00"),
    (3, 3, "독이 든 글", "2025-06-11 13:00:00"),
    (1, 4, "독이 든 글", "2025-06-12 09:00:00"),
    (3, 1, "전학 절차", "2025-06-12 10:00:00"),
    (3, 4, "다음 날의 질문", "2025-06-12 11:00:00"),
    (1, 2, "지난해의 비밀", "2024-06-11 09:00:00"),
    (3, 2, "전학 절차", "2023-01-01 00:00:00"),
    (2, 3, "다음 달의 비밀", "2025-07-11 09:00:00"),
    (2, 4, None, "2025-07-11 09:00:00"),
]


def _filled(users: UsersDatabase, shape: str) -> SqlQuestionStore:
    store = users.store(*NO_KEYS[shape])
    if shape == "a view":
        for room in (1, 2, 3):
            insert(users.engine, f"room_{room}", *(message for message in MESSAGES if message[0] == room))
    else:
        insert(users.engine, "chattings", *MESSAGES)
    return store


@pytest.mark.parametrize("shape", list(NO_KEYS))
def test_a_question_belongs_to_its_day_whatever_else_has_its_number(users: UsersDatabase, shape: str) -> None:
    """Rows, counts, what is open, missing and quarantined, and the report: nothing of another room, day or year."""
    store = _filled(users, shape)
    assert not store.tables.key_is_unique
    store.quarantine([make_quarantined("독이 든 글")], "v")

    open_ones = [q for page in store.open_questions(BOTH_DAYS, most_asked_first=False) for q in page]
    most_first = [q for page in store.open_questions(BOTH_DAYS, most_asked_first=True) for q in page]

    assert open_ones == [
        Question(DAY, "전학 절차", 2),
        Question(DAY, "다른 방의 질문", 1),
        Question(NEXT_DAY, "전학 절차", 1),
        Question(NEXT_DAY, "다음 날의 질문", 1),
    ]
    assert (most_first[0], sorted(most_first, key=repr)) == (open_ones[0], sorted(open_ones, key=repr))

    for row in store.recount(BOTH_DAYS):
        store.days.keep(row)
    source = SqlReportSource(store, BOTH_DAYS)
    assert [(found.day, found.text, found.messages, found.reason) for found in source.missing()] == [
        (DAY, "전학 절차", 2, None),
        (DAY, "다른 방의 질문", 1, None),
        (DAY, "독이 든 글", 1, "not_json"),
        (NEXT_DAY, "독이 든 글", 1, "not_json"),
        (NEXT_DAY, "전학 절차", 1, None),
        (NEXT_DAY, "다음 날의 질문", 1, None),
    ]
    kept = [(found.text, found.messages) for day in (DAY, NEXT_DAY) for found in store.days.missing(day, 9)]
    assert sorted(kept) == sorted([(found.text, found.messages) for found in source.missing()])
    assert [q for q, _, _ in store.quarantined_questions(BOTH_DAYS)] == [
        Question(DAY, "독이 든 글", 1),
        Question(NEXT_DAY, "독이 든 글", 1),
    ]

    save(store, *open_ones)

    rows = keyword_rows(store, "query_text, query_count, created_at")
    assert [(text, number, str(at)[:10]) for text, number, at in rows] == sorted(
        (question.text, question.count, str(question.day)) for question in open_ones
    )
    assert store.coverage(BOTH_DAYS) == [
        make_coverage(DAY, messages=5, blank=1, questions=3, classified=2, quarantined=1),
        make_coverage(NEXT_DAY, messages=3, questions=3, classified=2, quarantined=1),
    ]
    assert [(q.text, q.messages, q.days, q.last_day) for q in source.questions()] == [
        ("전학 절차", 3, 2, NEXT_DAY),
        ("독이 든 글", 2, 2, NEXT_DAY),
        ("다른 방의 질문", 1, 1, DAY),
        ("다음 날의 질문", 1, 1, NEXT_DAY),
    ]
    assert all(isinstance(q, AskedQuestion) for q in source.questions())
    assert dict(source.quarantine_reasons()) == {"not_json": 2}
    assert [q.text for page in store.open_questions(BOTH_DAYS, most_asked_first=False) for q in page] == []


@pytest.mark.parametrize("shape", ["room and number", "none", "a view"])
def test_a_message_that_comes_under_an_old_number_is_noticed(users: UsersDatabase, shape: str) -> None:
    """Neither the greatest number nor the last ones tell that there is a new message."""
    store = _filled(users, shape)
    first = store.look(BOTH_DAYS, 60.0)
    table = "room_2" if shape == "a view" else "chattings"
    insert(users.engine, table, (2, -1, "늦게 온 질문", "2025-06-11 20:00:00"))

    second = store.look(BOTH_DAYS, 60.0)

    assert [row.questions for row in first] == [3, 3]
    assert [row.questions for row in second] == [4, 3]
    execute(users.engine, f"DELETE FROM {table} WHERE chatting_pk = -1")
    assert store.look(BOTH_DAYS, 60.0) == first


@pytest.mark.parametrize(
    "statement",
    [
        open_questions(Tables(), BOTH_DAYS, most_asked_first=True),
        quarantined_questions(Tables(), BOTH_DAYS),
        missing(Tables(), BOTH_DAYS, 9),
        report_queries.questions_by_day(Tables(), BOTH_DAYS),
        report_queries.most_asked(Tables(), BOTH_DAYS, 9),
        report_queries.questions(Tables(), BOTH_DAYS, 9),
    ],
)
def test_nothing_is_sorted_by_texts(statement: sa.Select[Any]) -> None:
    """A month with one text of 200 KB was refused by MySQL: "Out of sort memory"."""
    orders = str(statement.compile(dialect=mysql.dialect())).split("ORDER BY")[1:]

    assert orders
    assert not [order for order in orders if re.search(r"\bfirst\b", order.partition("LIMIT")[0])]


# -- what is a key ----------------------------------------------------------------------------------------------------

PROOFS: dict[str, tuple[str, bool, bool]] = {
    "numbered by the server": ("chatting_pk BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY", True, True),
    "a number of the service": ("chatting_pk BIGINT UNSIGNED PRIMARY KEY", True, False),
    "another unique key": ("id INT PRIMARY KEY, chatting_pk BIGINT NOT NULL UNIQUE", True, False),
    "unique, may be NULL": ("chatting_pk BIGINT UNIQUE", False, False),
    "the beginning of a text": ("chatting_pk VARCHAR(36) NOT NULL, UNIQUE KEY u (chatting_pk(4))", False, False),
    "a text": ("chatting_pk CHAR(36) PRIMARY KEY", True, False),
    "bytes": ("chatting_pk BINARY(16) PRIMARY KEY", True, False),
    "two columns": (
        "room INT, chatting_pk INT AUTO_INCREMENT, PRIMARY KEY (room, chatting_pk), KEY (chatting_pk)",
        False,
        False,
    ),
    # Each key of a table in partitions has its time in it.
    "with a time": (
        "chatting_pk BIGINT AUTO_INCREMENT, at DATETIME, PRIMARY KEY (chatting_pk, at)",
        False,
        True,
    ),
    "capitals": ("CHATTING_PK INT AUTO_INCREMENT PRIMARY KEY", True, True),
    "a key of another column": ("id INT PRIMARY KEY, chatting_pk INT NOT NULL", False, False),
}


@pytest.mark.parametrize("shape", list(PROOFS))
def test_a_key_is_proven_by_the_server(mysql_users: UsersDatabase, shape: str) -> None:
    """Only what it enforces; and that greater numbers are newer, only where it gives them."""
    columns, is_unique, grows = PROOFS[shape]

    store = mysql_users.store(f"CREATE TABLE chattings ({columns}, input_text TEXT, created_at DATETIME)")

    assert (store.tables.key_is_unique, store.tables.key_grows) == (is_unique, grows)


def test_a_table_over_several_proves_nothing(mysql_server: Any, mysql_users: UsersDatabase) -> None:
    """MERGE has the key of its tables, and does not enforce it among them."""
    columns = "(chatting_pk INT NOT NULL, input_text TEXT, created_at DATETIME, PRIMARY KEY (chatting_pk))"
    store = mysql_users.store(
        f"CREATE TABLE part_1 {columns} ENGINE=MyISAM",
        f"CREATE TABLE part_2 {columns} ENGINE=MyISAM",
        f"CREATE TABLE chattings {columns} ENGINE=MERGE UNION=(part_1, part_2)",
    )
    insert(mysql_users.engine, "part_1", (1, "전학 절차", "2025-06-11 09:00:00"))
    insert(mysql_users.engine, "part_2", (1, "다음 달의 비밀", "2025-07-11 09:00:00"))

    assert [q for page in store.open_questions(BOTH_DAYS, most_asked_first=False) for q in page] == [
        Question(DAY, "전학 절차", 1)
    ]
    assert not store.tables.key_is_unique


@pytest.mark.parametrize(
    "column", ["BIGINT UNSIGNED PRIMARY KEY", "CHAR(36) PRIMARY KEY", "DECIMAL(20, 0) PRIMARY KEY", "FLOAT PRIMARY KEY"]
)
def test_numbers_that_we_cannot_hold_break_nothing(users: UsersDatabase, column: str) -> None:
    """Beyond 63 bits, or no numbers at all; what the service gives as a key is its own matter."""
    store = users.store(CHATS.replace("INT PRIMARY KEY", column))
    newest = "b" * 36 if "CHAR" in column else 2**63 if "SIGNED" in column or "DEC" in column else 8_388_608
    if users.engine.dialect.name == "sqlite" and newest == 2**63:
        newest = 2**63 - 1
    insert(
        users.engine,
        "chattings",
        ("1", "전학 절차", "2025-06-11 09:00:00"),
        (newest, "편입", "2025-06-11 10:00:00"),
    )
    store.look(BOTH_DAYS, 60.0)
    insert(users.engine, "chattings", ("2", "늦게 온 질문", "2025-06-11 08:00:00"))

    assert store.look(BOTH_DAYS, 60.0)[0].questions == 3
    assert [q.text for page in store.open_questions(BOTH_DAYS, most_asked_first=False) for q in page] == [
        "늦게 온 질문",
        "전학 절차",
        "편입",
    ]
