"""Marks of a day: they tell whether anything has changed since it was counted, far cheaper than counting it.

A mark is how many rows there are, with a checksum over something that each has: over their keys, or over all of them
that counts. InnoDB has the key of a row in each of its indexes, so a mark by keys is read from the index on
`created_at` alone; it tells whether rows came, went or moved to another day, but not an edit in place. A mark by texts
tells that, too, and reads each text, but neither hashes nor groups them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from keyword_assets.core.models.period import Period
from keyword_assets.sql import queries
from keyword_assets.sql.database.dialects import is_sqlite
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.working_tables import MARKS

# The number of rows stands above these bits of a mark, and its checksum in them.
_CHECKSUMS = 1 << 32

Marks = Mapping[str, int]
"""Some marks of a day by their names. That of the quarantine is of the whole of it: its texts are of no day."""


@dataclass(frozen=True)
class _Marked:
    """A table, which of its rows are marked, and over what."""

    table: sa.FromClause
    which: sa.ColumnElement[bool]
    over: Mapping[str, sa.ColumnElement[Any] | None]

    def read(self, connection: Connection, wanted: Collection[str]) -> Marks:
        """The wanted ones of its marks, in one pass."""
        over = {name: what for name, what in self.over.items() if name in wanted and what is not None}
        if not over:
            return {}
        checksums = (sa.func.coalesce(sa.func.sum(sa.func.crc32(what)), 0) for what in over.values())
        statement = sa.select(sa.func.count(), *checksums).select_from(self.table).where(self.which)
        number, *found = map(int, connection.execute(statement).one())
        return {name: number * _CHECKSUMS + checksum % _CHECKSUMS for name, checksum in zip(over, found, strict=True)}


def read_marks(connection: Connection, tables: Tables, period: Period, wanted: Collection[str] = MARKS) -> Marks:
    """The wanted marks of the period now, but those by keys that are not proven; none on SQLite."""
    if is_sqlite(connection.dialect):
        return {}
    marks: dict[str, int] = {}
    for marked in (_messages(tables, period), _rows(tables, period), _quarantine(tables)):
        marks |= marked.read(connection, wanted)
    return marks


def message_marks(
    connection: Connection,
    tables: Tables,
    period: Period,
    which: sa.ColumnElement[bool],
    wanted: Collection[str] = MARKS,
) -> Marks:
    """The wanted marks of some messages of the period."""
    marked = _messages(tables, period)
    return replace(marked, which=sa.and_(marked.which, which)).read(connection, wanted)


def added(marks: Marks, others: Marks) -> Marks:
    """The marks of rows together with those of other rows."""
    return {**marks, **{name: _sum(marks[name], other) for name, other in others.items()}}


def _sum(mark: int, other: int) -> int:
    number = mark // _CHECKSUMS + other // _CHECKSUMS
    return number * _CHECKSUMS + (mark + other) % _CHECKSUMS


def newest_row(connection: Connection, tables: Tables) -> int:
    """The greatest key of the keyword rows; 0 where they have none that tells which is newer."""
    if tables.row_key is None:
        return 0
    key: sa.ColumnClause[int] = sa.column(tables.row_key)
    return connection.execute(sa.select(sa.func.max(key)).select_from(tables.admin_chat_keywords)).scalar_one() or 0


def _messages(tables: Tables, period: Period) -> _Marked:
    message = tables.chattings.c
    key = message.chatting_pk if tables.key_grows else None
    over: dict[str, sa.ColumnElement[Any] | None] = {"messages": key, "message_texts": message.input_text}
    return _Marked(tables.chattings, queries.messages_of(tables, period), over)


def _rows(tables: Tables, period: Period) -> _Marked:
    row = tables.admin_chat_keywords.c
    key: sa.ColumnClause[int] | None = None if tables.row_key is None else sa.column(tables.row_key)
    text = sa.func.concat_ws(":", row.query_count, row.query_text)
    return _Marked(tables.admin_chat_keywords, queries.of_days(tables, period), {"rows": key, "row_texts": text})


def _quarantine(tables: Tables) -> _Marked:
    return _Marked(tables.quarantine, sa.true(), {"quarantine": tables.quarantine.c.text_hash})
