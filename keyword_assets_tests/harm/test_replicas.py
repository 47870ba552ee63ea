"""A replica follows its primary by rows and by statements, whichever of the two was upgraded: two servers of one make,
of MySQL's where KEYWORDS_TEST_MYSQLD names one."""

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count, product
from pathlib import Path

import pytest

from keyword_assets_tests.harm.kinds import Kind
from keyword_assets_tests.harm.sessions import Session
from keyword_assets_tests.harm.twins import BAD_INPUT, Connection, Side, command
from keyword_assets_tests.harm.writes import Files, writes
from keyword_assets_tests.mariadb import PASSWORD, USER, PrivateMariaDB

PATIENCE = 120
MODES = ("ordinary", "empty", "no_backslash_strict", "ansi_quotes", "invalid_dates_lax", "traditional")
FORMATS = ("ROW", "STATEMENT", "MIXED")
DATABASE = "harm_primary"


@dataclass
class Pair:
    """A primary, its replica, and the owner's database on both."""

    primary: Side
    replica: Side
    is_mariadb: bool

    def catch_up(self) -> None:
        """Wait until the replica has done all that the primary did; fails when it stops with an error."""
        self.primary.owner.must(f"CREATE TABLE IF NOT EXISTS mark_{time.monotonic_ns()} (one INT)")
        mark = self.primary.owner.must("SHOW TABLES LIKE 'mark%'")
        deadline = time.monotonic() + PATIENCE
        while self.replica.owner.must("SHOW TABLES LIKE 'mark%'") != mark:
            status = self._status()
            assert status["error"] == "", status
            assert time.monotonic() < deadline, status
            time.sleep(0.05)

    def _status(self) -> dict[str, str]:
        statement = "SHOW SLAVE STATUS" if self.is_mariadb else "SHOW REPLICA STATUS"
        row = self.replica.owner.must(statement)[0]
        place = self.replica.owner.columns.index("Last_SQL_Error")
        return {"error": row[place], "all": " ".join(row)}


@pytest.fixture
def servers() -> Iterator[tuple[PrivateMariaDB, PrivateMariaDB]]:
    """Two servers of which the second follows the first. One that has stopped in a test would be none for the next."""
    with ExitStack() as stack:
        primary, replica = (
            stack.enter_context(
                PrivateMariaDB(options=[f"--server-id={number}", "--log-bin=changes", "--binlog-format=MIXED"])
            )
            for number in (1, 2)
        )
        is_mariadb = "MariaDB" in str(primary.execute("SELECT VERSION()"))
        login = f"HOST = '127.0.0.1', {{0}}_PORT = {primary.port}, {{0}}_USER = '{USER}', {{0}}_PASSWORD = '{PASSWORD}'"
        if is_mariadb:
            replica.execute(f"CHANGE MASTER TO MASTER_{login.format('MASTER')}, MASTER_USE_GTID = slave_pos")
            replica.execute("START SLAVE")
        else:
            replica.execute(f"CHANGE REPLICATION SOURCE TO SOURCE_{login.format('SOURCE')}, GET_SOURCE_PUBLIC_KEY = 1")
            replica.execute("START REPLICA")
        yield primary, replica


@contextmanager
def _pair(servers: tuple[PrivateMariaDB, PrivateMariaDB], kind: Kind) -> Iterator[Pair]:
    """The owner's tables on the primary, and on the replica as soon as that has heard of them."""
    primary, replica = servers
    with ExitStack() as stack:
        first = Side(primary, kind, DATABASE)
        stack.callback(lambda: primary.drop_database(DATABASE))
        stack.callback(first.owner.close)
        deadline = time.monotonic() + PATIENCE
        while not replica.execute(f"SHOW DATABASES LIKE '{DATABASE}'"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        second = Side(replica, kind, DATABASE, is_there=True)
        stack.callback(second.owner.close)
        pair = Pair(first, second, "MariaDB" in str(primary.execute("SELECT VERSION()")))
        first.make()
        first.fill()
        pair.catch_up()
        for side in (first, second):
            side.remember_columns()
        yield pair
        pair.catch_up()


class Service:
    """Writes of all kinds on the primary, committed."""

    def __init__(self, server: PrivateMariaDB, pair: Pair, folder: Path) -> None:
        self._server_url = server.server_url
        self._pair = pair
        self._files = Files(folder, pair.primary.kind)
        self._turns = count()
        self.done = 0

    def write(self, modes: Iterable[str]) -> None:
        """A third of them in each of these modes and each format; all of them in three formats of one mode."""
        connection = Connection(self._server_url, DATABASE)
        todo = writes(self._pair.primary.kind, self._files)
        for form, mode in product(FORMATS, modes):
            turn = next(self._turns)
            connection.begin_session([*Session(mode=mode).statements(), f"SET SESSION binlog_format = '{form}'"])
            for write in todo[turn % 3 :: 3]:
                # MariaDB's primary hands such a load on with an ESCAPED BY that its replica, in the same mode, refuses.
                if write.name.startswith("load") and mode == "no_backslash_strict":
                    continue
                for statement in write.statements:
                    connection.execute(statement)
                    self.done += 1
                self._files.forget_written()
            # The same rows again for the next turn, and some of each turn stay.
            connection.execute(f"UPDATE chattings SET chatting_pk = chatting_pk + {1000 * (turn + 1)}")
            self._pair.primary.owner.must(self._pair.primary.kind.seeds()[0].replace("INSERT", "INSERT IGNORE", 1))
        connection.close()


def _owners_tables(side: Side) -> dict[str, object]:
    return {
        name: what
        for name, what in side.world().items()
        if name.split()[-1] in side.kind.tables() or name.startswith("trigger")
    }


KINDS = (
    Kind(extra="triggers", rows="contract"),
    Kind(time="bigint", text="longtext_not_null", rows="absent"),
    Kind(time="timestamp_now", key="none", text="latin1", rows="no_key"),
)


# Not the replica and then its primary: MariaDB's replica takes a CREATE TABLE of what it has, MySQL's stops at it.
@pytest.mark.parametrize("upgraded", [("primary", "replica"), ("replica",)], ids="-then-".join)
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_replica_follows(
    servers: tuple[PrivateMariaDB, PrivateMariaDB], kind: Kind, upgraded: tuple[str, ...], tmp_path: Path
) -> None:
    """Whatever is written before, between and after, in every mode, by row and by statement: both hold the same rows in
    the same tables; and a replica that has had its primary's upgrade has nothing to make in one of its own."""
    with _pair(servers, kind) as pair:
        service = Service(servers[0], pair, tmp_path)
        service.write(["ordinary"])
        for side, modes in zip(upgraded, (MODES, ["empty"]), strict=False):
            ended = command(getattr(pair, side).url, "db", "upgrade")
            service.write(modes)
            pair.catch_up()

            assert ended.code == (BAD_INPUT if kind.time == "bigint" else 0), ended.said
            assert _owners_tables(pair.replica) == _owners_tables(pair.primary)

        assert service.done > 700
        assert upgraded == ("replica",) or pair.replica.world() == pair.primary.world()
