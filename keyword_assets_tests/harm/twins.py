"""Two databases made alike, of which one is upgraded; and what a statement does in each."""

import io
import os
import socket
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import mysql.connector
import sqlalchemy as sa

from keyword_assets.cli.main import run
from keyword_assets_tests.harm.kinds import Kind
from keyword_assets_tests.harm.sessions import ORDINARY, Session
from keyword_assets_tests.mariadb import MySQLServer

# Both writers live at the same moment, whenever each of them is asked.
_MOMENT = 1_749_600_000.25
# What an upgrade may make where it was not: tables of ours, and the three of the user's if they are absent.
_MAY_BE_MADE = ("table keyword_", "rows keyword_")
_USERS = ("chattings", "admin_categories", "admin_chat_keywords")
BAD_INPUT = 2
_CHANGING = ("INSERT", "UPDATE", "REPLACE", "DELETE")


class NotOffered(Exception):
    """The server has no such table, mode or variable."""


@dataclass(frozen=True)
class Outcome:
    """What one statement did: the error or none, the rows found or changed, the warnings."""

    error: str | None
    rows: Any
    warnings: Any


@dataclass(frozen=True)
class Command:
    """How a command of ours ended."""

    code: int
    said: str


def command(url: str, *arguments: str) -> Command:
    """Run one of our commands on a database, in this process."""
    said = io.StringIO()
    settings = {"KEYWORDS_DATABASE_URL": url, "DAGSTER_DISABLE_TELEMETRY": "1"}
    with patch.dict(os.environ, settings), redirect_stdout(said), redirect_stderr(said):
        code = run(arguments)
    return Command(code, said.getvalue())


