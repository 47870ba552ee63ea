"""Removes keyword rows that say the same thing twice, after writing them to a file.

What tells two such rows apart is the table's key. A table of MySQL without one is asked for the rows by a hash over all
their columns: rows that agree in every column are the same whichever of them goes.

A page of questions is one transaction: their rows are locked, looked at, written to the file, and, once the file is on
the disk, deleted. A row that another program changes or adds in the meantime waits, and is not deleted.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.errors import DatabaseError
from keyword_assets.sql import queries
from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.spool import Spool
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, streamed
from keyword_assets.sql.schema.dump import Dump
from keyword_assets.sql.schema.identity import Identity
from keyword_assets.sql.schema.takeover import doubled

# Rows are locked for as long as a page takes: some tens of milliseconds.
_PAGE_QUESTIONS = 100
_CHUNK = 500
_SPOOL_BYTES = 16_000_000
# A question by its day, and its text under what the database knows it by.
_Question = tuple[date, Any, str]
_Page = Sequence[_Question]


@dataclass(frozen=True)
class Removed:
    """How many rows were removed, and the file that holds them; no file where there were none."""

    rows: int
    file: Path | None


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
    with Dump(path, identity.columns) as dump:
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
                for rows in streamed(connection, statement, _PAGE_QUESTIONS).partitions():
                    spool.keep((day, _plain(value), text) for found, value, text in rows if (day := _day(found)))
            yield from spool.pages()

    def remove(self, page: _Page, dump: "Dump") -> int:
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
        dump: "Dump",
    ) -> int:
        """Row by row: a text may be as long as it likes."""
        left = Counter(surplus)
        written = 0
        for which in self._which(page, list(surplus)):
            statement = sa.select(*self._key, *self._columns).select_from(self._table).where(which).with_for_update()
            for found in streamed(connection, statement, _PAGE_QUESTIONS):
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
