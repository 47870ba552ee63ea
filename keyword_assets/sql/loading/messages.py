"""Puts messages into `chattings`: from a CSV file, or rows at hand."""

import csv
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TextIO

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from keyword_assets.core.errors import InputError, RowRefused
from keyword_assets.core.models.period import Period
from keyword_assets.sql.database.dialects import as_text, is_mysql
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, refusal_of_row, writing
from keyword_assets.sql.loading.files import MessageFile

HEADER = ["chatting_pk", "input_text", "created_at"]
_CHUNK = 500
# The largest BIGINT.
_MOST_PK = 2**63 - 1

Message = tuple[int, str | None, datetime]


@dataclass
class LoadResult:
    """Rows `read`, newly `loaded`, `known` before, and `refused` as (line number, reason)."""

    read: int = 0
    loaded: int = 0
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    number: int
    message: Message


def load_file(engine: Engine, tables: Tables, file: MessageFile) -> LoadResult:
    """Load a CSV file; all of it or, where a single row cannot be taken, nothing.

    The file is read twice: first every row is judged, also against the table, then they are written.

    Raises:
        InputError: the file is not of its encoding, has another header, or a row that the table cannot hold.
        DatabaseError: the database failed; nothing was loaded.
    """
    fraction = _fraction_digits(engine, tables)
    result = _judged(engine, tables, file, fraction)
    if not result.refused:
        _load(engine, tables, file, fraction, result)
        result.known = result.read - result.loaded
    return result


@repeated
def has_messages(engine: Engine, tables: Tables, period: Period) -> bool:
    """Whether any message is of these days."""
    at = tables.chattings.c.created_at
    statement = sa.select(sa.literal(1)).where(at >= period.start, at < period.end + timedelta(days=1)).limit(1)
    with reading(engine) as connection:
        return connection.execute(statement).first() is not None


@repeated
def _judged(engine: Engine, tables: Tables, file: MessageFile, fraction: int) -> LoadResult:
    """How many rows the file has, and which of them cannot be taken."""
    result = LoadResult()
    with reading(engine) as connection, closing(_SeenKeys()) as seen:
        for lines in _chunks(_lines(file, result)):
            _judge(connection, tables, lines, seen, fraction, result)
    result.refused.sort()
    return result


@repeated
def _load(engine: Engine, tables: Tables, file: MessageFile, fraction: int, result: LoadResult) -> None:
    """Write the file's rows, and how many of them are new into the result."""
    loaded = 0
    with writing(engine) as connection:
        for lines in _chunks(_lines(file, LoadResult())):
            loaded += _insert_lines(connection, tables, file, lines, fraction)
            # Counted before the commit, whose acknowledgement may be lost: a repeat then finds nothing to load.
            result.loaded = max(result.loaded, loaded)


def insert_messages(engine: Engine, tables: Tables, messages: Iterable[Message], *, fraction: int = 6) -> int:
    """Add those messages whose key is not there yet; returns how many."""
    remaining = iter(messages)
    loaded = 0
    while chunk := list(islice(remaining, _CHUNK)):
        loaded += _insert_chunk(engine, tables, chunk, fraction)
    return loaded


@repeated
def _insert_chunk(engine: Engine, tables: Tables, chunk: list[Message], fraction: int) -> int:
    with writing(engine) as connection:
        return _insert(connection, tables, chunk, fraction)


def _insert(connection: Connection, tables: Tables, messages: Iterable[Message], fraction: int) -> int:
    chunk = {message[0]: message for message in messages}
    there = _stored(connection, tables, chunk)
    rows = [
        {"chatting_pk": pk, "input_text": text, "created_at": _stored_time(at, fraction)}
        for pk, text, at in chunk.values()
        if pk not in there
    ]
    if rows:
        connection.execute(sa.insert(tables.chattings), rows)
    return len(rows)


def _insert_lines(connection: Connection, tables: Tables, file: MessageFile, lines: list[_Line], fraction: int) -> int:
    """Insert a chunk; where the table refuses a row, go one by one to find its line."""
    try:
        return _insert(connection, tables, (line.message for line in lines), fraction)
    except (SQLAlchemyError, RowRefused) as error:
        if refusal_of_row(error) is None:
            raise
    for line in lines:
        try:
            _insert(connection, tables, [line.message], fraction)
        except (SQLAlchemyError, RowRefused) as error:
            if (reason := refusal_of_row(error)) is None:
                raise
            raise InputError("csv.row_refused", file=file.name, line=line.number, reason=reason) from error
    return len(lines)


