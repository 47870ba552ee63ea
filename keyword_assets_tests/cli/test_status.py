"""`status` and `metrics`: how everything stands, shown, watched, scraped, and asked for by containers."""

import http.server
import json
import re
import signal
import socket
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import grpc
import pytest
from dagster._daemon.types import DaemonHeartbeat
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from sqlalchemy.engine import make_url

from keyword_assets.cli import looking
from keyword_assets.cli.commands import standing
from keyword_assets.configuration.settings import Settings
from keyword_assets.orchestration.hosting.instance import open_instance
from keyword_assets.sql.watching import looking as sql_looking
from keyword_assets_tests.cli.conftest import CommandLine, Outcome, Process
from keyword_assets_tests.listening import Listening
from keyword_assets_tests.services import free_ports
from keyword_assets_tests.test_heartbeat import TOKEN, Service
from keyword_assets_tests.test_heartbeat import service as service
from keyword_assets_tests.world import DAY, KEY, TODAY, Chats, questions

YESTERDAY = "2025-06-19"


class Gate(Listening):
    """The way to a server: open, shut, or silent."""

    def __init__(self, port: int) -> None:
        self._server_port = port
        self.state = "open"
        super().__init__()

    def _serve(self, client: socket.socket) -> None:
        if self.state == "silent":
            # Until the client has enough of it.
            client.recv(1)
        if self.state != "open":
            client.close()
            return
        server = socket.create_connection(("127.0.0.1", self._server_port))
        threading.Thread(target=self._pass, args=(server, client), daemon=True).start()
        self._pass(client, server)

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for end in (one, other):
            end.close()


