"""What the storages of Dagster go through when their MySQL server fails over: they wait, and go on where they were.

What may be repeated: a transaction that was not committed is rolled back by the server, so all of them. Where the
acknowledgement of a commit was lost, nobody knows. Most of Dagster's calls come to the same when they are done twice.
The few that insert something without a key look first whether it is there, by a read that waits for the locks of the
lost transaction, should the server still be busy with it.
"""

import functools
import inspect
import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any, TypeVar

import sqlalchemy as sa
from dagster_mysql.utils import DagsterMySQLException
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from keyword_assets.configuration.secrecy import Secrets
from keyword_assets.configuration.sources import scrubbed
from keyword_assets.core.texts import say
from keyword_assets.orchestration.hosting.mysql_engines import engine_for
from keyword_assets.sql.database.engine import Limits, redacted
from keyword_assets.sql.database.faults import PASSING, DatabaseFault, fault_of, is_silence

# Not one of our loggers: their lines become events of the run, and would have to be stored in what is away just now.
log = logging.getLogger("dagster.mysql_storage")
T = TypeVar("T")

# Somebody looks at a page, and may reload it.
PAGE_SECONDS = 15
LONGEST_PAUSE = 3.0
# A server that was the primary until a moment ago takes no writes, though it still answers.
_AWAY = PASSING | {DatabaseFault.READ_ONLY}
# A table or the whole database that is not there: most likely another server than before.
_ELSEWHERE = (DatabaseFault.UNKNOWN_DATABASE, DatabaseFault.NO_SUCH_NAME)


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
            DagsterMySQLException: the server was away for too long, or is another one.
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
            fault = fault_of(cause)
            waited = time.monotonic() - began
            params = {"url": redacted(self.mysql_url), "seconds": round(waited), "reason": _reason(cause)}
            if fault in _ELSEWHERE:
                raise DagsterMySQLException(say("dagster.elsewhere", **params)) from cause
            if fault not in _AWAY:
                raise cause
            if waited > self._retry_seconds:
                raise DagsterMySQLException(say("dagster.gave_up", **params)) from cause
            log.warning(say("dagster.goes_on", **params))
            time.sleep(min(LONGEST_PAUSE, 0.1 * 2 ** min(attempt, 8)))
        raise AssertionError

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


def _reason(error: SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    return say("database.silent") if is_silence(cause) else " ".join(scrubbed(cause).split())[:300]
