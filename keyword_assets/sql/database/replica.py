"""A replica to count on, which is asked only while it has all that its primary had when somebody wanted to know.

A replica follows: a day may look finished on it that is not any more. So the primary first tells how far it is, by the
GTIDs of what it has committed, and each transaction on the replica begins with waiting until that server has them, too,
whichever one a balancer gave the connection to. One that does not have them in time, that others may write to, that has
other rows or cannot be reached is left alone for a while, and the primary counts.

GTIDs and no row that beats like a heart: who only looks writes nothing, and no account needs a right for it.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.errors import DatabaseError, InputError
from keyword_assets.core.texts import say
from keyword_assets.sql.database.dialects import is_sqlite
from keyword_assets.sql.database.engine import Limits, make_engine
from keyword_assets.sql.database.retries import not_waited_for
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.database.urls import shown

log = logging.getLogger(__name__)
T = TypeVar("T")

SETTING = "KEYWORDS_READ_URL"
# One that did not do is not tried again for so long: each try costs its patience, and a run counts each of its days.
LEFT_ALONE_SECONDS = 60.0
# MySQL takes 0 for "for ever".
_LEAST_WAIT_SECONDS = 0.001
# Another server is there to be asked.
_LIMITS = Limits(connect=5)
_OFF = ("0", "OFF")
# What is waited for is worth a line from here on.
_LONG_SECONDS = 1.0

# Which server it is, and how far: nothing where it does not number all that it commits.
_IDENTITY = {
    "mysql": "@@GLOBAL.server_uuid",
    # The port and the place of its data tell two on one machine apart.
    "mariadb": "CONCAT_WS(':', @@GLOBAL.hostname, @@GLOBAL.port, @@GLOBAL.server_id, @@GLOBAL.datadir)",
}
_GTIDS = {
    "mysql": "IF(@@GLOBAL.gtid_mode = 'ON', @@GLOBAL.gtid_executed, '')",
    "mariadb": "IF(@@GLOBAL.log_bin, @@GLOBAL.gtid_binlog_pos, '')",
}
_READ_ONLY = "@@GLOBAL.read_only, @@GLOBAL.innodb_read_only"
_WAIT = {"mysql": "WAIT_FOR_EXECUTED_GTID_SET(%s, %s)", "mariadb": "MASTER_GTID_WAIT(%s, %s)"}


class Read(Protocol):
    """Does work that only reads, on a database that has all that was committed when it was asked to."""

    def __call__(self, work: Callable[[Engine], T]) -> T:
        """What the work finds."""


@dataclass(frozen=True)
class _Position:
    """How far the primary is. `newest`: for each table whose keys grow, its newest row."""

    server: str
    gtids: str
    newest: Sequence[tuple[sa.TableClause, sa.ColumnElement[Any], sa.Row[Any]]]


class Replica:
    """The server of `KEYWORDS_READ_URL`, and when it may be asked.

    Args:
        primary: the database that it follows.
        url: its own.
        tables: the tables.
        wait_seconds: how long it may take to have what the primary has.

    Raises:
        InputError: the URL cannot be used, or one of the two is no server.
    """

    def __init__(self, primary: Engine, url: str, tables: Tables, wait_seconds: float) -> None:
        self.engine = make_engine(url, look_only=True, limits=_LIMITS, setting=SETTING)
        if is_sqlite(self.engine.dialect) or is_sqlite(primary.dialect):
            raise InputError("replica.no_server", name=SETTING)
        self._primary = primary
        self._tables = tables
        self._wait_seconds = max(float(wait_seconds), _LEAST_WAIT_SECONDS)
        self._position = _Position("", "", ())
        self._left_alone_until = 0.0
        if self.engine.url != primary.url:
            not_waited_for(self.engine.url)
        event.listen(self.engine, "begin", self._wait)

    @property
    def address(self) -> str:
        """Where it is, as it may be shown."""
        return shown(self.engine.url)

    def read(self, work: Callable[[Engine], T]) -> T:
        """What the work finds on the replica or else on the primary, on one of them as a whole."""
        if time.monotonic() < self._left_alone_until:
            return work(self._primary)
        # Without the primary there is no telling what the replica lacks.
        position = self._asked_primary()
        try:
            if (took := self._come_to(position)) >= _LONG_SECONDS:
                log.info(say("replica.waited", url=self.address, seconds=took))
            return work(self.engine)
        except (DatabaseError, InputError) as error:
            # What is wrong with the work itself, the primary will say.
            self._left_alone_until = time.monotonic() + LEFT_ALONE_SECONDS
            log.warning(say("replica.left_alone", reason=error, seconds=LEFT_ALONE_SECONDS))
        return work(self._primary)

    def catch_up(self) -> float:
        """Have the replica come to where the primary is now; returns how many seconds that took.

        Raises:
            DatabaseError: it did not, or it is none to count on; the message says why.
        """
        return self._come_to(self._asked_primary())

    def dispose(self) -> None:
        """Close its connections."""
        self.engine.dispose()

    def _asked_primary(self) -> _Position:
        """How far the primary is. Its newest rows are read first: at that position they are there."""
        with reading(self._primary) as connection:
            newest = list(self._newest(connection))
            make = _make(connection)
            server, gtids = connection.exec_driver_sql(f"SELECT {_IDENTITY[make]}, {_GTIDS[make]}").one()
        return _Position(str(server), str(gtids or ""), newest)

    def _come_to(self, position: _Position) -> float:
        """Wait for the replica; how many seconds it took."""
        if not position.gtids:
            raise DatabaseError("replica.no_gtids", url=shown(self._primary.url))
        began = time.monotonic()
        # A row may be edited while we look, and MySQL shows one to others a moment before it numbers its commit.
        if self._lacking(position) and (table := self._lacking(self._asked_primary())):
            raise DatabaseError("replica.other_rows", url=self.address, table=table)
        return time.monotonic() - began

    def _lacking(self, position: _Position) -> str | None:
        """The table of which the replica, once it is there, has not the newest row as it is on the primary."""
        self._position = position
        with reading(self.engine) as connection:
            for table, key, row in position.newest:
                if connection.execute(_row(table, key).where(key == row[0])).first() != row:
                    return table.name
        return None

    def _wait(self, connection: Connection) -> None:
        """At the beginning of each transaction on the replica."""
        position, make, url = self._position, _make(connection), self.address
        identity, wait = _IDENTITY[make], _WAIT[make]
        # The primary itself, which a balancer may lead to, follows nobody.
        statement = f"SELECT {identity} = %s, {_READ_ONLY}, IF({identity} = %s, 0, {wait})"
        given = (position.server, position.server, position.gtids, self._wait_seconds)
        is_primary, *read_only, waited = connection.exec_driver_sql(statement, given).one()
        if not is_primary and _are_off(read_only):
            raise DatabaseError("replica.writable", url=url)
        if waited != 0:
            raise DatabaseError("replica.behind", url=url, seconds=self._wait_seconds)

    def _newest(self, connection: Connection) -> Iterator[tuple[sa.TableClause, sa.ColumnElement[Any], sa.Row[Any]]]:
        messages, rows = self._tables.chattings, self._tables.admin_chat_keywords
        keys: list[tuple[sa.TableClause, sa.ColumnElement[Any]]] = []
        keys += [(messages, messages.c.chatting_pk)] if self._tables.key_grows else []
        keys += [(rows, sa.column(self._tables.row_key))] if self._tables.row_key else []
        for table, key in keys:
            found = connection.execute(_row(table, key).order_by(key.desc()).limit(1)).first()
            if found is not None:
                yield table, key, found


def takes_writes(connection: Connection) -> bool:
    """Whether it is a primary, as far as it says; administrators may write anyway."""
    if is_sqlite(connection.dialect):
        return True
    return _are_off(connection.exec_driver_sql(f"SELECT {_READ_ONLY}").one())


def _are_off(switches: Iterable[Any]) -> bool:
    return all(str(value) in _OFF for value in switches)


def _make(connection: Connection) -> str:
    return "mariadb" if getattr(connection.dialect, "is_mariadb", False) else "mysql"


def _row(table: sa.TableClause, key: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Rows with what is counted of them."""
    return sa.select(key, *(column for column in table.c if column is not key)).select_from(table)
