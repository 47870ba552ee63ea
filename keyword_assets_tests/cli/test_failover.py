"""The primary becomes another server in the middle of a command, as behind HAProxy, ProxySQL or a name that moves."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.sql.database import replica as replica_module
from keyword_assets.sql.database.engine import make_engine
from keyword_assets_tests.builders import query
from keyword_assets_tests.cli.breaking import TEXTS, everything_is_done_once, in_the_middle
from keyword_assets_tests.cli.conftest import CommandLine, Outcome
from keyword_assets_tests.cli.processes import sent, sent_twice
from keyword_assets_tests.mariadb import OrdinaryUser
from keyword_assets_tests.proxy import Proxy
from keyword_assets_tests.replication import Replicated, replicated
from keyword_assets_tests.session_variables import set_ours
from keyword_assets_tests.world import DAY, Chats, answers_to, written


@pytest.fixture
def pair(cli: CommandLine, monkeypatch: pytest.MonkeyPatch, hcx: SimulatorServer) -> Iterator[Replicated]:
    """Two servers, of which the second follows. HCX takes its time."""
    with replicated() as pair:
        monkeypatch.setenv("HCX_BATCH_SIZE", "4")
        hcx.faults.add(Fault("slow", seconds=0.1))
        yield pair


@pytest.fixture
def chats() -> Chats:
    """Adds messages to the primary."""
    return Chats()


@pytest.fixture
def way(pair: Replicated, chats: Chats, cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """What leads to the primary, with a database that has chats; days are counted on the replica."""
    way = Proxy(pair.primary.port)
    # An administrator may write where others may not.
    user = OrdinaryUser(pair.primary, "hunter2-not-to-be-seen")
    user.create()
    for name, port in {"KEYWORDS_DATABASE_URL": way.port, "KEYWORDS_READ_URL": pair.replica.port}.items():
        monkeypatch.setenv(name, sa.make_url(user.url).set(port=port).render_as_string(hide_password=False))
    assert cli("db", "upgrade").code == 0
    chats.add(*TEXTS)
    yield way
    way.close()


def _complete(cli: CommandLine) -> Outcome:
    return cli("complete", DAY, DAY, "--json")


def test_a_run_goes_on_where_the_primary_has_moved_to(
    cli: CommandLine, pair: Replicated, way: Proxy, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In good order: the old primary takes no writes any more, the new one has all of its; nothing is done twice."""
    # The server waits for our transactions to end, and they for each other and for the server.
    set_ours(monkeypatch, innodb_lock_wait_timeout=1)

    def move() -> None:
        pair.primary.execute("SET GLOBAL read_only = 1")
        pair.catch_up()
        time.sleep(0.5)
        pair.promote()
        way.lead_to(pair.replica.port)

    with in_the_middle(hcx, move):
        outcome = _complete(cli)

    everything_is_done_once(outcome, hcx)
    assert "read-only" in outcome.err


def test_a_run_goes_on_where_the_replica_has_taken_over_from_a_dead_primary(
    cli: CommandLine, pair: Replicated, way: Proxy, hcx: SimulatorServer
) -> None:
    """What the replica had not heard of is missing again, which is seen and mended; never is a day called finished
    that is not. What was lost, and in flight, is paid twice, and nothing else."""

    known: set[str] = set()
    replica = make_engine(os.environ["KEYWORDS_READ_URL"])

    def die() -> None:
        pair.fall_behind()
        known.update(row[0] for row in query(replica, "SELECT query_text FROM admin_chat_keywords"))
        time.sleep(0.2)
        pair.primary.kill9()
        pair.promote()
        way.lead_to(pair.replica.port)

    with in_the_middle(hcx, die):
        outcome = _complete(cli)
    replica.dispose()

    assert outcome.code == 0, outcome.err
    assert outcome.document["check"]["coverage"] == 1.0
    assert written() == answers_to(TEXTS)
    assert set(sent(hcx)) == set(TEXTS)
    assert len(sent_twice(hcx)) > 0
    assert len(known) > 0
    assert not known & sent_twice(hcx)


def test_check_and_doctor_say_when_the_replica_lags(
    cli: CommandLine,
    pair: Replicated,
    way: Proxy,
    chats: Chats,
    hcx: SimulatorServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    """`check` is as live as without one, and `doctor` tells what it is like."""
    monkeypatch.setenv("KEYWORDS_READ_WAIT_SECONDS", "0")
    monkeypatch.setattr(replica_module, "LEFT_ALONE_SECONDS", 0.0)
    hcx.faults.clear()
    _complete(cli)
    pair.catch_up()
    pair.fall_behind()
    chats.add("복제본이 아직 모르는 질문")

    behind = cli("check", DAY, DAY, "--json")
    seen = cli("doctor")
    pair.go_on()
    pair.catch_up()
    asked = _selects(pair)
    caught_up = cli("check", DAY, DAY, "--json", "--full")
    assert _selects(pair) > asked
    asked = _selects(pair)
    reported = cli("report", DAY, "--format", "csv", "--out", str(tmp_path))
    assert _selects(pair) > asked
    healthy = cli("doctor")
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", os.environ["KEYWORDS_READ_URL"])
    led_astray = cli("doctor")

    assert behind.code == caught_up.code == reported.code == 3
    assert behind.document["total"]["missing"] == caught_up.document["total"]["missing"] == 1
    assert "따라오지 못했습니다" in caplog.text
    assert "! 읽기 복제본" in seen.out
    assert "✔ 읽기 복제본" in healthy.out
    assert "read_only" not in healthy.out
    assert "이 서버는 쓰기를 받지 않음" in led_astray.out


def _selects(pair: Replicated) -> int:
    return int(pair.replica.execute("SHOW GLOBAL STATUS LIKE 'Com_select'")[0][1])
