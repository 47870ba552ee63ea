"""Commands in processes of their own that need not be loaded: copies (fork) of one that has loaded everything.

Loading takes most of what a command costs, and a test that stops or kills one is not about it. A copy is what a started
process would be: signals, streams, folder, environment and group are its own, and it runs `__main__`. What Python does
before that is not part of it; who tests that starts `sys.executable`.

Dagster's services come from here as well, and so do their runs: those of a code server are copies of a copy.
"""

import atexit
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
import subprocess
import sys
import tempfile
import threading
import time
import unittest.mock
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any, NoReturn

import sqlalchemy as sa

# Of a request: an environment, mostly.
_MOST_BYTES = 1 << 20
_COMMANDS = tuple(
    f"keyword_assets.{name}"
    for name in ("cli.main", "cli.commands.classifying", "cli.commands.check", "orchestration.command")
)
# What Dagster's services load, and the runs of a code server: when the first of its kind is asked for.
_CODE_SERVER = "dagster"
SERVICES = {
    _CODE_SERVER: ("dagster._cli", "dagster._grpc.server", "keyword_assets.orchestration.assembly"),
    "dagster._daemon": ("dagster._daemon.cli", "dagster._daemon.controller"),
    "dagster_webserver": ("dagster_webserver.cli", "dagster_webserver.app"),
}


class Copy:
    """A process that runs, and leads a group; for the test what `subprocess.Popen` is."""

    def __init__(self, line: socket.socket) -> None:
        self.returncode: int | None = None
        self._line = line
        self.pid = int(line.recv(_MOST_BYTES))

    def poll(self) -> int | None:
        """The exit code, if it has ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it ends."""
        if self.returncode is None:
            self._line.settimeout(timeout)
            try:
                self.returncode = int(self._line.recv(_MOST_BYTES))
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired("keyword-assets", timeout or 0) from None
            self._line.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9, if it has not ended."""
        self.send_signal(signal.SIGKILL)


class Child(Copy):
    """A command whose words are read: `subprocess.Popen[str]`."""

    def __init__(self, line: socket.socket, stdout: IO[str], stderr: IO[str]) -> None:
        self.stdout, self.stderr = stdout, stderr
        super().__init__(line)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """All that it says from now on, once it ends."""
        said: dict[IO[str], str] = {}
        readers = [
            threading.Thread(target=lambda stream=stream: said.update({stream: stream.read()}), daemon=True)
            for stream in (self.stdout, self.stderr)
            if not stream.closed
        ]
        deadline = None if timeout is None else time.monotonic() + timeout
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(None if deadline is None else max(0, deadline - time.monotonic()))
            if reader.is_alive():
                raise subprocess.TimeoutExpired("keyword-assets", timeout or 0)
        self.wait(None if deadline is None else max(0.1, deadline - time.monotonic()))
        self.stdout.close()
        self.stderr.close()
        return said.get(self.stdout, ""), said.get(self.stderr, "")


class Nursery:
    """The process that copies itself, from when something is first asked of it."""

    def __init__(self, address: Path) -> None:
        self._address = address
        # `python -m keyword_assets` in a line of a shell.
        self.command = f"{sys.executable} -IS {Path(__file__).with_name('from_nursery.py')} {address}"
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listening.bind(str(address))
        listening.listen()
        with listening:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(listening.fileno())],
                # Ends when we do.
                stdin=subprocess.PIPE,
                pass_fds=[listening.fileno()],
                # What warns on its way shows it, as under `python -W default`; and a fork has one thread.
                env=os.environ | {"PYTHONWARNINGS": "default", "OPENBLAS_NUM_THREADS": "1"},
            )

    def start(
        self,
        arguments: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        program: str = "",
        ignored: Sequence[signal.Signals] = (),
    ) -> Child:
        """Run `python -m keyword_assets`, or a program given as text, with these arguments."""
        pipes = [os.pipe() for _ in range(2)]
        request = {
            "module": "keyword_assets",
            "arguments": list(arguments),
            "program": program,
            "ignored": [int(number) for number in ignored],
        }
        line = self._asked(request, folder, environment, [end for _, end in pipes])
        stdout, stderr = (os.fdopen(end, encoding="utf-8", errors="surrogateescape") for end, _ in pipes)
        return Child(line, stdout, stderr)

    def serve(
        self, module: str, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], log: Path
    ) -> Copy:
        """Run `python -m module`, one of Dagster's, which adds to this log all that it says."""
        outputs = [os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) for _ in range(2)]
        request = {"module": module, "arguments": list(arguments), "program": "", "ignored": []}
        return Copy(self._asked(request, folder, environment, outputs))

    def _asked(
        self, request: Mapping[str, Any], folder: Path, environment: Mapping[str, str], outputs: Sequence[int]
    ) -> socket.socket:
        """Where the process's number is told and how it ended; closes the outputs, which are its own from now on."""
        line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        line.connect(str(self._address))
        given = [os.open(folder, os.O_RDONLY), os.open(os.devnull, os.O_RDONLY), *outputs]
        whole = {**request, "streams": [0, 1, 2], "environment": dict(environment)}
        socket.send_fds(line, [json.dumps(whole).encode()], given)
        for number in given:
            os.close(number)
        return line

    def end(self) -> None:
        """End it; copies that still run stay."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def opened() -> Iterator[Nursery]:
    """A nursery, ended afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        nursery = Nursery(Path(folder) / "nursery")
        yield nursery
        nursery.end()


