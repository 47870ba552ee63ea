"""Work that is done aside, in a thread that nobody has to wait for: not even the end of the process does."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

_Done = TypeVar("_Done")


def aside(work: Callable[[], _Done]) -> "Future[_Done]":
    """Begin the work; what it returns or raises is in the future."""
    future: Future[_Done] = Future()

    def do() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=do, name="keyword-aside", daemon=True).start()
    return future
