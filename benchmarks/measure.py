"""Time and memory of a piece of work, in a process of its own."""

import multiprocessing
import resource
import time
from collections.abc import Callable
from typing import Any


def in_own_process(work: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """What the work returns, with `seconds` and `peak_mb` of a fresh process that did nothing else.

    `peak_mb` is the whole process, interpreter and libraries included.
    """
    context = multiprocessing.get_context("spawn")
    results = context.SimpleQueue()
    process = context.Process(target=_run, args=(results, work, arguments))
    process.start()
    process.join()
    if process.exitcode != 0:
        raise RuntimeError(f"{work.__name__} ended with exit code {process.exitcode}")
    figures: dict[str, Any] = results.get()
    return figures


def _run(results: Any, work: Callable[..., dict[str, Any]], arguments: tuple[Any, ...]) -> None:
    began = time.perf_counter()
    figures = work(*arguments)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    results.put({"seconds": round(seconds, 2), "peak_mb": round(peak), **figures})
