"""The database fails in the middle of a command, which goes on where it can and says in one line where it cannot."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.sql.classifying import workers
from keyword_assets.sql.database import engine, retries
from keyword_assets_tests.cli.breaking import TEXTS, everything_is_done_once, in_the_middle
from keyword_assets_tests.cli.conftest import CommandLine, Outcome
from keyword_assets_tests.cli.processes import sent
from keyword_assets_tests.mariadb import OrdinaryUser, PrivateMariaDB
from keyword_assets_tests.session_variables import set_ours
from keyword_assets_tests.world import DAY, Chats, answers_to, execute, keyword_rows

SECRET = "hunter2-not-to-be-seen"
PATIENCE = 60


@pytest.fixture(scope="module")
def server() -> Iterator[PrivateMariaDB]:
    """A server of our own, which may be killed."""
    with PrivateMariaDB() as server:
        yield server


@pytest.fixture
def user(
    server: PrivateMariaDB, cli: CommandLine, monkeypatch: pytest.MonkeyPatch, hcx: SimulatorServer
) -> Iterator[OrdinaryUser]:
    """The user whose database is in force: upgraded, with chats; HCX takes its time."""
    with OrdinaryUser(server, SECRET) as user:
        monkeypatch.setenv("KEYWORDS_DATABASE_URL", user.url)
        monkeypatch.setenv("HCX_BATCH_SIZE", "4")
        assert cli("db", "upgrade").code == 0
        Chats().add(*TEXTS)
        hcx.faults.add(Fault("slow", seconds=0.1))
        yield user


def last_line(outcome: Outcome) -> str:
    """The one line that says why a command ended; before it there may have been retries, and nothing else."""
    *retries, complaint = outcome.err.splitlines()
    assert all("다시 시도합니다" in line or "trying again" in line for line in retries), outcome.err
    assert SECRET not in outcome.err
    return complaint


@pytest.mark.parametrize("stop", [PrivateMariaDB.kill9, PrivateMariaDB.halt], ids=["kill -9", "orderly"])
def test_a_run_outlives_a_restart_of_the_server(
    cli: CommandLine,
    server: PrivateMariaDB,
    user: OrdinaryUser,
    hcx: SimulatorServer,
    stop: Callable[[PrivateMariaDB], None],
) -> None:
    """Nobody is awake to start it again."""

    def restart() -> None:
        stop(server)
        time.sleep(1)
        server.restart()

    with in_the_middle(hcx, restart):
        outcome = cli("complete", DAY, DAY, "--json")

    everything_is_done_once(outcome, hcx)
    assert "다시 시도합니다" in outcome.err


def test_a_run_outlives_the_loss_of_its_connections_while_there_are_no_others(
    cli: CommandLine, user: OrdinaryUser, hcx: SimulatorServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody's dashboard was quicker."""

    def take_all() -> None:
        # One by one, because each of ours that ends leaves a place for us and for them.
        with user.all_connections_taken():
            deadline = time.monotonic() + 1
            while time.monotonic() < deadline:
                user.kill_connections()
                user.take_more()

    with in_the_middle(hcx, take_all):
        outcome = cli("complete", DAY, DAY, "--json")

    everything_is_done_once(outcome, hcx)
    assert "Too many connections" in caplog.text
    assert not [record for record in caplog.records if record.exc_info]


