"""Golden questions: texts whose right category somebody knows, as from a CSV file with `text,category[,keywords]`."""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from keyword_assets.core.errors import InputError
from keyword_assets.core.questions import Mask, is_blank, share_key, unmasked
from keyword_assets.core.taxonomy import Shot, Taxonomy
from keyword_assets.core.texts import say

_NEEDED = ("text", "category")
# Between several keywords of a cell, as in the workbook of reviews.
_BETWEEN = ";"
# So many faults of a file are told at once.
_MOST_FAULTS = 5


@dataclass(frozen=True)
class GoldenQuestion:
    """A text with its right category; without `keywords`, nobody has said which are right."""

    text: str
    category: str
    keywords: tuple[str, ...] = ()
    line: int = 0

    @property
    def key(self) -> bytes:
        """Texts with the same key are the same question to us."""
        return share_key(self.text)


@dataclass(frozen=True)
class GoldenSet:
    """Golden questions of a file, or of reviews.

    Args:
        name: for people: of a file, as it was typed.
        questions: those to be asked.
        shown: those that a model is shown with their answers, and so not asked.
        left_out: of reviews, how many texts are no golden questions, by the reason; None of a file.
    """

    name: str
    questions: tuple[GoldenQuestion, ...]
    shown: tuple[GoldenQuestion, ...] = ()
    left_out: Mapping[str, int] | None = None

    @property
    def title(self) -> str:
        """The name without folders."""
        return PurePath(self.name).name

    @property
    def identity(self) -> str:
        """Sixteen hex digits over all questions and what is right, whichever of them a model is shown."""
        asked = sorted((question.text, question.category) for question in (*self.questions, *self.shown))
        return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def without(self, shots: Iterable[Shot], mask: Mask = unmasked) -> "GoldenSet":
        """The set without what these shots give away.

        Raises:
            InputError: nothing is left.
        """
        keys = {share_key(shot.text, mask) for shot in shots}
        shown = [question for question in self.questions if share_key(question.text, mask) in keys]
        asked = [question for question in self.questions if share_key(question.text, mask) not in keys]
        if not asked:
            raise InputError("golden.all_shown", file=self.name)
        return replace(self, questions=tuple(asked), shown=(*self.shown, *shown))

    def require_categories(self, taxonomy: Taxonomy) -> None:
        """Make sure that the taxonomy has all categories.

        Raises:
            InputError: it lacks some.
        """
        lacking = [(one.line, "golden.category") for one in self.questions if one.category not in taxonomy.names]
        _refuse(self.name, lacking)


def read_golden(lines: Iterable[str], name: str) -> GoldenSet:
    """The golden set in the lines of a CSV file; further columns are nobody's business here.

    Raises:
        InputError: it is no such file, or some of its rows are no golden questions.
    """
    reader = csv.reader(lines, strict=True)
    header = _header(reader)
    if not set(_NEEDED) <= set(header):
        raise InputError("csv.header", file=name, header="text,category[,keywords]")
    questions: list[GoldenQuestion] = []
    faults: list[tuple[int, str]] = []
    seen: set[bytes] = set()
    for line, row in _rows(reader):
        question = _question(header, row, line)
        if isinstance(question, str):
            faults.append((line, question))
        elif question.key in seen:
            faults.append((line, "golden.twice"))
        else:
            questions.append(question)
            seen.add(question.key)
    _refuse(name, faults)
    if not questions:
        raise InputError("golden.empty", file=name)
    return GoldenSet(name, tuple(questions))


def _header(reader: Iterator[list[str]]) -> Sequence[str]:
    try:
        return [name.strip() for name in next(reader, [])]
    except csv.Error:
        return ()


def _rows(reader: Any) -> Iterator[tuple[int, list[str] | None]]:
    """Each row under its line's number, but for blank lines; None where quotes do not match, which is the end."""
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error:
            yield line, None
            return
        if row is None:
            return
        if any(not is_blank(cell) for cell in row):
            yield line, row


def _question(header: Sequence[str], row: Sequence[str] | None, line: int) -> GoldenQuestion | str:
    """The question of a row, or why it is none."""
    if row is None:
        return "golden.broken"
    if len(row) != len(header):
        return "golden.columns"
    cells = dict(zip(header, row, strict=True))
    if is_blank(cells["text"]):
        return "golden.blank"
    if is_blank(cells["category"]):
        return "golden.no_category"
    keywords = (keyword.strip() for keyword in cells.get("keywords", "").split(_BETWEEN))
    return GoldenQuestion(cells["text"], cells["category"].strip(), tuple(k for k in keywords if not is_blank(k)), line)


def _refuse(name: str, faults: Sequence[tuple[int, str]]) -> None:
    if not faults:
        return
    told = "; ".join(say("golden.line", line=line, reason=say(fault)) for line, fault in faults[:_MOST_FAULTS])
    raise InputError("golden.refused", file=name, faults=told, more=len(faults) - len(faults[:_MOST_FAULTS]))
