"""Removes keyword rows that say the same thing twice, after writing them to a file.

What tells two such rows apart is the table's key. A table of MySQL without one is asked for the rows by a hash over all
their columns: rows that agree in every column are the same whichever of them goes.

A page of questions is one transaction: their rows are locked, looked at, written to the file, and, once the file is on
the disk, deleted. A row that another program changes or adds in the meantime waits, and is not deleted.
"""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.errors import DatabaseError, InputError
from keyword_assets.core.foreign import is_formula
from keyword_assets.sql import queries
from keyword_assets.sql.database.dialects import is_sqlite
from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.spool import Spool
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.schema.takeover import doubled

# Rows are locked for as long as a page takes: some tens of milliseconds.
_PAGE_QUESTIONS = 100
_CHUNK = 500
_SPOOL_BYTES = 16_000_000
# Types of which the server's text is the whole value. The text of a FLOAT is not.
_EXACT = frozenset(
    "tinyint smallint mediumint int bigint decimal char varchar tinytext text mediumtext longtext enum set "
    "binary varbinary tinyblob blob mediumblob longblob date datetime timestamp time year".split()
)


# A question by its day, and its text under what the database knows it by.
_Question = tuple[date, Any, str]
_Page = Sequence[_Question]


@dataclass(frozen=True)
class Identity:
    """What tells rows apart: the columns of a key, or, where there is none, all columns together."""

    key: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Removed:
    """How many rows were removed, and the file that holds them; no file where there were none."""

    rows: int
    file: Path | None


def row_identity(engine: Engine, tables: Tables) -> Identity | None:
    """How the rows of the user's table can be told apart; None while there is no table.

    Raises:
        InputError: duplicates cannot be removed safely there; the message says why and what helps.
    """
    table, schema = tables.admin_chat_keywords.name, tables.admin_chat_keywords.schema
    with reading(engine) as connection:
        inspector = sa.inspect(connection)
        if table in inspector.get_view_names(schema):
            raise InputError("dedupe.view", table=table)
        if not inspector.has_table(table, schema):
            return None
        if is_sqlite(connection.dialect):
            return _sqlite_identity(connection, table)
        return _mysql_identity(connection, table, schema)


def remove_duplicates(engine: Engine, tables: Tables, identity: Identity, path: Path) -> Removed:
    """Remove all but the oldest of the rows of a day with the same text, keyword and category.

    Of rows of one age the one with the lowest key stays. Can be interrupted: what is not removed by then stays, and is
    found the next time.

    Args:
        engine: the database, with its schema in place.
        tables: the tables under the user's names.
        identity: from `row_identity`.
        path: the file for what is removed; must not be there.

    Raises:
        InputError: the file is there, or cannot be made; nothing was removed.
        DatabaseError: the database failed, or the file could not be written; what is in the file and was removed
            before is, what was not is still in the table.
    """
    removed = 0
    remover = _Remover(engine, tables, identity)
    with _Dump(path, identity.columns) as dump:
        for page in remover.pages():
            removed += remover.remove(page, dump)
    return Removed(removed, path if dump.begun else None)


