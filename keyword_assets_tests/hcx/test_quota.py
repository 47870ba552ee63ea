"""The quota end to end: real requests, a simulator that enforces it, and the book in a real database."""

import asyncio
from math import inf
from typing import Any

import httpx
import pytest

from keyword_assets.core.quota.governor import Governor
from keyword_assets.core.quota.places import Place
from keyword_assets.hcx import attempts
from keyword_assets.hcx.client import HcxClient
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets_tests.hcx.asking import hcx_at, opened, with_client
from keyword_assets_tests.hcx.simulating import chat, structured
from keyword_assets_tests.world import KEY, questions

TEXTS = ["전학 절차가 궁금해요", "검정고시 접수 기간"]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between tries last seconds."""
    monkeypatch.setattr(attempts, "LONGEST_PAUSE", 0.01)


async def _ask_often(model: HcxClient, times: int, texts: list[str] = TEXTS) -> None:
    replies = await asyncio.gather(*(model.ask(texts) for _ in range(times)))
    assert all(reply.document for reply in replies)


@pytest.mark.parametrize("window", ["rolling", "fixed", "token-bucket"])
@pytest.mark.parametrize("quota", [(20, 20_000), (3, 10**7), (1_000, 4_000)], ids=["both", "requests", "tokens"])
def test_no_request_is_refused_whatever_the_servers_rule(window: Any, quota: tuple[int, int]) -> None:
    """NAVER does not tell how its windows move; a refusal counts against the quota too."""
    qpm, tpm = quota
    seconds = 1.0 if qpm == 20 else 0.3
    settings = SimulatorSettings(
        window=window, window_seconds=seconds, qpm=qpm, tpm=tpm, count_refused=True, jitter_seconds=0.05
    )
    with SimulatorServer(settings) as server:
        config = hcx_at(server.url, window=seconds, requests=qpm, tokens=tpm)
        times = 50 if qpm == 20 else 8

        with_client(config, lambda model: _ask_often(model, times))

        assert server.stats.snapshot.by_status == {"200": times}


def test_two_clients_on_one_book_stay_inside_the_quota_together() -> None:
    """Processes of two Dagster instances, as far as the account can tell."""
    with SimulatorServer(SimulatorSettings(window_seconds=0.5, qpm=10, tpm=10_000, count_refused=True)) as server:
        config = hcx_at(server.url, window=0.5, requests=10, tokens=10_000)

        async def both() -> None:
            async with opened(config) as first, opened(config) as second:
                await asyncio.gather(_ask_often(first, 15), _ask_often(second, 15))

        asyncio.run(both())

        assert server.stats.snapshot.by_status == {"200": 30}


def test_the_quota_of_one_client_is_not_free_again_for_the_next() -> None:
    """A command that is run twice in a row meets what its first run has used."""
    with SimulatorServer(SimulatorSettings(window_seconds=1, qpm=4, count_refused=True)) as server:
        config = hcx_at(server.url, window=1, requests=4)

        for _ in range(3):
            with_client(config, lambda model: _ask_often(model, 3))

        assert server.stats.snapshot.by_status == {"200": 9}


class _Refusals:
    """Refusals by the occasion: whatever was on its way when we heard of one may be refused with it.

    How many that are depends on how long an answer takes, and so on the machine; `widest` says how many at most.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.widest = 0
        self._refused: list[float] = []
        self._heard: list[float] = []
        settle, refused = Governor.settled, Governor.refused

        def settled(governor: Governor, place: Place, *told: Any, served: bool) -> None:
            self.widest = max(self.widest, governor.at_once)
            if not served:
                self._refused.append(place.sent_at)
            settle(governor, place, *told, served=served)

        async def heard(governor: Governor, *told: Any) -> None:
            await refused(governor, *told)
            # From now on the book is closed for all.
            self._heard.append(governor.clock())

        monkeypatch.setattr(Governor, "settled", settled)
        monkeypatch.setattr(Governor, "refused", heard)

    @property
    def times(self) -> int:
        """How often the quota was used up, as far as we heard."""
        times, known = 0, -inf
        for sent_at in sorted(self._refused):
            if sent_at > known:
                times += 1
                known = next(at for at in self._heard if at > sent_at)
        return times


