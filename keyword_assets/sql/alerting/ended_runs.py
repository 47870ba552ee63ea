"""How runs ended, in `keyword_runs`: written by each at its end, read by whoever decides what to tell people."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.core.alerting.alerts import EndedRun
from keyword_assets.core.models.period import Period
from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.queries import chunks

_REASON_CHARS = 255


class EndedRuns:
    """The runs on one database that have ended, of whichever Dagster instance."""

    def __init__(self, engine: Engine, tables: Tables) -> None:
        self._engine = engine
        self._tables = tables
        self._table = tables.runs

    @repeated
    def note(self, run: EndedRun) -> None:
        """Keep how a run ended, unless that is known already: who was there knows best."""
        table = self._table
        with writing_alone(self._engine, self._tables) as connection:
            if connection.execute(sa.select(table.c.run_id).where(table.c.run_id == run.run_id)).first():
                return
            connection.execute(
                sa.insert(table).values(
                    run_id=run.run_id,
                    ended_at=run.ended_at,
                    start_day=run.period.start,
                    end_day=run.period.end,
                    # The driver takes plain strings only.
                    outcome=str(run.outcome),
                    # What a server said may hold halves of surrogate pairs, which UTF-8 cannot carry.
                    reason=run.reason.encode("utf-8", "replace").decode("utf-8")[:_REASON_CHARS],
                )
            )

    @repeated
    def since(self, when: datetime, most: int) -> list[EndedRun]:
        """The runs that ended since then, newest first, at most so many."""
        table = self._table
        rows = sa.select(table).where(table.c.ended_at >= when).order_by(table.c.ended_at.desc()).limit(most)
        with reading(self._engine) as connection:
            return [
                EndedRun(row.run_id, row.ended_at, Period(row.start_day, row.end_day), row.outcome, row.reason)
                for row in connection.execute(rows)
            ]

    @repeated
    def known(self, run_ids: Collection[str]) -> set[str]:
        """Those of the runs that have told how they ended."""
        table = self._table
        with reading(self._engine) as connection:
            return {
                row.run_id
                for chunk in chunks(run_ids)
                for row in connection.execute(sa.select(table.c.run_id).where(table.c.run_id.in_(chunk)))
            }
