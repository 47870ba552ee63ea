"""Connections to read from and to write in; what goes wrong there comes out as an error of ours."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from keyword_assets.configuration import surroundings
from keyword_assets.configuration.secrecy import Secrets
from keyword_assets.core.errors import DatabaseError, InputError, KeywordAssetsError, RowRefused
from keyword_assets.core.foreign import visible
from keyword_assets.core.texts import say
from keyword_assets.privacy import mask
from keyword_assets.sql.database.dialects import is_mysql
from keyword_assets.sql.database.faults import PASSING, DatabaseFault, fault_of, is_silence
from keyword_assets.sql.database.retries import MayPass, answered, is_hopeless, repeated
from keyword_assets.sql.database.sqlite import WRITES
from keyword_assets.sql.database.tls import is_distrust
from keyword_assets.sql.database.urls import SETTING, shown

# Of what a server says, so much is masked, and so much is told.
_MASKED_CHARS, _REASON_CHARS = 2_000, 300
# What a connection can fail with for its parameters alone: of the driver, before there is one (-1), and of the server
# about `init_command`, `charset`, `collation`, `time_zone` and `sql_mode`.
_OF_PARAMETERS = (-1, 1064, 1115, 1193, 1231, 1238, 1273, 1298)
# Where the URL of an engine was set.
_settings: WeakKeyDictionary[Engine, str] = WeakKeyDictionary()
_writers: WeakKeyDictionary[Engine, AbstractContextManager[Any]] = WeakKeyDictionary()


def remember_setting(engine: Engine, setting: str) -> None:
    """Where the URL of an engine was set, for what is said of it."""
    _settings[engine] = setting


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read from; database errors come out as ours."""
    with translated(engine), _connected(engine) as connection:
        yield connection
    answered(engine.url)


def streamed(connection: Connection, statement: sa.Executable, rows: int) -> sa.CursorResult[*tuple[Any, ...]]:
    """What a statement finds, fetched by so many rows: memory holds no more of it, however much that is."""
    return connection.execute(statement, execution_options={"stream_results": True, "yield_per": rows})


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
        _connected(engine).execution_options(**{WRITES: True}) as connection,
    ):
        if not locks_what_it_reads and is_mysql(engine.dialect):
            _read_without_locks(connection)
        with connection.begin():
            yield connection
    answered(engine.url, wrote=True)


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
                raise DatabaseError("tls.not_verified", name=name, url=shown(engine.url), reason=reason) from error
            if engine.url.query and getattr(error.orig, "errno", 0) in _OF_PARAMETERS:
                raise _of_driver(engine, error.orig) from error
            raise
        except (AttributeError, LookupError, OSError, TypeError, ValueError) as error:
            raise _of_driver(engine, error) from error


def _of_driver(engine: Engine, error: BaseException | None) -> KeywordAssetsError:
    """What the driver, or the server, says of the parameters in a URL while it connects."""
    for fault in surroundings.key_log_faults():
        return fault
    reason = _words(engine.url, error)
    return InputError("database.driver_refused", name=_settings.get(engine, SETTING), reason=reason)


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
    params = {"url": shown(url), "reason": reason}
    if fault in PASSING:
        return MayPass(fault, is_hopeless(url, fault), **params)
    if fault is DatabaseFault.NO_SUCH_NAME:
        return InputError(fault.key, reason=reason)
    return (RowRefused if fault is DatabaseFault.ROW else DatabaseError)(fault.key, **params)


def refusal_of_row(error: SQLAlchemyError | RowRefused) -> str | None:
    """Why a row was refused for what is in it (or missing from it), where others would be taken; None for all else."""
    if isinstance(error, RowRefused):
        return str(error.params["reason"])
    return _shown_words(getattr(error, "orig", error)) if fault_of(error) is DatabaseFault.ROW else None


def _shown_words(cause: object) -> str:
    """What a server or driver said, in one line: it may quote a row, of whatever length and with whatever letters."""
    return visible(mask(str(cause)[:_MASKED_CHARS]), _REASON_CHARS)
