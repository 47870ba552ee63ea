"""The review workbook: what its columns are called, and what a reviewer's row says."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from keyword_assets.core.errors import InputError
from keyword_assets.core.models.questions import Answer
from keyword_assets.core.quality.corrections import answer_of, note_of
from keyword_assets.core.quality.reviewing import Verdict
from keyword_assets.core.taxonomy import Taxonomy

SHEET = "검토"
# What a row is about: its item, and what a reviewer saw of that.
KEY_COLUMNS = ("id", "질문", "키워드", "분류")
SHOWN_COLUMNS = ("id", "날짜", "질문", "메시지", "키워드", "분류")
SAID_COLUMNS = ("판정", "올바른 분류", "올바른 키워드", "메모")
COLUMNS = (*SHOWN_COLUMNS, *SAID_COLUMNS)
VERDICT_WORDS: dict[Verdict, str] = {"right": "맞음", "wrong": "틀림", "unsure": "판단 불가"}
SEPARATOR = "; "
# As many as an audit can have.
MAX_ROWS = 100_000
# What was true of each row when it was written, on a sheet that nobody sees.
MARKS_SHEET = "_exported"
MARK_COLUMNS = ("id", "question", "correction", "stands", "shown")

_SEPARATOR = re.compile(r"\s*[;；]\s*")
_WORDS = {word.replace(" ", ""): verdict for verdict, word in VERDICT_WORDS.items()} | {
    verdict: verdict for verdict in VERDICT_WORDS
}


class Given(NamedTuple):
    """A keyword of the answer that is judged, with the name of its category."""

    keyword: str
    category: str


class Mark(NamedTuple):
    """What was true of a row when it was written, mostly as digests.

    Args:
        question: the item with its day, text and answer.
        correction: the number of the correction that held for its text; 0 for none.
        stands: the answer that stood in the table.
        shown: the cells that a reviewer may not change.
    """

    question: str
    correction: int
    stands: str
    shown: str


class Line(NamedTuple):
    """A row as it is written: its `SHOWN_COLUMNS`, and what was true of it."""

    cells: tuple[int, date, str, int, str, str]
    mark: Mark


class SheetRow(NamedTuple):
    """A row in which something was said.

    `row` is its number in the sheet, `shown` the digest of text, keywords and categories there, and `keywords` those
    of the answer as a reviewer saw them, with personal data masked.
    """

    row: int
    item: str
    shown: str
    keywords: str
    verdict: str
    right_categories: str
    right_keywords: str
    note: str


class Refused(NamedTuple):
    """A row that was not taken, and why."""

    row: int
    reason: str


@dataclass(frozen=True)
class Said:
    """What a row says of an answer."""

    verdict: Verdict
    right_answer: Answer | None
    note: str


def plain(cell: str) -> str:
    """A cell as it is compared: programs that save a workbook change blanks and how letters are put together."""
    return " ".join(unicodedata.normalize("NFC", cell).split())


def digest(*parts: str) -> str:
    """Sixteen digits that tell these texts from others."""
    return hashlib.sha256("\x1f".join(map(plain, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def in_one_cell(values: Sequence[str]) -> str:
    """Several keywords, or their categories, as they stand in a cell."""
    return SEPARATOR.join(values)


def said(
    row: SheetRow, given: Sequence[Given], current: Answer, taxonomy: Taxonomy, masks: Callable[[str], bool]
) -> Said:
    """What a row says.

    Args:
        row: the row.
        given: the answer that it judges.
        current: the same answer, as it is stored.
        taxonomy: the categories that a right answer may have.
        masks: whether a text has a placeholder for personal data in it.

    Raises:
        InputError: it cannot be taken; the message says why.
    """
    verdict, note = _verdict(row), note_of(unicodedata.normalize("NFC", row.note))
    if verdict == "unsure" and (row.right_categories or row.right_keywords):
        raise InputError("sheet.answer_not_for", verdict=VERDICT_WORDS[verdict], wrong=VERDICT_WORDS["wrong"])
    right = _right_answer(row, given, taxonomy, masks)
    same = right is not None and set(right) == set(current)
    if verdict == "right":
        if right is not None and not same:
            raise InputError("sheet.answer_not_for", verdict=VERDICT_WORDS[verdict], wrong=VERDICT_WORDS["wrong"])
        return Said(verdict, None, note)
    if same:
        raise InputError("sheet.same_answer", verdict=VERDICT_WORDS[verdict])
    return Said(verdict, right, note)


def _verdict(row: SheetRow) -> Verdict:
    word = "".join(unicodedata.normalize("NFC", row.verdict).casefold().split())
    if not word:
        raise InputError("sheet.no_verdict", wrong=VERDICT_WORDS["wrong"])
    if word not in _WORDS:
        raise InputError("sheet.verdict", verdict=row.verdict, verdicts=", ".join(VERDICT_WORDS.values()))
    return _WORDS[word]


def _right_answer(
    row: SheetRow, given: Sequence[Given], taxonomy: Taxonomy, masks: Callable[[str], bool]
) -> Answer | None:
    """The answer that a row gives; of keywords and categories, those that it does not give are as they were."""
    keywords, categories = _keywords(row, given, masks), _categories(row.right_categories, taxonomy)
    if not keywords and not categories:
        return None
    keywords = keywords or [one.keyword for one in given]
    categories = categories or [one.category for one in given]
    if len(set(categories)) == 1:
        categories = categories[:1] * len(keywords)
    if len(keywords) != len(categories):
        raise InputError("sheet.counts", keywords=len(keywords), categories=len(categories))
    return answer_of(list(zip(keywords, categories, strict=True)), taxonomy)


def _keywords(row: SheetRow, given: Sequence[Given], masks: Callable[[str], bool]) -> list[str]:
    """Those that a row gives; one that is as it was shown is the one that was given, whatever of it was masked."""
    if row.right_keywords and plain(row.right_keywords) == plain(row.keywords):
        return [one.keyword for one in given]
    as_shown = _as_shown([plain(part) for part in _parts(row.keywords)], given)
    found = [as_shown.get(plain(part), part) for part in _parts(row.right_keywords)]
    if masked := next((part for part in found if part not in as_shown.values() and masks(part)), None):
        raise InputError("sheet.masked", keyword=masked)
    return found


def _as_shown(shown: Sequence[str], given: Sequence[Given]) -> dict[str, str]:
    """The keywords by what is seen of them, where that tells them apart; one may hold the separator."""
    if len(shown) != len(given):
        return {}
    return {part: one.keyword for part, one in zip(shown, given, strict=True) if shown.count(part) == 1}


def _categories(cell: str, taxonomy: Taxonomy) -> list[str]:
    """The names in a cell. A name may hold the separator: the longest that there is counts."""
    names = {in_one_cell(_plain_parts(name)): name for name in taxonomy.names}
    longest = max(len(_plain_parts(name)) for name in names)
    parts, found = _plain_parts(cell), []
    while parts:
        size = next((size for size in range(longest, 1, -1) if in_one_cell(parts[:size]) in names), 1)
        name = in_one_cell(parts[:size])
        found.append(names.get(name, name))
        parts = parts[size:]
    return found


def _plain_parts(cell: str) -> list[str]:
    return [plain(part) for part in _parts(cell)]


def _parts(cell: str) -> list[str]:
    """What stands between the separators; one at the end of it all separates nothing."""
    whole = unicodedata.normalize("NFC", cell).strip().rstrip(";；").strip()
    return _SEPARATOR.split(whole) if whole else []
