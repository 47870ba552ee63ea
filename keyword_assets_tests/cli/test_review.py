"""`review` before it serves, and how it ends: what cannot be served is told at once."""

import re
import signal
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from keyword_assets.cli.commands import reviewing
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.quality.reviewing import Doubtful
from keyword_assets.listening import listen
from keyword_assets.sql.opening import open_store
from keyword_assets.sql.quality.doubtful import offer
from keyword_assets.web.guard import App
from keyword_assets_tests import builders
from keyword_assets_tests.builders import DAY
from keyword_assets_tests.cli.conftest import CommandLine, Process
from keyword_assets_tests.nursery import Child
from keyword_assets_tests.proxy import Proxy
from keyword_assets_tests.world import Chats, execute


@pytest.fixture
def queue(chats: Chats) -> None:
    """One doubtful answer."""
    chats.add("전학 절차")
    settings = Settings.from_env()
    with open_store(settings) as store:
        answer = Doubtful(DAY, "전학 절차", 1, '[["전학", 1]]', 0.5, "드문 낱말")
        offer(store.engine, store.tables, [answer])


def test_where_there_is_nothing_to_review_it_says_how_to_get_something(cli: CommandLine, chats: Chats) -> None:
    chats.add("전학 절차")

    outcome = cli("review", "--port", "0")

    assert (outcome.code, "audit draw" in outcome.err) == (2, True)


def test_a_service_waits_for_something_to_review(
    cli: CommandLine, chats: Chats, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever comes too early reads so on the page, and a supervisor need not start it again and again."""
    chats.add("전학 절차")
    pages: list[str] = []

    def serve(app: App, _listener: socket.socket, on_ready: Callable[[], None], *_: object) -> None:
        on_ready()
        with TestClient(app, base_url="http://localhost") as visitor:
            token = re.findall(r"token=\S+", capsys.readouterr().err)
            pages.append(visitor.get(f"/?{token[0]}").text)

    monkeypatch.setattr(reviewing, "serve", serve)

    outcome = cli("review", "--standing", "--port", "0")

    assert (outcome.code, "검토할 것이 없습니다" in pages[0]) == (0, True)


@pytest.mark.usefixtures("queue")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--audit", "7"], "7번 감사는 없습니다"),
        (["--audit", "7", "--doubtful"], "--audit와 --doubtful"),
        (["--reviewer", " "], "이름"),
        (["--host", "0.0.0.0"], "KEYWORDS_WEB_USERS"),
        (["--host", "192.0.2.1"], "KEYWORDS_WEB_USERS"),
    ],
)
def test_what_cannot_be_served_is_told(cli: CommandLine, words: list[str], said: str) -> None:
    """And nobody waits for a page."""
    outcome = cli("review", "--port", "0", *words)

    assert (outcome.code, said in outcome.complaint) == (2, True)


@pytest.mark.usefixtures("queue")
def test_a_port_that_is_taken_is_told(cli: CommandLine) -> None:
    with listen("127.0.0.1", 0) as other:
        port = str(other.getsockname()[1])
        outcome = cli("review", "--port", port)

    assert (outcome.code, port in outcome.complaint) == (2, True)


@pytest.mark.usefixtures("queue")
def test_an_audit_that_is_not_finished_comes_before_the_doubtful_list(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is told is where the page is, and how much there is to do."""
    monkeypatch.setattr(reviewing, "serve", lambda app, listener, on_ready, on_leaving: on_ready())
    told = [cli("review", "--port", "0", "--lang", "en").err]
    execute(
        "INSERT INTO admin_chat_keywords "
        "(query_text, keyword, category_id, query_count, created_at, batch_created_at) "
        f"VALUES ('전학 절차', '전학', 1, 1, '{DAY}', '{DAY}')"
    )
    assert cli("audit", "draw", str(DAY), str(DAY), "--size", "1").code == 0
    told += [
        cli("review", "--port", "0", "--lang", "en", *words).err for words in ((), ("--doubtful",), ("--audit", "1"))
    ]

    queues = ("Doubtful answers", "Audit 1", "Doubtful answers", "Audit 1")
    for said, queue in zip(told, queues, strict=True):
        assert re.search(r"http://127\.0\.0\.1:\d+/\?token=\S{43} ", said)
        assert f"{queue}: 1 of 1 are left." in said


# As if a server were waited for without end.
_PATIENT = """
from keyword_assets.sql.database import retries
retries.OUTAGE_SECONDS = 1e9
from keyword_assets.__main__ import main
main()
"""


# Of everybody else.
_CONNECTIONS = "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"
PATIENCE = 60


@pytest.mark.usefixtures("on_mysql")
def test_a_page_that_waits_for_its_database_can_be_stopped(process: Process) -> None:
    """An outage is waited for by whoever has said something, and by nobody who wants the page to end."""
    settings = Settings.from_env()
    server = sa.make_url(settings.database_url)
    assert server.port is not None
    proxy = Proxy(server.port)
    through = server.set(port=proxy.port).render_as_string(hide_password=False)
    with open_store(settings) as store:
        offer(store.engine, store.tables, [Doubtful(DAY, "전학 절차", 1, '[["전학", 1]]', 0.5, "드문 낱말")])
        page = process("review", "--port", "0", program=_PATIENT, KEYWORDS_DATABASE_URL=through)
        address = said(page, r"http://\S+token=\S+")
        proxy.close()
        for (connection,) in builders.query(store.engine, _CONNECTIONS):
            builders.execute(store.engine, f"KILL {connection}")
    with httpx.Client(trust_env=False, timeout=PATIENCE) as client, ThreadPoolExecutor(1) as browser:
        asked = browser.submit(client.get, address, follow_redirects=True)
        said(page, "2003|111")
        page.send_signal(signal.SIGINT)

        page.communicate(PATIENCE)
        with suppress(httpx.HTTPError):
            asked.result()
    assert page.returncode == 0


def said(page: Child, pattern: str) -> str:
    """What it says on stderr that looks so, once it does."""
    for line in page.stderr:
        if found := re.search(pattern, line):
            return found[0]
    raise AssertionError(f"it ended without {pattern}")
