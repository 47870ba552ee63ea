"""`keyword_review_items`: the queues that reviewers work on, of audits and of doubtful answers.

An item is in one reviewer's hands at a time, for a limited time on the database's clock. Who has it, judges it; when
the time is over, whoever comes first.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.core.classifying.answers import read_pairs
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.period import Period
from keyword_assets.core.quality.audits import Judged
from keyword_assets.core.quality.reviewing import Progress, ReviewItem
from keyword_assets.sql.database.dialects import database_clock
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, writing
from keyword_assets.sql.queries import chunks
from keyword_assets.sql.rows import rows_there

# Others may take the item that was found before we do; with so many at work at once, somebody else's hands are full.
_TRIES = 20


class ReviewItems:
    """The queues. `audit` is the number of an audit everywhere, and None for the doubtful answers.

    Args:
        engine: the database.
        tables: the tables.
    """

    def __init__(self, engine: Engine, tables: Tables) -> None:
        self._engine = engine
        self._tables, self._items = tables, tables.review_items

    # -- looking ------------------------------------------------------------------------------------------------------

    def get(self, item_id: int) -> ReviewItem:
        """The item of this number.

        Raises:
            InputError: there is none.
        """
        return _item(self._row(item_id))

    @repeated
    def _row(self, item_id: int) -> Any:
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(self._items).where(self._items.c.item_id == item_id)).first()
        if row is None:
            raise InputError("review.unknown", item=item_id)
        return row

    @repeated
    def all(self, audit: int | None) -> list[ReviewItem]:
        """Every item of a queue, in the order in which they are handed out."""
        with reading(self._engine) as connection:
            return [_item(row) for row in connection.execute(self._of(audit).order_by(*self._order()))]

    @repeated
    def open_ids(self, audit: int | None) -> list[int]:
        """The numbers of the items of a queue that nobody has judged, in the order in which they are handed out."""
        open_ones = sa.select(self._items.c.item_id).where(self._in(audit), self._items.c.verdict.is_(None))
        with reading(self._engine) as connection:
            return list(map(int, connection.execute(open_ones.order_by(*self._order())).scalars()))

    @repeated
    def numbered(self, item_ids: Collection[int]) -> dict[int, ReviewItem]:
        """Those of the items that there are, by their numbers."""
        found: dict[int, ReviewItem] = {}
        with reading(self._engine) as connection:
            for chunk in chunks(item_ids):
                rows = connection.execute(sa.select(self._items).where(self._items.c.item_id.in_(chunk)))
                found |= {int(row.item_id): _item(row) for row in rows}
        return found

    @repeated
    def judged(self, audit: int) -> list[Judged]:
        """What was said of an audit's items."""
        item = self._items.c
        columns = (item.stratum, item.messages, item.weight, item.verdict, item.category_right, item.keywords_right)
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(*columns).where(item.audit_id == audit).order_by(item.item_id))
            return [Judged(*row[:4], _flag(row[4]), _flag(row[5])) for row in rows]

    @repeated
    def changed(self, audit: int) -> int:
        """How many of an audit's questions have other rows by now than those of the answer that was drawn, or none."""
        item = self._items.c
        with reading(self._engine) as connection:
            drawn = connection.execute(sa.select(item.day, item.query_text, item.answer).where(self._in(audit))).all()
            there = rows_there(connection, self._tables, [(day, text) for day, text, _ in drawn])
        now = {asked: {(row.keyword, row.category_id) for row in rows} for asked, rows in there.items()}
        return sum(set(read_pairs(answer)) != now.get((day, text), set()) for day, text, answer in drawn)

    @repeated
    def looked_at(self, period: Period | None = None, *, audits_only: bool = False) -> list[ReviewItem]:
        """The items that have a verdict, of all queues or of audits alone; of a period, by the day they were asked."""
        item = self._items.c
        these = [item.verdict.is_not(None)]
        these += [] if period is None else [item.day.between(period.start, period.end)]
        these += [item.audit_id.is_not(None)] if audits_only else []
        rows = sa.select(self._items).where(*these).order_by(item.item_id)
        with reading(self._engine) as connection:
            return [_item(row) for row in connection.execute(rows)]

    @repeated
    def progress(self, audit: int | None) -> Progress:
        """How far a queue is."""
        item = self._items.c
        counted = sa.select(item.verdict, sa.func.count()).where(self._in(audit)).group_by(item.verdict)
        with reading(self._engine) as connection:
            counts = {verdict: int(number) for verdict, number in connection.execute(counted)}
        return Progress(*(counts.get(name, 0) for name in ("right", "wrong", "unsure", "skipped", None)))

    @repeated
    def last(self, audit: int | None, reviewer: str, most: int) -> list[ReviewItem]:
        """What a reviewer has said last of a queue, the newest first."""
        item = self._items.c
        said = self._of(audit).where(item.verdict.is_not(None), item.reviewer == reviewer)
        with reading(self._engine) as connection:
            rows = connection.execute(said.order_by(item.judged_at.desc(), item.item_id.desc()).limit(most))
            return [_item(row) for row in rows]

    # -- handing out --------------------------------------------------------------------------------------------------

    def take_next(self, audit: int | None, reviewer: str, seconds: float) -> ReviewItem | None:
        """An item that nobody else has, for so many seconds; first the one that the reviewer has in his hands already.

        None where there is nothing to do, or others have all that there is.
        """
        for _ in range(_TRIES):
            item_id, taken = self._take(audit, reviewer, seconds)
            if item_id is None or taken:
                return None if item_id is None else self.get(item_id)
        return None

    @repeated
    def _take(self, audit: int | None, reviewer: str, seconds: float) -> tuple[int | None, bool]:
        """The item that was found, and whether it is ours now."""
        item = self._items.c
        with writing(self._engine) as connection:
            now = database_clock(connection)
            free = sa.and_(item.verdict.is_(None), self.is_for(reviewer, now))
            own = sa.and_(item.handed_to == reviewer, item.handed_until > now)
            order = (sa.case((own, 0), else_=1), *self._order())
            found = sa.select(item.item_id).where(self._in(audit), free).order_by(*order).limit(1)
            item_id = connection.execute(found).scalar_one_or_none()
            if item_id is None:
                return None, False
            taken = sa.update(self._items).where(item.item_id == item_id, free)
            done = connection.execute(taken.values(handed_to=reviewer, handed_until=now + seconds))
            return int(item_id), done.rowcount == 1

    @repeated
    def free_in(self, audit: int | None) -> float | None:
        """In how many seconds the first of the items that are in somebody's hands comes back; None where none is."""
        item = self._items.c
        with reading(self._engine) as connection:
            now = database_clock(connection)
            handed = (self._in(audit), item.verdict.is_(None), item.handed_until > now)
            until = connection.execute(sa.select(sa.func.min(item.handed_until)).where(*handed)).scalar_one()
        return None if until is None else float(until) - now

    @repeated
    def hold(self, item_id: int, reviewer: str, seconds: float) -> bool:
        """Have an open item that nobody else has in one's hands, for so many seconds at least."""
        item = self._items.c
        with writing(self._engine) as connection:
            now = database_clock(connection)
            until = now + seconds
            longer = sa.and_(item.handed_to == reviewer, item.handed_until > until)
            free = sa.and_(item.verdict.is_(None), self.is_for(reviewer, now))
            held = sa.update(self._items).where(item.item_id == item_id, free)
            # Where it is set first, MySQL would look at the new reviewer.
            time_first = (
                (item.handed_until, sa.case((longer, item.handed_until), else_=until)),
                (item.handed_to, reviewer),
            )
            return connection.execute(held.ordered_values(*time_first)).rowcount == 1

    def is_for(self, reviewer: str, now: float) -> sa.ColumnElement[bool]:
        """Whether an item is in nobody else's hands."""
        item = self._items.c
        return sa.or_(item.handed_until.is_(None), item.handed_until <= now, item.handed_to == reviewer)

    def _of(self, audit: int | None) -> sa.Select[Any]:
        return sa.select(self._items).where(self._in(audit))

    def _in(self, audit: int | None) -> sa.ColumnElement[bool]:
        column = self._items.c.audit_id
        return column.is_(None) if audit is None else column == audit

    def _order(self) -> tuple[sa.ColumnElement[Any], ...]:
        """The most doubtful first; those of an audit as they were drawn, which is at random."""
        return sa.func.coalesce(self._items.c.doubt, 0).desc(), self._items.c.item_id


def _flag(number: Any) -> bool | None:
    return None if number is None else bool(number)


def _item(row: Any) -> ReviewItem:
    return ReviewItem(
        id=int(row.item_id),
        audit=row.audit_id,
        day=row.day,
        text=row.query_text,
        messages=int(row.messages),
        answer=row.answer,
        doubt=row.doubt,
        why=row.why,
        handed_to=row.handed_to,
        verdict=row.verdict,
        category_right=_flag(row.category_right),
        keywords_right=_flag(row.keywords_right),
        right_answer=row.right_answer,
        correction=row.correction_id,
        reviewer=row.reviewer,
        note=row.note,
        judged_at=row.judged_at,
    )
