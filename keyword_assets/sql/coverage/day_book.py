"""What is kept of each day beside its rows: its states and gaps, its missing questions, its categories."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.core.coverage.history import Gap
from keyword_assets.core.models.coverage import COUNTED, CategoryCount, CategoryShare, DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.core.reporting.report import MissingQuestion
from keyword_assets.sql.coverage import missing_queries, queries
from keyword_assets.sql.database.locks import writing_alone
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading


class DayBook:
    """What is kept of days.

    Args:
        engine: the database.
        tables: the tables.
        clock: local wall-clock time, for the rows that say when.
    """

    def __init__(self, engine: Engine, tables: Tables, clock: Any) -> None:
        self._engine = engine
        self._tables = tables
        self._clock = clock

    # -- states -------------------------------------------------------------------------------------------------------

    def keep(self, row: DayCoverage) -> bool:
        """Keep the day's state if it is news, and which of its questions are missing; returns whether it was news.

        The questions are those of a moment after the row was counted: what came or went in between is the difference.
        """
        self._keep_missing(row)
        return self._keep_state(row)

    @repeated
    def _keep_state(self, row: DayCoverage) -> bool:
        state = tuple(getattr(row, name) for name in COUNTED)
        with writing_alone(self._engine, self._tables, "report") as connection:
            latest = connection.execute(queries.latest_state(self._tables, row.day)).first()
            now = self._clock()
            if latest is not None:
                reported_at, *latest_state = latest
                if tuple(latest_state) == state:
                    return False
                # Local time repeats an hour when summer time ends, and clocks are set back; news stay newest.
                now = max(now, reported_at + timedelta(microseconds=1))
            values = {"day": row.day, "reported_at": now, **dict(zip(COUNTED, state, strict=True))}
            connection.execute(sa.insert(self._tables.day_states), [values])
            return True

    @repeated
    def _keep_missing(self, row: DayCoverage) -> None:
        """Found and written by the database, however many they are, while messages go on coming."""
        now, day = self._clock(), row.day
        with writing_alone(self._engine, self._tables, "report", locks_what_it_reads=False) as connection:
            if row.missing:
                connection.execute(missing_queries.keep_missing(self._tables, day, now, self._engine.dialect))
            connection.execute(missing_queries.close_missing(self._tables, day, now, all_of_them=not row.missing))

    @repeated
    def knows(self, day: date) -> bool:
        """Whether some run has counted the day and kept its state."""
        with reading(self._engine) as connection:
            return connection.execute(queries.latest_state(self._tables, day)).first() is not None

    @repeated
    def states(self, period: Period) -> list[DayCoverage]:
        """The newest state of each day of the period that has one, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(missing_queries.latest_states(self._tables, period))
            return [DayCoverage(day, *map(int, counts)) for day, *counts in rows]

    @repeated
    def gaps(self, period: Period) -> list[Gap]:
        """The gaps of the period's days as their states have them, by day, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(missing_queries.gaps(self._tables, period))
            return [Gap(day, opened_at, closed_at, int(most)) for day, opened_at, closed_at, most in rows]

    @repeated
    def missing(self, day: date, most: int) -> list[MissingQuestion]:
        """The questions of the day that were missing when it was kept last, the most asked first, at most so many."""
        with reading(self._engine) as connection:
            return [
                MissingQuestion(row.day, row.query_text, int(row.query_count), row.reason, row.tries, row.missing_since)
                for row in connection.execute(missing_queries.kept_missing(self._tables, day, most))
            ]

    # -- categories ---------------------------------------------------------------------------------------------------

    @repeated
    def recount_categories(self, day: date) -> list[CategoryCount]:
        """The day's rows by category id, counted now and kept in `keyword_day_categories`.

        Counted first and written then: an INSERT from a SELECT would lock the messages that it reads until its end, and
        keep their writers waiting.
        """
        with reading(self._engine) as connection:
            named = set(connection.execute(sa.select(self._tables.admin_categories.c.category_id)).scalars())
            counts = [
                CategoryCount(identifier, identifier in named, *map(int, numbers))
                for _, identifier, *numbers in connection.execute(queries.categories(self._tables, Period.of(day)))
            ]
        table, now = self._tables.day_categories, self._clock()
        rows = [
            {
                "day": day,
                "category_id": count.category_id,
                "questions": count.questions,
                "messages": count.messages,
                "counted_at": now,
            }
            for count in counts
            if count.category_id is not None
        ]
        with writing_alone(self._engine, self._tables) as connection:
            connection.execute(sa.delete(table).where(table.c.day == day))
            if rows:
                connection.execute(sa.insert(table), rows)
        return counts

    @repeated
    def category_share(self, category_id: int, period: Period) -> CategoryShare:
        """How often questions fell under a category on those days of the period whose categories were counted."""
        with reading(self._engine) as connection:
            found = connection.execute(queries.category_share(self._tables, category_id, period)).one()
        return CategoryShare(*map(int, found))
