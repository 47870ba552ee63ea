"""Commands in processes of their own that need not be loaded: copies (fork) of one that has loaded everything.

Loading takes most of what a command costs, and a test that stops or kills one is not about it. A copy is what a started
process would be: signals, streams, folder, environment and group are its own, and it runs `__main__`. What Python does
before that is not part of it; who tests that starts `sys.executable`.
"""

import contextlib
import gc
import importlib
import json
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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NoReturn

import sqlalchemy as sa

# Of a request: an environment, mostly.
_MOST_BYTES = 1 << 20


class Child:
    """A command that runs; for the test what `subprocess.Popen[str]` is."""

    def __init__(self, line: socket.socket, stdout: IO[str], stderr: IO[str]) -> None:
        self.stdout, self.stderr = stdout, stderr
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
        line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        line.connect(str(self._address))
        pipes = [os.pipe() for _ in range(2)]
        given = [os.open(folder, os.O_RDONLY), os.open(os.devnull, os.O_RDONLY), *(end for _, end in pipes)]
        request = {
            "arguments": list(arguments),
            "program": program,
            "streams": [0, 1, 2],
            "environment": dict(environment),
            "ignored": [int(number) for number in ignored],
        }
        socket.send_fds(line, [json.dumps(request).encode()], given)
        for number in given:
            os.close(number)
        stdout, stderr = (os.fdopen(end, encoding="utf-8", errors="surrogateescape") for end, _ in pipes)
        return Child(line, stdout, stderr)

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
    pid = os.fork()
    # A group of its own, as a terminal gives each command; there from when either goes on, so both ask for it.
    os.setpgid(pid, pid)
    if not pid:
        for each in (line, *others):
            each.close()
        _become(*given, **json.loads(message))
    for number in given:
        os.close(number)
    line.send(str(pid).encode())
    return pid


def _become(
    folder: int,
    *given: int,
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
    raise _Begin(program, arguments)


class _Begin(BaseException):
    """Leaves the frames of the nursery, and begins."""

    def __init__(self, program: str, arguments: list[str]) -> None:
        self.program, self.arguments = program, arguments


def _load() -> None:
    """What commands load that classify and count."""
    for name in ("cli.main", "cli.commands.classifying", "cli.commands.check", "orchestration.command"):
        importlib.import_module(f"keyword_assets.{name}")
    for url in ("mysql+mysqlconnector://", "sqlite://"):
        sa.create_engine(url).dispose()
    gc.collect()
    gc.freeze()


def _run(begin: _Begin) -> Any:
    if begin.program:
        sys.argv = ["-c", *begin.arguments]
        exec(compile(begin.program, "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = ["keyword-assets", *begin.arguments]
        runpy.run_module("keyword_assets", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    try:
        _load()
        with socket.socket(fileno=int(sys.argv[1])) as listener:
            _serve(listener)
    except _Begin as begin:
        begun = begin
    else:
        sys.exit()
    _run(begun)
