"""Messages that belong to no day that is looked at: without a time, with one that no calendar has, before or after.

Read from ranges of the index on `created_at`, so that the messages of the days themselves cost nothing: those without a
time, those before the first day, those after the last, and between them what a lax server keeps between the end of a
month and the beginning of the next. In SQLite a time is text, and all the times of the days are looked at.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain, zip_longest
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect, Engine

from keyword_assets.core.coverage.without_day import MOST_COUNTED
from keyword_assets.core.models.coverage import WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.sql.database.dialects import as_text, is_a_day, is_mysql
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.stored_days import month_ends
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading

# The first year that MySQL promises to keep; 0000-00-00 is what lax servers make of what they do not understand.
_FIRST = date(1000, 1, 1)
_EXAMPLES_OF_A_KIND = 2
# Longer than any line that shows one.
_EXAMPLE_CHARS = 1_000

_Example = tuple[str | None, str | None]


@repeated
def messages_without_day(engine: Engine, tables: Tables, period: Period) -> WithoutDay:
    """How many messages are in none of the days of the period, by kind, with examples.

    Args:
        engine: the database.
        tables: the tables.
        period: from the first daily partition to today, or to the last partition where that is earlier.
    """
    counts = dict.fromkeys(("no_date", "impossible", "before", "after"), 0)
    examples: dict[str, list[_Example]] = {kind: [] for kind in counts}
    more = False
    with reading(engine) as connection:
        for kind, where in _ranges(tables, period, engine.dialect):
            others, existing = _count(connection, tables, where)
            more = more or others + existing >= MOST_COUNTED
            for found, which, count in _parts(tables, kind, where, others, existing):
                counts[found] += count
                if count:
                    examples[found] += _examples(connection, tables, which, in_order=kind != "no_date")
    # One of each kind first.
    mixed = chain.from_iterable(zip_longest(*(of_a_kind[:_EXAMPLES_OF_A_KIND] for of_a_kind in examples.values())))
    return WithoutDay(period, **counts, examples=tuple(example for example in mixed if example), more=more)


def _ranges(tables: Tables, period: Period, dialect: Dialect) -> list[tuple[str, sa.ColumnElement[bool]]]:
    """Ranges of the index that have no time in common, each with the kind of those in it whose day exists."""
    at, days = tables.chattings.c.created_at, tables.days
    first, behind = days.beginning(period.start), days.beginning(period.end + timedelta(days=1))
    within = (
        _between_months(at, period, _moment(first), _moment(behind))
        if is_mysql(dialect)
        else sa.and_(at >= first, at < behind, sa.not_(is_a_day(at)))
    )
    return [
        ("no_date", at.is_(None)),
        ("before", at < first),
        ("within", within),
        ("after", at >= behind),
    ]


def _between_months(
    at: sa.ColumnElement[Any], period: Period, first: datetime, behind: datetime
) -> sa.ColumnElement[bool]:
    """Where a lax server keeps 2025-06-31 and 2025-07-00, and the last second before, which exists.

    From whole seconds on: MySQL rounds what it compares a column of whole seconds with, and finds nothing after
    23:59:59.999999. And without a word about `first` and `behind`, between which it would read everything.
    """
    ends = ((last, begins) for last, begins in month_ends(period) if first <= last and begins <= behind)
    return sa.or_(sa.false(), *(sa.and_(at > last.replace(microsecond=0), at < begins) for last, begins in ends))


def _parts(
    tables: Tables, kind: str, where: sa.ColumnElement[bool], others: int, existing: int
) -> Iterator[tuple[str, sa.ColumnElement[bool], int]]:
    """The kinds in a range, with what finds them there and their number."""
    if kind == "no_date":
        yield kind, where, others
        return
    at = tables.chattings.c.created_at
    real = sa.and_(at >= _FIRST, is_a_day(at))
    yield "impossible", sa.and_(where, sa.not_(sa.func.coalesce(real, sa.false()))), others
    if kind != "within":
        yield kind, sa.and_(where, real), existing


def _count(connection: Connection, tables: Tables, where: sa.ColumnElement[bool]) -> tuple[int, int]:
    """How many of a range have a day that does not exist, and how many one that does."""
    seen = sa.select(tables.chattings.c.created_at.label("at")).where(where).limit(MOST_COUNTED).subquery()
    existing = sa.case((sa.and_(seen.c.at >= _FIRST, is_a_day(seen.c.at)), 1), else_=0)
    count, real = connection.execute(sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(existing), 0))).one()
    return int(count) - int(real), int(real)


def _examples(
    connection: Connection, tables: Tables, which: sa.ColumnElement[bool], *, in_order: bool
) -> Iterator[_Example]:
    """Time and text; the time as it is written, because a driver has no value for what no calendar has."""
    message = tables.chattings.c
    written, text = (
        sa.cast(message.created_at, sa.CHAR()),
        sa.func.substr(as_text(message.input_text), 1, _EXAMPLE_CHARS),
    )
    statement: sa.Select[Any] = sa.select(written, text).where(which).limit(_EXAMPLES_OF_A_KIND)
    if in_order:
        # That of the index, lest the table itself is searched for them.
        statement = statement.order_by(message.created_at)
    for at, what in connection.execute(statement):
        yield None if at is None else str(at), what


def _moment(at: date | datetime) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time.min)
