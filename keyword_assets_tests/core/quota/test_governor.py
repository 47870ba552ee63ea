"""The governor: when requests go out. Its book is the real one, on a clock that leaps."""

import asyncio
import logging
import math
import random
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from keyword_assets.core.quota.governor import Governor
from keyword_assets.core.quota.limits import MAX_WAIT_SECONDS, Limits, MeterReading
from keyword_assets.core.quota.places import Closing, Place, QuotaBook, Settled, Turn, Wanted
from keyword_assets.core.quota.width import MOST_AT_ONCE
from keyword_assets.hcx.simulator.settings import WindowKind
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quota.book import SqlQuotaBook, account_of, hash_of_key
from keyword_assets_tests.builders import make_store, query
from keyword_assets_tests.fakes import LeapingLoop, run_leaping
from keyword_assets_tests.metered import RULES, Server, send_all

WINDOW = 60.0
# Nothing rests on how long a window is, and every second of a wait somebody looks into the book.
SHORT = 20.0
KEY = hash_of_key("nv-1")
LIMITS = Limits(60, 60_000, WINDOW)


@pytest.fixture
def memory() -> Iterator[SqlQuestionStore]:
    """A store in memory, for tests that make thousands of transactions."""
    store = make_store("sqlite:///:memory:")
    yield store
    store.engine.dispose()


def now() -> float:
    """The running loop's time."""
    return asyncio.get_running_loop().time()


def book_of(store: SqlQuestionStore) -> SqlQuotaBook:
    """The account's book on the running loop's clock."""
    loop = asyncio.get_running_loop()
    return SqlQuotaBook(store.engine, store.tables, account_of("https://hcx", "HCX-007"), KEY, lambda _: loop.time())


def governor_on(
    book: QuotaBook,
    limits: Limits = LIMITS,
    longest: float = 60.0,
    warm: bool = True,
    max_wait: float = MAX_WAIT_SECONDS,
) -> Governor:
    """A governor on the running loop's clock."""
    return Governor(book, limits, longest, warm, asyncio.get_running_loop().time, max_wait)


def places(store: SqlQuestionStore) -> int:
    """How many places and tickets stand in the book."""
    return len(query(store.engine, "SELECT 1 FROM keyword_quota"))


@dataclass
class OpenBook:
    """A book that lets everybody in, and keeps what it was told."""

    wanted: list[Wanted] = field(default_factory=list)
    reported: list[Settled] = field(default_factory=list)
    closed: list[float] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    given_back: list[int] = field(default_factory=list)

    def claim(self, wanted: Wanted) -> Turn:
        """Yes."""
        self.wanted.append(wanted)
        self.reported += wanted.settled
        return Turn(len(self.wanted), 0)

    def settle(self, settled: tuple[Settled, ...], limits: Limits) -> None:
        """Note it."""
        self.reported += settled

    def give_back(self, place: int) -> None:
        """Note it."""
        self.given_back.append(place)

    def close(self, seconds: float, reason: str) -> None:
        """Note it."""
        self.closed.append(seconds)
        self.reasons.append(reason)


async def send(governor: Governor, tokens: int = 500, latency: float = 0.3) -> Place:
    """A request that is served."""
    place = await governor.admit(lambda: tokens)
    await asyncio.sleep(latency)
    governor.settled(place, tokens)
    governor.served()
    return place


# -- how many at once -------------------------------------------------------------------------------------------------


def test_without_experience_one_goes_ahead_and_teaches_the_others() -> None:
    """Its answer tells how much room answers take; ten sent without it would reserve a window in vain."""

    async def scenario() -> list[float]:
        governor = governor_on(OpenBook(), warm=False)
        began: list[float] = []

        async def one() -> None:
            place = await governor.admit(lambda: 100)
            began.append(now())
            await asyncio.sleep(1)
            governor.settled(place)
            governor.served()

        await asyncio.gather(*(one() for _ in range(7)))
        return began

    assert run_leaping(scenario()) == [0, 1, 1, 2, 2, 2, 2]


def test_what_a_request_is_charged_is_asked_when_its_turn_comes() -> None:
    """It may have waited for minutes, in which the ones before it taught."""

    async def scenario() -> list[int]:
        governor, size = governor_on(book := OpenBook(), warm=False), 900
        first = await governor.admit(lambda: size)
        waiting = asyncio.create_task(governor.admit(lambda: size))
        await asyncio.sleep(1)
        size = 300
        governor.settled(first)
        await waiting
        return [wanted.tokens for wanted in book.wanted]

    assert run_leaping(scenario()) == [900, 300]


