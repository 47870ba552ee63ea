"""How many new texts of each day were sent on each calendar day, in `keyword_sent_texts`.

A row for each pair of days rather than one for each run beside its other usage: taking some of what is left is then to
change one row, for which nobody waits but who takes of the same day.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Slot
from keyword_assets.sql.database.by_key import insert_absent
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, writing
from keyword_assets.sql.quota.book import whole

log = logging.getLogger(__name__)


class SentTexts:
    """See `DayLimit`. What is taken counts at once, so that two processes together do not pass the limit.

    A run that is killed has sent what it took, as far as anybody knows: at most a page of questions too many.

    Args:
        engine: the database.
        tables: the tables.
        clock: local wall-clock time; its day is the one that texts are sent on.
        most: at most so many texts of each day are sent on a calendar day.
    """

    def __init__(self, engine: Engine, tables: Tables, clock: Any, most: int) -> None:
        self._engine, self._table, self._clock, self._most = engine, tables.sent_texts, clock, most

    @repeated
    def left(self, period: Period) -> dict[date, int]:
        """How many texts of each day of the period may still be sent today."""
        table = self._table.c
        rows = sa.select(table.day, table.texts).where(
            table.sent_on == self._today(), table.day.between(period.start, period.end)
        )
        with reading(self._engine) as connection:
            sent = {day: _number(texts) for day, texts in connection.execute(rows)}
        return {day: max(0, self._most - sent.get(day, 0)) for day in period.days()}

    @repeated
    def take(self, wanted: Mapping[date, int]) -> dict[Slot, int]:
        """How many of so many texts of each day may be sent today; they count as sent.

        Done again after a commit of which we were not told, it counts them twice: too few are sent, and never too many.
        """
        # All of it for the same calendar day, and in one order for all who take.
        today, taken = self._today(), {}
        with writing(self._engine) as connection:
            for day in sorted(wanted):
                slot = Slot(today, day)
                sent = self._lock(connection, slot)
                if (texts := min(wanted[day], self._most - sent)) > 0:
                    self._write(connection, slot, sent + texts)
                    taken[slot] = texts
        return taken

    def give_back(self, unsent: Mapping[Slot, int]) -> None:
        """So many texts were taken and not sent. Tried once, because twice would let others pass the limit."""
        try:
            with writing(self._engine) as connection:
                for slot in sorted(unsent):
                    self._write(connection, slot, max(0, self._lock(connection, slot) - unsent[slot]))
        except KeywordAssetsError as error:
            # What ended the run must not be hidden by this; so many texts fewer go today.
            log.warning("%s", error)

    def _today(self) -> date:
        now: datetime = self._clock()
        return now.date()

    def _row(self, slot: Slot) -> Sequence[sa.ColumnElement[bool]]:
        return [self._table.c[name] == day for name, day in slot._asdict().items()]

    def _lock(self, connection: Connection, slot: Slot) -> int:
        """Keep others from the row until the end of the transaction, and read it; made if it is not there."""
        connection.execute(insert_absent(self._table, connection.dialect).values({**slot._asdict(), "texts": 0}))
        found = sa.select(self._table.c.texts).where(*self._row(slot)).with_for_update()
        return _number(connection.execute(found).scalar_one())

    def _write(self, connection: Connection, slot: Slot, texts: int) -> None:
        connection.execute(sa.update(self._table).where(*self._row(slot)).values(texts=texts))


def _number(texts: object) -> int:
    """What a row says; less than nothing would let more go than the limit."""
    return max(0, whole(texts))
