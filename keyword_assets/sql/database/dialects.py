"""What databases spell differently: a local day, a question's identity, a blank message, and the time of day."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from keyword_assets.core.models.period import Period
from keyword_assets.core.questions import BLANK_RANGES, text_hash

SQLITE_IS_BLANK = "keyword_is_blank"
SQLITE_TEXT_HASH = "keyword_text_hash"
SQLITE_TEXT = "keyword_text"
# Of an integer of a server.
_BITS = 64


# What SQLAlchemy calls a server of either kind.
MYSQL = ("mysql", "mariadb")


def is_mysql(dialect: Dialect) -> bool:
    """Whether the database is a MySQL or a MariaDB server."""
    return dialect.name in MYSQL


def is_sqlite(dialect: Dialect) -> bool:
    """Whether the database is an embedded file."""
    return dialect.name == "sqlite"


class Day(TypeDecorator[date]):
    """A calendar day; None for what no calendar has, which a lax server or a text of SQLite may hold."""

    impl = sa.Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, whose own type would raise an error for what is no date."""
        return dialect.type_descriptor(sa.String() if is_sqlite(dialect) else sa.Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        """A day as its text on SQLite."""
        return value.isoformat() if value is not None and is_sqlite(dialect) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """A day, from whatever form it was stored in."""
        return _day_of(value) if isinstance(value, str) else value


@lru_cache(maxsize=4_000)
def _day_of(text: str) -> date | None:
    """The day of a text; the same few stand in row after row."""
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None


class day_of(FunctionElement[Any]):  # noqa: N801 - reads as a function in statements
    """The calendar day of a wall-clock column, or of what its clock shows so many `seconds` later."""

    type = Day()
    inherit_cache = True

    def __init__(self, column: sa.ColumnElement[Any], seconds: int = 0) -> None:
        super().__init__(column, *([sa.literal(seconds)] if seconds else []))


@compiles(day_of)
def _day_of_mysql(element: day_of, compiler: Any, **options: Any) -> str:
    column, *shift = (compiler.process(clause, **options) for clause in element.clauses)
    return f"DATE({column} + INTERVAL {shift[0]} SECOND)" if shift else f"DATE({column})"


@compiles(day_of, "sqlite")
def _day_of_sqlite(element: day_of, compiler: Any, **options: Any) -> str:
    column, *shift = (compiler.process(clause, **options) for clause in element.clauses)
    # Without the fraction of a second, which SQLite would round up into the next day.
    return f"date(substr({column}, 1, 19), {shift[0]} || ' seconds')" if shift else f"substr({column}, 1, 10)"


class as_day(FunctionElement[Any]):  # noqa: N801
    """A day that is known, in the form of `day_of`."""

    type = Day()
    inherit_cache = True

    def __init__(self, day: date) -> None:
        super().__init__(sa.literal(day, Day()))


@compiles(as_day)
def _as_day_mysql(element: as_day, compiler: Any, **options: Any) -> str:
    return f"DATE({compiler.process(element.clauses, **options)})"


@compiles(as_day, "sqlite")
def _as_day_sqlite(element: as_day, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


class in_the_calendar(FunctionElement[Any]):  # noqa: N801
    """Whether a wall-clock column holds a day that exists.

    A lax MySQL stores 2025-06-00 and 2025-02-30, which compare as if they lay between the end of a month and the
    beginning of the next. In SQLite a time is text, and may be any.

    Args:
        column: the column.
        month_ends: the last moment of each month that is looked at and the first of the next, see `stored_days`.
    """

    type = sa.Boolean()
    inherit_cache = True

    def __init__(self, column: sa.ColumnElement[Any], month_ends: Iterable[tuple[datetime, datetime]]) -> None:
        bounds = (bound for month_end in month_ends for bound in month_end)
        super().__init__(column, *(sa.literal(bound, column.type) for bound in bounds))


@compiles(in_the_calendar)
def _in_the_calendar_mysql(element: in_the_calendar, compiler: Any, **options: Any) -> str:
    column, *bounds = (compiler.process(clause, **options) for clause in element.clauses)
    pairs = zip(bounds[::2], bounds[1::2], strict=True)
    between = " OR ".join(f"{column} > {last} AND {column} < {first}" for last, first in pairs)
    return f"NOT ({between})"


@compiles(in_the_calendar, "sqlite")
def _in_the_calendar_sqlite(element: in_the_calendar, compiler: Any, **options: Any) -> str:
    return _exists(compiler.process(next(iter(element.clauses)), **options))


class is_a_day(FunctionElement[Any]):  # noqa: N801
    """Whether a wall-clock column holds a day that exists, found out row by row; never true of NULL."""

    type = sa.Boolean()
    inherit_cache = True


@compiles(is_a_day)
def _is_a_day_mysql(element: is_a_day, compiler: Any, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    # The number of 30 February is that of 2 March.
    return f"(FROM_DAYS(TO_DAYS({column})) = DATE({column}))"


@compiles(is_a_day, "sqlite")
def _is_a_day_sqlite(element: is_a_day, compiler: Any, **options: Any) -> str:
    return _exists(compiler.process(element.clauses, **options))


def _exists(column: str) -> str:
    """Whether a text of SQLite begins with a day: told to add nothing, `date` takes 30 February for 2 March.

    Told nothing, it leaves 30 February as it is; of no date at all it makes NULL.
    """
    return f"(date(substr({column}, 1, 10), '+0 days') IS substr({column}, 1, 10))"


class number_of_days(FunctionElement[Any]):  # noqa: N801
    """On how many different days the rows of a group are: of one day each, within a period.

    Counted as different values, they would have a server sort all rows, which it else groups in memory; each day has
    its bit there. SQLite has no bits to put together, and sorts in any case.
    """

    type = sa.Integer()
    inherit_cache = True

    def __init__(self, day: sa.ColumnElement[date], period: Period) -> None:
        length = (period.end - period.start).days + 1
        firsts = (period.start + timedelta(days=days) for days in range(0, length, _BITS))
        super().__init__(day, *(sa.literal(first, sa.Date()) for first in firsts))


@compiles(number_of_days)
def _number_of_days_mysql(element: number_of_days, compiler: Any, **options: Any) -> str:
    day, *firsts = (compiler.process(clause, **options) for clause in element.clauses)
    # What is shifted by more than there are bits, or by less than none, is 0.
    return f"({' + '.join(f'BIT_COUNT(BIT_OR(1 << DATEDIFF({day}, {first})))' for first in firsts)})"


@compiles(number_of_days, "sqlite")
def _number_of_days_sqlite(element: number_of_days, compiler: Any, **options: Any) -> str:
    return f"count(DISTINCT {compiler.process(next(iter(element.clauses)), **options)})"


class next_midnight(FunctionElement[Any]):  # noqa: N801
    """The midnight that ends a calendar day."""

    type = sa.types.NullType()
    inherit_cache = True


@compiles(next_midnight)
def _next_midnight_mysql(element: next_midnight, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} + INTERVAL 1 DAY)"


@compiles(next_midnight, "sqlite")
def _next_midnight_sqlite(element: next_midnight, compiler: Any, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, '+1 day')"


class as_text(FunctionElement[Any]):  # noqa: N801
    """What a column of somebody else's holds, as text.

    MySQL takes none that is not of the column's character set. SQLite takes any bytes, of any type: those that are no
    UTF-8 are read as `\\xff`, so that such a message is a question as any other and nobody else's is held up by it.
    """

    type = sa.Text()
    inherit_cache = True


@compiles(as_text)
def _as_text_mysql(element: as_text, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(as_text, "sqlite")
def _as_text_sqlite(element: as_text, compiler: Any, **options: Any) -> str:
    return f"{SQLITE_TEXT}(CAST({compiler.process(element.clauses, **options)} AS BLOB))"


class identity_of(FunctionElement[Any]):  # noqa: N801
    """What makes a text itself, byte for byte, whatever the collation of its column.

    Takes the text column and, where the table has it, the column that holds `text_hash` of it. MySQL compares hashes:
    32 bytes group and join in memory, where a TEXT forced to binary would go to a temporary table on disk.
    SQLite compares the texts under BINARY.
    """

    type = sa.types.NullType()
    inherit_cache = True


@compiles(identity_of)
def _identity_mysql(element: identity_of, compiler: Any, **options: Any) -> str:
    text, *stored = element.clauses
    if stored:
        return str(compiler.process(stored[0], **options))
    return f"UNHEX(SHA2(CONVERT({compiler.process(text, **options)} USING utf8mb4), 256))"


@compiles(identity_of, "sqlite")
def _identity_sqlite(element: identity_of, compiler: Any, **options: Any) -> str:
    text, *_ = element.clauses
    return f"({compiler.process(text, **options)} COLLATE BINARY)"


class bytes_of(FunctionElement[Any]):  # noqa: N801
    """The UTF-8 bytes of a text, which are compared whatever the collation of its column."""

    type = sa.LargeBinary()
    inherit_cache = True


@compiles(bytes_of)
def _bytes_mysql(element: bytes_of, compiler: Any, **options: Any) -> str:
    return f"CAST(CONVERT({compiler.process(element.clauses, **options)} USING utf8mb4) AS BINARY)"


class hash_of(FunctionElement[Any]):  # noqa: N801
    """`text_hash` of the text that an `identity_of` stands for."""

    type = sa.LargeBinary()
    inherit_cache = True


@compiles(hash_of)
def _hash_mysql(element: hash_of, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(hash_of, "sqlite")
def _hash_sqlite(element: hash_of, compiler: Any, **options: Any) -> str:
    return f"{SQLITE_TEXT_HASH}({compiler.process(element.clauses, **options)})"


def identity_value(text: str, dialect: Dialect) -> str | bytes:
    """The value that `identity_of` has for this text on that dialect."""
    return text_hash(text) if is_mysql(dialect) else text


# The same code points that `is_blank` knows, so that no engine's own version of Unicode has a say.
VISIBLE_PATTERN = "[^" + "".join(f"\\x{{{low:x}}}-\\x{{{high:x}}}" for low, high in BLANK_RANGES) + "]"


class asks_nothing(FunctionElement[Any]):  # noqa: N801
    """Whether a message is blank. SQLite has no regular expressions and calls our own `is_blank`."""

    type = sa.Boolean()
    inherit_cache = True

    def __init__(self, text: sa.ColumnElement[Any]) -> None:
        super().__init__(text, sa.literal(VISIBLE_PATTERN))


@compiles(asks_nothing)
def _blank_mysql(element: asks_nothing, compiler: Any, **options: Any) -> str:
    text, pattern = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({text} IS NULL OR NOT {text} REGEXP {pattern})"


@compiles(asks_nothing, "sqlite")
def _blank_sqlite(element: asks_nothing, compiler: Any, **options: Any) -> str:
    text = compiler.process(next(iter(element.clauses)), **options)
    # Most messages begin with what can be seen, which SQLite knows by itself; it calls us several times a message.
    return f"CASE WHEN {text} GLOB '[0-9A-Za-z가-힣]*' THEN 0 ELSE {SQLITE_IS_BLANK}(CAST({text} AS BLOB)) END"


class epoch_seconds(FunctionElement[Any]):  # noqa: N801
    """Seconds since 1970 on the database's clock, which all processes share whatever their own clocks say."""

    type = sa.Double()
    inherit_cache = True


@compiles(epoch_seconds)
def _epoch_mysql(element: epoch_seconds, compiler: Any, **options: Any) -> str:
    # Of UTC, so that neither the session's time zone nor the end of summer time has a say.
    return "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) / 1000000)"


@compiles(epoch_seconds, "sqlite")
def _epoch_sqlite(element: epoch_seconds, compiler: Any, **options: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


def database_clock(connection: sa.Connection) -> float:
    """Seconds since 1970 on the database's clock, now."""
    return float(connection.execute(sa.select(epoch_seconds())).scalar_one())


class exactly(FunctionElement[Any]):  # noqa: N801
    """A text to group and sort by as it is written, whatever the collation of its column."""

    type = sa.String()
    inherit_cache = True


@compiles(exactly)
def _exactly_mysql(element: exactly, compiler: Any, **options: Any) -> str:
    return f"(CONVERT({compiler.process(element.clauses, **options)} USING utf8mb4) COLLATE utf8mb4_bin)"


@compiles(exactly, "sqlite")
def _exactly_sqlite(element: exactly, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} COLLATE BINARY)"