class _Remover:
    def __init__(self, engine: Engine, tables: Tables, identity: Identity) -> None:
        self._engine, self._tables, self._identity = engine, tables, identity
        self._table = tables.admin_chat_keywords
        row = self._table.c
        self._day = sa.type_coerce(queries.row_day(tables), sa.types.NullType())
        self._text = queries.row_identity(tables)
        # By name alone: the values as they are, also in columns that we do not know.
        self._facts: list[sa.ColumnElement[Any]] = [
            sa.column(fact.name) for fact in (row.keyword, row.category_id, row.batch_created_at)
        ]
        self._columns: list[sa.ColumnElement[Any]] = [sa.column(name) for name in identity.columns]
        self._key: list[sa.ColumnElement[Any]] = [sa.column(name) for name in identity.key] or [self._fingerprint()]

    def pages(self) -> Iterator[_Page]:
        """The questions with duplicates, read at once into a temporary file so that no result stays open."""
        text = sa.func.min(self._table.c.query_text)
        columns = (self._day.label("day"), self._text.label("identity"), text.label("text"))
        statement = doubled(self._tables, *columns, day=self._day, identity=self._text).distinct()
        with Spool(_packed, _unpacked, _SPOOL_BYTES) as spool:
            with reading(self._engine) as connection:
                options = {"stream_results": True, "yield_per": _PAGE_QUESTIONS}
                for rows in connection.execution_options(**options).execute(statement).partitions():
                    spool.keep((day, _plain(value), text) for found, value, text in rows if (day := _day(found)))
            yield from spool.pages()

    def remove(self, page: _Page, dump: "_Dump") -> int:
        """One transaction: lock, look, write down, delete."""
        # Our own writers wait for it, rather than in a deadlock.
        with writing_alone(self._engine, self._tables) as connection:
            surplus, kept = self._surplus(connection, page)
            expected = surplus.total()
            written = self._write_down(connection, page, surplus, dump)
            dump.sync()
            removed = self._delete(connection, page, surplus, kept)
            if not expected == written == removed:
                raise DatabaseError("dedupe.differs", expected=expected, removed=removed)
        return removed

    def _questions(self, page: _Page) -> sa.ColumnElement[bool]:
        """The rows of these questions."""
        days: dict[date, dict[str | bytes, str]] = {}
        for day, identity, text in page:
            days.setdefault(day, {})[identity] = text
        return sa.or_(*(queries.rows_about(self._tables, day, texts) for day, texts in days.items()))

    def _surplus(self, connection: Connection, page: _Page) -> tuple[Counter[tuple[Any, ...]], set[tuple[Any, ...]]]:
        """The keys of the rows that say again what an older one says, and of those; locks both."""
        statement = sa.select(self._day, self._text, *self._facts, *self._key).where(self._questions(page))
        groups: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
        for found in connection.execute(statement.with_for_update()):
            *what, keyword, category, batch = map(_plain, found[:5])
            if keyword is not None and category is not None:
                age = (batch is None, str(batch))
                groups.setdefault((*what, keyword, category), []).append((age, tuple(map(_plain, found[5:]))))
        rows = [sorted(group) for group in groups.values()]
        return Counter(key for group in rows for _, key in group[1:]), {group[0][1] for group in rows}

    def _write_down(
        self,
        connection: Connection,
        page: _Page,
        surplus: Counter[tuple[Any, ...]],
        dump: "_Dump",
    ) -> int:
        """Row by row: a text may be as long as it likes."""
        left = Counter(surplus)
        written = 0
        options = {"stream_results": True, "yield_per": _PAGE_QUESTIONS}
        for which in self._which(page, list(surplus)):
            statement = sa.select(*self._key, *self._columns).select_from(self._table).where(which).with_for_update()
            for found in connection.execute(statement, execution_options=options):
                row = tuple(map(_plain, found))
                key = row[: len(self._key)]
                # Rows that are alike in everything have one key, and one of them may stay.
                if left[key]:
                    left[key] -= 1
                    written += 1
                    dump.add(row[len(self._key) :])
        return written

    def _which(self, page: _Page, keys: Sequence[tuple[Any, ...]]) -> Iterator[sa.ColumnElement[bool]]:
        for start in range(0, len(keys), _CHUNK):
            chunk = keys[start : start + _CHUNK]
            which: sa.ColumnElement[bool]
            if len(self._key) == 1:
                which = self._key[0].in_([value for (value,) in chunk])
            else:
                which = sa.or_(
                    *(sa.and_(*(c == v for c, v in zip(self._key, key, strict=True))) for key in chunk),
                )
            # A fingerprint has no index.
            yield which if self._identity.key else sa.and_(self._questions(page), which)

    def _delete(
        self,
        connection: Connection,
        page: _Page,
        surplus: Counter[tuple[Any, ...]],
        kept: set[tuple[Any, ...]],
    ) -> int:
        removed = 0
        for which in self._which(page, [key for key in surplus if key not in kept]):
            removed += connection.execute(sa.delete(self._table).where(which)).rowcount
        # Without a key, some are like the one that stays: as many go as were written down, whichever they are.
        for key in kept & surplus.keys():
            (which,) = self._which(page, [key])
            statement = sa.delete(self._table).where(which)
            limit = {f"{connection.dialect.name}_limit": surplus[key]}
            removed += connection.execute(statement.with_dialect_options(**limit)).rowcount
        return removed

    def _fingerprint(self) -> sa.ColumnElement[Any]:
        """A hash of the hashes, so that NULL is not '', nor 'ab','c' the same as 'a','bc'."""
        hashes = (sa.func.coalesce(sa.func.sha2(column, 256), "-") for column in self._columns)
        return sa.func.sha2(sa.func.concat(*hashes), 256)


# -- what tells rows apart --------------------------------------------------------------------------------------------


def _sqlite_identity(connection: Connection, table: str) -> Identity:
    inspector = sa.inspect(connection)
    for other in inspector.get_table_names():
        if any(foreign["referred_table"] == table for foreign in inspector.get_foreign_keys(other)):
            raise InputError("dedupe.referenced", table=table, by=other)
    columns = tuple(column["name"] for column in inspector.get_columns(table))
    # SQLite's own number of a row, under whichever of its names no column took. WITHOUT ROWID, the key is not null.
    listed = connection.exec_driver_sql("SELECT name, wr FROM pragma_table_list WHERE schema = 'main'").all()
    if table not in {name for name, without_rowid in listed if without_rowid}:
        taken = {name.lower() for name in columns}
        free = [name for name in ("rowid", "_rowid_", "oid") if name not in taken]
        if free:
            return Identity((free[0],), columns)
    return Identity(tuple(inspector.get_pk_constraint(table)["constrained_columns"]), columns)


