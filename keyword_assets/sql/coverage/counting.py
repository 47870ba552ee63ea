"""Coverage counted live: by the database, in one pass over a day's messages and its keyword rows."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy.engine import Engine

from keyword_assets.core.models.coverage import COUNTED, DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.sql.coverage import queries
from keyword_assets.sql.coverage.marks import Marks, read_marks
from keyword_assets.sql.database.dialects import is_sqlite
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading

# Days that are counted at the same time on a server. More would leave too little of it to others.
_COUNTED_AT_ONCE = 4

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Counted:
    """A day counted live, with the marks of the rows that it was counted from."""

    row: DayCoverage
    marks: Marks


def count_days(engine: Engine, tables: Tables, period: Period) -> list[DayCoverage]:
    """Each day of the period, oldest first, counted live."""
    return [counted.row for counted in count_and_mark(engine, tables, period)]


def count_and_mark(engine: Engine, tables: Tables, period: Period) -> list[Counted]:
    """The same with the marks of each day."""
    if is_sqlite(engine.dialect):
        return _count_together(engine, tables, period)
    # A server groups a day in memory where it would group a month on disk, and has a core for each of a few.
    counted = at_once(lambda day: _count_together(engine, tables, day), period)
    return [day for days in counted for day in days]


def at_once(work: Callable[[Period], _Result], period: Period) -> list[_Result]:
    """What the work makes of each single day of the period, oldest first; a few days at the same time."""
    days = [Period.of(day) for day in period.days()]
    if len(days) == 1:
        return [work(days[0])]
    with ThreadPoolExecutor(min(_COUNTED_AT_ONCE, len(days))) as threads:
        return list(threads.map(work, days))


def _count_together(engine: Engine, tables: Tables, period: Period) -> list[Counted]:
    """The days in one statement, and one for the rows without a question. On a server it is one day.

    The marks come first: where a table has no transactions, what comes meanwhile is counted and not marked, and the day
    is counted once more.
    """
    with reading(engine) as connection:
        marks = read_marks(connection, tables, period)
        rows = connection.execute(queries.coverage(tables, period)).all()
        texts = connection.execute(queries.texts_with_rows(tables, period)).all()
    with_rows = {row[0]: int(row[1]) for row in texts}
    numbers = {day: [int(number) for number in counts] for day, *counts in rows}
    counted = []
    for day in period.days():
        *counts, miscounted = numbers.get(day, [0] * (len(COUNTED) + 1))
        row = DayCoverage(day, *counts)
        # Rows that another process writes between the two statements are no orphans.
        orphaned = max(0, with_rows.get(day, 0) - row.classified)
        counted.append(Counted(replace(row, orphaned=orphaned, miscounted=miscounted), marks))
    return counted
