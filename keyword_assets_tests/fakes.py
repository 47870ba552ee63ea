"""Stand-ins for what tests must not wait for, pay for or depend on: the model, and time."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from keyword_assets.core.models.usage import Usage
from keyword_assets.core.ports.model import AskFailed, BudgetReached, NoLongerWanted, Reply, Wanted, always_wanted
from keyword_assets.core.quota.places import Closing
from keyword_assets_tests.builders import VERSION, answers_of

T = TypeVar("T")
# What a script makes of a request's texts: a reply, or an exception to raise.
Script = Callable[[list[str]], Reply | Exception]


def replied(document: Any, **values: Any) -> Reply:
    """A reply with this document."""
    return Reply(document, **{"problem": None, "truncated": False, "excerpt": str, "request_id": "r", **values})


def all_good(texts: list[str]) -> Reply:
    """A good answer to every question."""
    return replied(answers_of(*texts))


class ScriptedModel:
    """A KeywordModel that does what a script says, and keeps what it was asked.

    Args:
        script: what to reply to a request's texts.
        batch_size: the most questions in one request.
        at_once: how many requests are worth having open.
    """

    version = VERSION

    def __init__(self, script: Script = all_good, batch_size: int = 10, at_once: int = 32) -> None:
        self.script = script
        self.worth_asking = at_once
        self.usage = Usage()
        self.requests: list[list[str]] = []
        self.rooms: list[int] = []
        self._batch_size = batch_size

    @property
    def texts(self) -> list[str]:
        """Every text of every request, in the order sent."""
        return [text for request in self.requests for text in request]

    def when_held(self, told: Callable[[Closing], None]) -> None:
        """Nothing is ever held here."""

    def batch_size(self, texts: Sequence[str]) -> int:
        """The same for all texts."""
        return self._batch_size

    def fits(self, texts: Sequence[str]) -> bool:
        """Anything fits."""
        return True

    async def ask(
        self, texts: Sequence[str], *, room: int = 1, briefly: bool = False, wanted: Wanted = always_wanted
    ) -> Reply:
        """What the script says. A reply takes ten prompt tokens and one completion token, a failure the reserve."""
        self.requests.append(list(texts))
        self.rooms.append(room)
        await asyncio.sleep(0)
        # Before anything is waited for: scripts go by the order in which they are asked.
        outcome = self.script(list(texts))
        if not await wanted():
            self.requests.remove(list(texts))
            raise NoLongerWanted
        if isinstance(outcome, Exception):
            if isinstance(outcome, AskFailed) and not isinstance(outcome, BudgetReached):
                outcome.usage = self._used(Usage(requests=1, reserved=11))
            raise outcome
        # The scripts' documents have ids from 0 on.
        return replace(
            outcome, ids=range(len(texts)), usage=self._used(Usage(requests=1, prompt=10, completion=1, reserved=11))
        )

    def _used(self, usage: Usage) -> Usage:
        self.usage += usage
        return usage


def in_turn(*outcomes: Reply | Exception | Script) -> Script:
    """A script that gives these outcomes one after another, and good answers from then on."""
    remaining: Iterable[Any] = iter(outcomes)

    def script(texts: list[str]) -> Reply | Exception:
        outcome = next(remaining, all_good)  # type: ignore[call-overload]
        return outcome(texts) if callable(outcome) else outcome

    return script


class _LeapingSelector(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    """Never waits: where a loop would sleep, its clock leaps to the moment it would wake up."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            raise AssertionError("everything waits for something that will never happen")
        self.now += max(timeout, 0.0)
        return super().select(0)


class LeapingLoop(asyncio.SelectorEventLoop):
    """An event loop whose time passes only while everybody sleeps, and then at once."""

    def __init__(self) -> None:
        self._leaping = _LeapingSelector()
        super().__init__(self._leaping)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._leaping.now

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        """Call it here and now: what is done in a thread takes no time either."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


def run_leaping(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in no time; it may sleep for hours. No network inside."""
    with asyncio.Runner(loop_factory=LeapingLoop) as runner:
        return runner.run(main)