@pytest.mark.parametrize(("latency", "tokens"), [(0.3, 500), (5, 500), (30, 500), (5, 6_000)])
def test_concurrency_follows_latency(latency: float, tokens: int) -> None:
    """Enough in flight to use the quota (rate × latency), and no more than a few times that."""

    async def scenario() -> int:
        governor = governor_on(OpenBook())
        for _ in range(100):
            await send(governor, tokens, latency)
        return governor.at_once

    needed = min(1, 1_000 / tokens) * latency

    assert needed < run_leaping(scenario()) <= 3 + 2 * needed


def test_no_more_are_in_flight_than_at_once() -> None:
    """A slow server would otherwise be sent everything there is."""

    async def scenario() -> tuple[int, int]:
        governor = governor_on(OpenBook())
        for _ in range(50):
            await send(governor, latency=5)
        flying = [asyncio.create_task(governor.admit(lambda: 500)) for _ in range(100)]
        await asyncio.sleep(1)
        admitted = sum(task.done() for task in flying)
        for task in flying:
            task.cancel()
        return admitted, governor.at_once

    admitted, at_once = run_leaping(scenario())

    assert admitted == at_once < 100


def test_a_quota_without_bounds_is_used_with_a_bounded_number_in_flight() -> None:
    """Every one of them is a connection."""

    async def scenario() -> int:
        governor = governor_on(OpenBook(), Limits(10**9, 10**12, WINDOW))
        for _ in range(2_000):
            await send(governor)
        return governor.at_once

    assert run_leaping(scenario()) == MOST_AT_ONCE


def test_an_overloaded_server_is_sent_less_and_then_slowly_more() -> None:
    """It refuses all the more, the more it is asked."""

    async def scenario() -> list[int]:
        governor = governor_on(OpenBook(), Limits(10**6, 10**9, WINDOW))

        async def served(number: int) -> int:
            for _ in range(number):
                await send(governor, latency=1)
            return governor.at_once

        at_once = [await served(100)]
        flying = [await governor.admit(lambda: 1) for _ in range(at_once[0])]
        await asyncio.sleep(1)
        for place in flying:
            governor.settled(place)
            governor.overloaded()
        at_once.append(governor.at_once)
        at_once.append(await served(20))
        at_once.append(await served(3_000))
        return at_once

    before, narrowed, soon, later = run_leaping(scenario())

    # Requests that fail together are one trouble.
    assert before / 2 < narrowed < before
    assert narrowed <= soon <= narrowed + 1
    assert later > narrowed + 10


def test_trouble_after_trouble_narrows_to_one() -> None:
    """And never to none."""

    async def scenario() -> int:
        governor = governor_on(OpenBook())
        for _ in range(60):
            place = await governor.admit(lambda: 1)
            await asyncio.sleep(1)
            governor.settled(place)
            governor.overloaded()
        return governor.at_once

    assert run_leaping(scenario()) == 1


# -- refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "closed"), [(12.0, 12.0), (None, WINDOW)])
def test_a_refusal_closes_the_book_for_as_long_as_the_server_says(said: float | None, closed: float) -> None:
    """Or for a window, by which time it has forgotten everything."""

    async def scenario() -> list[float]:
        governor = governor_on(book := OpenBook())
        await governor.refused(said, "HTTP 429")
        return book.closed

    assert run_leaping(scenario()) == [closed]


@pytest.mark.parametrize("said", [301.0, 86_400.0, 1e30, math.inf, math.nan])
def test_no_number_of_a_server_closes_the_book_for_longer_than_the_setting(said: float) -> None:
    """One reply once stopped all runs for a day."""

    async def scenario() -> tuple[list[float], list[str]]:
        governor = governor_on(book := OpenBook())
        await governor.refused(said, "HTTP 429 " + "x" * 1_000)
        return book.closed, book.reasons

    closed, reasons = run_leaping(scenario())

    assert closed == [300.0]
    assert len(reasons[0]) <= 255


