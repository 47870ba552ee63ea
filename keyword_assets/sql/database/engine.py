"""An engine for a database URL: embedded SQLite by default, MySQL or MariaDB by URL."""

import logging
import os
import random
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from weakref import WeakKeyDictionary, WeakSet
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import tenacity
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, ExceptionContext
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from keyword_assets.configuration import surroundings
from keyword_assets.configuration.secrecy import Secrets
from keyword_assets.core.errors import DatabaseError, InputError, KeywordAssetsError, RowRefused
from keyword_assets.core.foreign import visible
from keyword_assets.core.questions import is_blank, text_hash
from keyword_assets.core.texts import say
from keyword_assets.privacy import mask
from keyword_assets.sql.database.dialects import SQLITE_IS_BLANK, SQLITE_TEXT, SQLITE_TEXT_HASH, is_mysql
from keyword_assets.sql.database.faults import PASSING, Fault, fault_of, fault_of_driver, is_silence
from keyword_assets.sql.database.packets import keep_within_packets
from keyword_assets.sql.database.sessions import settle
from keyword_assets.sql.database.tls import insist, is_distrust
from keyword_assets.sql.database.urls import SETTING, driver_arguments, is_file, parse_url

log = logging.getLogger(__name__)

IN_MEMORY = Path(":memory:")
# How long a writer waits for another one. A reply's transaction takes milliseconds.
_LOCK_WAIT_SECONDS = 30
_WRITES = "keyword_assets_writes"
# Of pages in memory, for each temporary table and sort too; taken as needed.
_SQLITE_KIB = 8_000
# A server that restarts is back within seconds, and after a crash within a minute unless it has much to recover.
OUTAGE_SECONDS = 60.0
# A frozen server, or a network that was cut, says nothing at all, and the system waits for it for ever. The longest
# statement measured, a count of ten million messages on a busy machine, said nothing for 51 s.
SILENCE_SECONDS = 600
# Who loses a deadlock wins the next one, or the one after it. A lock wait time-out comes after 50 s by default.
BUSY_TRIES = 5
_LONGEST_PAUSE = 3.0
# What a server says to the name of a zone where its tables of zones were not loaded.
_UNKNOWN_TIME_ZONE = 1298


# What no URL may change, of mysql-connector's own. Its default collation is one that MariaDB does not have, and other
# character sets lack the emoji of our texts. It writes values under the mode that it believes to be in force, which is
# `sessions.VARIABLES`' and needs nothing of it. Transactions end when we say so, and a warning ends none.
_NOT_OF_THE_URL = {
    "charset": "utf8mb4",
    "collation": "utf8mb4_bin",
    "sql_mode": "",
    "autocommit": False,
    "raise_on_warnings": False,
    # A server may ask for any file of ours in its place.
    "allow_local_infile": False,
}


@dataclass(frozen=True)
class Limits:
    """How long a MySQL server may say nothing, in seconds, and how many connections are kept for what comes next."""

    connect: int = 10
    silence: int = field(default_factory=lambda: SILENCE_SECONDS)
    kept: int = 5
    more: int = 10


def make_engine(
    url: str,
    *,
    look_only: bool = False,
    patient: bool = False,
    limits: Limits | None = None,
    setting: str = SETTING,
) -> Engine:
    """An engine for the URL; connects to nothing yet.

    Args:
        url: a SQLAlchemy URL.
        look_only: do not change a SQLite file by opening it.
        patient: wait for a MySQL server however long it says nothing, as it does while it builds an index.
        limits: of a MySQL server; by default those of `Limits`.
        setting: where the URL was set.

    Raises:
        InputError: the URL cannot be used; see `parse_url`.
    """
    parsed = parse_url(url, setting)
    if is_file(parsed):
        return _sqlite_engine(parsed, look_only)
    return _mysql_engine(parsed, patient, limits or Limits(), setting)


def exists(url: str) -> bool:
    """Whether there is something at the URL: a server, or a SQLite file that is not empty."""
    path = file_of(url)
    # Not by the path's own methods, which fail where a folder may not be looked into.
    return path is None or (os.path.isfile(path) and os.path.getsize(path) > 0)


