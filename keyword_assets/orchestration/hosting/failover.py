"""What the storages of Dagster go through when their MySQL server fails over: they wait, and go on where they were.

What may be repeated: a transaction that was not committed is rolled back by the server, so all of them. Where the
acknowledgement of a commit was lost, nobody knows. Most of Dagster's calls come to the same when they are done twice.
The few that insert something without a key look first whether it is there, by a read that waits for the locks of the
lost transaction, should the server still be busy with it.

Another server in place of the old one, without Dagster's tables or without our account, is not waited for: each call
ends in words, and the daemon ends. Nor does a process give tables to it by itself, if this home's were there once. All
would look well, and nothing would be scheduled any more: the switches of schedules and sensors were in the old one.
"""

import functools
import inspect
import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FunctionType
from typing import Any, TypeVar

import sqlalchemy as sa
from dagster._core.storage.runs.schema import RunsTable
from dagster_mysql.utils import DagsterMySQLException
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, NoSuchTableError, SQLAlchemyError

from keyword_assets.configuration.secrecy import Secrets
from keyword_assets.configuration.sources import scrubbed
from keyword_assets.core.texts import say
from keyword_assets.orchestration.hosting.known_server import had_tables
from keyword_assets.orchestration.hosting.mysql_engines import engine_for
from keyword_assets.sql.database.engine import Limits, redacted
from keyword_assets.sql.database.faults import PASSING, DatabaseFault, fault_of, is_silence

# Not one of our loggers: their lines become events of the run, and would have to be stored in what is away just now.
log = logging.getLogger("dagster.mysql_storage")
T = TypeVar("T")

# Somebody looks at a page, and may reload it.
PAGE_SECONDS = 15
LONGEST_PAUSE = 3.0
# What Dagster calls the threads of its daemon.
_DAEMON = "dagster-daemon-"


class ServerGone(DagsterMySQLException):
    """Dagster's server was away for too long, or is another one than before; `key` and `params` say it."""

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(say(key, **params))
        self.key, self.params = key, params


class _UnansweredError(Exception):
    """A commit of which nobody knows whether it happened."""

    def __init__(self, cause: SQLAlchemyError) -> None:
        super().__init__(str(cause))
        self.cause = cause


# What hands out connections, watches in threads of its own, or calls another one many times.
_AS_IT_IS = {
    *("connect", "run_connection", "index_connection", "index_transaction", "watch", "end_watch", "dispose"),
    *("upgrade", "optimize_for_webserver", "store_event_batch", "register_instance"),
}


