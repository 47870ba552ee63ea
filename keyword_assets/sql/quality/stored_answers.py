"""The answers that stand in the user's table, each text once."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.core.quality.categories import category_of
from keyword_assets.core.quality.doubts import StoredAnswer
from keyword_assets.core.questions import is_blank, shared_text
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, streamed
from keyword_assets.sql.quality.population import written_order
from keyword_assets.sql.queries import of_days, row_day, row_identity

_PAGE_ROWS = 2_000


@repeated
def stored_answers(engine: Engine, tables: Tables, period: Period, catch_all: int) -> list[StoredAnswer]:
    """Each text of the period once with its newest answer: rows are read as a stream, only texts are kept."""
    found: dict[str, StoredAnswer] = {}
    with reading(engine) as connection:
        statement = _rows(tables, period, written_order(connection, tables))
        rows = streamed(connection, statement, _PAGE_ROWS)
        for one in _questions(rows, catch_all):
            key = shared_text(one.text)
            found[key] = _together(found.get(key), one)
    return sorted(found.values(), key=lambda one: one.text)


def _rows(tables: Tables, period: Period, order: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Day, identity, text, messages, keyword and category; a question's rows together, the oldest day first."""
    row = tables.admin_chat_keywords.c
    return (
        sa.select(
            row_day(tables).label("day"),
            row_identity(tables).label("identity"),
            row.query_text,
            sa.func.coalesce(row.query_count, 0),
            row.keyword,
            row.category_id,
        )
        .where(of_days(tables, period), row.keyword.is_not(None), row.category_id.is_not(None))
        .order_by(sa.text("1"), sa.text("2"), order)
    )


def _questions(rows: Iterable[Any], catch_all: int) -> Iterator[StoredAnswer]:
    for (day, _), group in groupby(rows, key=lambda row: (row[0], row[1])):
        same = list(group)
        text = same[0][2]
        answer: Answer = tuple(dict.fromkeys(Keyword(row[4], int(row[5])) for row in same))
        category = category_of((keyword.category_id for keyword in answer), catch_all)
        if not is_blank(text):
            yield StoredAnswer(day, text, max(int(row[3]) for row in same), answer, category)


def _together(before: StoredAnswer | None, one: StoredAnswer) -> StoredAnswer:
    """The newer one, and of one day the first, with the messages of both."""
    if before is None:
        return one
    newer = one if one.day > before.day else before
    messages = before.messages + one.messages
    return StoredAnswer(newer.day, newer.text, messages, newer.answer, newer.category)
