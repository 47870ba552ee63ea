"""Coverage counted live: by the database, in one pass over a day's messages and its keyword rows."""

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Engine

from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.sql.coverage import queries
from keyword_assets.sql.coverage.marks import Marks, read_marks
from keyword_assets.sql.database.dialects import is_sqlite
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.database.working_tables import MARKS

# Days that are counted at the same time on a server. More would leave too little of it to others.
_COUNTED_AT_ONCE = 4


@dataclass(frozen=True)
class Counted:
    """A day counted live, with the marks of the rows that it was counted from."""

    row: DayCoverage
    marks: Marks


def count_days(engine: Engine, tables: Tables, period: Period) -> list[DayCoverage]:
    """Each day of the period, oldest first, counted live."""
    return [counted.row for counted in count_and_mark(engine, tables, list(period.days()), ())]


def count_and_mark(
    engine: Engine, tables: Tables, days: Sequence[date], wanted: Collection[str] = MARKS
) -> list[Counted]:
    """Each of the days, which are sorted, counted live; with the wanted ones of its marks, which read all once more."""
    if not days:
        return []
    if is_sqlite(engine.dialect):
        return _count_together(engine, tables, Period(days[0], days[-1]), wanted)
    # A server groups a day in memory where it would group a month on disk, and has a core for each of a few.
    with ThreadPoolExecutor(min(_COUNTED_AT_ONCE, len(days))) as threads:
        counted = threads.map(lambda day: _count_together(engine, tables, Period.of(day), wanted), days)
        return [row for rows in counted for row in rows]


def _count_together(engine: Engine, tables: Tables, period: Period, wanted: Collection[str]) -> list[Counted]:
    """The days in one statement. On a server it is one day.

    The marks come first: where a table has no transactions, what comes meanwhile is counted and not marked, and the day
    is counted once more.
    """
    with reading(engine) as connection:
        marks = read_marks(connection, tables, period, wanted)
        rows = connection.execute(queries.coverage(tables, period)).all()
    numbers = {day: [int(number) for number in counts] for day, *counts in rows}
    return [Counted(DayCoverage(day, *numbers.get(day, ())), marks) for day in period.days()]
