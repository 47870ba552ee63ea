"""Corrections in a CSV file: one row a keyword, and the rows of the same text together are its answer.

A field that a spreadsheet would run as a formula, or that begins with an apostrophe, is written with one apostrophe
before it, and read without.
"""

import csv
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from keyword_assets.core.classifying.answers import MAX_KEYWORDS
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import is_formula
from keyword_assets.core.models.questions import Answer
from keyword_assets.core.quality.corrections import answer_of, note_of
from keyword_assets.core.questions import is_blank
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say

HEADER = ("text", "keyword", "category", "note")
# A person's work of years, and what fits into memory.
MAX_ROWS = 100_000
MAX_TEXT_CHARS = 1_000_000


class Refused(NamedTuple):
    """A line that was not taken, and why."""

    line: int
    reason: str


@dataclass
class Draft:
    """What the rows of a text say together; `line` is the first of them."""

    line: int
    text: str
    answer: Answer
    note: str


class Row(NamedTuple):
    """One row of the file."""

    line: int
    text: str
    keyword: str
    category: str
    note: str


@dataclass
class _Rows:
    """The rows of a text so far. Where one of them is refused, none of them is taken."""

    first: Row
    pairs: dict[tuple[str, str], None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    refused: bool = False

    def add(self, row: Row, taxonomy: Taxonomy) -> None:
        """Take one more.

        Raises:
            InputError: it may not be taken.
        """
        pair = (row.keyword.strip(), row.category.strip())
        if pair not in self.pairs and len(self.pairs) == MAX_KEYWORDS:
            raise InputError("correction.too_many", most=MAX_KEYWORDS)
        answer_of([pair], taxonomy)
        self.pairs[pair] = None
        if note := note_of(row.note):
            self.notes[note] = None


def written(value: str) -> str:
    """A field as it is written."""
    return f"'{value}" if _is_marked(value) else value


def read(value: str) -> str:
    """A field as it is meant."""
    return value[1:] if value[:1] == "'" and _is_marked(value[1:]) else value


def _is_marked(value: str) -> bool:
    return value.startswith("'") or is_formula(value)


def drafts(
    lines: Iterable[str], name: str, taxonomy: Taxonomy, same: Callable[[str], Hashable]
) -> tuple[list[Draft], list[Refused]]:
    """What a file says of each text, and the lines that cannot be taken.

    Args:
        lines: the file's, with their ends.
        name: what it is called.
        taxonomy: the categories.
        same: what texts that share an answer have in common.

    Raises:
        InputError: it has another header, or too many rows.
    """
    texts: dict[Hashable, _Rows] = {}
    refused: list[Refused] = []
    for row in _rows(lines, name):
        if isinstance(row, Refused):
            refused.append(row)
            continue
        rows = texts.setdefault(same(row.text), _Rows(row))
        try:
            rows.add(row, taxonomy)
        except InputError as error:
            rows.refused = True
            refused.append(Refused(row.line, str(error)))
    found = [_draft(rows, taxonomy, refused) for rows in texts.values() if not rows.refused]
    return [draft for draft in found if draft is not None], refused


def _draft(rows: _Rows, taxonomy: Taxonomy, refused: list[Refused]) -> Draft | None:
    try:
        note = note_of("\n".join(rows.notes))
    except InputError as error:
        refused.append(Refused(rows.first.line, str(error)))
        return None
    return Draft(rows.first.line, rows.first.text, answer_of(list(rows.pairs), taxonomy), note)


def _rows(lines: Iterable[str], name: str) -> Iterator[Row | Refused]:
    rows = _lines(lines)
    _, header = next(rows, (1, None))
    if header is None or [column.strip() for column in header] != list(HEADER):
        raise InputError("csv.header", file=name, header=",".join(HEADER))
    count = 0
    for line, row in rows:
        if row is not None and not any(value.strip() for value in row):
            continue
        count += 1
        if count > MAX_ROWS:
            raise InputError("correction.too_many_rows", file=name, most=MAX_ROWS)
        yield _row(line, row)


def _lines(lines: Iterable[str]) -> Iterator[tuple[int, list[str] | None]]:
    """Each row with the number of its first line; None for one whose quotes do not match."""
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(lines, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row: list[str] | None = next(reader)
        except StopIteration:
            return
        except csv.Error:
            row = None
        yield line, row


def _row(line: int, row: list[str] | None) -> Row | Refused:
    if row is None:
        return Refused(line, say("csv.broken"))
    if len(row) != len(HEADER):
        return Refused(line, say("correction.columns", columns=len(HEADER)))
    text, keyword, category, note = map(read, row)
    if is_blank(text):
        return Refused(line, say("correction.blank"))
    if len(text) > MAX_TEXT_CHARS:
        return Refused(line, say("correction.huge", most=MAX_TEXT_CHARS))
    return Row(line, text, keyword, category, note)