def test_a_long_window_of_the_settings_is_no_number_of_the_server() -> None:
    """Who sets a window of an hour means it."""

    async def scenario() -> list[float]:
        governor = governor_on(book := OpenBook(), Limits(60, 60_000, 3_600.0))
        await governor.refused(None, "HTTP 429")
        return book.closed

    assert run_leaping(scenario()) == [3_600.0]


def test_after_a_closing_one_request_goes_ahead_and_the_others_wait_for_what_it_hears(
    store: SqlQuestionStore,
) -> None:
    """Eight at once would all be refused, and each refusal may count."""

    async def scenario() -> list[float]:
        governors = [governor_on(book_of(store)) for _ in range(2)]
        await governors[0].refused(20, "HTTP 429")
        sent: list[float] = []

        async def one(governor: Governor) -> None:
            place = await governor.admit(lambda: 500)
            sent.append(now())
            await asyncio.sleep(5)
            governor.settled(place, 500)
            governor.served()

        await asyncio.gather(*(one(governor) for governor in governors * 4))
        return sorted(sent)

    sent = run_leaping(scenario())

    assert sent[0] == pytest.approx(20, abs=0.1)
    assert sent[1] >= 25


def test_a_closing_that_is_not_over_is_repeated_and_tried_by_one_request_each_time(memory: SqlQuestionStore) -> None:
    """The quota of a day is used up: the account hears of us once in the longest wait, until it comes back."""

    async def scenario() -> list[float]:
        sent: list[float] = []

        async def one(governor: Governor) -> None:
            while True:
                place = await governor.admit(lambda: 500)
                sent.append(now())
                refused = now() < 35
                governor.settled(place, None, served=not refused)
                if not refused:
                    return
                await governor.refused(86_400, "HTTP 429")

        await asyncio.gather(*(one(governor_on(book_of(memory), max_wait=10)) for _ in range(3)))
        return sent

    sent = run_leaping(scenario())
    tried = sorted(at for at in sent if 0 < at < 35)

    assert len([at for at in sent if at == 0]) == 3
    assert len(tried) == 3
    assert [later - at for at, later in zip([0.0, *tried], tried, strict=False)] == pytest.approx([10] * 3, abs=1.5)


@pytest.mark.parametrize(
    ("closings", "told"),
    [
        ([(5, "short")], []),
        ([(42, "a")], [(42, "a")]),
        ([(42, "a"), (43, "b")], [(42, "a")]),
        ([(42, "a"), (60, "b")], [(42, "a"), (60, "b")]),
    ],
)
def test_a_wait_is_told_once_and_again_when_its_end_moves(
    store: SqlQuestionStore, closings: list[tuple[float, str]], told: list[tuple[float, str]]
) -> None:
    """Silence for minutes looks like a broken program; a line a second would hide everything else."""

    async def scenario() -> list[tuple[float, str]]:
        heard: list[tuple[float, str]] = []
        governor = governor_on(book := book_of(store))
        governor.held = lambda closing: heard.append((round(closing.seconds), closing.reason))
        waiting: list[asyncio.Task[Place]] = []
        for seconds, reason in closings:
            book.close(seconds, reason)
            waiting += [asyncio.create_task(send(governor)) for _ in range(3)]
            await asyncio.sleep(1)
        await asyncio.gather(*waiting)
        return heard

    assert run_leaping(scenario()) == told


def test_the_closing_of_another_run_is_told_with_its_reason(store: SqlQuestionStore) -> None:
    """It was another process that HCX spoke to."""

    async def scenario() -> list[str]:
        heard: list[str] = []
        ours, theirs = (governor_on(book_of(store), max_wait=30) for _ in range(2))
        await theirs.refused(86_400, "HTTP 429 42901")
        ours.held = lambda closing: heard.append(closing.reason)
        await send(ours)
        return heard

    (reason,) = run_leaping(scenario())

    assert "HTTP 429 42901" in reason
    assert "86,400" in reason


@pytest.mark.parametrize(("held_by_others", "told"), [(20, 0), (80, 2)])
def test_an_ordinary_wait_is_told_where_a_window_does_not_explain_it(
    store: SqlQuestionStore, held_by_others: float, told: int
) -> None:
    """Others use the whole quota; a wait of a window is how a quota works."""

    async def scenario() -> int:
        heard: list[Closing] = []
        limits = Limits(1, 60_000, SHORT)
        theirs, ours = (governor_on(book_of(store), limits, longest=1_000) for _ in range(2))
        place = await theirs.admit(lambda: 1)
        ours.held = heard.append
        waiting = asyncio.create_task(ours.admit(lambda: 1))
        await asyncio.sleep(held_by_others - SHORT)
        theirs.settled(place)
        await theirs.close()
        await waiting
        return len(heard)

    assert run_leaping(scenario()) == told


