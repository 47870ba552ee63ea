"""Time and memory of a piece of work, in a process of its own."""

import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class OwnProcess:
    """A fresh process that does this work and nothing else; it starts at once."""

    def __init__(self, work: Callable[..., dict[str, Any]], *arguments: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._name = work.__name__
        self._results = context.SimpleQueue()
        self._process = context.Process(target=_run, args=(self._results, work, arguments))
        self._process.start()

    def result(self) -> dict[str, Any]:
        """Wait for what the work returns, with `seconds` and `peak_mb` of its process.

        `peak_mb` is the whole process, interpreter and libraries included.
        """
        self._process.join()
        if self._process.exitcode != 0:
            raise RuntimeError(f"{self._name} ended with exit code {self._process.exitcode}")
        figures: dict[str, Any] = self._results.get()
        return figures


def in_own_process(work: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """What the work returns, with `seconds` and `peak_mb` of a fresh process that did nothing else."""
    return OwnProcess(work, *arguments).result()


@contextmanager
def in_force(values: Mapping[str, str]) -> Iterator[None]:
    """The environment with these values, for so long."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _run(results: Any, work: Callable[..., dict[str, Any]], arguments: tuple[Any, ...]) -> None:
    began = time.perf_counter()
    figures = work(*arguments)
    seconds = time.perf_counter() - began
    results.put({"seconds": round(seconds, 2), "peak_mb": round(_peak_kb() / 1024), **figures})


def _peak_kb() -> int:
    """The most memory this process ever held.

    Linux hands `ru_maxrss` on from the process that started this one, however large that was; VmHWM begins anew.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
