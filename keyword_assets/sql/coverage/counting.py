"""Coverage counted live: by the database, in one pass over a day's messages and its keyword rows."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sqlalchemy.engine import Engine

from keyword_assets.core.models.coverage import COUNTED, DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.sql.coverage import queries
from keyword_assets.sql.database.dialects import is_sqlite
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading

# Days that are counted at the same time on a server. More would leave too little of it to others.
_COUNTED_AT_ONCE = 4


def count_days(engine: Engine, tables: Tables, period: Period) -> list[DayCoverage]:
    """Each day of the period, oldest first, counted live."""
    days = [Period.of(day) for day in period.days()]
    if is_sqlite(engine.dialect) or len(days) == 1:
        return _count_together(engine, tables, period)
    # A server groups a day in memory where it would group a month on disk, and has a core for each of a few.
    with ThreadPoolExecutor(min(_COUNTED_AT_ONCE, len(days))) as threads:
        counted = threads.map(lambda day: _count_together(engine, tables, day), days)
        return [row for rows in counted for row in rows]


def _count_together(engine: Engine, tables: Tables, period: Period) -> list[DayCoverage]:
    """The same in one statement, and one for the rows without a question."""
    with reading(engine) as connection:
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
        counted.append(replace(row, orphaned=orphaned, miscounted=miscounted))
    return counted
