"""An engine for a database URL: embedded SQLite by default, MySQL or MariaDB by URL."""

import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from keyword_assets.core.errors import DatabaseError, InputError, RowRefused
from keyword_assets.core.questions import is_blank
from keyword_assets.sql.dialects import SQLITE_IS_BLANK

# How long a writer waits for another one. A reply's transaction takes milliseconds.
_LOCK_WAIT_SECONDS = 30
_WRITES = "keyword_assets_writes"
# MySQL: a column that may not be null, a duplicate key, out of range, a column without default, an incorrect string
# value (an emoji in a utf8mb3 column), data too long, a foreign key, check constraints, character set conversion.
_ROW_ERRORS = frozenset({1048, 1062, 1264, 1364, 1366, 1406, 1452, 3819, 3988, 4025})
# MySQL: no such column, no such table.
_NAME_ERRORS = frozenset({1054, 1146})


def make_engine(url: str, *, look_only: bool = False) -> Engine:
    """An engine for the URL; connects to nothing yet.

    Args:
        url: a SQLAlchemy URL.
        look_only: do not change a SQLite file by opening it.

    Raises:
        InputError: the URL is none, or of a database or driver that we do not speak.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed, look_only)
    return _mysql_engine(parsed)


def parse_url(url: str) -> URL:
    """The URL, checked.

    Raises:
        InputError: the URL is none, or of a database or driver that we do not speak.
    """
    try:
        parsed = make_url(url)
        parsed.get_dialect().import_dbapi()
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise InputError("database.bad_url") from error
    if parsed.get_backend_name() not in ("sqlite", "mysql", "mariadb"):
        raise InputError("database.bad_url")
    return parsed


def exists(url: str) -> bool:
    """Whether there is something at the URL that looking must not change: a SQLite file is made at first use."""
    parsed = parse_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").is_file()


def redacted(url: str) -> str:
    """The URL as it may be shown."""
    return parse_url(url).render_as_string(hide_password=True)


def _sqlite_engine(url: URL, look_only: bool) -> Engine:
    if url.database and url.database != ":memory:":
        try:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError("database.unreachable", url=str(url), reason=str(error)) from error
    engine = sa.create_engine(url, connect_args={"timeout": _LOCK_WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver's own transaction handling begins too late for a look-then-write; `begin` below does it.
        connection.isolation_level = None
        if not look_only:
            _switch_to_wal(connection)
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.create_function(SQLITE_IS_BLANK, 1, is_blank, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


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


def _mysql_engine(url: URL) -> Engine:
    arguments: dict[str, Any] = {}
    if url.get_driver_name() == "mysqlconnector":
        # The driver's default collation is one that MariaDB does not have. Rows are streamed, not collected by the
        # driver; what a failed statement left unread is thrown away rather than trusted to the next one.
        arguments = {
            "charset": "utf8mb4",
            "collation": "utf8mb4_bin",
            "buffered": False,
            "consume_results": True,
            "connection_timeout": 10,
        }
        arguments = {name: value for name, value in arguments.items() if name not in url.query}
    engine = sa.create_engine(url, connect_args=arguments, pool_pre_ping=True, pool_recycle=1800)
    # SQLAlchemy switches this off for mysql-connector because of results left unread, which `consume_results` covers.
    engine.dialect.supports_server_side_cursors = True

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # A server in a lax mode would cut a long text silently, and a cut text is another question; and a key 0 would
        # become the next free number.
        cursor = connection.cursor()
        modes = "STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO"
        cursor.execute(f"SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',{modes}')")
        cursor.close()

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read from; database errors come out as ours."""
    with translated(engine), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction to write in; database errors come out as ours."""
    with (
        translated(engine),
        _one_writer(engine),
        engine.connect().execution_options(**{_WRITES: True}) as connection,
        connection.begin(),
    ):
        yield connection


_writers: WeakKeyDictionary[Engine, AbstractContextManager[Any]] = WeakKeyDictionary()


def _one_writer(engine: Engine) -> AbstractContextManager[Any]:
    """On SQLite the threads of a process queue here: SQLite itself lets them sleep and try again."""
    if engine.dialect.name != "sqlite":
        return nullcontext()
    return _writers.setdefault(engine, threading.Lock())


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Turn SQLAlchemy's errors into a DatabaseError with one line that names the cause."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        reason = re.sub(r"\s+", " ", str(cause)).strip()[:300]
        url = engine.url.render_as_string(hide_password=True)
        if is_row_error(error):
            raise RowRefused("database.refused", url=url, reason=reason) from error
        if getattr(cause, "errno", None) in _NAME_ERRORS or reason.startswith(("no such table", "no such column")):
            raise InputError("database.no_such", reason=reason) from error
        key = "database.unreachable" if _is_connection_error(error) else "database.refused"
        raise DatabaseError(key, url=url, reason=reason) from error


def is_row_error(error: SQLAlchemyError) -> bool:
    """Whether the database refused a row for what is in it (or missing from it), and would take others."""
    if isinstance(error, (IntegrityError, DataError)):
        return True
    return isinstance(error, DBAPIError) and getattr(error.orig, "errno", None) in _ROW_ERRORS


def _is_connection_error(error: SQLAlchemyError) -> bool:
    """Whether no statement was involved: then it was the connection itself that failed."""
    return isinstance(error, DBAPIError) and (error.connection_invalidated or error.statement is None)
