"""Something between us and HCX answers in its place: for one text of many, or for everything.

Each of them is gone through without Dagster, which knows nothing of it; a page and a cut by whole commands.
"""

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle

import pytest

from keyword_assets.core.errors import HcxError
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets_tests import straight
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.world import DAY, KEY, Chats, answers_to, keyword_rows, questions, written

ATTACK = "DROP TABLE users; 뜻이 뭔가요?"
SQL = r"(?i)drop\s+table"
# A page where an answer should be, that leads elsewhere, that looks like a refused key, that a proxy sends, and that is
# waited for: what becomes of each status is in the tests of the client.
PAGES = [200, 302, 401, 407, 502]
CUTS = ["reset", "disconnect", "hang"]


def _faults(pages: list[int], **condition: str) -> list[Fault]:
    return [
        *(Fault("gateway_html", status=status, message="차단되었습니다", **condition) for status in pages),
        *(Fault(kind, seconds=5, **condition) for kind in CUTS),
    ]


_PAGE = Fault("gateway_html", status=403, message="차단되었습니다")
_CUT = Fault("reset")


def _name(fault: Fault) -> str:
    return f"{fault.kind}-{fault.status or ''}"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch, settings_in_force: None) -> None:
    monkeypatch.setenv("HCX_TIMEOUT_SECONDS", "2")


@pytest.mark.parametrize("fault", _faults(PAGES, pattern=SQL), ids=_name)
def test_a_text_that_a_firewall_blocks_costs_only_itself(chats: Chats, hcx: SimulatorServer, fault: Fault) -> None:
    """It once ended every run as a refused key, and with it the classification of all other questions."""
    texts = questions(24)
    chats.add(*texts, ATTACK)
    hcx.faults.add(fault)

    done = straight.complete()
    ((text, reason),) = straight.quarantined()

    assert (done.fatal, done.result.failed, done.day.missing, done.day.quarantined) == (None, 1, 1, 1)
    assert written() == answers_to(texts)
    assert text == ATTACK
    if fault.kind == "gateway_html":
        assert f"HTTP {fault.status}, HCX가 아니라" in reason
        assert "차단되었습니다" in reason


@pytest.mark.parametrize("fault", [_PAGE, _CUT], ids=_name)
def test_a_blocked_text_is_told_of_by_the_command_and_in_the_list(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, fault: Fault
) -> None:
    """Whoever is to have the rule mended reads there which text it was, and why."""
    texts = questions(24)
    chats.add(*texts, ATTACK)
    hcx.faults.add(replace(fault, pattern=SQL))

    outcome = cli("complete", DAY, DAY, "--json")
    (entry,) = cli("quarantine", "list", DAY, DAY, "--json").document["quarantined"]

    assert outcome.code == 3
    assert written() == answers_to(texts)
    assert (outcome.document["failed"], outcome.document["check"]["total"]["quarantined"]) == (1, 1)
    assert entry["text"] == ATTACK
    assert (f"HTTP {fault.status}, HCX가 아니라" in entry["reason"]) is (fault is _PAGE)


def test_once_the_firewall_has_learned_the_text_can_be_sent_again(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer
) -> None:
    """The operator reads the reason, has the rule mended, and asks for it."""
    chats.add(*questions(3), ATTACK)
    hcx.faults.add(Fault("gateway_html", status=403, pattern=SQL))
    straight.complete()
    hcx.reset()

    outcome = cli("quarantine", "retry", DAY, DAY)

    assert outcome.code == 0
    assert ATTACK in {row["query_text"] for row in keyword_rows()}


# One question and many by turns: how a way is told from a text does not depend upon what is in the way.
@pytest.mark.parametrize(
    ("fault", "number"),
    list(zip(_faults([200, 302, 403, 403, 502]), cycle((1, 40)), strict=False)),
    ids=lambda value: _name(value) if isinstance(value, Fault) else str(value),
)
def test_a_way_that_lets_nothing_through_is_no_question_s_fault(
    chats: Chats, hcx: SimulatorServer, fault: Fault, number: int
) -> None:
    """The proxy wants a password, the office wants a log-in: none may be lost."""
    chats.add(*questions(number))
    hcx.faults.add(fault)

    done = straight.complete()
    hcx.reset()

    assert (done.day.missing, done.day.quarantined) == (number, 0)
    assert isinstance(done.fatal, HcxError)
    assert "프록시는 쓰지 않습니다" in str(done.fatal)
    if fault.kind == "gateway_html":
        assert f"HTTP {fault.status}, " in str(done.fatal)
        assert "HCX_API_KEY" not in str(done.fatal)
    assert straight.complete().day.missing == 0


@pytest.mark.parametrize(("fault", "number"), [(_PAGE, 1), (_CUT, 40)], ids=["page", "cut"])
def test_a_way_that_lets_nothing_through_is_said_and_nothing_is_quarantined(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, fault: Fault, number: int
) -> None:
    """A person has to act, and then the same command does it all."""
    chats.add(*questions(number))
    hcx.faults.add(fault)

    outcome = cli("complete", DAY, DAY)
    total = cli("check", DAY, DAY, "--json").document["total"]
    hcx.reset()

    assert outcome.code == 4
    assert (total["missing"], total["quarantined"]) == (number, 0)
    complaint = outcome.err.splitlines()[-1]
    assert "프록시는 쓰지 않습니다" in complaint
    assert (f"HTTP {fault.status}, " in complaint) is (fault is _PAGE)
    assert "HCX_API_KEY" not in complaint
    assert cli("complete", DAY, DAY).code == 0


def test_a_blocked_text_does_not_hide_a_refused_key(
    cli: CommandLine, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HCX itself says so, in its envelope: a person has to act, at once."""
    chats.add(*questions(30), ATTACK)
    with SimulatorServer(SimulatorSettings(denied_keys=frozenset({KEY}))) as server:
        monkeypatch.setenv("HCX_BASE_URL", server.url)

        outcome = cli("complete", DAY, DAY, "--json")

        assert server.stats.snapshot.received <= 2
    assert outcome.code == 4
    assert "HTTP 401 40170" in outcome.complaint


class _LogInPage(BaseHTTPRequestHandler):
    """What a captive portal says to whatever it is asked."""

    def do_POST(self) -> None:
        page = b"<title>Please log in</title>"
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(403)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_arguments: object) -> None:
        """Nothing."""


@pytest.fixture
def portal() -> Iterator[str]:
    """Host and port of something on the way that answers everything with its own page."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _LogInPage) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_proxy_that_answers_is_named_without_its_password(
    cli: CommandLine, chats: Chats, portal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be the proxy itself that wants something."""
    chats.add(*questions(3))
    monkeypatch.setenv("HTTP_PROXY", f"http://me:s3cret@{portal}")
    monkeypatch.setenv("HCX_BASE_URL", "http://hcx.example")
    monkeypatch.setenv("KEYWORDS_ALLOW_PLAIN_HTTP", "true")

    outcome = cli("complete", DAY, DAY)

    assert outcome.code == 4
    assert "HTTP 403, " in outcome.err.splitlines()[-1]
    assert portal in outcome.err.splitlines()[-1]
    assert "s3cret" not in outcome.err + outcome.out


def test_doctor_tells_a_page_from_a_refused_key(
    cli: CommandLine, chats: Chats, portal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "Check the key" sends people to the wrong office."""
    monkeypatch.setenv("HCX_BASE_URL", f"http://{portal}")

    outcome = cli("doctor")

    assert outcome.code == 4
    assert "HTTP 403, HCX가 아니라 중간의 방화벽·프록시가 보낸 답: Please log in" in outcome.story