def _mysql_identity(connection: Connection, table: str, schema: str | None) -> Identity:
    def rows(statement: str) -> Sequence[Any]:
        return connection.execute(sa.text(statement), {"table": table, "schema": schema}).all()

    ((engine,),) = rows(
        "SELECT ENGINE FROM information_schema.TABLES "
        "WHERE TABLE_SCHEMA = COALESCE(:schema, DATABASE()) AND TABLE_NAME = :table"
    )
    if engine != "InnoDB":
        raise InputError("dedupe.engine", table=table, engine=engine)
    referring = rows(
        "SELECT TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE "
        "WHERE REFERENCED_TABLE_SCHEMA = COALESCE(:schema, DATABASE()) AND REFERENCED_TABLE_NAME = :table"
    )
    if referring:
        raise InputError("dedupe.referenced", table=table, by=referring[0][0])
    found = rows(
        "SELECT COLUMN_NAME, DATA_TYPE, IS_NULLABLE, GENERATION_EXPRESSION FROM information_schema.COLUMNS "
        "WHERE TABLE_SCHEMA = COALESCE(:schema, DATABASE()) AND TABLE_NAME = :table ORDER BY ORDINAL_POSITION"
    )
    # What we had the server compute is no part of the user's row.
    theirs = [row for row in found if not (row[3] and row[0].startswith("keyword_"))]
    columns = tuple(row[0] for row in theirs)
    nullable = {row[0] for row in found if row[2] == "YES"}
    inspector = sa.inspect(connection)
    if key := inspector.get_pk_constraint(table, schema)["constrained_columns"]:
        return Identity(tuple(key), columns)
    for index in inspector.get_indexes(table, schema):
        names = index["column_names"]
        if index["unique"] and not any(name is None or name in nullable for name in names):
            return Identity(tuple(str(name) for name in names), columns)
    if inexact := [f"{row[0]} {row[1]}" for row in theirs if row[1].lower() not in _EXACT]:
        raise InputError("dedupe.no_key", table=table, columns=", ".join(inexact))
    return Identity((), columns)


# -- the file ---------------------------------------------------------------------------------------------------------


class _Dump:
    """A CSV file of rows: made with the first one, readable by its owner alone.

    Every value is in quotes but NULL, which is nothing between two commas; bytes are hexadecimal after `0x`. A text
    that a spreadsheet would take for a formula has an apostrophe before it, and so has one that begins with an
    apostrophe: who loads the file takes the first one off, and has every text as it was.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._path, self._columns = path, columns
        self._file: IO[str] | None = None

    def __enter__(self) -> "_Dump":
        if os.path.lexists(self._path):
            raise InputError("dedupe.exists", file=self._path)
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def begun(self) -> bool:
        """Whether there is a file."""
        return self._file is not None

    def add(self, row: Sequence[Any]) -> None:
        """Write a row; it is safe after `sync`."""
        if self._file is None:
            self._file = self._create()
            self._write(self._columns)
        self._write(row)

    def sync(self) -> None:
        """Return when all rows are on the disk, and the file in its folder."""
        if self._file is None:
            return
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise DatabaseError("dedupe.unwritable", file=self._path, reason=error.strerror) from error

    def _create(self) -> IO[str]:
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            folder = os.open(self._path.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
        except FileExistsError as error:
            raise InputError("dedupe.exists", file=self._path) from error
        except OSError as error:
            raise InputError("dedupe.unmakable", file=self._path, reason=error.strerror) from error
        return open(descriptor, "w", encoding="utf-8", newline="")

    def _write(self, row: Sequence[Any]) -> None:
        assert self._file is not None
        try:
            self._file.write(",".join(map(_quoted, row)) + "\n")
        except OSError as error:
            raise DatabaseError("dedupe.unwritable", file=self._path, reason=error.strerror) from error


def _quoted(value: Any) -> str:
    if value is None:
        return ""
    text = f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
    if isinstance(value, str) and (text.startswith("'") or is_formula(text)):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"'


def _packed(question: _Question) -> tuple[Any, ...]:
    """With what JSON has no word for, bytes, as a list of their hexadecimal text."""
    day, *values = question
    return day.isoformat(), *([value.hex()] if isinstance(value, bytes) else value for value in values)


def _unpacked(row: Sequence[Any]) -> _Question:
    day, *values = row
    identity: Any
    text: Any
    identity, text = (bytes.fromhex(value[0]) if isinstance(value, list) else value for value in values)
    return date.fromisoformat(day), identity, text


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, (bytearray, memoryview)) else value


def _day(value: Any) -> date | None:
    """None for what no program should have written as a time."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
