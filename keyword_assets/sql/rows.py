"""The keyword rows of questions in the user's table: looked for, written and replaced within a transaction."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from keyword_assets.core.models.questions import Answer, Question
from keyword_assets.sql.database.dialects import identity_value
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.queries import row_identity, rows_about

# Of texts that one statement looks for: a server takes 16 MB at least, of four bytes a character.
_STATEMENT_TEXTS = 500
_STATEMENT_CHARS = 500_000

Asked = tuple[date, str]
"""A question by its day and text."""


def rows_of(tables: Tables, day: date, texts: Mapping[str | bytes, str]) -> sa.Select[Any]:
    """Text, keyword and category of the day's rows of these texts, which are given under their identities."""
    row = tables.admin_chat_keywords.c
    return sa.select(row_identity(tables).label("identity"), row.keyword, row.category_id).where(
        rows_about(tables, day, texts)
    )


def delete_rows(tables: Tables, day: date, texts: Mapping[str | bytes, str]) -> sa.Delete:
    """Delete these texts' rows of the day."""
    return sa.delete(tables.admin_chat_keywords).where(rows_about(tables, day, texts))


def write_rows(
    connection: Connection,
    tables: Tables,
    classified: Sequence[tuple[Question, Answer]],
    batch_created_at: datetime,
    *,
    replace: bool,
) -> set[Asked]:
    """Write the rows of those that have none; returns the others, whose rows stay as they are.

    With `replace` only those stay whose rows say the same.
    """
    there = _said_there(connection, tables, [question for question, _ in classified])
    staying = {
        (question.day, question.text)
        for question, answer in classified
        if (rows := there.get((question.day, question.text)))
        and (not replace or rows == {(keyword.keyword, keyword.category_id) for keyword in answer})
    }
    delete(connection, tables, there.keys() - staying)
    new = {
        (question.day, question.text): rows_for(answer, question.count, batch_created_at)
        for question, answer in classified
        if (question.day, question.text) not in staying
    }
    insert(connection, tables, new)
    return staying


class KeywordRow(NamedTuple):
    """What a keyword row says of its question, as it is stored: rows of others may lack any of it."""

    keyword: str | None
    category_id: int | None
    query_count: int | None
    batch_created_at: datetime | None


def rows_for(answer: Answer, count: int, batch_created_at: datetime) -> list[KeywordRow]:
    """The rows of an answer to a question that so many messages ask."""
    return [KeywordRow(keyword.keyword, keyword.category_id, count, batch_created_at) for keyword in answer]


def insert(connection: Connection, tables: Tables, rows: Mapping[Asked, Sequence[KeywordRow]]) -> None:
    """Write rows of questions."""
    new = [
        {"query_text": text, "created_at": datetime(day.year, day.month, day.day), **row._asdict()}
        for (day, text), said in rows.items()
        for row in said
    ]
    if new:
        connection.execute(sa.insert(tables.admin_chat_keywords), new)


def rows_there(connection: Connection, tables: Tables, questions: Iterable[Asked]) -> dict[Asked, list[KeywordRow]]:
    """The rows of those that have some."""
    row = tables.admin_chat_keywords.c
    found: dict[Asked, list[KeywordRow]] = {}
    for day, texts in _by_day(connection, questions):
        wanted = rows_of(tables, day, texts).add_columns(row.query_count, row.batch_created_at)
        for identity, *said in connection.execute(wanted):
            found.setdefault((day, texts[plain(identity)]), []).append(KeywordRow(*said))
    return found


def _said_there(
    connection: Connection, tables: Tables, questions: Iterable[Question]
) -> dict[Asked, set[tuple[Any, Any]]]:
    """Keyword and category of each row of those that have some."""
    found: dict[Asked, set[tuple[Any, Any]]] = {}
    for day, texts in _by_day(connection, ((question.day, question.text) for question in questions)):
        for identity, keyword, category_id in connection.execute(rows_of(tables, day, texts)):
            found.setdefault((day, texts[plain(identity)]), set()).add((keyword, category_id))
    return found


def delete(connection: Connection, tables: Tables, questions: Collection[Asked]) -> None:
    """Delete the rows of these."""
    for day, texts in _by_day(connection, questions):
        connection.execute(delete_rows(tables, day, texts))


def _by_day(connection: Connection, questions: Iterable[Asked]) -> Iterator[tuple[date, dict[str | bytes, str]]]:
    """The texts of each day, under their identities, as many at a time as fit into one statement."""
    days: dict[date, list[str]] = {}
    for day, text in questions:
        days.setdefault(day, []).append(text)
    for day, texts in days.items():
        for chunk in _statements(texts):
            yield day, {identity_value(text, connection.dialect): text for text in chunk}


def plain(value: Any) -> str | bytes:
    """An identity as `identity_value` gives it."""
    return value if isinstance(value, str) else bytes(value)


def _statements(texts: Iterable[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    chars = 0
    for text in texts:
        if chunk and (len(chunk) == _STATEMENT_TEXTS or chars + len(text) > _STATEMENT_CHARS):
            yield chunk
            chunk, chars = [], 0
        chunk.append(text)
        chars += len(text)
    if chunk:
        yield chunk