def test_a_refusal_holds_back_everybody_on_the_account(store: SqlQuestionStore) -> None:
    """Another process's request would be refused as well, and might count."""

    async def scenario() -> float:
        ours, theirs = (governor_on(book_of(store)) for _ in range(2))
        await ours.refused(42, "HTTP 429")
        await send(theirs, latency=0)
        return now()

    assert run_leaping(scenario()) == pytest.approx(42, abs=0.1)


def test_after_a_refusal_a_smaller_share_is_taken_for_a_while() -> None:
    """The quota is less than the settings say, or somebody uses it whom we do not see."""

    async def scenario() -> list[int]:
        governor, shares = governor_on(book := OpenBook()), []
        await governor.refused(1, "HTTP 429")
        for _ in range(7):
            await send(governor, latency=WINDOW)
            shares.append(book.wanted[-1].limits.requests)
        return shares

    shares = run_leaping(scenario())

    assert shares == sorted(shares)
    assert shares[0] == 48
    assert shares[-1] == 60


def test_refusals_that_come_together_shrink_the_share_once() -> None:
    """Eight requests that were in flight met the same full window."""

    async def scenario() -> Wanted:
        governor = governor_on(book := OpenBook())
        for _ in range(8):
            await governor.refused(None, "HTTP 429")
        await send(governor)
        return book.wanted[-1]

    wanted = run_leaping(scenario())

    assert (wanted.limits.requests, wanted.limits.tokens) == (48, 48_000)


def test_a_share_never_falls_to_nothing() -> None:
    """A quota that is used up by others all day long comes back at night."""

    async def scenario() -> Wanted:
        governor = governor_on(book := OpenBook(), Limits(3, 1_000, WINDOW))
        for _ in range(50):
            await governor.refused(None, "HTTP 429")
            await asyncio.sleep(WINDOW)
        await send(governor)
        return book.wanted[-1]

    assert run_leaping(scenario()).limits.requests >= 1


# -- what the server says ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "obeyed"),
    [
        (MeterReading(limit_requests=30), (30, 60_000)),
        (MeterReading(limit_tokens=9_000), (60, 9_000)),
        (MeterReading(limit_requests=600, limit_tokens=10**6), (60, 60_000)),
        (MeterReading(), (60, 60_000)),
    ],
)
def test_limits_tighter_than_the_settings_are_obeyed(
    said: MeterReading, obeyed: tuple[int, int], caplog: pytest.LogCaptureFixture
) -> None:
    """A looser word is not: the settings may leave something to others on purpose."""

    async def scenario() -> Limits:
        governor = governor_on(book := OpenBook())
        for _ in range(3):
            governor.settled(await governor.admit(lambda: 100), 100, said)
        await governor.admit(lambda: 100)
        return book.wanted[-1].limits

    with caplog.at_level(logging.WARNING):
        limits = run_leaping(scenario())

    assert (limits.requests, limits.tokens) == obeyed
    assert len(caplog.records) == (obeyed != (60, 60_000))


def test_the_book_hears_of_an_answer_with_the_next_request_or_at_the_end() -> None:
    """With the time that has passed since, because the two may tell other times."""

    async def scenario() -> list[Settled]:
        governor = governor_on(book := OpenBook())
        first, second = await governor.admit(lambda: 900), await governor.admit(lambda: 900)
        await asyncio.sleep(3)
        governor.settled(first, 500, MeterReading(60, 58))
        await asyncio.sleep(4)
        await governor.admit(lambda: 900)
        governor.settled(second)
        await asyncio.sleep(5)
        await governor.close()
        return book.reported

    assert run_leaping(scenario()) == [Settled(1, 500, 4, 7, MeterReading(60, 58)), Settled(2, 900, 5, 12)]


# -- waiting and giving up --------------------------------------------------------------------------------------------