def _judge(
    connection: Connection,
    tables: Tables,
    lines: list[_Line],
    seen: "_SeenKeys",
    fraction: int,
    result: LoadResult,
) -> None:
    """Refuse rows whose key stands for something else in the table or earlier in the file."""
    stored = _stored(connection, tables, [line.message[0] for line in lines])
    for line in lines:
        pk, text, at = line.message
        there = stored.get(pk)
        if seen.differs(pk, hash((text, at))):
            result.refused.append((line.number, "twice"))
        elif there is not None and ((there[0] or ""), there[1]) != (text or "", _stored_time(at, fraction)):
            result.refused.append((line.number, "other"))


class _SeenKeys:
    """Every key of the file with what it stood for, in a temporary file of SQLite's: memory stays flat."""

    def __init__(self) -> None:
        self._table = sqlite3.connect("", isolation_level=None)
        self._table.execute("CREATE TABLE seen (pk INTEGER PRIMARY KEY, fingerprint INTEGER NOT NULL)")
        self._table.execute("BEGIN")

    def differs(self, pk: int, fingerprint: int) -> bool:
        """Whether the key was seen before with another fingerprint; remembers it if not seen."""
        self._table.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (pk, fingerprint))
        (first,) = self._table.execute("SELECT fingerprint FROM seen WHERE pk = ?", (pk,)).fetchone()
        return bool(first != fingerprint)

    def close(self) -> None:
        """Give the temporary file back."""
        self._table.close()


def _stored(connection: Connection, tables: Tables, keys: Iterable[int]) -> dict[int, tuple[str | None, datetime]]:
    message = tables.chattings.c
    statement = sa.select(message.chatting_pk, as_text(message.input_text), message.created_at).where(
        message.chatting_pk.in_(list(keys))
    )
    return {int(pk): (text, at) for pk, text, at in connection.execute(statement)}


def _stored_time(at: datetime, fraction: int) -> datetime:
    unit = 10 ** (6 - fraction)
    return at.replace(microsecond=at.microsecond // unit * unit)


@repeated
def _fraction_digits(engine: Engine, tables: Tables) -> int:
    """The decimals of a second that `created_at` keeps: MySQL would round 23:59:59.5 into the next day."""
    with reading(engine) as connection:
        columns = sa.inspect(connection).get_columns(tables.chattings.name, tables.chattings.schema)
    name = tables.chattings.c.created_at.name
    (type_,) = (column["type"] for column in columns if column["name"] == name)
    return getattr(type_, "fsp", None) or 0 if is_mysql(engine.dialect) else 6


def require_header(file: MessageFile) -> None:
    """Make sure that it is a file of messages at all.

    Raises:
        InputError: its first line is another, or its bytes are not of the encoding.
    """
    with file.read() as text:
        _rows_below_header(file, text)


def _lines(file: MessageFile, result: LoadResult) -> Iterator[_Line]:
    """The file's good rows with their line numbers; the bad ones go into the result."""
    with file.read() as text:
        yield from _rows(_rows_below_header(file, text), result)


def _rows_below_header(file: MessageFile, text: TextIO) -> Any:
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(text, strict=True)
    if _first(reader) != HEADER:
        raise InputError("csv.header", file=file.name, header=",".join(HEADER))
    return reader


def _first(reader: Any) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error:
        return None


def _rows(reader: Any, result: LoadResult) -> Iterator[_Line]:
    blank = range(0)
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            # Blank lines at the end are no rows.
            return
        except csv.Error:
            row = None
        if row is not None and not any(field.strip() for field in row):
            # Each takes one line, unless it is one of blanks in quotes.
            blank = range(blank.start if blank else number, reader.line_num + 1)
            continue
        # A row that should have been there: something was lost.
        result.read += len(blank) + 1
        result.refused += [(line, "columns") for line in blank]
        blank = range(0)
        message = _message(row) if row is not None else "broken"
        if isinstance(message, str):
            result.refused.append((number, message))
        else:
            yield _Line(number, message)


def _message(row: list[str]) -> Message | str:
    if len(row) != len(HEADER):
        return "columns"
    pk, text, at = row
    pk = pk.strip()
    # int() also takes 1_000, +1 and the digits of other scripts; 19 digits are those of the largest BIGINT.
    if not (pk.isascii() and pk.isdigit() and len(pk) <= 19 and int(pk) <= _MOST_PK):
        return "pk"
    try:
        created_at = datetime.fromisoformat(at)
    except ValueError:
        return "created_at"
    if created_at.tzinfo is not None:
        return "zone"
    return int(pk), text, created_at


def _chunks(lines: Iterator[_Line]) -> Iterator[list[_Line]]:
    while chunk := list(islice(lines, _CHUNK)):
        yield chunk