@cache
def shared() -> Nursery:
    """The one of this process, from when it is first asked for until the process ends."""
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(opened())


# -- in the process itself ---------------------------------------------------------------------------------------------


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
                    line, _ = listening.accept()
                    pid = _copied(line, [key.data[0] for key in selector.get_map().values() if key.data])
                    selector.register(os.pidfd_open(pid), selectors.EVENT_READ, (line, pid))
                else:
                    selector.unregister(key.fileobj)
                    os.close(key.fd)
                    _tell_the_end(*key.data)


def _tell_the_end(line: socket.socket, pid: int) -> None:
    _, status = os.waitpid(pid, 0)
    # Whoever asked may have left.
    with line, contextlib.suppress(BrokenPipeError):
        line.send(str(os.waitstatus_to_exitcode(status)).encode())


def _copied(line: socket.socket, others: Sequence[socket.socket]) -> int:
    message, given, _, _ = socket.recv_fds(line, _MOST_BYTES, 4)
    request = json.loads(message)
    _load(*SERVICES.get(request["module"], ()))
    pid = os.fork()
    # A group of its own, as a terminal gives each command; there from when either goes on, so both ask for it.
    os.setpgid(pid, pid)
    if not pid:
        for each in (line, *others):
            each.close()
        _become(*given, **request)
    for number in given:
        os.close(number)
    line.send(str(pid).encode())
    return pid


def _become(
    folder: int,
    *given: int,
    module: str,
    arguments: list[str],
    program: str,
    streams: list[int],
    environment: dict[str, str],
    ignored: list[int],
) -> NoReturn:
    """Go on as a process that was started so."""
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
    encoding, _, errors = environment.get("PYTHONIOENCODING", "utf-8").partition(":")
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
    # With it all that waits for the end of the process.
    raise _Begin(module, program, arguments)


class _Begin(BaseException):
    """Leaves the frames of the nursery, and begins."""

    def __init__(self, module: str, program: str, arguments: list[str]) -> None:
        self.module, self.program, self.arguments = module, program, arguments


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
    _load(*_COMMANDS)


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


def _runs_are_copies() -> None:
    """What this process starts by multiprocessing comes from a copy of it as it is now, before it has any thread."""
    with unittest.mock.patch("multiprocessing.util.spawnv_passfds", _forked):
        multiprocessing.forkserver.ensure_running()
    copies = multiprocessing.get_context("forkserver")
    unittest.mock.patch("multiprocessing.get_context", return_value=copies).start()


def _run(begin: _Begin) -> None:
    if begin.program:
        sys.argv = ["-c", *begin.arguments]
        exec(compile(begin.program, "<string>", "exec"), {"__name__": "__main__"})
        return
    if begin.module == _CODE_SERVER:
        _runs_are_copies()
    sys.argv = [begin.module.replace("_", "-"), *begin.arguments]
    runpy.run_module(begin.module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    try:
        _load_commands()
        with socket.socket(fileno=int(sys.argv[1])) as listener:
            _serve(listener)
    except _Begin as begin:
        begun = begin
    else:
        sys.exit()
    _run(begun)
