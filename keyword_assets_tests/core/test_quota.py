"""The quota's ledger, against every way in which a server may count."""

import asyncio
import random
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import pytest

from keyword_assets.core.quota import QuotaLedger
from keyword_assets_tests.fakes import LeapingLoop, run_leaping

WINDOW = 60.0
SEEDS = range(25)


@dataclass
class Request:
    """A request as the server saw it: counted at some moment between being sent and being answered."""

    tokens: int
    counted_at: float


def make_ledger(requests: int = 5, tokens: int = 1_000) -> QuotaLedger:
    """A ledger on the running loop's clock."""
    return QuotaLedger(requests, tokens, WINDOW, clock=asyncio.get_running_loop().time)


def now() -> float:
    """The running loop's time."""
    return asyncio.get_running_loop().time()


async def random_traffic(seed: int, ledger_of: Any = make_ledger) -> tuple[QuotaLedger, list[Request]]:
    """Three hundred requests of every size and latency; each is counted whenever the server likes."""
    dice = random.Random(seed)
    ledger = ledger_of(dice.randint(1, 8), dice.randint(500, 2_000))
    seen: list[Request] = []

    async def one(tokens: int, latency: float, counted: float) -> None:
        place = await ledger.admit(tokens)
        seen.append(Request(tokens, now() + latency * counted))
        await asyncio.sleep(latency)
        ledger.answered(place)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(300):
            latency = dice.choice([0.0, dice.uniform(0, 5), dice.uniform(0, 200)])
            counted = dice.choice([0.0, 1.0, dice.random()])
            tasks.create_task(one(dice.randint(1, ledger.tokens), latency, counted))
            if dice.random() < 0.2:
                await asyncio.sleep(dice.uniform(0, 90))
    return ledger, sorted(seen, key=lambda request: request.counted_at)


def fits(ledger: QuotaLedger, window: list[Request]) -> bool:
    """Whether these requests are within both meters."""
    return len(window) <= ledger.requests and sum(request.tokens for request in window) <= ledger.tokens


