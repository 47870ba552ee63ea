"""Runs a coroutine so that it can be stopped."""

import asyncio
import signal
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from keyword_assets.orchestration.running.undisturbed import undisturbed

_Result = TypeVar("_Result")


def run_interruptible(work: Coroutine[Any, Any, _Result]) -> _Result:
    """`asyncio.run`, but Ctrl-C and termination cancel the coroutine wherever it is.

    Dagster's own handler raises its exception in whatever line is running, and where that is a callback of the event
    loop, the loop logs the exception and goes on.

    Raises:
        KeyboardInterrupt: it was stopped; Dagster takes that for an interrupt like its own.
    """
    if threading.current_thread() is not threading.main_thread():
        with undisturbed():
            return asyncio.run(work)
    # A signal that is ignored (a process started in the background) stays ignored.
    handlers = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    handlers = {name: handler for name, handler in handlers.items() if handler not in (signal.SIG_IGN, None)}
    stopped = False

    async def watched() -> _Result:
        task = asyncio.current_task()
        assert task is not None

        def stop() -> None:
            nonlocal stopped
            stopped = True
            task.cancel()

        for name in handlers:
            asyncio.get_running_loop().add_signal_handler(name, stop)
        return await work

    try:
        with undisturbed():
            return asyncio.run(watched())
    except asyncio.CancelledError:
        if stopped:
            raise KeyboardInterrupt from None
        raise
    finally:
        for name, handler in handlers.items():
            signal.signal(name, handler)
