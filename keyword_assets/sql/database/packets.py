"""Keeps what we send to a MySQL server within its `max_allowed_packet`.

A server hangs up on whoever sends more, often before the reason can be read: it would look like a connection that was
lost, and be tried again in vain. So rows that are too many for one statement go in several, and a row that is too
large by itself is refused here, as the server would refuse one that does not fit its column.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine, ExecutionContext

from keyword_assets.core.errors import RowRefused
from keyword_assets.core.texts import say

_LIMIT = "keyword_assets_max_allowed_packet"
# What a driver writes with two bytes for one.
_ESCAPED = (b"\\", b"'", b'"', b"\n", b"\r", b"\x00", b"\x1a")
# Quotes, comma and the name of a character set around a text; and all of a number or a time.
_AROUND, _SHORT = 16, 64
# In UTF-8; an escaped one is of one byte.
_MOST_OF_A_CHARACTER = 4


def keep_within_packets(engine: Engine) -> None:
    """Let the engine send no statement that its server would hang up on."""

    @event.listens_for(engine, "connect")
    def ask(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        # A session keeps the limit that it began with.
        cursor.execute("SELECT @@SESSION.max_allowed_packet")
        record.info[_LIMIT] = int(cursor.fetchone()[0])
        cursor.close()

    @event.listens_for(engine, "do_execute")
    def execute(_cursor: Any, statement: str, row: Any, context: ExecutionContext | None) -> None:
        # Without values it is one of ours, and short; SQLAlchemy itself asks some before the connection is complete.
        if row and context is not None and _at_most(statement, [row]) > _limit(context):
            _require(_size(statement) + _size_of_row(row), context)

    @event.listens_for(engine, "do_executemany")
    def execute_many(cursor: Any, statement: str, rows: Any, context: ExecutionContext) -> bool:
        fits = _at_most(statement, rows) <= _limit(context)
        for part in [rows] if fits else _parts(statement, rows, context):
            cursor.executemany(statement, part)
        return True


def _at_most(statement: str, rows: Sequence[Any]) -> int:
    """What they take in one statement at most, whatever their characters: next to all are known by it to fit."""
    return len(rows) * len(statement) * _MOST_OF_A_CHARACTER + sum(
        _MOST_OF_A_CHARACTER * len(value) + _AROUND if isinstance(value, str | bytes | bytearray) else _SHORT
        for row in rows
        for value in _values(row)
    )


def _parts(statement: str, rows: Iterable[Any], context: ExecutionContext) -> Iterator[list[Any]]:
    """The rows in as few statements as the server takes."""
    part: list[Any] = []
    head = size = _size(statement)
    for row in rows:
        # The statement's own list of places is repeated for each row.
        added = head + _size_of_row(row)
        _require(added, context)
        if part and size + added > _limit(context):
            yield part
            part, size = [], head
        part.append(row)
        size += added
    if part:
        yield part


def _require(size: int, context: ExecutionContext) -> None:
    limit = _limit(context)
    if size > limit:
        reason = say("database.packet", size=size, limit=limit)
        raise RowRefused("database.refused", url=context.engine.url.render_as_string(hide_password=True), reason=reason)


def _limit(context: ExecutionContext) -> int:
    return int(context.root_connection.info[_LIMIT])


def _size_of_row(row: Any) -> int:
    return sum(map(_size, _values(row)))


def _values(row: Any) -> Iterable[Any]:
    return row.values() if isinstance(row, Mapping) else row or ()


def _size(value: object) -> int:
    """At most a few bytes more than the value takes in a statement."""
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogatepass")
    if isinstance(value, bytes | bytearray):
        return len(value) + sum(map(value.count, _ESCAPED)) + _AROUND
    return _SHORT