@pytest.mark.parametrize("seed", SEEDS)
def test_no_rolling_window_is_ever_over_its_quota(seed: int) -> None:
    """A server that looks back one window at each request finds room."""
    ledger, seen = run_leaping(random_traffic(seed))

    for last in seen:
        # Less a microsecond: a place is free after exactly one window, give or take a rounding.
        window = [r for r in seen if last.counted_at - WINDOW + 1e-6 < r.counted_at <= last.counted_at]
        assert fits(ledger, window)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_fixed_window_is_ever_over_its_quota(seed: int) -> None:
    """A server that begins to count anew every minute finds room, whenever its minute begins."""
    ledger, seen = run_leaping(random_traffic(seed))

    for phase in (0.0, 7.3, 31.0, 59.9):
        windows: dict[float, list[Request]] = {}
        for request in seen:
            windows.setdefault((request.counted_at + phase) // WINDOW, []).append(request)
        assert all(fits(ledger, window) for window in windows.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_no_bucket_that_fills_steadily_is_ever_empty(seed: int) -> None:
    """A server with a token bucket finds enough in it."""
    ledger, seen = run_leaping(random_traffic(seed))

    for cost, capacity in ((lambda r: 1, ledger.requests), (lambda r: r.tokens, ledger.tokens)):
        level, at = float(capacity), 0.0
        for request in seen:
            level = min(capacity, level + (request.counted_at - at) * capacity / WINDOW) - cost(request)
            at = request.counted_at
            assert level > -1e-6


def test_what_has_room_is_admitted_at_once() -> None:
    """The quota is there to be used."""

    async def scenario() -> float:
        ledger = make_ledger(requests=5, tokens=1_000)
        for _ in range(5):
            await ledger.admit(200)
        return now()

    assert run_leaping(scenario()) == 0.0


@pytest.mark.parametrize("tokens", [[1] * 6, [500, 500, 1]])
def test_what_has_no_room_waits_for_an_answer_and_a_window(tokens: list[int]) -> None:
    """The server may count a request at any time until it has answered."""

    async def scenario() -> float:
        ledger = make_ledger(requests=5, tokens=1_000)
        places = [await ledger.admit(amount) for amount in tokens[:-1]]
        waiting = asyncio.create_task(ledger.admit(tokens[-1]))
        await asyncio.sleep(100)
        assert not waiting.done()
        for place in places:
            ledger.answered(place)
        await waiting
        return now()

    assert run_leaping(scenario()) == pytest.approx(100 + WINDOW)


def test_a_request_that_was_charged_less_makes_room_at_its_answer() -> None:
    """The output cap is reserved; most answers are shorter."""

    async def scenario() -> float:
        ledger = make_ledger(tokens=1_000)
        ledger.answered(await ledger.admit(900), tokens=100)
        await ledger.admit(900)
        return now()

    assert run_leaping(scenario()) == 0.0


def test_a_request_larger_than_the_quota_goes_alone() -> None:
    """Waiting for ever would hang the run; the server refuses it in its own words."""

    async def scenario() -> list[float]:
        ledger = make_ledger(tokens=1_000)
        ledger.answered(await ledger.admit(1))
        ledger.answered(await ledger.admit(5_000))
        alone = now()
        ledger.answered(await ledger.admit(1))
        return [alone, now()]

    assert run_leaping(scenario()) == [pytest.approx(WINDOW), pytest.approx(2 * WINDOW)]


def test_nothing_is_admitted_while_the_ledger_is_closed() -> None:
    """The server said that its window is full, whatever we have counted."""

    async def scenario() -> float:
        ledger = make_ledger()
        ledger.close_for(42)
        await ledger.admit(1)
        return now()

    assert run_leaping(scenario()) == pytest.approx(42)


def test_a_shorter_closing_does_not_open_early() -> None:
    """Two requests may come back with two different times."""

    async def scenario() -> float:
        ledger = make_ledger()
        ledger.close_for(42)
        ledger.close_for(1)
        await ledger.admit(1)
        return now()

    assert run_leaping(scenario()) == pytest.approx(42)


def test_closing_holds_back_who_is_already_waiting() -> None:
    """A request that waits for its turn must not slip through."""

    async def scenario() -> float:
        ledger = make_ledger(requests=1)
        ledger.answered(await ledger.admit(1))
        waiting = asyncio.create_task(ledger.admit(1))
        await asyncio.sleep(10)
        ledger.close_for(500)
        await waiting
        return now()

    assert run_leaping(scenario()) == pytest.approx(510)


def test_requests_are_admitted_in_the_order_of_asking() -> None:
    """A large one would otherwise be overtaken for ever by small ones."""

    async def scenario() -> list[str]:
        ledger = make_ledger(tokens=1_000)
        order: list[str] = []
        ledger.answered(await ledger.admit(600))

        async def ask(name: str, tokens: int) -> None:
            ledger.answered(await ledger.admit(tokens))
            order.append(name)

        await asyncio.gather(ask("large", 900), ask("small", 1), ask("another small", 1))
        return order

    assert run_leaping(scenario()) == ["large", "small", "another small"]


def test_a_request_that_is_given_up_while_it_waits_leaves_no_place_taken() -> None:
    """A cancelled run must not block the next one."""

    async def scenario() -> float:
        ledger = make_ledger(requests=1)
        ledger.answered(await ledger.admit(1))
        waiting = asyncio.create_task(ledger.admit(1))
        await asyncio.sleep(1)
        waiting.cancel()
        await ledger.admit(1)
        return now()

    assert run_leaping(scenario()) == pytest.approx(WINDOW)


def test_the_whole_quota_is_used_when_there_is_enough_to_do() -> None:
    """An hour of a thousand requests must not become two."""

    async def scenario() -> float:
        ledger = make_ledger(requests=10, tokens=10**9)

        async def one() -> None:
            ledger.answered(await ledger.admit(1))

        await asyncio.gather(*(one() for _ in range(101)))
        return now()

    assert run_leaping(scenario()) == pytest.approx(10 * WINDOW)


def test_the_leaping_loop_finds_a_wait_without_an_end() -> None:
    """The tests above would otherwise hang instead of failing."""

    async def scenario() -> None:
        await make_ledger(requests=1).admit(1)
        await asyncio.Event().wait()

    loop = LeapingLoop()
    task: Coroutine[Any, Any, None] = scenario()
    with pytest.raises(AssertionError, match="never happen"):
        loop.run_until_complete(task)
    for pending in asyncio.all_tasks(loop):
        pending.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