@pytest.fixture
def gate(on_mysql: None, mysql_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """A MariaDB behind a gate is the database in force."""
    url = make_url(mysql_url)
    assert url.port is not None
    found = Gate(url.port)
    through = url.set(port=found.port).render_as_string(hide_password=False)
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", through)
    yield found
    found.close()


def watched(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, *between: object, options: tuple[str, ...] = ()
) -> Outcome:
    """`status --watch` with something done after each look, and Ctrl-C in the end."""
    steps = iter(between)

    def sleep(_seconds: float) -> None:
        step = next(steps, None)
        if not callable(step):
            raise KeyboardInterrupt
        step()

    monkeypatch.setattr(standing.time, "sleep", sleep)
    return cli("status", "--watch", "--lang", "en", *options)


def test_one_screen_tells_all(cli: CommandLine, chats: Chats) -> None:
    """In Korean, and in a document with the same numbers; nothing of a key or a question is in either."""
    chats.add(*questions(3))
    assert cli("basic", DAY, "--limit", "1").code == 3

    shown, document = cli("status"), cli("status", "--json")

    assert shown.code == document.code == 0
    assert "실행 중 아무도 일하고 있지 않습니다" in shown.story
    assert f"누락 1일: {DAY} · 질문 2개 (격리 0개) · 가장 오래된 것: {DAY}" in shown.story
    assert "1일 중 0일 완료 · 처리율 33.3 % (1/3)" in shown.story
    assert "Dagster 데몬이 돈 적이 없습니다 daily_keywords_schedule 꺼짐" in shown.story
    assert document.document["gaps"]["days"] == [DAY]
    assert document.document["last_run"]["outcome"] == "limit"
    assert document.document["spent"]["requests_today"] == 1
    for said in (shown.out, document.out):
        assert KEY not in said
        assert not any(text in said for text in questions(3))


def test_in_a_log_file_it_is_a_line_at_a_time(cli: CommandLine, chats: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C is the way to end it, and no fault."""
    chats.add(*questions(3))
    assert cli("check", DAY).code == 3

    lines = watched(cli, monkeypatch, lambda: None)
    documents = watched(cli, monkeypatch, lambda: None, options=("--json",))

    assert (lines.code, lines.err) == (0, "")
    first, second = lines.out.splitlines()
    assert first.startswith("2025-06-20 09:30:00 · at work 0 · coverage")
    assert second.endswith("0 questions a minute · today 0.00 KRW")
    assert [json.loads(line)["fault"] for line in documents.out.splitlines()] == [None, None]


def test_an_outage_is_shown_and_waited_out(gate: Gate, cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, and not after the minute for which a run would wait; a server that says nothing is no different."""
    monkeypatch.setattr(sql_looking, "IMPATIENT", sql_looking.Limits(connect=1, silence=1, kept=1, more=1))
    monkeypatch.setattr(looking, "DEADLINE_SECONDS", 5.0)

    seen = watched(
        cli,
        monkeypatch,
        lambda: setattr(gate, "state", "shut"),
        lambda: setattr(gate, "state", "silent"),
        lambda: setattr(gate, "state", "open"),
    )

    assert seen.code == 0
    before, shut, silent, after = seen.out.splitlines()
    assert " · at work 0 · " in before
    assert "cannot look: " in shut
    assert "cannot look: " in silent
    assert " · at work 0 · " in after


def test_a_dagster_that_is_away_takes_nothing_else_away(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its storage may be on another server; the line about it says so."""
    configured = "storage: {mysql: {mysql_url: 'mysql+mysqlconnector://user:s3cret@127.0.0.1:9/dagster'}}"
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "dagster.yaml").write_text(configured, encoding="utf-8")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "away"))

    shown, document = cli("status", "--lang", "en"), cli("status", "--json")

    assert (shown.code, document.code) == (0, 0)
    assert "at work nobody" in shown.story
    assert "127.0.0.1:9" in shown.story
    assert document.document["dagster"] is None
    assert "127.0.0.1:9" in document.document["dagster_unknown"]
    assert "s3cret" not in shown.out + document.out


def test_health_of_the_database(gate: Gate, cli: CommandLine) -> None:
    """One line, and 1 for whatever is amiss: Docker keeps 2 for itself."""
    well = cli("status", "--health", "--lang", "en")
    gate.state = "shut"
    ill = cli("status", "--health", "database", "--lang", "en")

    assert (well.code, ill.code) == (0, 1)
    assert well.out.startswith("healthy: the database mysql+mysqlconnector://")
    assert ill.out.startswith("unhealthy: ")
    assert ill.out.count("\n") == well.out.count("\n") == 1
    assert "***" in well.out


def test_a_schema_that_is_not_in_place_is_not_healthy(
    cli: CommandLine, mysql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container of a new version before `db upgrade`."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", mysql_url)

    assert cli("status", "--health").code == 1


def test_health_of_the_daemon(cli: CommandLine, clock: object) -> None:
    """By its last sign of life, which counts for so many minutes; before there was one, it is not well."""
    never = cli("status", "--health", "daemon")
    settings = Settings.from_env()
    at = datetime.replace(TODAY, tzinfo=settings.timezone) - timedelta(minutes=7)
    with open_instance(settings) as instance:
        for part in ("SENSOR", "SCHEDULER"):
            instance.add_daemon_heartbeat(DaemonHeartbeat(at.timestamp(), part, "id", []))

    assert never.code == 1
    assert cli("status", "--health", "daemon").code == 1
    lately = cli("status", "--health", "daemon", "--minutes", "8", "--lang", "en")
    assert lately.code == 0
    assert lately.out == "healthy: the daemon, last heard of at 2025-06-20 09:23:00\n"
    assert "조용합니다: SCHEDULER, SENSOR" in cli("status", "--lang", "ko").story


def test_health_of_servers(cli: CommandLine) -> None:
    """Each is asked in its own way: a webserver over HTTP, a code server over gRPC."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/server_info" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    code_server = grpc.server(ThreadPoolExecutor(1))
    servicer = health.HealthServicer()
    servicer.set("DagsterApi", health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, code_server)
    code_port = code_server.add_insecure_port("127.0.0.1:0")
    code_server.start()
    (free,) = free_ports(1)
    with http.server.HTTPServer(("127.0.0.1", 0), Page) as page:
        threading.Thread(target=page.handle_request, daemon=True).start()
        web = cli("status", "--health", "webserver", "--at", f"127.0.0.1:{page.server_port}", "--lang", "en")
    code = cli("status", "--health", "code-server", "--at", f"127.0.0.1:{code_port}")
    code_server.stop(None).wait()

    assert (web.code, code.code) == (0, 0)
    assert web.out.startswith("healthy: the webserver at 127.0.0.1:")
    for part in ("webserver", "code-server"):
        absent = cli("status", "--health", part, "--at", f"127.0.0.1:{free}")
        assert (absent.code, absent.out.count("\n")) == (1, 1)
    assert cli("status", "--health", "webserver", "--at", "nowhere").code == 2
    assert cli("status", "--health", "--json").code == 2


def test_metrics_are_served_until_somebody_ends_it(cli: CommandLine, process: Process) -> None:
    """On loopback without a log-in; beyond it not without one."""
    assert cli("metrics", "--listen", "0.0.0.0:0").code == 2
    served = process("metrics", "--listen", "127.0.0.1:0", "--lang", "en")
    found = re.search(r"http://127\.0\.0\.1:\d+(?=/metrics)", served.stderr.readline())
    assert found is not None
    with urllib.request.urlopen(f"{found[0]}/metrics", timeout=30) as answer:
        metrics = answer.read().decode()
    with urllib.request.urlopen(f"{found[0]}/healthz", timeout=30) as answer:
        assert answer.read() == b"ok\n"
    served.send_signal(signal.SIGTERM)

    assert served.wait() == 0
    assert "keyword_assets_up 1.0" in metrics
    assert KEY not in metrics


def test_the_switch_is_called_when_yesterday_is_done(
    cli: CommandLine, chats: Chats, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not for another day, nor while something is left; and one that fails costs the run nothing."""
    monkeypatch.setenv("KEYWORDS_HEARTBEAT_URL", service.url)
    chats.add(*questions(2), day=YESTERDAY)

    assert cli("basic", DAY).code == 0
    assert cli("basic", YESTERDAY, "--limit", "1").code == 3
    assert service.paths == []

    service.status = 500
    failed = cli("basic", YESTERDAY)
    assert failed.code == 0
    assert "HTTP 500" in failed.err
    assert TOKEN not in failed.err

    service.status = 200
    assert cli("basic", YESTERDAY).code == 0
    assert len(service.paths) == 2


def test_logs_are_json_where_that_is_set(process: Process, service: Service, chats: Chats) -> None:
    """What goes to stderr of a command that asks for a document is one object a line."""
    service.status = 500
    chats.add(*questions(1), day=YESTERDAY)
    settings = {"KEYWORDS_LOG_FORMAT": "json", "KEYWORDS_HEARTBEAT_URL": service.url, "KEYWORDS_END_DATE": YESTERDAY}

    ran = process("basic", YESTERDAY, "--json", **settings)
    out, err = ran.communicate()

    assert ran.wait() == 0
    assert json.loads(out)["processed"] == 1
    records = {record["logger"]: record for record in map(json.loads, err.splitlines())}
    record = records["keyword_assets.heartbeat"]
    assert record["level"] == "WARNING"
    assert "HTTP 500" in record["message"]
