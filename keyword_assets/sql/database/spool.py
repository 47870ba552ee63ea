"""Rows kept in a temporary file: read from the database at once, and gone through as slowly as it takes.

As JSON, so that whatever might get into that file is data and nothing more. It has no name, and is this process's own.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime
from itertools import islice
from typing import IO, Any, Generic, TypeVar

Row = TypeVar("Row")


class Spool(Generic[Row]):
    """Pages of rows, to be gone through as often as wanted, one reader at a time.

    Args:
        pack: from a row to what JSON has.
        unpack: and back.
        memory: so many bytes stay in memory before there is a file.
    """

    def __init__(self, pack: Callable[[Row], Any], unpack: Callable[[Any], Row], memory: int) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=memory)  # noqa: SIM115 - lives as we do
        self._pack, self._unpack = pack, unpack

    def clear(self) -> None:
        """Nothing is in it any more."""
        self._file.seek(0)
        self._file.truncate()

    def keep(self, page: Iterable[Row]) -> None:
        """Add a page.

        Raises:
            OSError: the folder for temporary files cannot hold it; nothing more can be added.
        """
        try:
            text = json.dumps([self._pack(row) for row in page], ensure_ascii=False, separators=(",", ":"))
            self._file.write(text.encode("utf-8", "surrogatepass") + b"\n")
            # Now, where it can be told.
            self._file.flush()
        except OSError:
            self.close()
            raise

    def fill(self, rows: Iterator[Row], size: int) -> None:
        """Add all the rows, in pages of so many."""
        while page := list(islice(rows, size)):
            self.keep(page)

    def pages(self) -> Iterator[list[Row]]:
        """The pages in their order."""
        self._file.seek(0)
        for line in self._file:
            yield [self._unpack(row) for row in json.loads(line.decode("utf-8", "surrogatepass"))]

    def __iter__(self) -> Iterator[Row]:
        for page in self.pages():
            yield from page

    def close(self) -> None:
        """Give the file back."""
        with suppress(OSError):
            # It tries to write the rest once more.
            self._file.close()

    def __enter__(self) -> "Spool[Row]":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        # Also where nobody said that it is done; an open file would be a warning.
        self.close()


def iso(when: date | None) -> str | None:
    """A day or a time as text; None as it is."""
    return None if when is None else when.isoformat()


def day_of(text: str | None) -> date | None:
    """A day from its text."""
    return date.fromisoformat(text) if text else None


def time_of(text: str | None) -> datetime | None:
    """A time from its text."""
    return datetime.fromisoformat(text) if text else None
