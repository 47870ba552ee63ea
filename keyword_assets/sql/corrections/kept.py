"""`keyword_corrections`: what people answer to texts.

A correction is looked for by the same key under which answers are kept, inside the transaction that writes rows: once
it is there, no reply writes anything else about its text. The rows that are there by then are replaced afterwards; as
long as that is not done the correction is `pending`.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.classifying.answers import read_pairs, stored_form
from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.core.quality.corrections import Corrected, Correction
from keyword_assets.core.questions import Mask, share_key, text_hash, unmasked
from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.queries import chunks


class Corrections:
    """The answers of people.

    Args:
        engine: the database.
        tables: the tables.
        clock: local wall-clock time.
        mask: what hides personal data in the texts that are sent, and so in what answers are kept under.
    """

    def __init__(self, engine: Engine, tables: Tables, clock: Callable[[], datetime], mask: Mask = unmasked) -> None:
        self._engine = engine
        self._tables = tables
        self._table = tables.corrections
        self._clock = clock
        self.mask = mask

    # -- looking ------------------------------------------------------------------------------------------------------

    def keys_of(self, text: str) -> tuple[bytes, ...]:
        """Under which its correction may stand: masked as it is sent and, if masking began since, as it is."""
        as_sent = share_key(text, self.mask)
        return (as_sent,) if self.mask is unmasked else (as_sent, share_key(text))

    @repeated
    def find(self, texts: Collection[str]) -> dict[str, Correction]:
        """The corrections that hold for these texts."""
        with reading(self._engine) as connection:
            return self.holding(connection, texts)

    def holding(self, connection: Connection, texts: Collection[str]) -> dict[str, Correction]:
        """The same within the caller's transaction."""
        keys = {text: self.keys_of(text) for text in texts}
        wanted = {key for of_text in keys.values() for key in of_text}
        found: dict[bytes, Correction] = {}
        for chunk in chunks(wanted):
            rows = sa.select(self._table).where(self._table.c.share_key.in_(chunk), self._table.c.current == 1)
            found |= {bytes(row.share_key): _correction(row) for row in connection.execute(rows)}
        held = {text: [found[key] for key in of_text if key in found] for text, of_text in keys.items()}
        return {text: corrections[0] for text, corrections in held.items() if corrections}

    @repeated
    def all(self, *, ended: bool = False) -> list[Correction]:
        """The corrections that hold, oldest first; with `ended` also the others."""
        which = [] if ended else [self._table.c.current == 1]
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(self._table).where(*which).order_by(self._table.c.correction_id))
            return [_correction(row) for row in rows]

    @repeated
    def get(self, correction_id: int) -> Correction | None:
        """The correction of this number."""
        with reading(self._engine) as connection:
            return self._get(connection, correction_id)

    def _get(self, connection: Connection, correction_id: int) -> Correction | None:
        row = connection.execute(sa.select(self._table).where(self._table.c.correction_id == correction_id)).first()
        return None if row is None else _correction(row)

    @repeated
    def count_of(self, keys: Collection[bytes]) -> int:
        """How many corrections hold under these keys."""
        holding = sa.select(sa.func.count()).where(self._table.c.current == 1)
        with reading(self._engine) as connection:
            found = (connection.execute(holding.where(self._table.c.share_key.in_(chunk))) for chunk in chunks(keys))
            return sum(int(result.scalar_one()) for result in found)

    # -- answering ----------------------------------------------------------------------------------------------------

    def correct(
        self, text: str, answer: Answer, reviewer: str, note: str = "", *, replaces: int | None = None
    ) -> Corrected:
        """Answer a text; its rows follow with `finish`.

        Args:
            text: in any spelling that shares its answer.
            answer: as `answer_of` gives it.
            reviewer: who answers, as `reviewer_of` gives it.
            note: why, as `note_of` gives it.
            replaces: the correction that the reviewer saw to hold; None if there was none. Where another one holds by
                now, nothing is changed and that one is returned.
        """
        return self._correct(text, answer, reviewer, note, replaces, self._clock())

    @repeated
    def _correct(
        self, text: str, answer: Answer, reviewer: str, note: str, replaces: int | None, now: datetime
    ) -> Corrected:
        with writing_alone(self._engine, self._tables) as connection:
            held = self.holding(connection, [text]).get(text)
            if held is not None and held.says(answer, note):
                # Ours, if this is a repeat of a commit that did happen.
                ours = (held.corrected_at, held.reviewer) == (now, reviewer)
                return Corrected("taken" if ours else "unchanged", held)
            if held is not None and held.id != replaces:
                return Corrected("conflict", held)
            if held is not None:
                self._end(connection, held.id, reviewer, now, pending=0)
            values = {
                "share_key": self.keys_of(text)[0],
                "query_text": text,
                "answer": stored_form(answer),
                "note": note,
                "reviewer": reviewer,
                "corrected_at": now,
                "current": 1,
                "pending": 1,
            }
            number = int(connection.execute(sa.insert(self._table).values(values)).lastrowid)
            self._release(connection, text)
            return Corrected("taken", Correction(number, text, answer, note, reviewer, now, None, None, True))

    def _release(self, connection: Connection, text: str) -> None:
        """Let the text out of quarantine, in every spelling."""
        aside = self._tables.quarantine
        these = aside.c.share_key.in_(self.keys_of(text)) | (aside.c.text_hash == text_hash(text))
        connection.execute(sa.delete(aside).where(these))

    def withdraw(self, correction_id: int, by: str) -> Correction | None:
        """End a correction; what its rows said before comes back with `finish`.

        Returns:
            It as it was, or None if it does not hold (any more).
        """
        return self._withdraw(correction_id, by, self._clock())

    @repeated
    def _withdraw(self, correction_id: int, by: str, now: datetime) -> Correction | None:
        with writing_alone(self._engine, self._tables) as connection:
            held = self._get(connection, correction_id)
            if held is None or (held.ended_at is not None and (held.ended_at, held.ended_by) != (now, by)):
                return None
            self._end(connection, correction_id, by, now, pending=1)
            return held

    def take_back(self, correction_id: int, by: str) -> None:
        """Have everything be as if a correction had not been made; its rows follow with `finish`.

        The one that it replaced holds again. Where it was itself replaced, the later one has replaced that one.
        """
        self._take_back(correction_id, by, self._clock())

    @repeated
    def _take_back(self, correction_id: int, by: str, now: datetime) -> None:
        table = self._table.c
        with writing_alone(self._engine, self._tables) as connection:
            taken = self._get(connection, correction_id)
            if taken is None or (taken.ended_at, taken.ended_by) == (now, by):
                return
            of_text = table.share_key.in_(self.keys_of(taken.text))
            # What ends as another one is made was replaced by that one.
            replaced = sa.and_(of_text, table.ended_at == taken.corrected_at)
            before = connection.execute(sa.select(table.correction_id).where(replaced)).scalar()
            if taken.ended_at is None:
                self._end(connection, taken.id, by, now, pending=int(before is None))
                self._revive(connection, before)
            elif connection.execute(sa.select(1).where(of_text, table.corrected_at == taken.ended_at)).first():
                later = {"ended_at": taken.ended_at, "ended_by": taken.ended_by}
                connection.execute(sa.update(self._table).where(replaced).values(later))
                self._end(connection, taken.id, by, now, pending=0)

    def _revive(self, connection: Connection, correction_id: int | None) -> None:
        """Have it hold again, and take over the rows of the one that was taken back as that one took over its own."""
        entry = self._tables.replaced_rows.c
        old = sa.delete(self._tables.replaced_rows).where(entry.correction_id == correction_id)
        connection.execute(old.where(entry.ended_at.is_not(None)))
        this = sa.update(self._table).where(self._table.c.correction_id == correction_id)
        connection.execute(this.values(current=1, ended_at=None, ended_by=None, pending=1))

    def _end(self, connection: Connection, correction_id: int, by: str, now: datetime, *, pending: int) -> None:
        this = self._table.c.correction_id == correction_id
        ended = {"current": None, "ended_at": now, "ended_by": by, "pending": pending}
        connection.execute(sa.update(self._table).where(this).values(ended))

    # -- what is left to be done --------------------------------------------------------------------------------------

    @repeated
    def pending(self) -> list[Correction]:
        """Those whose rows are not all replaced or restored, oldest first."""
        with reading(self._engine) as connection:
            rows = sa.select(self._table).where(self._table.c.pending == 1).order_by(self._table.c.correction_id)
            return [_correction(row) for row in connection.execute(rows)]

    @repeated
    def done(self, corrections: Sequence[Correction], current: Any) -> None:
        """Nothing is left of these, but for those that have ended in between."""
        with writing_alone(self._engine, self._tables) as connection:
            for chunk in chunks(correction.id for correction in corrections):
                these = (self._table.c.correction_id.in_(chunk), self._table.c.current.is_not_distinct_from(current))
                connection.execute(sa.update(self._table).where(*these).values(pending=0))


def _correction(row: Any) -> Correction:
    """A row, whatever stands in it: others write to the database, too."""
    return Correction(
        int(row.correction_id),
        row.query_text,
        # Nothing, where somebody has damaged it: then nothing is written.
        tuple(Keyword(word, category) for word, category in read_pairs(row.answer)),
        row.note,
        row.reviewer,
        row.corrected_at,
        row.ended_at,
        row.ended_by,
        bool(row.pending),
    )
