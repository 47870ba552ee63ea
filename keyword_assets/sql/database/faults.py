"""What a database's failure is, whatever the database calls it: may it pass, or must somebody act?"""

import re
import sqlite3
from enum import Enum

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class DatabaseFault(Enum):
    """Kinds of failures."""

    LOST = "lost"
    CROWDED = "crowded"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    FULL = "full"
    DEMOTED = "demoted"
    READ_ONLY = "read_only"
    DENIED = "denied"
    UNKNOWN_DATABASE = "unknown"
    NO_SUCH_NAME = "no_such"
    ROW = "row"
    OTHER = "refused"

    @property
    def key(self) -> str:
        """The text that names the failure and says what to do."""
        # To whoever reads it, a server that was lost and did not come back is one that cannot be reached.
        alike = {
            DatabaseFault.LOST: DatabaseFault.UNREACHABLE,
            DatabaseFault.DEMOTED: DatabaseFault.READ_ONLY,
            DatabaseFault.ROW: DatabaseFault.OTHER,
        }
        return f"database.{alike.get(self, self).value}"


PASSING = frozenset({DatabaseFault.LOST, DatabaseFault.CROWDED, DatabaseFault.BUSY, DatabaseFault.DEMOTED})
"""Those that may be over in a moment, with nobody doing anything about it."""

ELSEWHERE = frozenset({DatabaseFault.LOST, DatabaseFault.DEMOTED})
"""Those after which the next connection may be to another server: what was open is of no use any more."""

_LOCK_WAIT = 1205
# What the server or the driver says, by number. From 2000 to 2999, and -1, it is the driver.
_NUMBERS = {
    DatabaseFault.LOST: (
        # No connection: refused (by socket, by TCP), no such host, gone, lost in the middle of a statement, lost to the
        # system's word, and mysql-connector's "MySQL Connection not available".
        *(2002, 2003, 2005, 2006, 2013, 2055, -1),
        # The server is shutting down; the connection broke while it read or wrote.
        *(1053, 1152, 1158, 1159, 1160, 1161),
        # The connection was killed (MariaDB), had been idle for too long (MySQL).
        *(1927, 4031),
        # Of a cluster: this one is not ready (Galera), has left it (group replication), takes nobody (offline mode).
        *(1047, 3100, 3032),
        # ProxySQL has no server to lead to.
        9001,
    ),
    # --read-only and --super-read-only, a read-only mode: so a primary becomes a replica.
    DatabaseFault.DEMOTED: (1290, 1836),
    # Too many connections: in all, of this user, and of this user by his grant.
    DatabaseFault.CROWDED: (1040, 1203, 1226),
    # Lock wait time-out, deadlock, a row that changed since our snapshot (MariaDB from 11.6), and one that another
    # server of the group has changed first.
    DatabaseFault.BUSY: (_LOCK_WAIT, 1213, 1020, 3101),
    # Disk full, the table or its tablespace is full, no room for a temporary table.
    DatabaseFault.FULL: (1021, 1114, 1878),
    # A read-only transaction, a table that is read-only.
    DatabaseFault.READ_ONLY: (1792, 1036),
    # Of a database, by password, of a statement, table, column or privilege, by host, by kind of password.
    DatabaseFault.DENIED: (1044, 1045, 1142, 1143, 1227, 1370, 1130, 1698, 1251),
    DatabaseFault.UNKNOWN_DATABASE: (1049,),
    # No such column, no such table.
    DatabaseFault.NO_SUCH_NAME: (1054, 1146),
    # A column that may not be null, a duplicate key, out of range, a column without default, an incorrect string
    # value (an emoji in a utf8mb3 column), data too long, a foreign key, check constraints, character set conversion.
    DatabaseFault.ROW: (1048, 1062, 1264, 1364, 1366, 1406, 1452, 3819, 3988, 4025),
}
_BY_NUMBER = {number: fault for fault, numbers in _NUMBERS.items() for number in numbers}
# Told apart by name, because their number is the server's word for a statement that it has broken off.
_SILENT = ("ReadTimeoutError", "WriteTimeoutError", "ConnectionTimeoutError")
# The system's error that a storage engine passes on under various numbers of its own.
_NO_SPACE = re.compile(r"\b(?:[Ee]rror|Errcode):? ?28\b|No space left on device")

_BY_SQLITE_CODE = {
    sqlite3.SQLITE_BUSY: DatabaseFault.BUSY,
    sqlite3.SQLITE_LOCKED: DatabaseFault.BUSY,
    sqlite3.SQLITE_FULL: DatabaseFault.FULL,
    sqlite3.SQLITE_READONLY: DatabaseFault.READ_ONLY,
}


def fault_of(error: SQLAlchemyError) -> DatabaseFault:
    """What kind of failure this is."""
    if isinstance(error, PoolTimeout):
        return DatabaseFault.CROWDED
    if not isinstance(error, DBAPIError) or error.orig is None:
        return DatabaseFault.OTHER
    fault = fault_of_driver(error.orig)
    if fault is DatabaseFault.OTHER and isinstance(error, (IntegrityError, DataError)):
        return DatabaseFault.ROW
    if fault is DatabaseFault.OTHER and error.connection_invalidated:
        return DatabaseFault.LOST
    if fault is DatabaseFault.OTHER and error.statement is None:
        # No statement was involved: then it was the connection itself that failed, and not for a reason that passes.
        return DatabaseFault.UNREACHABLE
    return fault


def waited_for_a_lock(error: DBAPIError) -> bool:
    """Whether a server's statement waited for a lock, or for a table that somebody uses, until its time was up."""
    return getattr(error.orig, "errno", None) == _LOCK_WAIT


def fault_of_driver(cause: BaseException) -> DatabaseFault:
    """The same for what the driver raised."""
    if isinstance(cause, sqlite3.Error):
        # The primary code is the low byte of the extended one. Errors of the module itself have none.
        return _BY_SQLITE_CODE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF, _sqlite_name(cause))
    if _NO_SPACE.search(str(cause)):
        return DatabaseFault.FULL
    if is_silence(cause):
        return DatabaseFault.LOST
    return _BY_NUMBER.get(getattr(cause, "errno", 0), DatabaseFault.OTHER)


def is_silence(cause: BaseException) -> bool:
    """Whether mysql-connector waited for the server for as long as it was told to."""
    return type(cause).__name__ in _SILENT


def _sqlite_name(cause: sqlite3.Error) -> DatabaseFault:
    return (
        DatabaseFault.NO_SUCH_NAME
        if str(cause).startswith(("no such table", "no such column"))
        else DatabaseFault.OTHER
    )
