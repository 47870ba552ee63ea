"""Queues of reviewers out to workbooks, and what people have said in those back again."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeVar

from keyword_assets import privacy
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.classifying.answers import read_pairs, stored_form
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.core.quality.corrections import Correction
from keyword_assets.core.quality.review_sheet import (
    KEY_COLUMNS,
    VERDICT_WORDS,
    Given,
    Line,
    Mark,
    Refused,
    Said,
    SheetRow,
    digest,
    in_one_cell,
    said,
)
from keyword_assets.core.quality.reviewing import ReviewItem
from keyword_assets.core.questions import Mask
from keyword_assets.core.texts import say
from keyword_assets.quality.reviewing import Reviewing
from keyword_assets.reports.cell_texts import cell_text
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.audits import Audits
from keyword_assets.sql.quality.standing import standing
from keyword_assets.sql.rows import Asked

# Items that are looked up at a time.
_PAGE = 200

Taken = Literal["taken", "unchanged"]
_One = TypeVar("_One")


@dataclass(frozen=True)
class Exported:
    """What goes out: the open items of a queue, and how many were judged already."""

    audit: int | None
    items: Sequence[int]
    left_out: int

    @property
    def queue(self) -> str:
        """What it is called."""
        return say("sheet.doubtful") if self.audit is None else say("sheet.audit", audit=self.audit)


@dataclass(frozen=True)
class _Now:
    """What stands as the answer of an item's question, and the correction that holds for its text."""

    answer: Answer
    held: Correction | None

    @property
    def correction(self) -> int:
        return 0 if self.held is None else self.held.id

    @property
    def stands(self) -> str:
        return digest(_hidden(stored_form(tuple(sorted(self.answer, key=lambda one: (one.keyword, one.category_id))))))


