"""Dumps go to and fro between databases before and after `db upgrade`."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from keyword_assets_tests.harm.clients import Clients
from keyword_assets_tests.harm.kinds import Kind
from keyword_assets_tests.harm.twins import Side, Twins, command
from keyword_assets_tests.mariadb import MySQLServer

KINDS = (
    Kind(extra="triggers"),
    Kind(key="none", partitions="by_day", text="latin1", rows="no_key"),
    Kind(time="bigint", extra="generated", rows="absent"),
    Kind(extra="parent", time="timestamp_now", rows="timestamp"),
)
ROWS_ALONE = ("--no-create-info", "--skip-triggers", "--replace")
# How a table's dump may be written; MariaDB's program knows no other than these.
OPTIONS = (
    (),
    ("--complete-insert", "--skip-extended-insert"),
    ("--hex-blob", "--single-transaction", "--skip-opt", "--create-options"),
    ("--replace", "--no-create-info"),
    ("--insert-ignore", "--order-by-primary"),
    ("--xml", "--no-create-info"),
    ("--default-character-set=binary", "--compact"),
)


@contextmanager
def _empty_copy(server: MySQLServer, twins: Twins, end: str) -> Iterator[Side]:
    """Another database, with nothing in it."""
    name = twins.before.name[:-1] + end
    side = Side(server, twins.kind, name)
    try:
        yield side
    finally:
        side.owner.close()
        server.drop_database(name)


@pytest.fixture
def own_clients(mysql_server: MySQLServer, clients: list[Clients]) -> list[Clients]:
    """Those of the server's make: of the other's generated columns and collations a client makes something else."""
    is_mariadb = "MariaDB" in str(mysql_server.execute("SELECT VERSION()"))
    own = [program for program in clients if program.is_mariadb == is_mariadb]
    assert own, "KEYWORDS_TEST_CLIENTS names how to run the clients of the server's make"
    return own


def _owners(twins: Twins) -> list[str]:
    # A dump that names its tables has them in that order: parents first.
    rooms = ["rooms"] if twins.kind.extra == "parent" else []
    return [*rooms, *twins.kind.tables()]


def _world(side: Side, twins: Twins) -> dict[str, object]:
    """What the owner's tables and their triggers are; a restored procedure has another creator's time."""
    return {what: value for what, value in side.world().items() if what.split()[-1] in (*_owners(twins), "chat_before")}


def _rows(side: Side, twins: Twins) -> dict[str, object]:
    return {what: value for what, value in _world(side, twins).items() if what.startswith("rows ")}


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_dumps_are_what_they_were(mysql_server: MySQLServer, clients: list[Clients], kind: Kind) -> None:
    """Byte for byte, in each way to write them."""
    with Twins(mysql_server, kind) as twins:
        twins.upgrade()
        for program in clients:
            for options in OPTIONS:
                before, after = (
                    program.dump(side.url, *options, side.name, *_owners(twins)).replace(side.name, "db")
                    for side in twins.sides
                )

                assert before == after


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_dump_of_an_upgraded_database_is_restored_elsewhere(
    mysql_server: MySQLServer, own_clients: list[Clients], kind: Kind
) -> None:
    """All of it with our tables, into an empty database: the service finds what it had."""
    for program in own_clients:
        with (
            Twins(mysql_server, kind) as twins,
            _empty_copy(mysql_server, twins, "c") as before,
            _empty_copy(mysql_server, twins, "d") as after,
        ):
            twins.upgrade()
            # A server may describe a restored table in other words: of both in the same.
            for side, copy in zip(twins.sides, (before, after), strict=True):
                program.restore(copy.url, program.dump(side.url, "--routines", side.name))
                copy.read_like(side)

            assert _world(after, twins) == _world(before, twins)
            assert _rows(after, twins) == _rows(twins.before, twins)
            assert command(after.url, "db", "upgrade").code == command(twins.after.url, "db", "upgrade").code


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_dump_from_before_is_restored_after(mysql_server: MySQLServer, own_clients: list[Clients], kind: Kind) -> None:
    """Over the upgraded tables, and its rows alone into tables that were emptied."""
    for program in own_clients:
        with Twins(mysql_server, kind) as twins:
            was = _rows(twins.before, twins)
            owners = _owners(twins)
            dumps = [
                [program.dump(side.url, *options, side.name, *owners) for options in ((), ROWS_ALONE)]
                for side in twins.sides
            ]
            twins.upgrade()
            for side, (whole, _) in zip(twins.sides, dumps, strict=True):
                program.restore(side.url, whole)

            assert _world(twins.after, twins) == _world(twins.before, twins)
            assert _rows(twins.after, twins) == was

            for side, (_, rows) in zip(twins.sides, dumps, strict=True):
                # Triggers would write their part once more.
                side.owner.must(*(f"DROP TRIGGER {name}" for name, *_ in side.owner.must("SHOW TRIGGERS")))
                for table in reversed(twins.kind.tables()):
                    side.owner.must(f"DELETE FROM {table}")
                program.restore(side.url, rows)

            assert _world(twins.after, twins) == _world(twins.before, twins)
            assert _rows(twins.after, twins) == was
