"""The process that has loaded everything, and copies itself for whoever asks (`keyword_assets_tests/nursery.py`).

For a run of all tests it splits first: a second one loads what tests load, too, and pytest-xdist's workers are copies
of that.

A copy is what a started process would be: signals, streams, folder, environment and group are its own, and it runs
`__main__`. What Python does before that is not part of it; who tests that starts `sys.executable`. The runs of a code
server that is a copy are copies of it, and so is what `make dev` starts: see `_what_it_starts_are_copies`.

Nor is what Python does after that, but for what a program can see: see `_end`.

Whatever a client does, this process goes on: one that leaves is forgotten, one that asks for nonsense is told.
"""

import atexit
import contextlib
import fcntl
import gc
import importlib
import json
import multiprocessing
import multiprocessing.forkserver
import os
import re
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import traceback
import unittest.mock
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.config import Config

from keyword_assets_tests import once

# Of a request: an environment, mostly.
MOST_BYTES = 1 << 20
# Above the numbers of all files that somebody has open.
_HIGH = 200
COMMANDS = "keyword_assets"
_PROJECT = Path(__file__).parents[1]
_CODE_SERVER = "dagster"
_DAEMON = "dagster._daemon"
_HOSTING = f"{COMMANDS}.orchestration.hosting"
DEV = f"{COMMANDS}.cli.commands.dev"
# What Dagster's services load, and the runs of a code server: when the first of its kind is asked for.
# Most of it Dagster and others load only when they need it, each copy for itself.
_CLIENT = (
    "grpc._channel",
    "dagster._grpc.client",
    "dagster._api.list_repositories",
    "dagster._api.snapshot_repository",
)
SERVICES: dict[str, tuple[str, ...]] = {
    _CODE_SERVER: (
        *("dagster._cli", "dagster._grpc.server", "grpc._server", f"{COMMANDS}.orchestration.assembly"),
        *("dagster._utils.test.definitions", "multiprocessing.popen_forkserver", "multiprocessing.queues"),
    ),
    _DAEMON: (
        *("dagster._daemon.cli", "dagster._daemon.controller", "dagster._core.telemetry_upload"),
        *(*_CLIENT, "dagster._api.snapshot_sensor", "dagster._api.snapshot_schedule"),
    ),
    "dagster_webserver": (
        *("dagster_webserver.cli", "dagster_webserver.app", "dagster._core.instance.runs.run_domain"),
        *(*_CLIENT, "dagster._api.snapshot_execution_plan", "dagster_graphql.schema.config_type_or_error"),
        *("uvicorn.lifespan.on", "uvicorn.loops.uvloop", "uvicorn.protocols.http.httptools_impl"),
        "uvicorn.protocols.websockets.websockets_sansio_impl",
    ),
}
# What a command and a run load when they open an instance and send a request.
_OTHERS = (
    *("dagster._core.instance.factory", "dagster._core.storage.sqlite_storage", "upath.implementations.local"),
    *("dagster._core.storage.local_compute_log_manager", "dagster._core.executor.in_process", "_strptime"),
    *("dagster._core.execution.plan.active", "httpcore", "anyio._backends._asyncio"),
)
# All of them, and what is ours: a module that is run must not have been loaded as another, of which Python would warn.
SERVICES[DEV] = (
    *(name for names in SERVICES.values() for name in names),
    *("dagster._cli.dev", "dagster._grpc.proxy_server", f"{_HOSTING}.ended", f"{_HOSTING}.guarded"),
    f"{COMMANDS}.cli.commands.demo",
)
# Dagster has no setting for how often its daemon looks at backfills: every half minute, in which tests only wait.
_BACKFILLS = ("dagster._daemon.controller.DEFAULT_DAEMON_INTERVAL_SECONDS", 2)
# How many Pythons a process with this module and first argument starts.
_STARTS = {(DEV, "--port"): 1, (f"{_HOSTING}.dev", "--host"): 3, (_CODE_SERVER, "code-server"): 1}
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
    once.patch(setattr)
    ours = ("cli.main", "cli.commands.classifying", "cli.commands.check", "orchestration.command", "masking.rules")
    _load(*(f"{COMMANDS}.{name}" for name in (*ours, "orchestration.hosting.run_logs")), *_OTHERS)
    once.patch_dagster(setattr)
    from dagster._core.storage.sql import ALEMBIC_SCRIPTS_LOCATION

    revisions = Config()
    revisions.set_main_option("script_location", ALEMBIC_SCRIPTS_LOCATION)
    once.revisions(revisions).get_heads()


