"""Writers are at work while `db upgrade` runs, and know nothing of it."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from keyword_assets_tests.harm.kinds import Kind
from keyword_assets_tests.harm.sessions import Session
from keyword_assets_tests.harm.twins import Connection, Twins, command
from keyword_assets_tests.mariadb import MySQLServer

MODES = ("ordinary", "empty", "no_backslash_strict", "ansi")


class Writer(threading.Thread):
    """Inserts, changes and deletes rows of its own without a pause until it is told to stop."""

    def __init__(self, connection: Connection, number: int, first: str) -> None:
        super().__init__(daemon=True)
        self._connection = connection
        self._number = number
        self._first = first
        self._stop_asked = threading.Event()
        self.rounds = 0
        self.errors: Counter[str] = Counter()

    def run(self) -> None:
        """In turn, until the end."""
        key = 1_000_000 * self._number
        while not self._stop_asked.is_set():
            key += 1
            for statement in (
                f"INSERT INTO chattings VALUES ({key}, 1, '\"일\"', {self._first}, 'n')",
                f"UPDATE chattings SET input_text = CONCAT(input_text, '!') WHERE chatting_pk = {key}",
                f"SELECT * FROM chattings WHERE chatting_pk = {key}",
                f"REPLACE INTO chattings VALUES ({key}, 1, '\"again\"', {self._first}, 'n')",
                f"DELETE FROM chattings WHERE chatting_pk = {key} AND room_id = 2",
            ):
                if error := self._connection.execute(statement).error:
                    self.errors[error] += 1
            self.rounds += 1

    def end(self) -> None:
        """Ask it to stop, and wait for it."""
        self._stop_asked.set()
        self.join()


@contextmanager
def _writers(server: MySQLServer, twins: Twins) -> Iterator[list[Writer]]:
    """One in each mode, at work."""
    with ExitStack() as stack:
        writers = []
        for number, mode in enumerate(MODES, start=1):
            connection = Connection(server.server_url, twins.after.name)
            stack.callback(connection.close)
            connection.begin_session(Session(mode=mode).statements())
            writers.append(Writer(connection, number, twins.kind.times[0]))
        for writer in writers:
            writer.start()
            stack.callback(writer.end)
        yield writers


@pytest.mark.parametrize(
    "kind",
    [Kind(), Kind(time="bigint", extra="empty"), Kind(time="timestamp_now", key="unique", extra="triggers")],
    ids=str,
)
def test_no_writer_fails_while_an_upgrade_runs(mysql_server: MySQLServer, kind: Kind) -> None:
    """Nor afterwards, nor does any row get lost."""
    with Twins(mysql_server, kind) as twins:
        with _writers(mysql_server, twins) as writers:
            ended = command(twins.after.url, "db", "upgrade")
            at_the_end = [writer.rounds for writer in writers]
            # Some more, with what the upgrade has made.
            while any(writer.rounds < before + 5 for writer, before in zip(writers, at_the_end, strict=True)):
                assert all(writer.is_alive() for writer in writers)
                threading.Event().wait(0.01)

        assert ended.code in (0, 2), ended.said
        assert [writer.errors for writer in writers] == [Counter()] * len(writers)
        written = twins.after.owner.must("SELECT COUNT(*) FROM chattings WHERE chatting_pk > 1000")
        assert int(written[0][0]) == sum(writer.rounds for writer in writers)


def test_an_upgrade_waits_for_no_writer(mysql_server: MySQLServer) -> None:
    """A transaction that was left open keeps a lock on the table's description: whoever changes that stands in line
    behind it, and all later writers behind him."""
    with Twins(mysql_server, Kind()) as twins, twins.connections() as (_, forgotten):
        forgotten.must(
            "START TRANSACTION",
            "INSERT INTO chattings (chatting_pk, input_text, created_at) VALUES (50, 'x', '2025-06-11')",
            "SELECT * FROM admin_chat_keywords",
        )
        ended = command(twins.after.url, "db", "upgrade")

        assert ended.code == 0, ended.said
        forgotten.must("COMMIT")
