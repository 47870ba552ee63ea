"""What reviewers say of the items in their hands, and the one place where a verdict becomes a correction."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.core.classifying.answers import stored_form
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.core.quality.reviewing import Corrections, Judgement, ReviewItem
from keyword_assets.sql.database.dialects import database_clock
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, writing
from keyword_assets.sql.quality.review_items import ReviewItems

_NOT_JUDGED: dict[str, Any] = dict.fromkeys(
    ("verdict", "category_right", "keywords_right", "right_answer", "correction_id", "reviewer", "note", "judged_at")
)
# What is judged without having been handed out, as the row of a workbook is, is held meanwhile.
_JUDGING_SECONDS = 60.0


class Judging:
    """Verdicts, said and taken back.

    Args:
        engine: the database.
        tables: the tables.
        items: the queues.
        clock: local wall-clock time.
    """

    def __init__(self, engine: Engine, tables: Tables, items: ReviewItems, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._table = tables.review_items
        self._items = items
        self._clock = clock

    def judge(
        self,
        item_id: int,
        verdict: str,
        reviewer: str,
        *,
        catch_all: int,
        category_right: bool | None = None,
        keywords_right: bool | None = None,
        right_answer: Answer | None = None,
        note: str = "",
        corrections: Corrections | None = None,
        seen: int | None = None,
    ) -> ReviewItem:
        """Say what an answer is; with a right one, it is corrected, too.

        Saying the same again changes nothing. Who thinks better of it takes the first one back.

        Args:
            item_id: of the item.
            verdict: one of `VERDICTS`.
            reviewer: who says it.
            catch_all: the id of the category for what fits nowhere else.
            category_right: of a wrong answer; see `Judgement.of`.
            keywords_right: the same of its keywords.
            right_answer: that is to hold from now on.
            note: why.
            corrections: where right answers go.
            seen: the number of the correction of this text that the reviewer saw to hold.

        Raises:
            InputError: another reviewer has it or has judged it, another correction holds by now, or the verdict says
                two things; nothing was changed.
        """
        item = self._items.get(item_id)
        judgement = Judgement.of(_answer(item.answer), catch_all, verdict, category_right, keywords_right, right_answer)
        if (item.reviewer, item.verdict) == (reviewer, verdict) and item.right_answer == _stored(judgement):
            return item
        self._require_ours(item, reviewer)
        correction = _correct(item, judgement, reviewer, note, corrections, seen)
        values = {
            "verdict": judgement.verdict,
            "category_right": _number(judgement.category_right),
            "keywords_right": _number(judgement.keywords_right),
            "right_answer": _stored(judgement),
            "correction_id": correction,
            "reviewer": reviewer,
            "note": note or None,
            "judged_at": self._clock(),
        }
        if not self._judge(item_id, reviewer, values):
            self._require_ours(self._items.get(item_id), reviewer)
        return self._items.get(item_id)

    def _require_ours(self, item: ReviewItem, reviewer: str) -> None:
        """Have it in our hands, if only for the moment that a judgement takes: what becomes a correction is ours."""
        if item.verdict is not None:
            raise InputError("review.judged", item=item.id, reviewer=item.reviewer)
        if not self._items.hold(item.id, reviewer, _JUDGING_SECONDS):
            raise InputError("review.handed", item=item.id, reviewer=self._items.get(item.id).handed_to)

    @repeated
    def _judge(self, item_id: int, reviewer: str, values: dict[str, Any]) -> bool:
        item = self._table.c
        with writing(self._engine) as connection:
            free = sa.and_(item.verdict.is_(None), self._items.is_for(reviewer, database_clock(connection)))
            # Of a repeat, the first may have been committed.
            ours = sa.and_(item.reviewer == reviewer, item.judged_at == values["judged_at"])
            these = sa.update(self._table).where(item.item_id == item_id, sa.or_(free, ours))
            return connection.execute(these.values(handed_until=None, **values)).rowcount == 1

    def undo(self, item_id: int, reviewer: str, corrections: Corrections | None = None) -> ReviewItem:
        """Take back what one has said oneself, with the correction that was made of it, unless one has said it twice.

        Raises:
            InputError: another reviewer has said it.
        """
        item = self._items.get(item_id)
        if item.verdict is None:
            return item
        if item.reviewer != reviewer:
            raise InputError("review.judged", item=item_id, reviewer=item.reviewer)
        if item.correction is not None and not self._is_said_elsewhere(item):
            assert corrections is not None, "a verdict with a correction is taken back where corrections are"
            corrections.take_back(item.correction, reviewer)
        self._undo(item_id, reviewer)
        return self._items.get(item_id)

    @repeated
    def _is_said_elsewhere(self, item: ReviewItem) -> bool:
        """Whether another verdict has made the same correction: a text may be drawn of several days and queues."""
        other = self._table.c
        these = (other.correction_id == item.correction, other.item_id != item.id)
        with reading(self._engine) as connection:
            return connection.execute(sa.select(other.item_id).where(*these).limit(1)).first() is not None

    @repeated
    def _undo(self, item_id: int, reviewer: str) -> None:
        these = sa.update(self._table).where(self._table.c.item_id == item_id, self._table.c.reviewer == reviewer)
        with writing(self._engine) as connection:
            connection.execute(these.values(_NOT_JUDGED))


def _correct(
    item: ReviewItem,
    judgement: Judgement,
    reviewer: str,
    note: str,
    corrections: Corrections | None,
    seen: int | None,
) -> int | None:
    """The one place where a verdict becomes a correction; returns its number.

    Raises:
        InputError: another one holds by now.
    """
    if judgement.right_answer is None or corrections is None:
        return None
    done = corrections.correct(item.text, judgement.right_answer, reviewer, note, replaces=seen)
    if done.outcome == "conflict":
        raise InputError("review.corrected", item=item.id, reviewer=done.holds.reviewer)
    # Somebody else's that says the same is not ours to take back.
    return None if done.outcome == "unchanged" and done.holds.reviewer != reviewer else done.holds.id


def _answer(stored: str) -> Answer:
    return tuple(Keyword(word, category) for word, category in json.loads(stored))


def _stored(judgement: Judgement) -> str | None:
    return None if judgement.right_answer is None else stored_form(judgement.right_answer)


def _number(flag: bool | None) -> int | None:
    return None if flag is None else int(flag)
