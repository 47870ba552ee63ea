"""stdout and stderr that cannot end a command: what they cannot show is replaced, what they do not take is dropped.

A command that classifies works for hours; a disk that is full, a reader that has gone or a console of another encoding
must cost it lines of text and no work. What was lost is remembered, and told when the command has done its work.
"""

import codecs
import io
import os
import select
import sys
from typing import Any, TextIO

import click

_STDOUT = 1
_QUIET = f"{__name__}.quiet"
_TO_ASCII = bytes(byte if byte < 128 else ord("?") for byte in range(256))


class _Lenient(io.FileIO):
    """A descriptor that takes everything; after its first failure it throws away what it is given."""

    failure: OSError | None = None
    ascii_only = False

    def write(self, data: Any, /) -> int:
        """Write, or drop."""
        if self.ascii_only:
            # click takes ASCII for a mistake, goes around the stream above us and writes UTF-8.
            data = bytes(data).translate(_TO_ASCII)
        while self.failure is None:
            try:
                written = super().write(data)
            except OSError as error:
                self.failure = error
            else:
                if written is not None:
                    return written
                # Somebody has made it non-blocking, and it is full just now.
                select.select([], [self], [])
        return len(data)


_lost_document: OSError | None = None
_out: _Lenient | None = None


def open_streams() -> None:
    """Put stdout and stderr that cannot fail in the place of this process's own.

    Where one is closed its number must be taken before a file gets it: what is printed would land in that file.
    """
    global _out
    closed = _take_closed()
    _out, sys.stdout = _lenient(_STDOUT, sys.stdout, errors="replace")
    _, sys.stderr = _lenient(2, sys.stderr, errors="backslashreplace")
    if _STDOUT in closed:
        _out.failure = BrokenPipeError()


def _take_closed() -> set[int]:
    """The standard descriptors that were closed; they lead nowhere now."""
    closed = set()
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            closed.add(number)
            # The lowest that is free, so this very one.
            os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(number, True)
    return closed


def _lenient(number: int, old: TextIO | None, errors: str) -> tuple[_Lenient, io.TextIOWrapper]:
    raw = _Lenient(number, "wb", closefd=False)
    encoding = getattr(old, "encoding", None) or "utf-8"
    raw.ascii_only = codecs.lookup(encoding).name == "ascii"
    lines = number != _STDOUT or raw.isatty()
    return raw, io.TextIOWrapper(io.BufferedWriter(raw), encoding=encoding, errors=errors, line_buffering=lines)


def hush() -> None:
    """Say nothing beside the result from now on, for the command that is being run."""
    click.get_current_context().meta[_QUIET] = True


def is_quiet() -> bool:
    """Whether nothing but the result, and what went wrong, is to be said."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(_QUIET))


def note(text: str) -> None:
    """Say on stderr what is no result, unless all is to be quiet."""
    if not is_quiet():
        click.echo(text, err=True)


def takes_any_text() -> bool:
    """Whether stdout can show every character."""
    return (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")


def failure() -> OSError | None:
    """Why some of what was written to stdout is lost; None when nothing is."""
    if _out is not None:
        sys.stdout.flush()
    return None if _out is None else _out.failure


def note_document() -> None:
    """A document was written just now: remember whether it is lost."""
    global _lost_document
    _lost_document = failure()


def lost_document() -> OSError | None:
    """Why the document is lost; None when it is not, or there was none."""
    return _lost_document
