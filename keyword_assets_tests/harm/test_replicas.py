"""A replica follows its primary by rows and by statements, whichever of the two was upgraded."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest

from keyword_assets_tests.harm.kinds import Kind
from keyword_assets_tests.harm.sessions import Session
from keyword_assets_tests.harm.twins import Connection, Side, command
from keyword_assets_tests.harm.writes import writes
from keyword_assets_tests.mariadb import PASSWORD, USER, PrivateMariaDB

PATIENCE = 120
MODES = ("ordinary", "empty", "no_backslash_strict", "ansi_quotes", "invalid_dates_lax", "traditional")
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


def _write_everything(server: PrivateMariaDB, pair: Pair, formats: tuple[str, ...]) -> int:
    """Writes of all kinds on the primary, committed; returns how many."""
    done = 0
    connection = Connection(server.server_url, DATABASE)
    todo = [write for write in writes(pair.primary.kind, "nothing", "nothing") if not write.name.startswith("load")]
    for turn, (form, mode) in enumerate((form, mode) for form in formats for mode in MODES):
        connection.begin_session([*Session(mode=mode).statements(), f"SET SESSION binlog_format = '{form}'"])
        for write in todo[turn % 3 :: 3]:
            for statement in write.statements:
                connection.execute(statement)
                done += 1
        # The same rows again for the next turn, and some of each turn stay.
        connection.execute(f"UPDATE chattings SET chatting_pk = chatting_pk + {1000 * (turn + 1)}")
        pair.primary.owner.must(pair.primary.kind.seeds()[0].replace("INSERT", "INSERT IGNORE", 1))
    connection.close()
    return done


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


@pytest.mark.parametrize("upgraded", ["primary", "replica"])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_replica_follows(servers: tuple[PrivateMariaDB, PrivateMariaDB], kind: Kind, upgraded: str) -> None:
    """Whatever is written, in every mode, by row and by statement: both hold the same rows in the same tables."""
    with _pair(servers, kind) as pair:
        command(getattr(pair, upgraded).url, "db", "upgrade")
        done = _write_everything(servers[0], pair, ("ROW", "STATEMENT", "MIXED"))
        pair.catch_up()

        assert done > 500
        assert _owners_tables(pair.replica) == _owners_tables(pair.primary)