def test_a_pause_takes_no_place_of_one_that_could_be_sent() -> None:
    """One request that is told to come back in half a minute must not hold up the others."""

    async def scenario() -> tuple[int, int, int]:
        governor = governor_on(OpenBook(), warm=False)
        before = governor.worth_asking
        pausing = asyncio.create_task(governor.pause(30))
        await asyncio.sleep(1)
        during = governor.worth_asking
        await governor.admit(lambda: 1)
        assert now() == 1
        await pausing
        return before, during, governor.worth_asking

    assert run_leaping(scenario()) == (2, 3, 2)


def test_requests_go_out_in_the_order_of_asking(store: SqlQuestionStore) -> None:
    """A large one would otherwise be overtaken for ever by small ones."""

    async def scenario() -> list[str]:
        governor, order = governor_on(book_of(store), Limits(60, 1_000, WINDOW)), []
        await send(governor, 600)

        async def ask(name: str, tokens: int) -> None:
            await send(governor, tokens)
            order.append(name)

        await asyncio.gather(ask("large", 900), ask("small", 1), ask("another small", 1))
        return order

    assert run_leaping(scenario()) == ["large", "small", "another small"]


def test_a_request_that_is_given_up_while_it_waits_leaves_nothing_behind(store: SqlQuestionStore) -> None:
    """A cancelled run must not block the next one."""

    async def scenario() -> tuple[int, int]:
        governor = governor_on(book_of(store), Limits(1, 1_000, WINDOW))
        await send(governor)
        waiting = asyncio.create_task(governor.admit(lambda: 1))
        await asyncio.sleep(5)
        before = places(store)
        waiting.cancel()
        await asyncio.wait([waiting])
        return before, places(store)

    assert run_leaping(scenario()) == (2, 1)


