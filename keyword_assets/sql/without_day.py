"""Messages that belong to no day that is looked at: without a time, with one that no calendar has, before or after."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.core.models import Period, WithoutDay
from keyword_assets.sql.dialects import in_the_calendar
from keyword_assets.sql.engine import reading, repeated
from keyword_assets.sql.stored_days import month_ends
from keyword_assets.sql.tables import Tables

# The first year that MySQL promises to keep; 0000-00-00 is what lax servers make of what they do not understand.
_FIRST = date(1000, 1, 1)
_EXAMPLES_OF_A_KIND = 3


@repeated
def messages_without_day(engine: Engine, tables: Tables, period: Period) -> WithoutDay:
    """How many messages are in none of the days of the period, by kind, with examples.

    Args:
        engine: the database.
        tables: the tables.
        period: from the first daily partition to today, or to the last partition where that is earlier.
    """
    with reading(engine) as connection:
        counts = {
            name: connection.execute(_count(tables, which)).scalar_one() for name, which in _kinds(tables, period)
        }
        examples = [
            (None if at is None else str(at), text)
            for name, which in _kinds(tables, period)
            if counts[name]
            for at, text in connection.execute(_examples(tables, which))
        ]
    return WithoutDay(**{name: int(count) for name, count in counts.items()}, examples=tuple(examples))


def _kinds(tables: Tables, period: Period) -> list[tuple[str, sa.ColumnElement[bool]]]:
    """Each kind with what finds it; served by the index on `created_at`, but for SQLite's times, which are texts."""
    at, days = tables.chattings.c.created_at, tables.days
    first, behind = days.beginning(period.start), days.beginning(period.end + timedelta(days=1))
    ends = list(month_ends(period))
    real = in_the_calendar(at, ends)
    return [
        ("no_date", at.is_(None)),
        ("impossible", sa.or_(at < _FIRST, sa.not_(real))),
        ("before", sa.and_(at >= _FIRST, at < first, real)),
        ("after", sa.and_(at >= behind, real)),
    ]


def _count(tables: Tables, which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(tables.chattings).where(which)


def _examples(tables: Tables, which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Time and text; the time as it is written, because a driver has no value for what no calendar has."""
    chat = tables.chattings.c
    written = sa.cast(chat.created_at, sa.CHAR())
    return sa.select(written, chat.input_text).where(which).limit(_EXAMPLES_OF_A_KIND)
