"""The real client against a server that means harm: it ends with a result or an error of ours, and nothing stays."""

import asyncio
import logging
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from keyword_assets.configuration.hcx import Hcx
from keyword_assets.core.classifying.budget import Budget
from keyword_assets.core.classifying.sizing import Sizer
from keyword_assets.core.errors import HcxDenied, KeywordAssetsError
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.ports.model import AskFailed, Reply
from keyword_assets.hcx import attempts, exchange
from keyword_assets.hcx import client as client_module
from keyword_assets.hcx.client import open_client
from keyword_assets.hcx.connection import http_client
from keyword_assets.hcx.probe import probe
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets_tests.builders import make_store
from keyword_assets_tests.hcx.asking import PRICE, TAXONOMY, hcx_at
from keyword_assets_tests.hcx.hostile import HOSTILE, LIES, WAITING, HostileServer
from keyword_assets_tests.world import KEY, questions

TEXTS = questions(2)
# For those that come to no end, and for all others.
SHORT, LONG = 0.3, 20.0


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for a token counter that trickles."""
    monkeypatch.setattr(attempts, "LONGEST_PAUSE", 0.01)
    monkeypatch.setattr(client_module, "_CALIBRATION_SECONDS", 0.1)
    monkeypatch.setattr("random.uniform", lambda low, high: low)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlQuestionStore]:
    """Where all clients keep their places; each server is an account of its own."""
    store = make_store(f"sqlite:///{tmp_path_factory.mktemp('hostile')}/quota.db")
    yield store
    store.engine.dispose()


@dataclass
class Asked:
    """What one ask by a client of its own came to."""

    outcome: Reply | Exception
    usage: Usage
    learned: str | None
    limits: tuple[int, int]

    @property
    def answers(self) -> Any:
        """The answers of a good reply."""
        assert isinstance(self.outcome, Reply), self.outcome
        return self.outcome.document["answers"]


def _ask(config: Hcx, store: SqlQuestionStore, learned: str | None = None) -> Asked:
    async def run() -> Asked:
        book = store.quota_book(config.base_url, config.model, config.require_api_key())
        async with open_client(config, TAXONOMY, book=book, budget=Budget(PRICE), learned=learned) as client:
            outcome: Reply | Exception
            try:
                outcome = await client.ask(TEXTS)
            except (AskFailed, HcxDenied) as error:
                outcome = error
            said = client._governor.limits
            return Asked(outcome, client.usage, client.learned, (said.requests, said.tokens))

    return asyncio.run(run())


def _config(server: HostileServer, seconds: float = LONG) -> Hcx:
    return hcx_at(
        server.url,
        timeout_seconds=seconds,
        max_retries=0,
        requests=60,
        tokens=60_000,
        window=0.2,
        max_wait_seconds=0.1,
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_server_replies_the_next_honest_answer_is_taken(
    hcx: SimulatorServer, store: SqlQuestionStore, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """It ends in good order, nothing impossible is booked or learned, and no secret and no flood is logged."""
    caplog.set_level(logging.INFO, "keyword_assets")
    with HostileServer(name, behind=hcx.url, times=1) as server:
        config = _config(server)
        first = _ask(_config(server, SHORT) if name in WAITING else config, store)
        second = _ask(config, store, first.learned)

    fresh, sized = (Sizer(TAXONOMY, config.size_limits, learned) for learned in (None, second.learned))
    assert len(second.answers) == len(TEXTS)
    assert first.limits == (60, 60_000)
    assert first.usage.prompt <= 4 * fresh.estimate(TEXTS)
    assert first.usage.completion <= fresh.cap(len(TEXTS), prompt=0)
    assert fresh.least / 4 <= sized.least <= 4 * fresh.least
    assert KEY not in f"{first.outcome!r} {first.outcome} {first.learned} {caplog.text}"
    assert all(len(record.getMessage()) < 500 for record in caplog.records)
    assert server.sent < 30 * exchange.MOST_BYTES


@pytest.mark.parametrize("name", LIES)
def test_a_lie_in_every_reply_stops_nothing_and_makes_no_request_tiny(
    hcx: SimulatorServer, store: SqlQuestionStore, name: str
) -> None:
    """Each of its answers is good; it is only what they say of themselves that is not."""
    with HostileServer(name, behind=hcx.url) as server:
        config, learned = _config(server), None
        for _ in range(2):
            asked = _ask(config, store, learned)
            learned = asked.learned
            assert len(asked.answers) == len(TEXTS)

    fresh, sized = (Sizer(TAXONOMY, config.size_limits, text) for text in (None, learned))
    assert sized.batch_size(questions(10)) == fresh.batch_size(questions(10)) == 10
    assert sized.cap(10) > fresh.cap(10) / 4
    assert asked.usage.prompt >= fresh.estimate(TEXTS) / 4


def _posted(server: HostileServer) -> exchange.Received:
    async def post() -> exchange.Received:
        # The first to ask for a bomb waits until it is made.
        async with http_client(httpx.AsyncClient, server.url, timeout=60) as http:
            return await exchange.post(http, "/chat-completions", {}, seconds=60)

    return asyncio.run(post())


@pytest.mark.parametrize("name", ["a bomb of gzip", "a bomb of deflate"])
def test_a_bomb_is_not_unpacked(hcx: SimulatorServer, name: str) -> None:
    """A hundred kilobytes would become a hundred megabytes, all at once."""
    with HostileServer(name, behind=hcx.url) as server:
        _posted(server)
        tracemalloc.start()
        try:
            received = _posted(server)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert received.cut
    assert len(received.response.content) == exchange.MOST_BYTES
    assert most < 10 * exchange.MOST_BYTES


@pytest.mark.parametrize("name", ["a bomb in a bomb", "another packing"])
def test_what_is_packed_as_nobody_asked_is_not_unpacked(hcx: SimulatorServer, name: str) -> None:
    """Of two layers the inner one would be a bomb within bounds of the outer."""
    with HostileServer(name, behind=hcx.url) as server, pytest.raises(exchange.Unanswered) as unanswered:
        _posted(server)

    assert "Content-Encoding" in unanswered.value.words


@pytest.mark.parametrize("name", ["a body that trickles", "a head that trickles", "a bomb of gzip", "a nest", "noise"])
def test_doctors_question_ends_too(hcx: SimulatorServer, name: str) -> None:
    """It hung on a token counter that sent a byte now and then."""
    with HostileServer(name, behind=hcx.url) as server, pytest.raises(KeywordAssetsError) as told:
        probe(_config(server, SHORT if name in WAITING else LONG))

    assert len(str(told.value)) < 600
    assert KEY not in str(told.value)
