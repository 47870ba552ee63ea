"""Files of messages that can be read twice, whatever they are: a pipe's contents are kept in a temporary file."""

import codecs
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from keyword_assets.core.errors import InputError
from keyword_assets.core.texts import say

STDIN = Path("-")
_CHUNK = 1 << 20
# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# What programs in Korea write where they do not write UTF-8; it has all of EUC-KR.
_KOREAN = "cp949"


@dataclass(frozen=True)
class MessageFile:
    """A file from where it was opened to its end. `name` is for people."""

    name: str
    encoding: str
    _file: BinaryIO
    _start: int
    _may_be_said: bool = True

    @contextmanager
    def read(self) -> Iterator[TextIO]:
        """Its text from the beginning, line ends as they are.

        Raises:
            InputError: it cannot be read, or its bytes are not of the encoding.
        """
        try:
            self._file.seek(self._start)
            with open(self._file.fileno(), encoding=self.encoding, newline="", closefd=False) as text:
                yield text
        except OSError as error:
            raise InputError("csv.unreadable", file=self.name, reason=error.strerror) from error
        except UnicodeError as error:
            raise self._misread() from error

    def _misread(self) -> InputError:
        line = self._first_bad_line(self.encoding)
        if self.encoding != "utf-8-sig":
            return InputError("csv.not_encoded", file=self.name, encoding=self.encoding, line=line)
        hint = "csv.not_utf8_either" if self._first_bad_line(_KOREAN) else "csv.try_korean"
        hint += "" if self._may_be_said else ".save"
        return InputError("csv.not_utf8", file=self.name, line=line, hint=say(hint, encoding=_KOREAN))

    def _first_bad_line(self, encoding: str) -> int | None:
        """The number of the first line with bytes that are not of the encoding."""
        line = 1
        decoder = codecs.getincrementaldecoder(encoding)()
        self._file.seek(self._start)
        while True:
            chunk = self._file.read(_CHUNK)
            try:
                line += decoder.decode(chunk, final=not chunk).count("\n")
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].decode(encoding, "replace").count("\n")
            except UnicodeError:
                return line
            if not chunk:
                return None

    def require_meant(self) -> None:
        """Refuse another encoding for what is UTF-8: its bytes would quietly become other letters.

        Raises:
            InputError: all of it is UTF-8, with letters beyond ASCII.
        """
        if self.encoding.startswith("utf-") or self._first_bad_line("utf-8") is not None:
            return
        if self._first_bad_line("ascii") is not None:
            raise InputError("csv.is_utf8", file=self.name, encoding=self.encoding)


@contextmanager
def opened(path: Path, encoding: str | None = None, *, may_be_said: bool = True) -> Iterator[MessageFile]:
    """A file, pipe or, for `-`, standard input.

    Args:
        path: where it is.
        encoding: one that Python knows; UTF-8, with a byte order mark or without, if None.
        may_be_said: whether who named the file can name its encoding, too.

    Raises:
        InputError: it cannot be read, is a terminal, or there is no such encoding.
    """
    name = say("csv.stdin") if path == STDIN else str(path)
    if encoding is not None:
        _require_known(encoding)
    try:
        file = _open(path)
    except OSError as error:
        raise InputError("csv.unreadable", file=name, reason=error.strerror) from error
    with file:
        if file.isatty():
            raise InputError("csv.terminal", file=name)
        with _again(file, name) as whole:
            start = whole.tell()
            found = MessageFile(name, _encoding_of(whole, encoding, name), whole, start, may_be_said)
            found.require_meant()
            yield found


def _open(path: Path) -> BinaryIO:
    if path != STDIN:
        return path.open("rb", buffering=0)
    if sys.stdin is None:
        raise OSError(0, say("csv.no_stdin"))
    return open(0, "rb", buffering=0, closefd=False)


@contextmanager
def _again(file: BinaryIO, name: str) -> Iterator[BinaryIO]:
    """The file itself if it can be read again, or a copy that vanishes with us: memory stays flat."""
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        yield file
        return
    with tempfile.TemporaryFile(buffering=0) as copy:
        try:
            shutil.copyfileobj(file, copy, _CHUNK)
        except OSError as error:
            raise InputError("csv.no_copy", file=name, folder=tempfile.gettempdir(), reason=error.strerror) from error
        copy.seek(0)
        yield copy


def _require_known(encoding: str) -> None:
    try:
        # Refuses what Python knows and is none of text, such as base64.
        "a".encode(encoding)
    except (LookupError, ValueError) as error:
        raise InputError("csv.no_encoding", encoding=encoding) from error


def _encoding_of(file: BinaryIO, encoding: str | None, name: str) -> str:
    """The encoding by the name that Python has for it, such that a byte order mark is not part of the text."""
    start = file.tell()
    head = file.read(4)
    file.seek(start)
    marked = next((known for mark, known in _MARKS.items() if head.startswith(mark)), None)
    if encoding is None:
        if marked is not None:
            raise InputError("csv.marked", file=name, encoding=marked)
        return "utf-8-sig"
    known = codecs.lookup(encoding).name
    if known == "utf-8":
        return "utf-8-sig"
    return marked if marked and known.startswith(marked) else known