def file_of(url: str) -> Path | None:
    """The file of a SQLite URL, `IN_MEMORY` for none; None for a server."""
    parsed = parse_url(url)
    if not is_file(parsed):
        return None
    path = parsed.database or str(IN_MEMORY)
    # As SQLite itself reads it, where the driver is told that it is a URI.
    return Path(unquote(path.removeprefix("file:").split("?")[0])) if path.startswith("file:") else Path(path)


def redacted(url: str) -> str:
    """The URL as it may be shown."""
    return _shown(parse_url(url))


def _shown(url: URL) -> str:
    """A file by its path as it is, a server by its address and database, without account and parameters."""
    if is_file(url):
        return f"{url.drivername}:///{url.database or ''}"
    # What stands after a # is part of the name to SQLAlchemy, and may be anything.
    database = url.database if re.fullmatch(r"[\w$.-]*", url.database or "") else "***"
    shown = URL.create(url.drivername, None, None, url.host, url.port, database).render_as_string()
    return shown.replace("://", "://***@", 1) if url.username or url.password else shown


def _sqlite_engine(url: URL, look_only: bool) -> Engine:
    if url.database and url.database != ":memory:":
        try:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError("database.unreachable", url=_shown(url), reason=str(error)) from error
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
        connection.text_factory = _text_of
        connection.create_function(SQLITE_TEXT, 1, _text_of, deterministic=True)
        connection.create_function(SQLITE_IS_BLANK, 1, lambda text: is_blank(_text_of(text)), deterministic=True)
        connection.create_function(SQLITE_TEXT_HASH, 1, _hash_or_null, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _text_of(stored: bytes | None) -> str | None:
    return None if stored is None else stored.decode("utf-8", "backslashreplace")


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


def _mysql_engine(url: URL, patient: bool, limits: Limits, setting: str) -> Engine:
    arguments: dict[str, Any] = {}
    if url.get_driver_name() == "mysqlconnector":
        # Rows are streamed, not collected by the driver; what a failed statement left unread is thrown away rather than
        # trusted to the next one.
        arguments = {"buffered": False, "consume_results": True, "connection_timeout": limits.connect}
        # Each time that it waits for the server, not in all: rows that come slowly, or are read slowly, may take hours.
        arguments |= dict.fromkeys(("read_timeout", "write_timeout"), None if patient else limits.silence)
        arguments = {name: value for name, value in arguments.items() if name not in url.query}
        arguments |= driver_arguments(url) | _NOT_OF_THE_URL
    engine = sa.create_engine(
        url,
        connect_args=arguments,
        pool_pre_ping=True,
        pool_recycle=1800,
        pool_size=limits.kept,
        max_overflow=limits.more,
        # The texts in a failed statement do not belong into a traceback.
        hide_parameters=True,
    )
    # SQLAlchemy switches this off for mysql-connector because of results left unread, which `consume_results` covers.
    engine.dialect.supports_server_side_cursors = True

    settle(engine)
    insist(engine, setting)

    @event.listens_for(engine, "connect")
    def prepare(_connection: Any, _record: Any) -> None:
        _reached.add(url)

    @event.listens_for(engine, "handle_error")
    def recognise(context: ExceptionContext) -> None:
        # SQLAlchemy does not know all the ways in which mysql-connector says it, and would give the dead connection
        # to the next one who asks.
        if fault_of_driver(context.original_exception) is Fault.LOST:
            context.is_disconnect = True

    keep_within_packets(engine)
    _settings[engine] = setting
    logging.getLogger("sqlalchemy.pool.impl.QueuePool").addFilter(_is_news)
    return engine


def use_time_zone(engine: Engine, zone: ZoneInfo) -> None:
    """Have the server show instants (TIMESTAMP) to us as the clocks of a zone do, whatever its own zone.

    What the URL says about it (`time_zone`) stays.

    Raises:
        InputError: the zone has no fixed difference to UTC, and the server does not know it by its name.
        DatabaseError: the database cannot be reached.
    """
    if engine in _zoned or "time_zone" in engine.url.query:
        return
    statement = f"SET SESSION time_zone = '{fixed_offset(zone) or zone.key}'"
    try:
        with reading(engine) as connection:
            connection.exec_driver_sql(statement)
    except DatabaseError as error:
        if getattr(getattr(error.__cause__, "orig", None), "errno", None) == _UNKNOWN_TIME_ZONE:
            raise InputError("database.no_time_zones", zone=zone.key) from error
        raise

    @event.listens_for(engine, "connect")
    def set_zone(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(statement)
        cursor.close()

    _zoned.add(engine)
    # Those that are open have another zone.
    engine.dispose()


def fixed_offset(zone: ZoneInfo) -> str | None:
    """The zone's difference to UTC as `+09:00`, if it has been the same since 2000 and stays so; None otherwise."""
    months = (datetime(year, month, 1, tzinfo=zone) for year in range(2000, 2038) for month in range(1, 13))
    offsets = {month.isoformat()[-len("+00:00") :] for month in months}
    return offsets.pop() if len(offsets) == 1 else None


def _is_news(record: logging.LogRecord) -> bool:
    """Not that a connection was lost when it was handed back: the pool replaces it, and has a traceback for it."""
    error = record.exc_info[1] if record.exc_info else None
    return error is None or fault_of_driver(error) is not Fault.LOST


# -- faults that pass -------------------------------------------------------------------------------------------------


class _MayPass(DatabaseError):
    """A fault that may be over in a moment. `hopeless`: waiting for it is not worth it, or not any more."""

    def __init__(self, fault: Fault, hopeless: bool, **params: object) -> None:
        super().__init__(fault.key, **params)
        self.fault = fault
        self.hopeless = hopeless


@dataclass
class _Outage:
    began: float
    last_seen: float


# Of the whole process, because all its threads and all its engines meet the same server: they wait for it together and
# give up together, and whoever cleans up after that does not wait for it once more.
_reached: set[URL] = set()
_outages: dict[URL, _Outage] = {}


def _is_hopeless(url: URL, fault: Fault) -> bool:
    if fault is Fault.BUSY:
        return False
    if fault is Fault.LOST and url not in _reached:
        # More often a wrong address than a server that is just restarting.
        return True
    now = time.monotonic()
    outage = _outages.get(url)
    if outage is None or now - outage.last_seen > OUTAGE_SECONDS:
        outage = _outages[url] = _Outage(now, now)
    outage.last_seen = now
    return now - outage.began > OUTAGE_SECONDS


def _enough(state: tenacity.RetryCallState) -> bool:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, _MayPass)
    if error.fault is Fault.BUSY:
        return state.attempt_number >= BUSY_TRIES
    # The second limit is for a connection that only this transaction loses, every time.
    return error.hopeless or state.idle_for > OUTAGE_SECONDS


def _pause(state: tenacity.RetryCallState) -> float:
    """Doubling, with jitter of half up or down so that not all come back in the same instant."""
    return float(min(_LONGEST_PAUSE, 0.05 * 2.0**state.attempt_number) * random.uniform(0.5, 1.5))


def _tell(state: tenacity.RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, _MayPass)
    log.warning(say("database.retry", reason=error.params["reason"], attempt=state.attempt_number))


repeated = tenacity.retry(
    retry=tenacity.retry_if_exception_type(_MayPass), stop=_enough, wait=_pause, before_sleep=_tell, reraise=True
)
"""Decorates a function that is one transaction, from `reading` or `writing`: it is done again as a whole, as often as
it meets a fault that may pass and within limits. A commit whose acknowledgement was lost may have happened, so the
function must come to the same when it is done twice."""


# Of what a server says, so much is masked, and so much is told.
_MASKED_CHARS, _REASON_CHARS = 2_000, 300


# -- transactions -----------------------------------------------------------------------------------------------------


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read from; database errors come out as ours."""
    with translated(engine), _connected(engine) as connection:
        yield connection
    _outages.pop(engine.url, None)


@contextmanager
def writing(engine: Engine, *, locks_what_it_reads: bool = True) -> Iterator[Connection]:
    """A transaction to write in; database errors come out as ours.

    Args:
        engine: the database.
        locks_what_it_reads: whether a row that a statement reads in order to write another one must stay as it is
            until the end. Where it need not, nobody who writes to the table that is read has to wait.
    """
    with (
        translated(engine),
        _one_writer(engine),
        _connected(engine).execution_options(**{_WRITES: True}) as connection,
    ):
        if not locks_what_it_reads and is_mysql(engine.dialect):
            _read_without_locks(connection)
        with connection.begin():
            yield connection
    _outages.pop(engine.url, None)


def _read_without_locks(connection: Connection) -> None:
    """Have INSERT ... SELECT and UPDATE read without locks, as InnoDB does under READ COMMITTED.

    A server whose replicas repeat its statements refuses to write like that; there the locks stay.
    """
    found = connection.exec_driver_sql("SHOW VARIABLES WHERE Variable_name IN ('log_bin', 'binlog_format')")
    variables = {name.lower(): value.upper() for name, value in found}
    connection.rollback()
    if (variables.get("log_bin"), variables.get("binlog_format")) != ("ON", "STATEMENT"):
        connection.execution_options(isolation_level="READ COMMITTED")


@repeated
def _connected(engine: Engine) -> Connection:
    """A connection. Nothing has been asked of it yet, so that waiting for the server is right whatever comes next."""
    with translated(engine):
        try:
            return engine.connect()
        except DBAPIError as error:
            if is_distrust(error.orig):
                # Whoever it is, he is not asked again.
                reason, name = _words(engine.url, error.orig), _settings.get(engine, SETTING)
                raise DatabaseError("tls.not_verified", name=name, url=_shown(engine.url), reason=reason) from error
            if engine.url.query and getattr(error.orig, "errno", 0) in _OF_PARAMETERS:
                raise _of_driver(engine, error.orig) from error
            raise
        except (AttributeError, LookupError, OSError, TypeError, ValueError) as error:
            raise _of_driver(engine, error) from error


_zoned: WeakSet[Engine] = WeakSet()


def _of_driver(engine: Engine, error: BaseException | None) -> KeywordAssetsError:
    """What the driver, or the server, says of the parameters in a URL while it connects."""
    for fault in surroundings.key_log_faults():
        return fault
    reason = _words(engine.url, error)
    return InputError("database.driver_refused", name=_settings.get(engine, SETTING), reason=reason)


# What a connection can fail with for its parameters alone: of the driver, before there is one (-1), and of the server
# about `init_command`, `charset`, `collation`, `time_zone` and `sql_mode`.
_OF_PARAMETERS = (-1, 1064, 1115, 1193, 1231, 1238, 1273, 1298)
# Where the URL of an engine was set.
_settings: WeakKeyDictionary[Engine, str] = WeakKeyDictionary()
_writers: WeakKeyDictionary[Engine, AbstractContextManager[Any]] = WeakKeyDictionary()


def _one_writer(engine: Engine) -> AbstractContextManager[Any]:
    """On SQLite the threads of a process queue here: SQLite itself lets them sleep and try again."""
    if is_mysql(engine.dialect):
        return nullcontext()
    return _writers.setdefault(engine, threading.Lock())


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Turn SQLAlchemy's errors into one of ours, with one line that names the cause."""
    try:
        yield
    except SQLAlchemyError as error:
        # It goes into tracebacks and events of Dagster's, too.
        _secrets_of(engine.url).scrub(error)
        raise _ours(engine.url, error) from error


def _secrets_of(url: URL) -> Secrets:
    return Secrets.of({SETTING: url.render_as_string(hide_password=False)})


def _words(url: URL, error: BaseException | None) -> str:
    """What a driver or server says, in one line without secrets; it may quote the row that it refuses, or the URL."""
    return _shown_words(_secrets_of(url).scrubbed(str(error)))


def _ours(url: URL, error: SQLAlchemyError) -> KeywordAssetsError:
    fault = fault_of(error)
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    reason = say("database.silent") if is_silence(cause) else _words(url, cause)
    params = {"url": _shown(url), "reason": reason}
    if fault in PASSING:
        return _MayPass(fault, _is_hopeless(url, fault), **params)
    if fault is Fault.NO_SUCH_NAME:
        return InputError(fault.key, reason=reason)
    return (RowRefused if fault is Fault.ROW else DatabaseError)(fault.key, **params)


def refusal_of_row(error: SQLAlchemyError | RowRefused) -> str | None:
    """Why a row was refused for what is in it (or missing from it), where others would be taken; None for all else."""
    if isinstance(error, RowRefused):
        return str(error.params["reason"])
    return _shown_words(getattr(error, "orig", error)) if fault_of(error) is Fault.ROW else None


def _shown_words(cause: object) -> str:
    """What a server or driver said, in one line: it may quote a row, of whatever length and with whatever letters."""
    return visible(mask(str(cause)[:_MASKED_CHARS]), _REASON_CHARS)
