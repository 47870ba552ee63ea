"""Calls made together, and how many requests are open at once for it."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from keyword_assets.core.classifying.pace import Pace
from keyword_assets.core.classifying.together import MOST_TOGETHER, Together


class SlowCall:
    """A call that takes until it is let go, and keeps what each time it was made for."""

    def __init__(self) -> None:
        self.made: list[list[str]] = []
        self.go_on = threading.Event()
        self.fails = False

    def __call__(self, texts: Sequence[str]) -> int:
        """How many there were."""
        self.made.append(list(texts))
        assert self.go_on.wait(10)
        if self.fails:
            raise ValueError("refused")
        return len(texts)

    async def under_way(self) -> None:
        """Wait until it has been made."""
        while not self.made:
            await asyncio.sleep(0.001)


def test_what_comes_while_a_call_is_under_way_goes_into_the_next() -> None:
    """A slow database is asked seldom for much; what comes alone does not wait for company."""
    call = SlowCall()

    async def scenario() -> list[int]:
        together = Together(call, len)
        first = asyncio.create_task(together.do("가"))
        await call.under_way()
        others = [asyncio.create_task(together.do(text)) for text in ("나", "다", "라")]
        await asyncio.sleep(0)
        call.go_on.set()
        return [await task for task in (first, *others)]

    assert asyncio.run(scenario()) == [1, 3, 3, 3]
    assert call.made == [["가"], ["나", "다", "라"]]


def test_who_is_cancelled_has_it_done_all_the_same() -> None:
    """A reply that came is paid for, whoever has stopped the run meanwhile."""
    call = SlowCall()

    async def scenario() -> int:
        together = Together(call, len)
        first = asyncio.create_task(together.do("가"))
        await call.under_way()
        second, third = (asyncio.create_task(together.do(text)) for text in ("나", "다"))
        await asyncio.sleep(0)
        first.cancel()
        second.cancel()
        await asyncio.wait([first, second])
        call.go_on.set()
        await together.close()
        return await third

    assert asyncio.run(scenario()) == 2
    assert call.made == [["가"], ["나", "다"]]


def test_all_who_were_in_it_hear_of_a_failure_and_the_next_go_on() -> None:
    """None of them was written."""
    call = SlowCall()
    call.go_on.set()

    async def scenario() -> list[int | BaseException]:
        together = Together(call, len)
        call.fails = True
        failed = await asyncio.gather(*(together.do(text) for text in ("가", "나")), return_exceptions=True)
        call.fails = False
        return [*failed, await together.do("다")]

    one, other, later = asyncio.run(scenario())

    assert (str(one), str(other), later) == ("refused", "refused", 1)


@pytest.mark.parametrize(("size", "calls"), [(1, [1, MOST_TOGETHER, 2]), (MOST_TOGETHER, [1] * (MOST_TOGETHER + 3))])
def test_a_call_is_for_no_more_than_others_may_wait_for(size: int, calls: list[int]) -> None:
    """One that is too large by itself goes alone."""
    call, left = SlowCall(), list[tuple[int, int]]()
    call.go_on.set()

    async def scenario() -> None:
        together = Together(call, lambda text: size, lambda these, more: left.append((these, more)))
        first = asyncio.create_task(together.do("가"))
        await asyncio.gather(first, *(together.do("나") for _ in range(MOST_TOGETHER + 2)))

    asyncio.run(scenario())

    assert sum(map(len, call.made)) == MOST_TOGETHER + 3
    assert max(map(len, call.made)) == max(calls)
    assert left[-1][1] == 0


def test_requests_are_opened_fast_up_to_the_first_trouble_and_then_one_by_one() -> None:
    """A reply that waits to be written is lost with its process."""
    pace, seen = Pace(), list[float]()
    for these, left, is_open in ((10, 0, 16), (20, 0, 26), (5, 30, 46), (5, 0, 16), (5, 0, 17), (5, 40, 18)):
        pace.open = is_open
        pace.wrote(these, left)
        seen.append(pace.most)

    assert seen == [52, 92, 16, 17, 18, 4]
