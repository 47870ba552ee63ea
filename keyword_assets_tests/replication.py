"""A primary and a replica that follows it by GTIDs, of MySQL's make where KEYWORDS_TEST_MYSQLD names one."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from keyword_assets_tests.mariadb import PASSWORD, USER, PrivateMariaDB

PATIENCE = 60
_GTIDS = ("--gtid-mode=ON", "--enforce-gtid-consistency=ON")


class Replicated:
    """The two servers, and what becomes of them."""

    def __init__(self, primary: PrivateMariaDB, replica: PrivateMariaDB) -> None:
        self.primary, self.replica = primary, replica
        self._is_mariadb = "MariaDB" in str(primary.execute("SELECT VERSION()"))
        self._word = "SLAVE" if self._is_mariadb else "REPLICA"

    def begin(self) -> None:
        """Have the replica follow, and take no writes but the primary's."""
        source = "MASTER" if self._is_mariadb else "SOURCE"
        values = {"HOST": "'127.0.0.1'", "PORT": self.primary.port, "USER": f"'{USER}'", "PASSWORD": f"'{PASSWORD}'"}
        given = ", ".join(f"{source}_{name} = {value}" for name, value in values.items())
        if self._is_mariadb:
            self.replica.execute(f"CHANGE MASTER TO {given}, MASTER_USE_GTID = slave_pos")
        else:
            more = "SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1"
            self.replica.execute(f"CHANGE REPLICATION SOURCE TO {given}, {more}")
        self.replica.execute("SET GLOBAL read_only = 1")
        self.replica.execute(f"START {self._word}")

    def fall_behind(self) -> None:
        """From now on the replica does nothing of what it hears."""
        self.replica.execute(f"STOP {self._word} SQL_THREAD")

    def go_on(self) -> None:
        """Let it do what it has heard meanwhile."""
        self.replica.execute(f"START {self._word} SQL_THREAD")

    def catch_up(self) -> None:
        """Wait until the replica has what the primary has; fails where it never will."""
        wanted = self.primary.execute(f"SELECT @@GLOBAL.gtid_{'binlog_pos' if self._is_mariadb else 'executed'}")[0][0]
        wait = "MASTER_GTID_WAIT" if self._is_mariadb else "WAIT_FOR_EXECUTED_GTID_SET"
        assert self.replica.execute(f"SELECT {wait}('{wanted}', {PATIENCE})")[0][0] == 0, self._status()

    def promote(self) -> None:
        """The replica follows nobody any more, and takes writes."""
        self.replica.execute(f"STOP {self._word}")
        self.replica.execute("SET GLOBAL read_only = 0")

    def _status(self) -> list[Any]:
        return self.replica.execute(f"SHOW {self._word} STATUS")


@contextmanager
def replicated() -> Iterator[Replicated]:
    """Two new servers, of which the second follows the first."""
    with ExitStack() as stack:
        servers = [stack.enter_context(_server(number)) for number in (1, 2)]
        pair = Replicated(*servers)
        pair.begin()
        # It has heard of the primary at all.
        pair.primary.create_database("begun")
        deadline = time.monotonic() + PATIENCE
        while not pair.replica.execute("SHOW DATABASES LIKE 'begun'"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield pair


def _server(number: int) -> PrivateMariaDB:
    options = [f"--server-id={number}", "--log-bin=changes", "--binlog-format=ROW"]
    found = PrivateMariaDB(options)
    return found if found.is_mariadb else PrivateMariaDB([*options, *_GTIDS])
