"""`keyword_replaced_rows`: which rows say a correction, and what they said before.

Each question whose rows say a correction has an entry that has not ended, written together with the rows: what they
said before, or nothing where there were none.
"""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.core.quality.corrections import Correction
from keyword_assets.core.questions import text_hash
from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.queries import chunks
from keyword_assets.sql.rows import Asked, KeywordRow


class ReplacedRows:
    """The entries; `clock` says the local wall-clock time."""

    def __init__(self, engine: Engine, tables: Tables, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._tables = tables
        self._corrections = tables.corrections
        self._entries = tables.replaced_rows
        self._clock = clock

    # -- looking ------------------------------------------------------------------------------------------------------

    @repeated
    def questions_by_correction(self) -> dict[int, int]:
        """How many questions have rows that say each correction."""
        entry = self._entries.c
        rows = sa.select(entry.correction_id, sa.func.count()).where(entry.ended_at.is_(None))
        with reading(self._engine) as connection:
            return {int(number): int(count) for number, count in connection.execute(rows.group_by(entry.correction_id))}

    @repeated
    def answers_before(self, period: Period | None = None) -> dict[int, Answer]:
        """What rows said before each correction of questions of a period, or of any.

        The first of its days where they said something tells; nothing where none did.
        """
        entry = self._entries.c
        these = [] if period is None else [entry.day.between(period.start, period.end)]
        rows = sa.select(entry.correction_id, entry.rows_before).where(*these).order_by(entry.day.desc())
        found: dict[int, Answer] = {}
        with reading(self._engine) as connection:
            for number, stored in connection.execute(rows):
                said = _said_before(stored)
                found[int(number)] = said or found.get(int(number), ())
        return found

    @repeated
    def questions(self, period: Period) -> int:
        """How many questions of the period have rows that a person answered."""
        entry = self._entries.c
        these = (entry.ended_at.is_(None), entry.day.between(period.start, period.end))
        with reading(self._engine) as connection:
            return int(connection.execute(sa.select(sa.func.count()).where(*these)).scalar_one())

    # -- within the transaction that writes rows ----------------------------------------------------------------------

    def open_ones(self, connection: Connection, questions: Collection[Asked]) -> dict[Asked, Any]:
        """The entries of these questions that have not ended."""
        entry = self._entries.c
        found: dict[Asked, Any] = {}
        days = {day: [text for other, text in questions if other == day] for day in {day for day, _ in questions}}
        for day, texts in days.items():
            for chunk in chunks(texts):
                hashes = [text_hash(text) for text in chunk]
                these = (entry.day == day, entry.text_hash.in_(hashes), entry.ended_at.is_(None))
                for row in connection.execute(sa.select(self._entries).where(*these)):
                    found[row.day, row.query_text] = row
        return found

    def enter(
        self, connection: Connection, asked: Asked, held: Correction, entry: Any, before: Sequence[KeywordRow]
    ) -> None:
        """Note whose rows these are now. What a second correction brings back is what stood there before the first."""
        if entry is not None and entry.correction_id == held.id:
            return
        if entry is not None:
            self.close(connection, [entry])
        values = {
            "correction_id": held.id,
            "day": asked[0],
            "text_hash": text_hash(asked[1]),
            "query_text": asked[1],
            "rows_before": _stored(before) if entry is None else entry.rows_before,
            "replaced_at": self._clock(),
        }
        connection.execute(sa.insert(self._entries).values(values))

    def close(self, connection: Connection, entries: Iterable[Any]) -> None:
        """The rows of these are somebody else's from now on."""
        entry, now = self._entries.c, self._clock()
        for each in entries:
            this = (
                entry.correction_id == each.correction_id,
                entry.day == each.day,
                entry.text_hash == bytes(each.text_hash),
            )
            connection.execute(sa.update(self._entries).where(*this).values(ended_at=now))

    # -- taking answers back ------------------------------------------------------------------------------------------

    @repeated
    def forget_before(self, keys: Collection[bytes]) -> None:
        """What the model had said to texts with these keys does not come back when their corrections are withdrawn."""
        entry = self._entries.c
        with writing_alone(self._engine, self._tables) as connection:
            for chunk in chunks(keys):
                these = sa.select(self._corrections.c.correction_id).where(self._corrections.c.share_key.in_(chunk))
                statement = sa.update(self._entries).where(entry.correction_id.in_(these))
                connection.execute(statement.values(rows_before=_stored([])))


def _said_before(stored: str) -> Answer:
    """The answer in rows as they were, as far as these have one: others write rows, too."""
    return tuple(
        Keyword(row.keyword, row.category_id)
        for row in rows_before(stored)
        if row.keyword is not None and row.category_id is not None
    )


def _stored(rows: Sequence[KeywordRow]) -> str:
    return json.dumps(
        [[*row[:3], None if row.batch_created_at is None else row.batch_created_at.isoformat()] for row in rows],
        ensure_ascii=False,
    )


def rows_before(stored: str) -> list[KeywordRow]:
    """The rows that an entry keeps."""
    return [
        KeywordRow(keyword, category, count, None if at is None else datetime.fromisoformat(at))
        for keyword, category, count, at in json.loads(stored)
    ]
