"""Processes that need not be loaded: copies (fork) of one that has loaded everything.

Loading takes most of what a command costs, and a test that stops or kills one is not about it. Dagster's services come
from here as well. `keyword_assets_tests/copies.py` is what runs in the process that copies itself.
"""

import atexit
import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any

from keyword_assets_tests import copies

# What the processes of a nursery listen for.
_KINDS = ("commands", "workers")
# Where the one of all workers is, as its `place`; nothing where each process has its own.
OF_ALL: dict[str, str] = {}


class NurseryError(Exception):
    """There is no copy, or nobody to tell how it ended; with what the nursery said."""


class Copy:
    """A process that runs, and leads a group; for the test what `subprocess.Popen` is.

    Raises:
        NurseryError: it was not made.
    """

    def __init__(self, line: socket.socket) -> None:
        self.returncode: int | None = None
        self._line = line
        self.pid = self._told()

    def _told(self) -> int:
        said = ""
        with contextlib.suppress(ConnectionResetError):
            said = self._line.recv(copies.MOST_BYTES).decode()
        if not said.removeprefix("-").isdecimal():
            raise NurseryError(said or "it is gone")
        return int(said)

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
                self.returncode = self._told()
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
    """The process that copies itself.

    Args:
        folder: where it listens and logs.
        whose: the process that has begun it in this folder; ours, which begins it now, if none is given.
        workers: whether pytest-xdist's workers come from it, too.
    """

    def __init__(self, folder: Path, *, whose: int | None = None, workers: bool = False) -> None:
        self._folder = folder
        self._whose = whose or os.getpid()
        self._process = None if whose else self._begun(workers)

    def _file(self, kind: str) -> Path:
        return self._folder / f"{self._whose}.{kind}"

    def _begun(self, workers: bool) -> "subprocess.Popen[bytes]":
        with ExitStack() as stack:
            listening = [stack.enter_context(_listening(self._file(kind))) for kind in _KINDS[: 1 + workers]]
            log = stack.enter_context(self._file("log").open("wb"))
            numbers = [one.fileno() for one in listening]
            return subprocess.Popen(
                [sys.executable, "-m", copies.__name__, *map(str, numbers)],
                # Where it finds itself; the test that asks first may be in a folder of its own.
                cwd=Path(__file__).parents[1],
                # Ends when we do.
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=numbers,
                # What warns on its way shows it, as under `python -W default`; and a fork has one thread.
                env=os.environ | {"PYTHONWARNINGS": "default", "OPENBLAS_NUM_THREADS": "1"},
                # A signal to all processes of the tests, as from a terminal or `timeout`, is not meant for it.
                start_new_session=True,
            )

    @property
    def command(self) -> str:
        """`python -m keyword_assets` in a line of a shell."""
        return self._command("commands")

    @property
    def python(self) -> str:
        """`python`, of which pytest-xdist makes a worker."""
        return self._command("workers")

    def _command(self, kind: str) -> str:
        words = [sys.executable, "-IS", Path(__file__).with_name("from_nursery.py"), self._file(kind)]
        return shlex.join(map(str, words))

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
            "module": copies.COMMANDS,
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
        given = [os.open(folder, os.O_RDONLY), os.open(os.devnull, os.O_RDONLY), *outputs]
        whole = {**request, "streams": [0, 1, 2], "environment": dict(environment)}
        try:
            line = self._line()
            socket.send_fds(line, [json.dumps(whole).encode()], given)
        finally:
            for number in given:
                os.close(number)
        return line

    def _line(self) -> socket.socket:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            line.connect(str(self._file("commands")))
        except ConnectionRefusedError:
            line.close()
            said = self._file("log").read_text(encoding="utf-8", errors="replace")
            how = "it ended" if self._process is None else f"it ended with {self.end()}"
            # Whoever finds it so fails; nobody after him has to.
            self._whose = os.getpid()
            self._process = self._begun(workers=False)
            raise NurseryError(f"{how}\n{said}") from None
        return line

    @property
    def place(self) -> dict[str, str]:
        """For `OF_ALL` of those who are to use it, too."""
        return {"folder": str(self._folder), "whose": str(self._whose)}

    @property
    def pid(self) -> int:
        """The number of the process, which is a child of ours."""
        assert self._process is not None
        return self._process.pid

    def end(self) -> int:
        """End it, and tell its exit code; copies that still run stay."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._process.wait()


def _listening(address: Path) -> socket.socket:
    address.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listening.bind(str(address))
    listening.listen()
    return listening


@contextmanager
def opened(*, workers: bool = False) -> Iterator[Nursery]:
    """A nursery, ended afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        nursery = Nursery(Path(folder), workers=workers)
        yield nursery
        nursery.end()


@cache
def shared() -> Nursery:
    """The one of all workers, or that of this process from when it is first asked for until the process ends."""
    if OF_ALL:
        return Nursery(Path(OF_ALL["folder"]), whose=int(OF_ALL["whose"]))
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(opened())