class ReviewWorkbooks:
    """The workbooks of a database.

    Args:
        store: the database.
        reviewing: its queues.
        audits: its audits.
        shown: how texts are masked where people see them.
    """

    def __init__(self, store: SqlQuestionStore, reviewing: Reviewing, audits: Audits, shown: Mask) -> None:
        self._store, self._reviewing, self._audits, self._shown = store, reviewing, audits, shown
        of_now = {category.id: category.name for category in reviewing.taxonomy.categories}
        self._names = store.category_names() | of_now

    @classmethod
    def of(cls, settings: Settings, store: SqlQuestionStore) -> "ReviewWorkbooks":
        """The workbooks of the settings' database."""
        audits = Audits(store.engine, store.tables, settings.now, privacy.sent(settings.mask))
        return cls(store, Reviewing.of(settings, store), audits, privacy.shown(settings.mask))

    @property
    def categories(self) -> Sequence[str]:
        """The names to choose from."""
        return self._reviewing.taxonomy.names

    # -- out ----------------------------------------------------------------------------------------------------------

    def to_export(self, audit: int | None, doubtful: int | None) -> Exported:
        """What goes out: the first so many of the doubtful list, or an audit.

        Args:
            audit: its number; None for the newest that is not finished or, where all are, the newest.
            doubtful: how many of that list; None for an audit.

        Raises:
            InputError: there is no such audit, or nothing is left to be judged.
        """
        number = None if doubtful is not None else self._audit(audit)
        items, progress = self._reviewing.items.open_ids(number), self._reviewing.items.progress(number)
        exported = Exported(number, items[:doubtful], progress.total - progress.open)
        if not items:
            raise InputError("sheet.nothing_open", queue=exported.queue)
        return exported

    def _audit(self, audit: int | None) -> int:
        newest = self._audits.get(audit)
        if audit is not None:
            return newest.id
        unfinished = (one.id for one in self._audits.all() if self._reviewing.items.progress(one.id).open)
        return next(unfinished, newest.id)

    def lines(self, exported: Exported) -> Iterator[Line]:
        """Its rows, which are read as they are written."""
        for page in _pages(exported.items):
            items = self._reviewing.items.numbered(page)
            now = self._now(items.values())
            yield from (self._line(items[number], now[number]) for number in page if number in items)

    def _line(self, item: ReviewItem, now: _Now) -> Line:
        cells = self._cells(item)
        mark = Mark(_question(item), now.correction, now.stands, digest(*cells))
        text, keywords, categories = cells
        return Line((item.id, item.day, text, item.messages, keywords, categories), mark)

    def _cells(self, item: ReviewItem) -> tuple[str, str, str]:
        """Text, keywords and categories of an item, as their cells show them."""
        given = self._given(item)
        keywords, categories = [self._shown(one.keyword) for one in given], [one.category for one in given]
        return cell_text(self._shown(item.text)), cell_text(in_one_cell(keywords)), cell_text(in_one_cell(categories))

    def _given(self, item: ReviewItem) -> list[Given]:
        pairs = read_pairs(item.answer)
        return [Given(word, self._names.get(category, f"#{category}")) for word, category in pairs]

    def _now(self, items: Collection[ReviewItem]) -> dict[int, _Now]:
        asked: dict[int, Asked] = {item.id: (item.day, item.text) for item in items}
        answers = standing(self._store.engine, self._store.tables, set(asked.values()))
        held = self._store.people.find({item.text for item in items})
        return {number: _Now(answers.get(one, ()), held.get(one[1])) for number, one in asked.items()}

    # -- back ---------------------------------------------------------------------------------------------------------

    def take(
        self, rows: Iterable[SheetRow], marks: Mapping[str, Mark] | None, reviewer: str
    ) -> Iterator[Taken | Refused]:
        """Take what rows say, one by one; each is taken or not by itself.

        Args:
            rows: those in which something was said, each item once.
            marks: of the rows when they were written; None where somebody has removed them.
            reviewer: who has said it.

        Raises:
            InputError: the categories there are others than those in force; nothing was taken.
        """
        self._store.sync_categories(self._reviewing.taxonomy)
        for page in _pages(rows):
            items = self._reviewing.items.numbered([int(row.item) for row in page if _is_number(row.item)])
            now = self._now(items.values())
            for row in page:
                item = items.get(int(row.item)) if _is_number(row.item) else None
                if marks is not None and row.item not in marks:
                    yield Refused(row.row, say("sheet.item", item=row.item))
                elif item is None:
                    yield Refused(row.row, say("sheet.gone", item=row.item))
                else:
                    yield self._outcome(row, item, None if marks is None else marks[row.item], now[item.id], reviewer)

    def _outcome(self, row: SheetRow, item: ReviewItem, mark: Mark | None, now: _Now, reviewer: str) -> Taken | Refused:
        try:
            return self._take(row, item, mark, now, reviewer)
        except InputError as error:
            return Refused(row.row, str(error))

    def _take(self, row: SheetRow, item: ReviewItem, mark: Mark | None, now: _Now, reviewer: str) -> Taken:
        """Take a row.

        Raises:
            InputError: it cannot be taken; the message says why.
        """
        self._require_as_written(row, item, mark)
        given, answer = self._given(item), _answer(item)
        what = said(row, given, answer, self._reviewing.taxonomy, privacy.has_placeholder)
        if item.verdict is not None:
            self._require_said(item, what, reviewer)
            return "unchanged"
        self._require_unchanged(mark or Mark("", 0, _Now(answer, None).stands, ""), now, reviewer)
        self._reviewing.judge(
            item.id,
            what.verdict,
            reviewer,
            right_answer=what.right_answer,
            note=what.note,
            seen=(mark.correction if mark else 0) or None,
        )
        return "taken"

    def _require_as_written(self, row: SheetRow, item: ReviewItem, mark: Mark | None) -> None:
        """The row is about this item, and says of it what it said."""
        if mark is not None and mark.question != _question(item):
            raise InputError("sheet.other", item=item.id)
        shown = digest(*self._cells(item)) if mark is None else mark.shown
        if row.shown != shown:
            raise InputError("sheet.edited", columns=", ".join(KEY_COLUMNS[1:]))

    def _require_said(self, item: ReviewItem, what: Said, reviewer: str) -> None:
        """It was this that was said of the item, by this reviewer."""
        right = None if what.right_answer is None else stored_form(what.right_answer)
        same = (item.reviewer, item.verdict, item.right_answer) == (reviewer, what.verdict, right)
        if not same or what.note not in ("", item.note or ""):
            words = (word for verdict, word in VERDICT_WORDS.items() if verdict == item.verdict)
            raise InputError("sheet.judged", reviewer=item.reviewer, verdict=next(words, say("sheet.skipped")))

    def _require_unchanged(self, mark: Mark, now: _Now, reviewer: str) -> None:
        """The answer is what it was; what the reviewer himself has corrected meanwhile, he knows."""
        if (mark.correction, mark.stands) == (now.correction, now.stands):
            return
        if now.held is None:
            raise InputError("sheet.changed", answer=self._words(now.answer))
        if now.held.reviewer != reviewer:
            answer = self._words(now.held.answer)
            raise InputError("sheet.changed_by", answer=answer, reviewer=now.held.reviewer)

    def _words(self, answer: Answer) -> str:
        said = (f"{self._shown(one.keyword)} ({self._names.get(one.category_id, '?')})" for one in answer)
        return in_one_cell(list(said)) or say("sheet.no_answer")

    def finish(self) -> None:
        """Have the rows of all days follow, also those that an earlier import was stopped at."""
        self._reviewing.finish()


def _pages(of: Iterable[_One]) -> Iterator[list[_One]]:
    remaining = iter(of)
    while page := list(islice(remaining, _PAGE)):
        yield page


def _is_number(item: str) -> bool:
    # More digits than any number of ours has.
    return item.isascii() and item.isdigit() and len(item) < 19


def _answer(item: ReviewItem) -> Answer:
    return tuple(Keyword(*pair) for pair in read_pairs(item.answer))


def _question(item: ReviewItem) -> str:
    return digest(item.day.isoformat(), _hidden(item.text), _hidden(item.answer))


def _hidden(text: str) -> str:
    """Personal data would be found out from a digest by trying."""
    return privacy.mask_in_korean(text)
