"""A few connections to each MySQL server that Dagster's storages are on, kept by the process and tried before use."""

import os
import threading
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

from keyword_assets.sql.database.engine import Limits, make_engine

# A session whose client has gone without a word holds its locks until the server gives it up; eight hours by default.
# Who waits for a lock is told so before he takes the server for silent.
_SESSION = (
    "SET SESSION innodb_lock_wait_timeout = 20 /*!80000 , wait_timeout = 120 */ "
    "/*M!100300 , idle_transaction_timeout = 60 */"
)
_engines: dict[tuple[str, Limits, bool], Engine] = {}
_engines_lock = threading.Lock()


def engine_for(url: str, limits: Limits, patient: bool) -> Engine:
    """One for all storages and instances of the process: instances come and go, with each look at a sensor."""
    with _engines_lock:
        key = (url, limits, patient)
        if key not in _engines:
            _engines[key] = _make_engine(url, limits, patient)
        return _engines[key]


def _make_engine(url: str, limits: Limits, patient: bool) -> Engine:
    engine = make_engine(url, patient=patient, limits=limits, setting="DAGSTER_MYSQL_URL")

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(_SESSION)
        cursor.close()

    return engine


# Kept for ever: the driver says goodbye to the server when a connection is forgotten, and the parent would be cut off.
_inherited: list[sa.Pool] = []


def _after_fork() -> None:
    """A child has its parent's sockets, and would talk on them in between: it leaves them alone and opens its own."""
    global _engines_lock
    _engines_lock = threading.Lock()
    for engine in _engines.values():
        _inherited.append(engine.pool)
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_after_fork)
