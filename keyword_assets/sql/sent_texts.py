"""How many new texts of each day were sent, in `keyword_sent_texts`: totals by run, so that a write may be repeated."""

import threading
import uuid
from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.models import Period
from keyword_assets.sql.engine import reading, repeated
from keyword_assets.sql.locks import writing_alone
from keyword_assets.sql.tables import Tables

_RUN_ID_CHARS = 48


@repeated
def sent_texts(engine: Engine, tables: Tables, period: Period) -> dict[date, int]:
    """How many new texts of each day all runs together have sent; days without any are left out."""
    table = tables.sent_texts
    statement = (
        sa.select(table.c.day, sa.func.sum(table.c.texts))
        .where(table.c.day >= period.start, table.c.day <= period.end)
        .group_by(table.c.day)
    )
    with reading(engine) as connection:
        return {day: int(texts) for day, texts in connection.execute(statement)}


class SentTexts:
    """A run's share of the texts that may be sent for each day.

    What is taken counts at once, before anything is sent, so that two processes together do not pass the limit. A run
    that is killed has sent what it took, as far as anybody knows.

    Args:
        run_id: whose share it is.
        most: at most so many texts of a day are sent by all runs together.
    """

    def __init__(self, engine: Engine, tables: Tables, run_id: str, most: int) -> None:
        self._engine, self._tables, self._most = engine, tables, most
        # A step that Dagster repeats has the same run, and knows nothing of the first.
        self._run_id = f"{run_id[:_RUN_ID_CHARS]}:{uuid.uuid4().hex[:12]}"
        self._taken: dict[date, int] = {}
        self._one_at_a_time = threading.Lock()

    def take(self, wanted: Mapping[date, int]) -> dict[date, int]:
        """How many of so many texts of each day may be sent; they count as sent."""
        with self._one_at_a_time:
            taken = self._changed_by({day: texts for day, texts in wanted.items() if texts})
            granted = {day: total - self._taken.get(day, 0) for day, total in taken.items()}
            self._taken |= taken
            return granted

    def give_back(self, unsent: Mapping[date, int]) -> None:
        """So many texts of each day were taken and not sent."""
        with self._one_at_a_time:
            self._taken |= self._changed_by({day: -texts for day, texts in unsent.items() if texts})

    @repeated
    def _changed_by(self, texts: Mapping[date, int]) -> dict[date, int]:
        """Change what this run has of each day, as far as the others leave it; returns its new totals.

        They depend on what the run knows of itself, and not on its rows: a repeat after a commit whose acknowledgement
        was lost writes the same.
        """
        if not texts:
            return {}
        totals: dict[date, int] = {}
        with writing_alone(self._engine, self._tables) as connection:
            # In one order, for all that write.
            for day, change in sorted(texts.items()):
                mine = self._taken.get(day, 0)
                room = max(mine, self._most - self._by_others(connection, day))
                totals[day] = max(0, min(mine + change, room))
                if totals[day] != mine:
                    self._write(connection, day, totals[day])
        return totals

    def _by_others(self, connection: Connection, day: date) -> int:
        table = self._tables.sent_texts
        statement = sa.select(sa.func.sum(table.c.texts)).where(table.c.day == day, table.c.run_id != self._run_id)
        return int(connection.execute(statement).scalar_one() or 0)

    def _write(self, connection: Connection, day: date, texts: int) -> None:
        table = self._tables.sent_texts
        row = (table.c.day == day, table.c.run_id == self._run_id)
        connection.execute(sa.delete(table).where(*row))
        if texts:
            connection.execute(sa.insert(table).values(day=day, run_id=self._run_id, texts=texts))
