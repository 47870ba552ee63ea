"""An engine for a database URL: embedded SQLite by default, MySQL or MariaDB by URL."""

import logging
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Engine, ExceptionContext

from keyword_assets.sql.database.faults import ELSEWHERE, DatabaseFault, fault_of_driver
from keyword_assets.sql.database.packets import keep_within_packets
from keyword_assets.sql.database.retries import reached
from keyword_assets.sql.database.sessions import settle
from keyword_assets.sql.database.sqlite import sqlite_engine
from keyword_assets.sql.database.tls import insist
from keyword_assets.sql.database.transactions import remember_setting
from keyword_assets.sql.database.urls import SETTING, driver_arguments, is_file, parse_url, shown

log = logging.getLogger(__name__)

IN_MEMORY = Path(":memory:")
# A frozen server, or a network that was cut, says nothing at all, and the system waits for it for ever. The longest
# statement measured, a count of ten million messages on a busy machine, said nothing for 51 s.
SILENCE_SECONDS = 600

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
    # The connector's part in C is there or not, as the machine's OpenSSL is new or old, and is another client: it takes
    # a server without TLS where a certificate was asked for, and does not say which connection was lost.
    "use_pure": True,
}


@dataclass(frozen=True)
class Limits:
    """How long a MySQL server may say nothing, in seconds, and how many connections are kept for what comes next."""

    connect: int = 10
    silence: int = field(default_factory=lambda: SILENCE_SECONDS)
    kept: int = 10
    more: int = 5


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
        return sqlite_engine(parsed, look_only)
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
    return shown(parse_url(url))


def _mysql_engine(url: URL, patient: bool, limits: Limits, setting: str) -> Engine:
    # With them comes the driver, which a file can do without.
    from keyword_assets.sql.database.contexts import share_contexts
    from keyword_assets.sql.database.cursors import ask_nothing
    from keyword_assets.sql.database.sockets import set_up_sockets

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

    share_contexts()
    ask_nothing(engine)
    set_up_sockets(engine)
    settle(engine)
    insist(engine, setting)

    @event.listens_for(engine, "connect")
    def prepare(_connection: Any, _record: Any) -> None:
        reached(url)

    @event.listens_for(engine, "handle_error")
    def recognise(context: ExceptionContext) -> None:
        # SQLAlchemy does not know all the ways in which mysql-connector says it, and would give the dead connection
        # to the next one who asks.
        if fault_of_driver(context.original_exception) in ELSEWHERE:
            context.is_disconnect = True

    keep_within_packets(engine)
    remember_setting(engine, setting)
    logging.getLogger("sqlalchemy.pool.impl.QueuePool").addFilter(_is_news)
    return engine


def _is_news(record: logging.LogRecord) -> bool:
    """Not that a connection was lost when it was handed back: the pool replaces it, and has a traceback for it."""
    error = record.exc_info[1] if record.exc_info else None
    return error is None or fault_of_driver(error) is not DatabaseFault.LOST