def test_another_user_of_the_account_is_given_way_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are not in our book; the headers tell of them. Half of the quota is theirs here."""
    refusals = _Refusals(monkeypatch)
    with SimulatorServer(SimulatorSettings(window_seconds=1, qpm=20, latency_seconds=0.02)) as server:
        config = hcx_at(server.url, window=1, requests=20, max_retries=20)

        async def stranger() -> None:
            headers = {"Authorization": f"Bearer {KEY}"}
            async with httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False) as http:
                while True:
                    await http.post("/v3/chat-completions/HCX-007", json=structured("전학"))
                    await asyncio.sleep(0.1)

        async def both() -> None:
            async with opened(config) as ours:
                others = asyncio.create_task(stranger())
                await asyncio.sleep(1)
                await _ask_often(ours, 30)
                others.cancel()
                await asyncio.gather(others, return_exceptions=True)

        asyncio.run(both())
        ours = [record.status for record in server.stats.records if record.request_id]

    assert ours.count(200) == 30
    assert refusals.times <= 2
    assert ours.count(429) <= refusals.times * refusals.widest


def test_limits_that_are_tighter_than_the_settings_are_believed() -> None:
    """The account's quota was lowered, or never was what somebody wrote into `.env`."""
    with SimulatorServer(SimulatorSettings(window_seconds=0.5, qpm=5, tpm=6_000)) as server:
        config = hcx_at(server.url, window=0.5)

        with_client(config, lambda model: _ask_often(model, 20))

        assert server.stats.snapshot.by_status == {"200": 20}


@pytest.mark.parametrize("options", [{}, {"retry_after": True}, {"negative_reset": True}], ids=str)
def test_a_quota_that_somebody_has_used_up_is_waited_for(options: dict[str, Any]) -> None:
    """Whatever the headers say about it, a negative time included."""
    with SimulatorServer(SimulatorSettings(qpm=1, window_seconds=2, **options)) as server:
        server.warm_up()
        with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {KEY}"}, trust_env=False) as stranger:
            chat(stranger, structured("전학"))

        config = hcx_at(server.url, window=2, max_retries=20, requests=10)
        with_client(config, lambda model: _ask_often(model, 2))

        assert server.stats.snapshot.by_status["200"] == 3
        assert server.stats.snapshot.by_status["429"] == 1


@pytest.mark.parametrize("code", ["42900", "42901"])
def test_after_a_refusal_for_quota_nobody_asks_before_the_window_is_over(hcx: SimulatorServer, code: str) -> None:
    """Each further request would be refused as well, and be counted."""
    hcx.faults.add(Fault("error", code=code, times=1))

    with_client(hcx_at(hcx.url, window=0.6), lambda model: _ask_often(model, 10))
    statuses = [record.status for record in hcx.stats.records]
    refused, *after = (record.at for record in hcx.stats.records)

    assert statuses == [429] + [200] * 10
    assert min(after) - refused >= 0.6


def test_overload_closes_no_quota_but_narrows_the_stream(hcx: SimulatorServer) -> None:
    """42902 says that their machines are busy: fewer at once, with pauses, and no waiting for a window."""

    async def use(model: HcxClient) -> tuple[int, int]:
        await _ask_often(model, 8)
        before = model.worth_asking
        hcx.faults.add(Fault("error", code="42902", times=4))
        await _ask_often(model, 4)
        return before, model.worth_asking

    config = hcx_at(hcx.url, window=3_600, requests=10**8, tokens=10**12)
    before, after = with_client(config, use)

    assert after < before
    assert hcx.stats.snapshot.by_code == {"20000": 12, "42902": 4}


def test_many_overloads_are_all_outlasted() -> None:
    """A third of all requests, as on their worst evenings."""
    with SimulatorServer(SimulatorSettings(seed=3)) as server:
        server.faults.add(Fault("error", code="42902", probability=0.3))

        with_client(hcx_at(server.url, max_retries=20), lambda model: _ask_often(model, 40))

        assert server.stats.snapshot.by_status["200"] == 40


def test_a_request_that_is_cancelled_while_it_waits_leaves_the_queue(hcx: SimulatorServer) -> None:
    """Ctrl-C in one terminal must not leave the other waiting behind a request that never comes."""
    config = hcx_at(hcx.url, window=2, requests=1)

    async def use(model: HcxClient) -> None:
        await model.ask(TEXTS)
        waiting = asyncio.create_task(model.ask(questions(1)))
        await asyncio.sleep(0.2)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await model.ask(questions(2))

    with_client(config, use)

    assert [len(record.texts) for record in hcx.stats.records] == [2, 2]
