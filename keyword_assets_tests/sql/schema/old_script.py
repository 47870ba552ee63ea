"""The database of a script of before us: no indexes, a collation that confuses texts, columns of its own."""

from typing import Any

import sqlalchemy as sa

from keyword_assets.sql.database.dialects import is_sqlite
from keyword_assets.sql.database.names import DEFAULT_NAMES, Names
from keyword_assets_tests.builders import execute

OWN_NAMES = Names(
    tables={"chattings": "chat log", "admin_categories": "topic", "admin_chat_keywords": "order"},
    columns={
        "chattings.input_text": "select",
        "chattings.created_at": "day",
        "admin_categories.category_id": "no",
        "admin_chat_keywords.query_text": "text",
        "admin_chat_keywords.keyword": "key",
        "admin_chat_keywords.category_id": "topic no",
        "admin_chat_keywords.query_count": "count",
        "admin_chat_keywords.created_at": "identity",
    },
)
# What collations take for the same, and we do not.
ALIKE = ("전학 a", "전학 A", "전학 a ", "전학 á", "전학 😀", "전학 😭")


def old_tables(
    engine: sa.Engine, names: Names = DEFAULT_NAMES, key: str = "pk INTEGER PRIMARY KEY,", more: str = ""
) -> None:
    """The tables as the script left them."""
    t, c = names.table, names.column
    q = engine.dialect.identifier_preparer.quote
    sqlite = is_sqlite(engine.dialect)
    time, text = ("TEXT", "TEXT") if sqlite else ("DATETIME", "LONGTEXT COLLATE utf8mb4_general_ci")
    word = "TEXT COLLATE NOCASE" if sqlite else "VARCHAR(100) COLLATE utf8mb4_general_ci"
    chat, topic, row = "chattings", "admin_categories", "admin_chat_keywords"
    for statement in (
        f"CREATE TABLE {q(t(chat))} (chatting_pk INTEGER PRIMARY KEY, {q(c(chat, 'input_text'))} {text}, "
        f"{q(c(chat, 'created_at'))} {time})",
        f"CREATE TABLE {q(t(topic))} ({q(c(topic, 'category_id'))} INTEGER PRIMARY KEY, category_name VARCHAR(50))",
        f"CREATE TABLE {q(t(row))} ({key} {q(c(row, 'query_text'))} {text}, {q(c(row, 'keyword'))} {word}, "
        f"{q(c(row, 'category_id'))} INTEGER, {q(c(row, 'query_count'))} INTEGER, {q(c(row, 'created_at'))} {time}, "
        f"batch_created_at {time}, memo TEXT {more})",
    ):
        execute(engine, statement)
    insert(engine, t(topic), [(1, "학교폭력"), (2, "전학")])


def insert(engine: sa.Engine, table: str, rows: list[tuple[Any, ...]]) -> None:
    """Add rows, each with a value for every column."""
    quote = engine.dialect.identifier_preparer.quote
    places = ", ".join(f":v{n}" for n in range(len(rows[0])))
    values = [{f"v{n}": value for n, value in enumerate(row)} for row in rows]
    execute(engine, f"INSERT INTO {quote(table)} VALUES ({places})", values)


def row(
    text: str | None,
    keyword: str | None = "전학",
    *,
    category: int | None = 1,
    count: int | None = 1,
    at: str = "2025-06-11 00:00:00",
    batch: str | None = "2025-06-12 01:00:00",
    memo: str | None = None,
) -> tuple[Any, ...]:
    """A keyword row without its key."""
    return (text, keyword, category, count, at, batch, memo)


def keyed(*rows: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The rows with keys from 1 on."""
    return [(number, *row) for number, row in enumerate(rows, 1)]


def make_a_mess(engine: sa.Engine, names: Names = DEFAULT_NAMES) -> None:
    """Everything at once that may be amiss in the rows."""
    messages = [(number, text, "2025-06-11 09:00:00") for number, text in enumerate(ALIKE, 1)]
    messages += [
        (20, "세 번", "2025-06-11 00:00:00"),
        (21, "세 번", "2025-06-11 12:00:00"),
        (22, "세 번", "2025-06-11 23:59:59"),
        (23, "다음 날", "2025-06-12 00:00:00"),
        (24, None, "2025-06-11 00:00:00"),
        (25, "  ", "2025-06-11 00:00:00"),
    ]
    insert(engine, names.table("chattings"), messages)
    rows = [row(text) for text in ALIKE]
    rows += [
        row("세 번", count=3),
        row("세 번", count=3, memo="두 번째"),
        row("세 번", count=2, at="2025-06-11 07:00:00"),
        row("세 번", "전학 A", count=3),
        row("세 번", "전학 a", count=3),
        row("세 번", category=2, count=None),
        row("전학 a  "),
        row("다음 날"),
        row("  "),
        row("다음 날", at="2025-06-12 00:00:00", category=9),
        row("다음 날", at="2025-06-12 00:00:00", category=8),
        row("다음 날", at="2025-06-12 00:00:00", category=8, keyword="절차"),
        row("다음 날", None, at="2025-06-12 00:00:00", category=None),
        row("다음 날", None, at="2025-06-12 00:00:00", category=None),
    ]
    insert(engine, names.table("admin_chat_keywords"), keyed(*rows))
