"""The process that has loaded everything, and copies itself for whoever asks (`keyword_assets_tests/nursery.py`).

A copy is what a started process would be: signals, streams, folder, environment and group are its own, and it runs
`__main__`. What Python does before that is not part of it; who tests that starts `sys.executable`. The runs of a code
server that is a copy are copies of it.

Whatever a client does, this process goes on: one that leaves is forgotten, one that asks for nonsense is told.
"""

import contextlib
import gc
import importlib
import json
import multiprocessing
import multiprocessing.forkserver
import os
import runpy
import selectors
import signal
import socket
import sys
import tempfile
import time
import traceback
import unittest.mock
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

# Of a request: an environment, mostly.
MOST_BYTES = 1 << 20
COMMANDS = "keyword_assets"
_CODE_SERVER = "dagster"
# What Dagster's services load, and the runs of a code server: when the first of its kind is asked for.
SERVICES: dict[str, tuple[str, ...]] = {
    _CODE_SERVER: ("dagster._cli", "dagster._grpc.server", "keyword_assets.orchestration.assembly"),
    "dagster._daemon": ("dagster._daemon.cli", "dagster._daemon.controller"),
    "dagster_webserver": ("dagster_webserver.cli", "dagster_webserver.app"),
}
# What stops a copy waits until it is one, or would get lost in its beginnings; and it does not stop us.
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Begin(BaseException):
    """Leaves the frames of the process that copied itself, and what they hold, and begins as a copy."""

    def __init__(self, request: dict[str, Any], given: Sequence[int]) -> None:
        self.request, self.given = request, given


def _serve(listening: socket.socket) -> None:
    """Copy ourselves for each request, and tell how the copy ended; until our stdin is closed."""
    with selectors.DefaultSelector() as selector:
        selector.register(sys.stdin, selectors.EVENT_READ)
        selector.register(listening, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is sys.stdin:
                    return
                if key.fileobj is listening:
                    # What it asks for may be long in coming.
                    selector.register(listening.accept()[0], selectors.EVENT_READ)
                    continue
                selector.unregister(key.fileobj)
                if isinstance(key.fileobj, socket.socket):
                    _answer(key.fileobj, selector)
                else:
                    os.close(key.fd)
                    _tell_the_end(*key.data)


def _tell_the_end(line: socket.socket, pid: int) -> None:
    with line:
        _tell(line, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _answer(line: socket.socket, selector: selectors.BaseSelector) -> None:
    """Make the copy that is asked for, and tell its number; or what is wrong, which the test then shows."""
    try:
        pid = _copied(line, selector)
        selector.register(os.pidfd_open(pid), selectors.EVENT_READ, (line, pid))
        _tell(line, pid)
    except Exception:
        with line:
            _tell(line, traceback.format_exc())


def _tell(line: socket.socket, what: int | str) -> None:
    # Whoever asked may have left, with or without having heard the first word.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        line.send(str(what).encode())


def _copied(line: socket.socket, selector: selectors.BaseSelector) -> int:
    with contextlib.ExitStack() as ours:
        message, given, _, _ = socket.recv_fds(line, MOST_BYTES, 4)
        for number in given:
            ours.callback(os.close, number)
        request = json.loads(message)
        _load(*SERVICES.get(request["module"], ()))
        pid = os.fork()
        if not pid:
            # A group of its own, as a terminal gives each command.
            os.setpgid(0, 0)
            ours.pop_all()
            _leave(line, selector)
            raise _Begin(request, given)
    # There from when either goes on, so both ask for it; one that runs another program by now has asked itself.
    with contextlib.suppress(PermissionError):
        os.setpgid(pid, pid)
    return pid


def _leave(line: socket.socket, selector: selectors.BaseSelector) -> None:
    """What the others have open is none of a copy's business."""
    line.close()
    for key in selector.get_map().values():
        if isinstance(key.fileobj, socket.socket):
            key.fileobj.close()
        elif key.data:
            os.close(key.fd)
            key.data[0].close()


def _load(*names: str) -> None:
    """Load modules, if they are not loaded yet, for all copies from now on."""
    if new := [name for name in names if name not in sys.modules]:
        for name in new:
            importlib.import_module(name)
        gc.collect()
        gc.freeze()


def _load_commands() -> None:
    """What commands load that classify and count."""
    for url in ("mysql+mysqlconnector://", "sqlite://"):
        sa.create_engine(url).dispose()
    names = ("cli.main", "cli.commands.classifying", "cli.commands.check", "orchestration.command")
    _load(*(f"{COMMANDS}.{name}" for name in names))


# -- in a copy ---------------------------------------------------------------------------------------------------------


def _become(
    folder: int,
    *given: int,
    module: str,
    arguments: list[str],
    program: str,
    streams: list[int],
    environment: dict[str, str],
    ignored: list[int],
) -> None:
    """Go on as a process that was started so, to the end."""
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)
    os.fchdir(folder)
    os.close(folder)
    for place in range(3):
        os.close(place)
    for number, place in zip(given, streams, strict=True):
        os.dup2(number, place)
        os.close(number)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    # As `python -m` has it.
    sys.path[:0] = [os.getcwd(), *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
    tempfile.tempdir = None
    _open_streams(streams, environment.get("PYTHONIOENCODING", "utf-8"))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
    _run(module, program, arguments)


def _open_streams(streams: Sequence[int], wanted: str) -> None:
    encoding, _, errors = wanted.partition(":")
    sys.stdin, sys.stdout, sys.stderr = (
        # Open to the end of the process; a stream that is closed is None.
        open(place, mode, encoding=encoding, errors=how, buffering=buffering, closefd=False)  # noqa: SIM115
        if place in streams
        else None
        for place, mode, how, buffering in (
            (0, "r", errors or "strict", -1),
            (1, "w", errors or "strict", -1),
            # By the line.
            (2, "w", "backslashreplace", 1),
        )
    )


def _run(module: str, program: str, arguments: Sequence[str]) -> None:
    if program:
        sys.argv = ["-c", *arguments]
        exec(compile(program, "<string>", "exec"), {"__name__": "__main__"})
        return
    if module == _CODE_SERVER:
        _runs_are_copies()
    sys.argv = [module.replace("_", "-"), *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _runs_are_copies() -> None:
    """What this process starts by multiprocessing comes from a copy of it as it is now, before it has any thread."""
    with unittest.mock.patch("multiprocessing.util.spawnv_passfds", _forked):
        multiprocessing.forkserver.ensure_running()
    copies = multiprocessing.get_context("forkserver")
    unittest.mock.patch("multiprocessing.get_context", return_value=copies).start()


def _forked(_: str, arguments: Sequence[str], kept: Sequence[int]) -> int:
    """In place of starting a helper of multiprocessing: a fork that does what its command line says."""
    pid = os.fork()
    if pid:
        return pid
    for number in map(int, os.listdir("/proc/self/fd")):
        if number > 2 and number not in kept:
            # The list was one of them.
            with contextlib.suppress(OSError):
                os.close(number)
    with contextlib.suppress(SystemExit):
        exec(arguments[-1], {})
    os._exit(0)


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        _load_commands()
        with socket.socket(fileno=int(sys.argv[1])) as listener:
            _serve(listener)
    except _Begin as begin:
        begun = begin
    else:
        sys.exit()
    _become(*begun.given, **begun.request)
