"""The file that rows are written to before they are removed."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from keyword_assets.core.errors import DatabaseError, InputError
from keyword_assets.core.foreign import is_formula


class Dump:
    """A CSV file of rows, see `line_of`: made with the first one, readable by its owner alone."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._path, self._columns = path, columns
        self._file: IO[str] | None = None

    def __enter__(self) -> "Dump":
        if os.path.lexists(self._path):
            raise InputError("dedupe.exists", file=self._path)
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def begun(self) -> bool:
        """Whether there is a file."""
        return self._file is not None

    def add(self, row: Sequence[Any]) -> None:
        """Write a row; it is safe after `sync`."""
        if self._file is None:
            self._file = self._create()
            self._write(self._columns)
        self._write(row)

    def sync(self) -> None:
        """Return when all rows are on the disk, and the file in its folder."""
        if self._file is None:
            return
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise DatabaseError("dedupe.unwritable", file=self._path, reason=error.strerror) from error

    def _create(self) -> IO[str]:
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            folder = os.open(self._path.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
        except FileExistsError as error:
            raise InputError("dedupe.exists", file=self._path) from error
        except OSError as error:
            raise InputError("dedupe.unmakable", file=self._path, reason=error.strerror) from error
        return open(descriptor, "w", encoding="utf-8", newline="")

    def _write(self, row: Sequence[Any]) -> None:
        assert self._file is not None
        try:
            self._file.write(line_of(row))
        except OSError as error:
            raise DatabaseError("dedupe.unwritable", file=self._path, reason=error.strerror) from error


def line_of(row: Sequence[Any]) -> str:
    """A row as a line of CSV that loses nothing and carries no formula of a stranger's.

    Every value is in quotes but NULL, which is nothing between two commas; bytes are hexadecimal after `0x`. A text
    that a spreadsheet would take for a formula has an apostrophe before it, and so has one that begins with an
    apostrophe: who loads the file takes the first one off, and has every text as it was.
    """
    return ",".join(map(_quoted, row)) + "\n"


def _quoted(value: Any) -> str:
    if value is None:
        return ""
    text = f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
    if isinstance(value, str) and (text.startswith("'") or is_formula(text)):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"'
