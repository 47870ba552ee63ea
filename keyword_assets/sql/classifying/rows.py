"""The keyword rows of questions in the user's table: looked for, written and replaced within a transaction."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from keyword_assets.core.models.questions import Answer, Keyword, Question
from keyword_assets.sql.classifying import queries
from keyword_assets.sql.database.dialects import identity_value
from keyword_assets.sql.database.tables import Tables

# Of texts that one statement looks for: a server takes 16 MB at least, of four bytes a character.
_STATEMENT_TEXTS = 500
_STATEMENT_CHARS = 500_000

Asked = tuple[date, str]
"""A question by its day and text."""


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
    there = _rows_there(connection, tables, [question for question, _ in classified])
    staying = {
        (question.day, question.text)
        for question, answer in classified
        if (rows := there.get((question.day, question.text)))
        and (not replace or rows == {(keyword.keyword, keyword.category_id) for keyword in answer})
    }
    _delete(connection, tables, there.keys() - staying)
    new = [
        _row(question, keyword, batch_created_at)
        for question, answer in classified
        if (question.day, question.text) not in staying
        for keyword in answer
    ]
    if new:
        connection.execute(sa.insert(tables.admin_chat_keywords), new)
    return staying


def _row(question: Question, keyword: Keyword, batch_created_at: datetime) -> dict[str, Any]:
    return {
        "query_text": question.text,
        "keyword": keyword.keyword,
        "category_id": keyword.category_id,
        "query_count": question.count,
        "created_at": datetime(question.day.year, question.day.month, question.day.day),
        "batch_created_at": batch_created_at,
    }


def _rows_there(
    connection: Connection, tables: Tables, questions: Iterable[Question]
) -> dict[Asked, set[tuple[Any, Any]]]:
    """Keyword and category of each row of those that have some."""
    found: dict[Asked, set[tuple[Any, Any]]] = {}
    for day, texts in _by_day(connection, ((question.day, question.text) for question in questions)):
        for identity, keyword, category_id in connection.execute(queries.rows_of(tables, day, texts)):
            found.setdefault((day, texts[_plain(identity)]), set()).add((keyword, category_id))
    return found


def _delete(connection: Connection, tables: Tables, questions: Collection[Asked]) -> None:
    for day, texts in _by_day(connection, questions):
        connection.execute(queries.delete_rows(tables, day, texts))


def _by_day(connection: Connection, questions: Iterable[Asked]) -> Iterator[tuple[date, dict[str | bytes, str]]]:
    """The texts of each day, under their identities, as many at a time as fit into one statement."""
    days: dict[date, list[str]] = {}
    for day, text in questions:
        days.setdefault(day, []).append(text)
    for day, texts in days.items():
        for chunk in _statements(texts):
            yield day, {identity_value(text, connection.dialect): text for text in chunk}


def _plain(value: Any) -> str | bytes:
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