class Lasting:
    """Has a storage of dagster-mysql use our engine, and go on after a lost connection."""

    mysql_url: str

    def __init__(self, mysql_url: str, limits: Limits, retry_seconds: float) -> None:
        self._limits = limits
        self._retry_seconds = retry_seconds
        self._patient = False
        self._here = threading.local()
        self.mysql_url = mysql_url
        self._go_on(self._require_tables)
        # Asks the server what there is, and makes the tables where there are none.
        begin = super().__init__
        self._go_on(lambda: begin(mysql_url))  # type: ignore[call-arg]

    def __init_subclass__(cls) -> None:
        """Every public call of the storage goes on."""
        for name in dir(cls):
            call = inspect.getattr_static(cls, name)
            own = name in vars(cls) or name.startswith("_") or name in _AS_IT_IS
            if not own and isinstance(call, FunctionType) and not inspect.isgeneratorfunction(call):
                setattr(cls, name, _going_on(call))

    def _require_tables(self) -> None:
        """Let Dagster make its tables in a new database, but not in what stands in the place of the old one."""
        if self._has_tables():
            return
        if had_tables(self.mysql_url):
            raise _not_here("dagster.elsewhere", url=redacted(self.mysql_url), reason=RunsTable.name)
        log.warning(say("dagster.begins", url=redacted(self.mysql_url)))

    def _has_tables(self) -> bool:
        with self._engine.connect() as connection:
            return sa.inspect(connection).has_table(RunsTable.name)

    @property
    def _engine(self) -> Engine:
        return engine_for(self.mysql_url, self._limits, self._patient)

    @_engine.setter
    def _engine(self, made: Engine) -> None:
        """dagster-mysql makes one of its own; nothing was asked of it yet."""
        made.dispose()

    def optimize_for_webserver(self, statement_timeout: int, pool_recycle: int, max_overflow: int) -> None:
        """There is a pool already; but a page is an error sooner than a run is."""
        self._retry_seconds = min(self._retry_seconds, PAGE_SECONDS)

    def upgrade(self) -> None:
        """Change the tables; the server says nothing while it copies one."""
        self._patient = True
        try:
            super().upgrade()  # type: ignore[misc]
        finally:
            self._patient = False

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """A connection with a transaction; that of `_as_one`, where there is one."""
        if (outer := getattr(self._here, "connection", None)) is not None:
            yield outer
            return
        with self._go_on(self._engine.connect) as connection, connection.begin() as transaction:
            yield connection
            try:
                transaction.commit()
            except SQLAlchemyError as error:
                if not getattr(self._here, "going_on", False):
                    raise
                raise _UnansweredError(error) from error

    @contextmanager
    def _as_one(self) -> Iterator[None]:
        """All that this thread does with the storage meanwhile is one transaction."""
        with self._transaction() as connection:
            self._here.connection = connection
            try:
                yield
            finally:
                self._here.connection = None

    def _go_on(self, work: Callable[[], T], done: Callable[[], T | None] = lambda: None) -> T:
        """Do it until it is done, or the server has been away for too long.

        Args:
            work: one or more transactions.
            done: after a commit without an answer: what `work` returns if it has happened, None if not. Not needed
                for what comes to the same when it is done twice.

        Raises:
            ServerGone: the server was away for too long, or is another one.
        """
        if getattr(self._here, "going_on", False):
            return work()
        self._here.going_on = True
        try:
            return self._repeat(work, done)
        finally:
            self._here.going_on = False

    def _repeat(self, work: Callable[[], T], done: Callable[[], T | None]) -> T:
        began, unanswered = time.monotonic(), False
        for attempt in itertools.count(1):
            try:
                if unanswered and (found := done()) is not None:
                    return found
                unanswered = False
                return work()
            except _UnansweredError as error:
                unanswered, cause = True, error.cause
            except SQLAlchemyError as error:
                cause = error
            # Dagster keeps what it says, with all it came from. The URL may stand in `dagster.yaml` alone.
            Secrets.of({"DAGSTER_MYSQL_URL": self.mysql_url}).scrub(cause)
            waited = time.monotonic() - began
            params = {"url": redacted(self.mysql_url), "seconds": round(waited), "reason": _reason(cause)}
            if (key := self._elsewhere(cause)) is not None:
                raise _not_here(key, **params) from cause
            if fault_of(cause) not in PASSING:
                raise cause
            if waited > self._retry_seconds:
                raise ServerGone("dagster.gave_up", **params) from cause
            log.warning(say("dagster.goes_on", **params))
            time.sleep(min(LONGEST_PAUSE, 0.1 * 2 ** min(attempt, 8)))
        raise AssertionError

    def _elsewhere(self, error: SQLAlchemyError) -> str | None:
        """The words for a server that is another one than before; None for any other error."""
        fault = fault_of(error)
        if fault is DatabaseFault.UNKNOWN_DATABASE:
            return "dagster.elsewhere"
        if fault is DatabaseFault.DENIED and isinstance(error, DBAPIError) and error.statement is None:
            return "dagster.denied"
        if fault is DatabaseFault.NO_SUCH_NAME or isinstance(error, NoSuchTableError):
            # A single table or column that is missing is Dagster's to tell: its tables are of an older version.
            # A server that cannot be asked will say so at the next call.
            with suppress(SQLAlchemyError):
                return None if self._has_tables() else "dagster.elsewhere"
        return None

    def _is_there(self, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> bool:
        """Whether there is such a row; waits for whoever has inserted one and not yet committed it."""
        query = sa.select(table.c.id).where(*conditions).limit(1).with_for_update()
        with self._transaction() as connection:
            return connection.execute(query).first() is not None


def _going_on(call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call)
    def goes_on(self: Lasting, *args: Any, **kwargs: Any) -> Any:
        return self._go_on(lambda: call(self, *args, **kwargs))

    return goes_on


def _not_here(key: str, **params: Any) -> BaseException:
    """What to raise at such a server. A part of the daemon ends with it, and so the daemon.

    It would otherwise print where it stood for each of its parts and go on at once, megabytes a minute, for ever.
    """
    error = ServerGone(key, **params)
    if not threading.current_thread().name.startswith(_DAEMON):
        return error
    log.error(str(error))
    return SystemExit(1)


def _reason(error: SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    return say("database.silent") if is_silence(cause) else " ".join(scrubbed(cause).split())[:300]
