"""An engine for an embedded database: how SQLite is told to keep our promises."""

import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine

from keyword_assets.core.errors import DatabaseError
from keyword_assets.core.questions import is_blank, text_hash
from keyword_assets.sql.database.dialects import SQLITE_IS_BLANK, SQLITE_TEXT, SQLITE_TEXT_HASH
from keyword_assets.sql.database.urls import shown

# The option of a connection whose transactions write.
WRITES = "keyword_assets_writes"
# How long a writer waits for another one. A reply's transaction takes milliseconds.
_LOCK_WAIT_SECONDS = 30
# Of pages in memory, for each temporary table and sort too; taken as needed.
_SQLITE_KIB = 8_000


def sqlite_engine(url: URL, look_only: bool) -> Engine:
    """The engine; a folder that is not there is made, and with `look_only` nothing is changed by opening the file."""
    if url.database and url.database != ":memory:":
        try:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError("database.unreachable", url=shown(url), reason=str(error)) from error
    engine = sa.create_engine(url, connect_args={"timeout": _LOCK_WAIT_SECONDS}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver's own transaction handling begins too late for a look-then-write; `begin` below does it.
        connection.isolation_level = None
        if not look_only:
            _switch_to_wal(connection)
        connection.execute("PRAGMA synchronous=NORMAL")
        # In the 2 MB of SQLite itself, a month's texts are grouped by way of files. More would be taken several times.
        connection.execute(f"PRAGMA cache_size=-{_SQLITE_KIB}")
        # SQLite takes bytes that are no text for one; the driver would refuse the whole result for them.
        connection.text_factory = _read
        connection.create_function(SQLITE_TEXT, 1, _text_of, deterministic=True)
        connection.create_function(SQLITE_IS_BLANK, 1, lambda text: is_blank(_text_of(text)), deterministic=True)
        connection.create_function(SQLITE_TEXT_HASH, 1, _hash_or_null, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


# What is no UTF-8 is shown as the bytes that it is. Called for each text of each row, and so no function of ours.
_read = partial(str, encoding="utf-8", errors="backslashreplace")


def _text_of(stored: bytes | None) -> str | None:
    return None if stored is None else _read(stored)


def _hash_or_null(text: str | None) -> bytes | None:
    return None if text is None else text_hash(text)


def _switch_to_wal(connection: Any) -> None:
    """Readers then never wait. SQLite does not wait for this itself when programs open a new file together."""
    deadline = time.monotonic() + _LOCK_WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
