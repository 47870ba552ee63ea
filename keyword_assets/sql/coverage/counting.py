"""Coverage counted live: by the database, in one pass over a day's messages and its keyword rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.sql.coverage import queries
from keyword_assets.sql.coverage.marks import Marks, read_marks
from keyword_assets.sql.database.dialects import is_sqlite
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, streamed
from keyword_assets.sql.database.working_tables import MARKS

# Days that are counted at the same time on a server. More would leave too little of it to others.
_COUNTED_AT_ONCE = 4
# Rows of missing questions that are in memory at a time, beside those that are kept.
_PAGE_ROWS = 500


class Missing(NamedTuple):
    """A missing question, known by the key of its first message; with what the quarantine says of it."""

    day: date
    messages: int
    first_at: Any
    """As the database has it: to be compared with others of it, and no more."""
    first: Any
    """The key, which may be anything."""
    reason: str | None
    tries: int | None
    quarantined_at: datetime | None

    @property
    def place(self) -> tuple[Any, ...]:
        """What puts it in its place: the most asked first."""
        return -self.messages, self.day, self.first_at, self.first


@dataclass(frozen=True)
class Counted:
    """A day counted live, with the marks of the rows that it was counted from.

    `missing` are its missing questions, as many as were wanted and the most asked first.
    """

    row: DayCoverage
    marks: Marks
    missing: Sequence[Missing] = ()


def count_days(engine: Engine, tables: Tables, period: Period) -> list[DayCoverage]:
    """Each day of the period, oldest first, counted live."""
    return [counted.row for counted in count_and_mark(engine, tables, list(period.days()), ())]


def count_and_mark(
    engine: Engine, tables: Tables, days: Sequence[date], wanted: Collection[str] = MARKS, *, missing: int = 0
) -> list[Counted]:
    """Each of the days, which are sorted, counted live.

    Args:
        engine: the database.
        tables: the tables; a key of messages is proven to be one where missing questions are wanted.
        days: which.
        wanted: those of its marks, which read all once more.
        missing: so many of each day's missing questions at most, in the same pass; memory is that of twice as many.
    """
    if not days:
        return []
    if is_sqlite(engine.dialect):
        return _count_together(engine, tables, Period(days[0], days[-1]), wanted, missing)
    # A server groups a day in memory where it would group a month on disk, and has a core for each of a few.
    with ThreadPoolExecutor(min(_COUNTED_AT_ONCE, len(days))) as threads:
        counted = threads.map(lambda day: _count_together(engine, tables, Period.of(day), wanted, missing), days)
        return [row for rows in counted for row in rows]


def _count_together(
    engine: Engine, tables: Tables, period: Period, wanted: Collection[str], missing: int
) -> list[Counted]:
    """The days in one statement. On a server it is one day.

    The marks come first: where a table has no transactions, what comes meanwhile is counted and not marked, and the day
    is counted once more.
    """
    found: Mapping[date, Sequence[Missing]] = {}
    with reading(engine) as connection:
        marks = read_marks(connection, tables, period, wanted)
        if missing:
            numbers, found = _with_missing(connection, tables, period, missing)
        else:
            rows = connection.execute(queries.coverage(tables, period)).all()
            numbers = {day: [int(number) for number in counts] for day, *counts in rows}
    return [Counted(DayCoverage(day, *numbers.get(day, ())), marks, found.get(day, ())) for day in period.days()]


def _with_missing(
    connection: Connection, tables: Tables, period: Period, most: int
) -> tuple[Mapping[date, Sequence[int]], Mapping[date, Sequence[Missing]]]:
    """The numbers of each day that has some, and its missing questions."""
    numbers: dict[date, Sequence[int]] = {}
    found: dict[date, list[Missing]] = defaultdict(list)
    rows = streamed(connection, queries.coverage_and_missing(tables, period), _PAGE_ROWS)
    for day, first, first_at, reason, tries, quarantined_at, *some in rows:
        counts = [int(number) for number in some]
        numbers[day] = [a + b for a, b in zip(numbers.get(day, [0] * len(counts)), counts, strict=True)]
        if first is not None:
            found[day].append(Missing(day, counts[0], first_at, first, reason, tries, quarantined_at))
            if len(found[day]) >= 2 * most:
                found[day] = _first(found[day], most)
    return numbers, {day: _first(those, most) for day, those in found.items()}


def _first(those: Iterable[Missing], most: int) -> list[Missing]:
    return sorted(those, key=attrgetter("place"))[:most]