def test_a_run_outlives_a_lock_that_is_held_for_too_long(
    cli: CommandLine, user: OrdinaryUser, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup, or somebody's transaction in another window."""
    set_ours(monkeypatch, innodb_lock_wait_timeout=1)

    def lock() -> None:
        with closing(user.connect()) as other, closing(other.cursor()) as cursor:
            cursor.execute("SELECT * FROM keyword_locks FOR UPDATE")
            cursor.fetchall()
            time.sleep(1.8)

    with in_the_middle(hcx, lock):
        outcome = cli("complete", DAY, DAY, "--json")

    everything_is_done_once(outcome, hcx)
    assert "Lock wait timeout" in outcome.err


def test_a_run_outlives_deadlocks(cli: CommandLine, user: OrdinaryUser, hcx: SimulatorServer) -> None:
    """The old script writes at the same time, in an order of its own. Its part is played by a trigger that says so."""
    execute(
        "CREATE TRIGGER deadlock BEFORE INSERT ON admin_chat_keywords FOR EACH ROW "
        "IF RAND() < 0.02 THEN SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'Deadlock found'; END IF"
    )

    outcome = cli("complete", DAY, DAY, "--json")

    everything_is_done_once(outcome, hcx)
    assert "Deadlock" in outcome.err


def test_a_run_on_a_server_that_becomes_read_only_says_so_and_goes_on_later(
    cli: CommandLine,
    server: PrivateMariaDB,
    user: OrdinaryUser,
    hcx: SimulatorServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A failover without an end: what was saved is kept, and the next run does the rest as soon as the claims of this
    one lapse."""
    monkeypatch.setattr(retries, "OUTAGE_SECONDS", 0.5)
    monkeypatch.setattr(workers, "ALIVE_SECONDS", 2.0)
    monkeypatch.setattr(workers, "_HEARTBEAT_SECONDS", 0.5)
    # The server waits for our transactions to end, and they for each other and for the server.
    set_ours(monkeypatch, innodb_lock_wait_timeout=1)
    try:
        with in_the_middle(hcx, lambda: server.execute("SET GLOBAL read_only = 1")):
            outcome = cli("complete", DAY, DAY, "--json")
    finally:
        server.execute("SET GLOBAL read_only = 0")
    saved = {row["query_text"] for row in keyword_rows()}
    hcx.reset()
    again = cli("complete", DAY, DAY, "--json")

    assert (outcome.code, outcome.out) == (4, "")
    assert "읽기 전용입니다" in last_line(outcome)
    assert 0 < len(saved) < len(TEXTS)
    assert (again.code, again.document["skipped"]) == (0, len(saved))
    assert not saved & set(sent(hcx))
    assert Counter((row["query_text"], row["keyword"], row["category_id"]) for row in keyword_rows()) == Counter(
        answers_to(TEXTS)
    )


def test_a_run_that_fills_the_disk_says_so(cli: CommandLine, user: OrdinaryUser, hcx: SimulatorServer) -> None:
    """A disk that is really full is in the store's tests; here it is the server's word for it."""

    def fill() -> None:
        execute(
            "CREATE TRIGGER full BEFORE INSERT ON keyword_answers FOR EACH ROW SIGNAL SQLSTATE 'HY000' "
            "SET MYSQL_ERRNO = 1114, MESSAGE_TEXT = 'The table is full'"
        )

    with in_the_middle(hcx, fill):
        outcome = cli("complete", DAY, DAY, "--json", "--lang", "en")

    assert (outcome.code, outcome.out) == (4, "")
    assert "no room left" in last_line(outcome)
    assert len(keyword_rows()) > 0


def test_a_server_that_does_not_come_back_ends_the_run_with_one_line(
    cli: CommandLine,
    server: PrivateMariaDB,
    user: OrdinaryUser,
    hcx: SimulatorServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After a minute, which is cut short here; whoever asks once more is told at once."""
    monkeypatch.setattr(retries, "OUTAGE_SECONDS", 1.5)

    with in_the_middle(hcx, server.kill9):
        began = time.monotonic()
        outcome = cli("complete", DAY, DAY, "--json")
        took = time.monotonic() - began
    server.restart()

    assert (outcome.code, outcome.out) == (4, "")
    assert "연결할 수 없습니다" in last_line(outcome)
    assert took < 15
    assert len(keyword_rows()) > 0


@pytest.fixture
def noticed_soon(user: OrdinaryUser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second's silence is enough, where ten minutes are; nobody waits long for a connection either."""
    monkeypatch.setattr(engine, "SILENCE_SECONDS", 1)
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", f"{user.url}?connection_timeout=1")


@pytest.mark.usefixtures("noticed_soon")
def test_a_run_outlives_a_server_that_freezes_for_a_while(
    cli: CommandLine, server: PrivateMariaDB, hcx: SimulatorServer
) -> None:
    """A virtual machine that is moved. When it goes on it does what it was asked, which we have asked again by then."""

    def freeze() -> None:
        server.freeze()
        time.sleep(3)
        server.thaw()

    with in_the_middle(hcx, freeze):
        outcome = cli("complete", DAY, DAY, "--json")

    everything_is_done_once(outcome, hcx)
    assert "다시 시도합니다" in outcome.err


@pytest.mark.usefixtures("noticed_soon")
def test_a_server_that_stays_frozen_ends_the_run_with_one_line(
    cli: CommandLine, server: PrivateMariaDB, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that waits for ever holds its place in the pool, and the next nights' runs behind it."""
    monkeypatch.setattr(retries, "OUTAGE_SECONDS", 1.5)

    try:
        with in_the_middle(hcx, server.freeze):
            outcome = cli("complete", DAY, DAY, "--json")
    finally:
        server.thaw()

    assert (outcome.code, outcome.out) == (4, "")
    assert "연결할 수 없습니다: 서버가 답하지 않음" in last_line(outcome)
    assert len(keyword_rows()) > 0
