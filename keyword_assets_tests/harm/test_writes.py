"""No write ends otherwise after `db upgrade`: a choice of what `python -m keyword_assets_tests.harm` runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from keyword_assets_tests.conftest import GIVEN_URL
from keyword_assets_tests.harm.clients import Clients
from keyword_assets_tests.harm.kinds import Kind, kinds, served_kinds
from keyword_assets_tests.harm.matrix import Result, run
from keyword_assets_tests.harm.sessions import ORDINARY, Session
from keyword_assets_tests.harm.twins import BAD_INPUT, Command, Twins, command, wrongs
from keyword_assets_tests.harm.writes import Files, large, writes
from keyword_assets_tests.mariadb import MySQLServer

# Times that are no dates, texts that are no text, rows without transactions, and an owner's table of our name.
UNSERVED = (
    Kind(time="bigint", extra="empty"),
    Kind(time="varchar_32", extra="empty", rows="absent"),
    Kind(time="timestamp_now", extra="namesake"),
    Kind(text="blob", rows="blob"),
    Kind(text="varbinary", engine="MyISAM", rows="myisam"),
    Kind(rows="varchar", extra="triggers"),
)


def test_writes_end_as_before(mysql_server: MySQLServer) -> None:
    """Whatever the types, the keys, the engine, the neighbours, and whoever writes; and none of these is refused."""
    result = run(mysql_server, [Kind(), *served_kinds(strength=1)], every=40)

    assert result.writes > 1_000, result.summary()
    assert not result.refused
    _assert_no_harm(result)


def test_refused_upgrades_change_nothing(mysql_server: MySQLServer) -> None:
    """What broke before when the first row came, and whatever else we cannot read."""
    result = run(mysql_server, [*UNSERVED, *kinds(strength=1)], every=160)

    assert result.writes > 1_000, result.summary()
    assert len(result.refused) >= len(UNSERVED)
    _assert_no_harm(result)


def _assert_no_harm(result: Result) -> None:
    assert not result.wrongs, result.summary()
    assert not result.differences, "\n".join([result.summary(), *map(str, result.differences[:10])])


@pytest.mark.parametrize("kind", [Kind(extra="triggers"), Kind(time="bigint", extra="empty")], ids=str)
def test_command_in_a_process_of_its_own(mysql_server: MySQLServer, tmp_path: Path, kind: Kind) -> None:
    """As it is typed."""
    with Twins(mysql_server, kind) as twins:
        was = twins.after.world()
        done = subprocess.run(
            [sys.executable, "-m", "keyword_assets", "db", "upgrade"],
            cwd=tmp_path,
            env={**os.environ, "KEYWORDS_DATABASE_URL": twins.after.url},
            capture_output=True,
            text=True,
            check=False,
        )
        ended = Command(done.returncode, done.stdout + done.stderr)

        assert ended.code in (0, BAD_INPUT), ended.said
        assert wrongs(was, twins.after.world(), ended) == []


def test_dry_run_changes_nothing(mysql_server: MySQLServer) -> None:
    """Not even a table of ours."""
    for kind in (Kind(), *UNSERVED[:3]):
        with Twins(mysql_server, kind) as twins:
            was = twins.after.world()
            command(twins.after.url, "db", "upgrade", "--dry-run")

            assert twins.after.world() == was


def test_second_upgrade_changes_nothing(mysql_server: MySQLServer) -> None:
    """Nor does one after the tables have gone on living."""
    with Twins(mysql_server, Kind()) as twins:
        twins.upgrade()
        was = twins.after.world()
        ended = command(twins.after.url, "db", "upgrade")

        assert ended.code == 0, ended.said
        assert twins.after.world() == was


@pytest.mark.parametrize("charset", ["utf8mb4", "euckr", "latin1", "binary"])
def test_command_line_clients(mysql_server: MySQLServer, clients: list[Clients], charset: str) -> None:
    """What the servers' own client sends and is told, in the character set of its terminal."""
    with Twins(mysql_server, Kind(extra="triggers", rows="no_key")) as twins:
        twins.upgrade()
        told = []
        for side in twins.sides:
            scripts = [_script(twins.kind, mode) for mode in ("", "NO_BACKSLASH_ESCAPES", ORDINARY)]
            told.append([one.run(side.url, text, charset=charset).splitlines() for text in scripts for one in clients])

        assert len(told[0][0]) > 300
        for before, after in zip(*told, strict=True):
            assert before == after


def _script(kind: Kind, mode: str) -> str:
    parts = ["SET timestamp = 1749600000;", f"SET SESSION sql_mode = '{mode}';"]
    # A client in a folder of its own has no file of ours.
    for number, write in enumerate(writes(kind)):
        parts += [f"SELECT 'write {number} {write.name}';", "START TRANSACTION;"]
        parts += [f"{statement};" for statement in write.statements]
        parts += [f"SELECT * FROM {table} ORDER BY 1, 2, 3;" for table in write.looks_at]
        parts.append("ROLLBACK;")
    return "\n".join(parts)


def test_text_of_fifteen_megabytes(mysql_server: MySQLServer) -> None:
    """As large as a packet may be."""
    with Twins(mysql_server, Kind(text="longtext_not_null")) as twins, twins.connections() as pair:
        twins.upgrade()
        for write in large(twins.kind):
            before, after = twins.compare(pair, write.statements, [twins.kind.base])

            assert before == after
            assert before[0].error is None


def test_files_of_the_server(mysql_server: MySQLServer, tmp_path: Path) -> None:
    """A server on this machine loads and writes them: no difference is none because all of it was refused."""
    if GIVEN_URL:
        pytest.skip("KEYWORDS_TEST_MYSQL_URL may name a server elsewhere, which has other files")
    with Twins(mysql_server, Kind(key="none", extra="triggers")) as twins, twins.connections() as pair:
        twins.upgrade()
        files = Files(tmp_path, twins.kind)
        for write in writes(twins.kind, files):
            if not write.name.startswith(("load", "outfile")):
                continue
            # Some of the rows are none for a strict session.
            for connection in pair:
                connection.begin_session(Session(mode="empty").statements())
            before, after = twins.compare(pair, write.statements, write.looks_at)
            written = [file.read_bytes() for file in tmp_path.glob("*.out")]
            files.forget_written()

            assert before == after
            assert [outcome.error for outcome in before] == [None] * len(before)
            if write.name.startswith("outfile"):
                assert written[0] == written[1]
                assert "환불 방법".encode() in written[0]
            else:
                assert before[0].rows >= 2
