"""The answered questions of a period, streamed day by day, and the texts of a few of them."""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.models.period import Period
from keyword_assets.core.quality.categories import category_of
from keyword_assets.sql.database.dialects import as_text, exactly, hash_of, identity_of
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, streamed
from keyword_assets.sql.queries import chunks, messages_of, of_days, row_identity, text_identity, texts_of_days

_PAGE_ROWS = 2_000

Take = Callable[[date, bytes, int, int, Callable[[], str]], None]
"""Day, hash of the text, messages and category of a question, and how to have its answer in the stored form."""


class Answered:
    """Questions that were asked and have an answer, each as it stands now.

    Args:
        engine: the database.
        tables: the tables.
        catch_all: the id of the category for what fits nowhere else.
    """

    def __init__(self, engine: Engine, tables: Tables, catch_all: int) -> None:
        self._engine, self._tables, self._catch_all = engine, tables, catch_all

    def each(self, period: Period, take: Take) -> None:
        """Hand out every question of the period; nothing of a day is kept when it is done."""
        for day in period.days():
            for key, messages, pairs in self._day(day):
                category = category_of((category for _, category in pairs), self._catch_all)
                take(day, key, messages, category, partial(_stored, pairs))

    def _day(self, day: date) -> Iterator[tuple[bytes, int, list[tuple[str, int]]]]:
        with reading(self._engine) as connection:
            statement = answered(self._tables, day, written_order(connection, self._tables))
            rows = streamed(connection, statement, _PAGE_ROWS)
            for (key, messages), group in groupby(rows, key=lambda row: (bytes(row[0]), int(row[1]))):
                yield key, messages, [(keyword, int(category)) for _, _, keyword, category in group]

    @repeated
    def texts(self, day: date, hashes: Collection[bytes]) -> dict[bytes, str]:
        """The texts of the day's questions with these hashes, by hash."""
        found: dict[bytes, str] = {}
        with reading(self._engine) as connection:
            for chunk in chunks(hashes):
                rows = connection.execute(texts_with(self._tables, day, chunk))
                found |= {bytes(key): text for key, text in rows}
        return found


def _stored(pairs: Sequence[tuple[str, int]]) -> str:
    return json.dumps(pairs, ensure_ascii=False)


def written_order(connection: Connection, tables: Tables) -> sa.ColumnElement[Any]:
    """What keyword rows are ordered by as they were written: their key, if it is a number, else their keyword.

    The order says which keyword of a question is the first. The table is the user's, and we declare no key of it.
    """
    rows = tables.admin_chat_keywords
    inspector = sa.inspect(connection)
    key = inspector.get_pk_constraint(rows.name, rows.schema)["constrained_columns"]
    columns = {column["name"]: column["type"] for column in inspector.get_columns(rows.name, rows.schema)}
    # In partitions the key has the time in it, too, and that is the same for all rows of a day.
    if key and set(key[1:]) <= {rows.c.created_at.name} and isinstance(columns[key[0]], sa.Integer):
        return sa.literal_column(connection.dialect.identifier_preparer.quote(key[0]))
    return exactly(rows.c.keyword)


def answered(tables: Tables, day: date, order: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Hash, messages, keyword and category of the day's questions, a question's rows together and in order."""
    row, asked = tables.admin_chat_keywords.c, texts_of_days(tables, Period.of(day))
    # Grouped, so that the server makes a table of it and finds a text's rows there by its own key.
    said = (
        sa.select(
            row_identity(tables).label("identity"),
            exactly(row.keyword).label("keyword"),
            row.category_id.label("category_id"),
            sa.func.min(order).label("place"),
        )
        .select_from(tables.admin_chat_keywords)
        .where(of_days(tables, Period.of(day)), row.keyword.is_not(None), row.category_id.is_not(None))
        .group_by(sa.text("1"), sa.text("2"), sa.text("3"))
        .subquery("said")
    )
    return (
        sa.select(hash_of(asked.c.identity), asked.c.messages, said.c.keyword, said.c.category_id)
        .select_from(asked.join(said, identity_of(said.c.identity, said.c.identity) == asked.c.identity))
        .order_by(identity_of(asked.c.identity, asked.c.identity), said.c.place, said.c.keyword)
    )


def texts_with(tables: Tables, day: date, hashes: Collection[bytes]) -> sa.Select[Any]:
    """Hash and text of the day's messages that have one of these texts."""
    found = hash_of(text_identity(tables))
    return sa.select(found, as_text(tables.chattings.c.input_text)).where(
        messages_of(tables, Period.of(day)), found.in_(list(hashes))
    )