class Connection:
    """A writer's connection to one database, or to none."""

    def __init__(self, server_url: str, database: str | None = None) -> None:
        url = sa.make_url(server_url)
        self._database = database
        # The names of the columns of the last rows.
        self.columns: list[str] = []
        self._connection: Any = mysql.connector.connect(
            host=url.host,
            port=url.port or 3306,
            user=url.username,
            password=url.password,
            database=database,
            charset="utf8mb4",
            collation="utf8mb4_general_ci",
            autocommit=True,
            allow_local_infile=True,
        )
        # The end of a prepared statement gets no answer, and whatever follows it would wait 40 ms for one.
        self._connection._socket.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """End it."""
        self._connection.close()

    def begin_session(self, statements: Iterable[str]) -> None:
        """Forget the session before, and make one of this kind.

        Raises:
            NotOffered: the server does not know the mode or the variable.
        """
        self._connection.cmd_reset_connection()
        for statement in (f"SET timestamp = {_MOMENT}", *statements):
            outcome = self.execute(statement)
            if outcome.error:
                raise NotOffered(outcome.error)

    def must(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements that have to succeed; the rows of the last one."""
        rows: Any = []
        for statement in statements:
            outcome = self.execute(statement)
            assert outcome.error is None, f"{outcome.error}: {statement}"
            rows = outcome.rows
        return rows if isinstance(rows, list) else []

    def execute(self, statement: str, protocol: str = "text") -> Outcome:
        """Run one statement; an error is an outcome, too."""
        # The driver makes values of rows from prepared statements, and cannot of all that a server keeps.
        prepared = protocol == "prepared" and statement.startswith(_CHANGING)
        how = {"prepared": True} if prepared else {"buffered": True, "raw": True}
        cursor = self._connection.cursor(**how)
        try:
            cursor.execute(statement)
            found = sorted(map(self._row, cursor.fetchall())) if cursor.with_rows else cursor.rowcount
            self.columns = list(cursor.column_names)
            warned = cursor.warning_count
            while not prepared and cursor.nextset():
                pass
        except mysql.connector.Error as error:
            return Outcome(self._plain(f"{error.errno} {error.sqlstate} {error.msg}"), None, self._warnings())
        finally:
            cursor.close()
        return Outcome(None, found, self._warnings() if warned else ())

    def _warnings(self) -> tuple[Any, ...]:
        with self._connection.cursor(buffered=True, raw=True) as cursor:
            cursor.execute("SHOW WARNINGS")
            return tuple(self._row(row) for row in cursor.fetchall())

    def _row(self, row: Sequence[Any]) -> tuple[str, ...]:
        values = (bytes(value).decode("utf-8", "backslashreplace") if _is_bytes(value) else str(value) for value in row)
        return tuple(self._plain(value) for value in values)

    def _plain(self, text: str) -> str:
        """The text without the database's name, in which the twins differ."""
        return text.replace(self._database, "db") if self._database else text


def _is_bytes(value: Any) -> bool:
    return isinstance(value, bytes | bytearray)


class Side:
    """One of the two databases."""

    def __init__(self, server: MySQLServer, kind: Kind, name: str, *, is_there: bool = False) -> None:
        self.name = name
        self.kind = kind
        self.url = server.url(name) if is_there else server.create_database(name)
        self.owner = Connection(server.server_url, name)
        self.owner.begin_session([f"SET SESSION sql_mode = '{ORDINARY}'"])
        self._reading: dict[str, str] = {}
        self._at_first: list[Outcome] | None = None

    def make(self) -> None:
        """Create the tables.

        Raises:
            NotOffered: the server refuses a table.
        """
        for statement in self.kind.create():
            outcome = self.owner.execute(statement)
            if outcome.error:
                raise NotOffered(f"{outcome.error}: {statement}")

    def fill(self) -> None:
        """Fill the tables, with whatever the types make of the values.

        Raises:
            NotOffered: the server refuses a row.
        """
        for statement in ("SET SESSION sql_mode = ''", *self.kind.seeds(), f"SET SESSION sql_mode = '{ORDINARY}'"):
            outcome = self.owner.execute(statement)
            if outcome.error:
                raise NotOffered(f"{outcome.error}: {statement}")

    def reset(self) -> None:
        """The rows as they were at first, where they cannot be rolled back. Most writes are reads, or are refused."""
        tables = self.kind.tables()
        if self._rows(tables) == self._at_first:
            return
        for table in tables:
            self._empty(table)
        self.fill()
        if "chat_audit" in tables:
            self._empty("chat_audit")
        self._at_first = self._rows(tables)

    def _rows(self, tables: Iterable[str]) -> list[Outcome]:
        return [self.rows_of(self.owner, table) for table in tables]

    def _empty(self, table: str) -> None:
        # Quicker than TRUNCATE. MySQL's ARCHIVE knows neither, and rows that grow with each write end in gigabytes.
        if self.owner.execute(f"DELETE FROM {table}").error and self.owner.execute(f"TRUNCATE TABLE {table}").error:
            self.owner.must(
                # What is no date is copied, too, on the way to where it goes.
                "SET SESSION sql_mode = ''",
                f"ALTER TABLE {table} ENGINE = MyISAM",
                f"TRUNCATE TABLE {table}",
                f"ALTER TABLE {table} ENGINE = ARCHIVE",
                f"SET SESSION sql_mode = '{ORDINARY}'",
            )

    def remember_columns(self) -> None:
        """Keep in mind the columns that the owner's tables have now; `rows_of` looks at these."""
        found = self.owner.must(
            "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS "
            f"WHERE TABLE_SCHEMA = '{self.name}' ORDER BY ORDINAL_POSITION"
        )
        for table in sorted({table for table, _ in found}):
            columns = [f"`{column}`" for name, column in found if name == table]
            # Long ones by their hash: a packet may hold the text, but not twice its length.
            values = ", ".join(
                f"IF(OCTET_LENGTH({c}) > 500, SHA2(CAST({c} AS BINARY), 256), HEX(CAST({c} AS BINARY)))"
                for c in columns
            )
            self._reading[table] = f"SELECT {values} FROM `{table}`"

    def read_like(self, other: "Side") -> None:
        """Look at the columns that the other looks at."""
        self._reading = other._reading

    def rows_of(self, connection: Connection, table: str) -> Outcome:
        """The owner's columns of all rows, byte for byte."""
        return connection.execute(self._reading[table])

    def world(self) -> dict[str, Any]:
        """Everything that is in the database, by what it is and its name."""
        show, found = self.owner.must, {"database": self.owner.must("SHOW CREATE DATABASE `" + self.name + "`")}
        for table, kind in show("SHOW FULL TABLES"):
            of = "VIEW" if kind == "VIEW" else "TABLE"
            found[f"table {table}"] = show(f"SHOW CREATE {of} `{table}`")[0][1]
            if table in self._reading:
                found[f"rows {table}"] = self.rows_of(self.owner, table).rows
        for name, *_ in show("SHOW TRIGGERS"):
            found[f"trigger {name}"] = show(f"SHOW CREATE TRIGGER `{name}`")[0][:6]
        for of in ("PROCEDURE", "FUNCTION"):
            for row in show(f"SHOW {of} STATUS WHERE Db = '{self.name}'"):
                found[f"{of.lower()} {row[1]}"] = show(f"SHOW CREATE {of} `{row[1]}`")
        for row in show(f"SHOW EVENTS IN `{self.name}`"):
            found[f"event {row[1]}"] = row
        found["references"] = show(
            "SELECT TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE "
            f"WHERE REFERENCED_TABLE_SCHEMA = '{self.name}'"
        )
        return found


class Twins:
    """`before` is never touched by us, `after` is upgraded; usable as a context manager.

    Raises:
        NotOffered: the server has no such tables.
    """

    def __init__(self, server: MySQLServer, kind: Kind) -> None:
        self.kind = kind
        self._server = server
        self._mark = f"harm_{uuid.uuid4().hex[:12]}"
        self._stack = ExitStack()

    def __enter__(self) -> "Twins":
        with ExitStack() as stack:
            self.before, self.after = (self._side(stack, end) for end in ("b", "a"))
            self._stack = stack.pop_all()
        return self

    def _side(self, stack: ExitStack, end: str) -> Side:
        # Of one length: texts with the name in them are cut off alike.
        name = f"{self._mark}_{end}"
        stack.callback(self._server.drop_database, name)
        side = Side(self._server, self.kind, name)
        stack.callback(side.owner.close)
        side.make()
        if not self.kind.is_empty_at_first:
            side.fill()
        side.remember_columns()
        return side

    def __exit__(self, *exc_info: object) -> None:
        self._stack.close()

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both."""
        return self.before, self.after

    def upgrade(self) -> tuple[Command, list[str]]:
        """`db upgrade` on one of them: how it ended, and what it should not have done."""
        was = self.after.world()
        ended = command(self.after.url, "db", "upgrade")
        found = wrongs(was, self.after.world(), ended)
        if self.kind.is_empty_at_first:
            self.before.fill()
            try:
                self.after.fill()
            except NotOffered as reason:
                found.append(f"the first rows are refused: {reason}")
        return ended, found

    def made(self) -> list[str]:
        """What makes the tables, with their rows, that the upgrade has made."""
        owner, statements = self.after.owner, []
        there = self.before.owner.must("SHOW TABLES")
        for (table,) in owner.must("SHOW TABLES"):
            if (table,) not in there:
                statements.append(owner.must(f"SHOW CREATE TABLE `{table}`")[0][1])
                rows = owner.must(f"SELECT * FROM `{table}`")
                statements += [f"INSERT INTO `{table}` VALUES ({', '.join(map(repr, row))})" for row in rows]
        return statements

    @contextmanager
    def connections(self) -> Iterator[tuple[Connection, Connection]]:
        """A connection of a writer to each."""
        with ExitStack() as stack:
            pair = tuple(Connection(self._server.server_url, side.name) for side in self.sides)
            for connection in pair:
                stack.callback(connection.close)
            yield pair[0], pair[1]

    def begin_session(self, pair: tuple[Connection, Connection], session: Session) -> None:
        """Make both connections sessions of this kind, the first to open the tables."""
        for side, connection in zip(self.sides, pair, strict=True):
            connection.begin_session(session.statements())
            # What a server has read of a table with the modes of one session it keeps for others.
            side.owner.must(f"FLUSH TABLES {', '.join(self.kind.tables())}")

    def compare(
        self,
        pair: tuple[Connection, Connection],
        statements: Sequence[str],
        looks_at: Sequence[str],
        protocol: str = "text",
    ) -> tuple[list[Outcome], list[Outcome]]:
        """The outcomes of the same statements in both, and the rows after them; then all is as it was."""
        found: list[list[Outcome]] = []
        for side, connection in zip(self.sides, pair, strict=True):
            if self.kind.is_transactional:
                connection.must("START TRANSACTION")
            outcomes = [connection.execute(statement, protocol) for statement in statements]
            outcomes += [side.rows_of(connection, table) for table in looks_at]
            if self.kind.is_transactional:
                connection.must("ROLLBACK")
            else:
                side.reset()
            found.append(outcomes)
        return found[0], found[1]


def wrongs(was: Mapping[str, Any], now: Mapping[str, Any], ended: Command) -> list[str]:
    """What an upgrade did to a database that it should not have done, in words."""
    found = [f"changed: {name}" for name in was if now.get(name) != was[name]]
    made = [name for name in now if name not in was]
    if ended.code:
        found += [f"refused with {ended.code}: {ended.said.strip()[-200:]}"] if ended.code != BAD_INPUT else []
        return [*found, *(f"refused, but made: {name}" for name in made)]
    # Other programs write to these from now on, under any mode.
    found += [f"made with a computed column: {name}" for name in made if "GENERATED ALWAYS" in str(now[name])]
    absent = tuple(f"{what} {table}" for what in ("table", "rows") for table in _USERS)
    return [*found, *(f"made: {name}" for name in made if not name.startswith(_MAY_BE_MADE) and name not in absent)]