def _load_tests() -> None:
    """What tests name at their top, and the analyser of the simulated HCX, which takes seconds.

    What warns or fails is left to the workers: pytest tells of it.
    """
    from _pytest.config import parse_warning_filter

    # Hypothesis looks for what refers to the generators that it manages, among what is not frozen.
    gc.unfreeze()
    rules = tomllib.loads((_PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]
    with warnings.catch_warnings():
        for rule in rules["ini_options"]["filterwarnings"]:
            warnings.filterwarnings(*parse_warning_filter(rule, escape=False))
        for line in (*sorted(_imports()), f"from {COMMANDS}.morphology import nouns; nouns('전학')"):
            with contextlib.suppress(Exception):
                exec(line, {})
    gc.collect()
    gc.freeze()


def _imports() -> set[str]:
    """Statements that import something, but for modules of the tests: pytest loads those in its own way."""
    texts = (path.read_text(encoding="utf-8") for path in Path(__file__).parent.rglob("*.py"))
    lines = {line for text in texts for line in re.findall(r"^(?:from|import) \S.*", text, re.MULTILINE)}
    whole = {re.sub(r"from (\S+) import \($", r"import \1", line) for line in lines}
    return {line for line in whole if not re.search(r"pytest|_tests\b", line)}


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
    warned: Sequence[str] = (),
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
    for rule in warned:
        warnings._processoptions([rule])  # type: ignore[attr-defined]
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
    if starts := _STARTS.get((module, *arguments[:1])):  # type: ignore[call-overload]
        _what_it_starts_are_copies(starts)
    if module == _CODE_SERVER:
        _runs_are_copies()
    if module == _DAEMON:
        unittest.mock.patch(*_BACKFILLS).start()
    sys.argv = [module.replace("_", "-"), *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _runs_are_copies() -> None:
    """What this process starts by multiprocessing comes from a copy of it as it is now, before it has any thread."""
    with unittest.mock.patch("multiprocessing.util.spawnv_passfds", _forked):
        multiprocessing.forkserver.ensure_running()
    copies = multiprocessing.get_context("forkserver")
    unittest.mock.patch("multiprocessing.get_context", return_value=copies).start()


def _what_it_starts_are_copies(number: int) -> None:
    """So many Pythons that this process will start are copies of it as it is now: children that wait for their turn."""
    spares: list[tuple[socket.socket, int]] = []
    for _ in range(number):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid = os.fork()
        if not pid:
            for line in (ours, *(line for line, _ in spares)):
                line.close()
            _wait_for_a_turn(theirs)
        theirs.close()
        spares.append((ours, pid))

    class Popen(subprocess.Popen[Any]):
        """In place of a new Python it takes one that waits."""

        def _execute_child(self, args: Any, *how: Any) -> None:
            if not (spares and args[0] == sys.executable and "-m" in args):
                super()._execute_child(args, *how)  # type: ignore[misc]
                return
            _, _, _, kept, folder, environment, _, _, _, *pipes = how
            place = args.index("-m")
            request = {
                "module": args[place + 1],
                "arguments": args[place + 2 :],
                "program": "",
                "streams": [0, 1, 2, *kept],
                "environment": dict(os.environ if environment is None else environment),
                "ignored": [],
                "warned": args[2:place:2],
            }
            line, self.pid = spares.pop()
            ends = [own if pipe == -1 else pipe for own, pipe in enumerate((pipes[0], pipes[3], pipes[5]))]
            given = os.open(folder or ".", os.O_RDONLY)
            with line:
                socket.send_fds(line, [json.dumps(request).encode()], [given, *ends, *kept])
            os.close(given)
            self._close_pipe_fds(*pipes[:6])  # type: ignore[attr-defined]
            self._child_created = True

    unittest.mock.patch("subprocess.Popen", Popen).start()


def _wait_for_a_turn(line: socket.socket) -> None:
    try:
        message, given, _, _ = socket.recv_fds(line, MOST_BYTES, 8)
    except KeyboardInterrupt:
        message = b""
    if not message:
        # Who would start it has ended, or all have been told to.
        os._exit(0)
    line.close()
    # Out of the way of the numbers that they are to have.
    raise _Begin(json.loads(message), [_moved(number) for number in given])


def _moved(number: int) -> int:
    try:
        return fcntl.fcntl(number, fcntl.F_DUPFD, _HIGH)
    finally:
        os.close(number)


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


def _end(code: int) -> None:
    """End as Python does, without taking apart all that was loaded, which takes longer than most commands.

    Returns where a stream takes nothing more: Python tells of it.
    """
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    with contextlib.suppress(OSError, ValueError):
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(code)


def _begin(commands: int, workers: int | None = None) -> None:
    """Load, and serve those who ask for commands; with a second place to listen at also those who ask for workers."""
    if workers is None:
        _load_commands()
        _serve_at(commands)
        return
    # Where this fails, tests have to tell of it, and commands.
    with contextlib.suppress(Exception):
        _load_commands()
    other = os.fork()
    if not other:
        os.close(commands)
        _load_tests()
        _serve_at(workers)
        return
    os.close(workers)
    _serve_at(commands)
    os.waitpid(other, 0)


def _serve_at(place: int) -> None:
    with socket.socket(fileno=place) as listening:
        _serve(listening)


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    # Of a suite in the background they are ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        _begin(*map(int, sys.argv[1:]))
    except _Begin as begin:
        begun = begin
    else:
        sys.exit()
    # A run asks, and what is frozen is counted one by one. A worker sees to it itself, and has tests that count.
    if not begun.request["program"]:
        unittest.mock.patch("gc.get_freeze_count", return_value=1).start()
    while True:
        try:
            _become(*begun.given, **begun.request)
        except _Begin as begin:
            # A copy of a copy.
            begun = begin
            continue
        except SystemExit as ended:
            if isinstance(ended.code, int):
                _end(ended.code)
            raise
        _end(0)