def test_a_request_that_is_not_sent_after_all_leaves_nothing_behind(store: SqlQuestionStore) -> None:
    """The budget was reached when its turn came."""

    async def scenario() -> int:
        governor = governor_on(book_of(store), warm=False)
        await governor.give_back(await governor.admit(lambda: 1))
        # Its slot is free again as well, and for one.
        await asyncio.wait_for(governor.admit(lambda: 1), 1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(governor.admit(lambda: 1), 1)
        return places(store)

    assert run_leaping(scenario()) == 1


@pytest.mark.parametrize("full", [False, True])
def test_a_request_that_is_given_up_while_it_claims_leaves_nothing_behind(store: SqlQuestionStore, full: bool) -> None:
    """The thread cannot be stopped; what it has written by then, nobody would know of."""
    claiming, go_on = threading.Event(), threading.Event()

    class SlowBook(SqlQuotaBook):
        def claim(self, wanted: Wanted) -> Turn:
            claiming.set()
            assert go_on.wait(10)
            return super().claim(wanted)

    async def scenario() -> None:
        book = SlowBook(store.engine, store.tables, account_of("https://hcx", "HCX-007"), KEY)
        if full:
            book.close(1_000, "HTTP 429")
        task = asyncio.create_task(governor_on(book).admit(lambda: 1))
        await asyncio.to_thread(claiming.wait, 10)
        task.cancel()
        await asyncio.sleep(0.05)
        go_on.set()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(scenario())

    assert places(store) == 0


def test_those_that_wait_behind_take_their_places_together(store: SqlQuestionStore) -> None:
    """Each by itself would be a transaction, and a burst of hundreds would take seconds. The first waits for nobody."""
    claims = 0

    class CountingBook(SqlQuotaBook):
        def claim(self, wanted: Wanted) -> Turn:
            nonlocal claims
            claims += 1
            return super().claim(wanted)

    async def scenario() -> list[int]:
        book = CountingBook(store.engine, store.tables, account_of("https://hcx", "HCX-007"), KEY)
        governor = governor_on(book)
        tasks = [asyncio.create_task(governor.admit(lambda: 1)) for _ in range(8)]
        await asyncio.sleep(0)
        tasks[3].cancel()
        await asyncio.wait(tasks)
        return [task.result().id for task in tasks if not task.cancelled()]

    ids = asyncio.run(scenario())

    assert (len(ids), ids, claims) == (7, sorted(ids), 2)
    assert places(store) == 7


def test_after_a_cancellation_the_next_goes_on(store: SqlQuestionStore) -> None:
    """The queue inside the process must not be left locked."""

    async def scenario() -> float:
        governor = governor_on(book_of(store), Limits(1, 1_000, WINDOW))
        await send(governor, latency=0)
        waiting = [asyncio.create_task(governor.admit(lambda: 1)) for _ in range(5)]
        await asyncio.sleep(1)
        for task in waiting:
            task.cancel()
        await governor.admit(lambda: 1)
        return now()

    assert run_leaping(scenario()) == pytest.approx(WINDOW, abs=0.1)


# -- against servers that count as they like --------------------------------------------------------------------------


QUOTAS: dict[str, tuple[Limits, Callable[[random.Random], int]]] = {
    "requests": (Limits(20, 10**9, SHORT), lambda dice: 700),
    "tokens": (Limits(10**6, 20_000, SHORT), lambda dice: dice.randint(200, 600)),
}
MOMENTS: dict[str, Callable[[random.Random], float]] = {
    "at arrival": lambda dice: 0.0,
    "at the answer": lambda dice: 1.0,
    "whenever": lambda dice: dice.choice([0.0, 1.0, dice.random()]),
}


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("quota", "moment", "processes"),
    [
        ("requests", "at arrival", 1),
        ("requests", "at the answer", 1),
        ("tokens", "whenever", 1),
        ("requests", "whenever", 2),
    ],
)
def test_the_quota_is_used_to_the_full_and_never_passed(
    memory: SqlQuestionStore, quota: str, moment: str, processes: int
) -> None:
    """Against rules that the governor is not told, for five windows; a refusal would count, too."""
    limits, tokens = QUOTAS[quota]
    dice = random.Random(7)

    async def scenario() -> Server:
        server = Server(RULES, limits, 0.3, lambda: MOMENTS[moment](dice))
        governors = [governor_on(book_of(memory), limits) for _ in range(processes)]
        await send_all(governors, server, 5 * min(limits.requests, limits.tokens // 400), lambda: tokens(dice))
        return server

    server = run_leaping(scenario())

    assert server.refusals == 0
    assert server.share_used() >= 0.95


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(3))
def test_no_traffic_is_ever_refused(memory: SqlQuestionStore, seed: int) -> None:
    """Requests of every size and latency, in bursts and lulls, counted whenever the server likes."""
    dice = random.Random(seed)
    limits = Limits(dice.randint(5, 40), dice.randint(5_000, 20_000), SHORT)

    async def scenario() -> int:
        server = Server(RULES, limits, 0, dice.random)
        governor = governor_on(book_of(memory), limits, longest=70)

        async def one() -> None:
            server.latency = dice.choice([0.0, dice.uniform(0, 2), dice.uniform(0, 33)])
            tokens = dice.randint(1, limits.tokens // 4)
            await server.serve(governor, tokens, dice.randint(tokens // 2, tokens))

        async with asyncio.TaskGroup() as tasks:
            for _ in range(100):
                tasks.create_task(one())
                if dice.random() < 0.2:
                    await asyncio.sleep(dice.uniform(0, 30))
        return server.refusals

    assert run_leaping(scenario()) == 0


@pytest.mark.thorough
@pytest.mark.parametrize("rule", RULES)
def test_a_stranger_on_the_account_is_given_way_to(memory: SqlQuestionStore, rule: WindowKind) -> None:
    """They take half of the quota and know nothing of our book; few of our requests run into them."""
    limits = Limits(30, 10**9, WINDOW)

    async def scenario() -> tuple[int, float]:
        server = Server([rule], limits, 0.3, lambda: 0.5)
        governor = governor_on(book_of(memory), limits)

        async def stranger() -> None:
            while True:
                server.count(1)
                await asyncio.sleep(4)

        async def retrying() -> None:
            refused = server.refusals
            await server.serve(governor, 500, 500)
            if server.refusals > refused:
                await governor.refused(None, "HTTP 429")

        taking = asyncio.create_task(stranger())
        await asyncio.sleep(WINDOW)
        for _ in range(75):
            await retrying()
        taking.cancel()
        return server.refusals, now()

    refusals, seconds = run_leaping(scenario())

    assert refusals <= 4
    # Half of the quota is five windows' worth.
    assert seconds < 15 * WINDOW


def test_the_leaping_loop_finds_a_wait_without_an_end() -> None:
    """The tests above would otherwise hang instead of failing."""

    async def scenario() -> None:
        await asyncio.Event().wait()

    loop = LeapingLoop()
    task: Coroutine[Any, Any, None] = scenario()
    with pytest.raises(AssertionError, match="never happen"):
        loop.run_until_complete(task)
    for pending in asyncio.all_tasks(loop):
        pending.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
