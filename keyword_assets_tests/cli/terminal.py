"""A command that somebody sits in front of: it has a real terminal, and is typed to and read as a person does."""

import codecs
import os
import pty
import select
import time
from collections.abc import Callable

from keyword_assets_tests.cli.processes import PATIENCE
from keyword_assets_tests.nursery import Child

# Ends as the command does. A leader of a group, as each copy is, can get no terminal of its own.
_PROGRAM = """
import fcntl, os, sys, termios
if child := os.fork():
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os._exit(code if code >= 0 else 128 - code)
os.setsid()
line = os.open(os.environ.pop("TERMINAL_OF_TEST"), os.O_RDWR)
fcntl.ioctl(line, termios.TIOCSCTTY, 0)
for place in range(3):
    os.dup2(line, place)
os.close(line)
sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)
from keyword_assets.__main__ import main
main()
"""
_CTRL_C = "\x03"
# Python does not hear of a Ctrl-C that comes just before it begins to wait for a line: people press once more.
_ONCE_MORE_SECONDS = 5.0


class Terminal:
    """What is on the screen by now, and the keys."""

    def __init__(self, start: Callable[..., Child], *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        self.child = start(*arguments, program=_PROGRAM, TERMINAL_OF_TEST=os.ttyname(theirs), COLUMNS="200")
        # Open until the child has opened it by its name, which it has when it says something.
        self._theirs: int | None = theirs
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.screen = ""
        self._seen = 0
        self._left_at: float | None = None

    def until(self, text: str) -> str:
        """Wait until this is said; returns what was said since the last time."""
        deadline = time.monotonic() + PATIENCE
        while (at := self.screen.find(text, self._seen)) < 0:
            assert self._read(), self.screen
            assert time.monotonic() < deadline, self.screen
        said = self.screen[self._seen : at + len(text)]
        self._seen = at + len(text)
        return said

    def answer(self, question: str, text: str = "") -> str:
        """Wait for a question, and type a line; returns what was said before."""
        said = self.until(question)
        os.write(self._ours, f"{text}\n".encode())
        return said

    def leave(self, question: str) -> None:
        """Wait for a question, and press Ctrl-C."""
        self.until(question)
        self._press_ctrl_c()

    def end(self) -> int:
        """Read to the end; returns the exit code."""
        deadline = time.monotonic() + PATIENCE
        while self._read():
            assert time.monotonic() < deadline, self.screen
            if self._left_at is not None and time.monotonic() - self._left_at > _ONCE_MORE_SECONDS:
                self._press_ctrl_c()
        return self.child.wait(PATIENCE)

    def close(self) -> None:
        """Hang up."""
        for number in filter(None, (self._ours, self._theirs)):
            os.close(number)

    def _press_ctrl_c(self) -> None:
        self._left_at = time.monotonic()
        os.write(self._ours, _CTRL_C.encode())

    def _read(self) -> bool:
        """Whether there was something within a second, or may be later."""
        if not select.select([self._ours], [], [], 1)[0]:
            return self.child.poll() is None
        try:
            read = os.read(self._ours, 1 << 16)
        except OSError:
            # The other end is closed.
            return False
        if self._theirs is not None:
            os.close(self._theirs)
            self._theirs = None
        self.screen += self._decoder.decode(read)
        return bool(read)
