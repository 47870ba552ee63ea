"""Workbooks that people send back, read row by row: what they hold is bounded, and nothing in them is run or fetched.

Read by openpyxl, which hands out one row after another. `defusedxml`, which it uses where that is installed, refuses
entities that would unfold into gigabytes.
"""

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException

from keyword_assets.core.errors import InputError
from keyword_assets.core.texts import say

# Unpacked: a hundred thousand rows of ours are a tenth of it.
MOST_BYTES = 1 << 29
# Columns that are looked at; whoever adds some of his own adds a few.
_MOST_COLUMNS = 100
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK"
_ODS = b"application/vnd.oasis.opendocument"
# What openpyxl raises where a file is not what it seems; the XML parsers' errors are ValueErrors and SyntaxErrors.
_DAMAGED = (
    InvalidFileException,
    ParseError,
    SyntaxError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)


class Cell(NamedTuple):
    """What stands in a cell as text, a formula as it is written; `fault` is the key of what is wrong, or empty."""

    text: str
    fault: str = ""


_NOTHING = Cell("")


class Workbook:
    """A workbook that was opened, and is called `name`."""

    def __init__(self, name: str, book: Any) -> None:
        self.name = name
        self._book = book

    def __contains__(self, sheet: str) -> bool:
        return sheet in self._book.sheetnames

    def rows(self, sheet: str, columns: Sequence[str], most: int) -> Iterator[tuple[int, list[Cell]]]:
        """The rows of a sheet that are not blank, with their numbers, by columns that its first row names.

        Args:
            sheet: its name.
            columns: which, in any order there and among others.
            most: so many rows at most.

        Raises:
            InputError: there is no such sheet, a column is missing or there twice, there are more rows, or the file is
                damaged.
        """
        if sheet not in self:
            raise InputError("sheet.no_sheet", file=self.name, sheet=sheet, there=", ".join(self._book.sheetnames))
        with _told(self.name):
            yield from self._rows(sheet, columns, most)

    def _rows(self, sheet: str, columns: Sequence[str], most: int) -> Iterator[tuple[int, list[Cell]]]:
        opened = self._book[sheet]
        # Other programs write how large a sheet is, and are wrong.
        opened.reset_dimensions()
        rows = enumerate(opened.iter_rows(max_col=_MOST_COLUMNS), 1)
        places = self._places(sheet, [_cell(cell).text.strip() for cell in next(rows, (1, ()))[1]], columns)
        count = 0
        for number, row in rows:
            cells = [_cell(row[place]) if place < len(row) else _NOTHING for place in places]
            if not any(cell.text.strip() or cell.fault for cell in cells):
                continue
            count += 1
            if count > most:
                raise InputError("sheet.too_many_rows", file=self.name, sheet=sheet, most=most)
            yield number, cells

    def _places(self, sheet: str, header: list[str], columns: Sequence[str]) -> list[int]:
        if any(header.count(column) != 1 for column in columns):
            raise InputError("sheet.columns", file=self.name, sheet=sheet, columns=", ".join(columns))
        return [header.index(column) for column in columns]


@contextmanager
def opened(path: Path) -> Iterator[Workbook]:
    """A workbook to be read.

    Raises:
        InputError: there is none, it is another kind of file, or larger than anybody's work.
    """
    if not path.is_file():
        raise InputError("sheet.no_file", file=path)
    with ExitStack() as closed_at_the_end:
        with _told(path.name):
            file = closed_at_the_end.enter_context(path.open("rb"))
            _require_workbook(path.name, file)
            book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
        closed_at_the_end.callback(book.close)
        if not book.sheetnames:
            raise _unreadable(path.name, "other")
        yield Workbook(path.name, book)


def _require_workbook(name: str, file: BinaryIO) -> None:
    """Refuse what is none, by its first bytes and by what a packed file says of itself."""
    start = file.read(len(_OLE))
    if not start.startswith(_ZIP):
        raise _unreadable(name, "old" if start == _OLE else "other")
    with zipfile.ZipFile(file) as packed:
        members = packed.infolist()
        if sum(member.file_size for member in members) > MOST_BYTES:
            raise _unreadable(name, "huge", most=MOST_BYTES >> 20)
        if any(member.filename == "mimetype" and packed.read(member).startswith(_ODS) for member in members):
            raise _unreadable(name, "ods")


def _unreadable(name: str, kind: str, **params: object) -> InputError:
    return InputError("sheet.unreadable", file=name, reason=say(f"sheet.kind.{kind}", **params))


@contextmanager
def _told(name: str) -> Iterator[None]:
    """What the library says of a damaged file, in our words."""
    try:
        with warnings.catch_warnings():
            # Of what it does not know and would not write again: nothing is written here.
            warnings.filterwarnings("ignore", module="openpyxl")
            yield
    except OSError as error:
        # The library has one of its own for a file that lacks a part.
        if error.strerror is None:
            raise _unreadable(name, "other") from error
        raise InputError("sheet.unreadable", file=name, reason=error.strerror) from error
    except _DAMAGED as error:
        raise _unreadable(name, "other") from error


def _cell(cell: Any) -> Cell:
    value, kind = cell.value, getattr(cell, "data_type", "n")
    if value is None:
        return _NOTHING
    if kind == "f":
        return Cell(value if isinstance(value, str) else "", "sheet.formula")
    if kind == "e" or isinstance(value, date | datetime | time | timedelta):
        return Cell("", "sheet.not_text")
    if isinstance(value, float) and value.is_integer():
        return Cell(str(int(value)))
    return Cell(unescape(value) if isinstance(value, str) else str(value))
