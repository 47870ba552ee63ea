"""Taking over a database in use: what is amiss in the user's tables, in their rows and for want of an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.models.period import Period
from keyword_assets.sql import queries
from keyword_assets.sql.database.dialects import asks_nothing, identity_of, is_sqlite
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.schema.made import ROWS_BY_TEXT, TEXT_PREFIX
from keyword_assets.sql.schema.users_tables import UsersTable, look_at


@dataclass(frozen=True)
class MissingIndex:
    """An index that counting a day wants; on the user's table, so the user decides.

    `advised` is one that we can well do without: it makes writing many questions quicker.
    """

    table: str
    column: str
    statement: str
    advised: bool = False


@dataclass(frozen=True)
class Duplicates:
    """Rows of a day with the same text, keyword and category: how many such groups, and the rows beyond the first."""

    groups: int
    surplus: int


@dataclass(frozen=True)
class Findings:
    """What is amiss in the user's tables; None is what could not be counted, for want of a table or a column."""

    absent: list[str]
    missing_columns: dict[str, list[str]]
    missing_indexes: list[MissingIndex]
    duplicates: Duplicates | None = None
    without_question: int | None = None
    wrong_counts: int | None = None
    unknown_category_rows: int | None = None
    unknown_category_ids: int | None = None


def examine(engine: Engine, tables: Tables) -> Findings:
    """Look at every row of the user's tables, each count in one statement. Changes nothing, and locks nothing."""
    there = look_at(engine, tables.names)
    found = dict(zip(there.values(), tables.of_the_user, strict=True))
    lack = {
        users.shown: missing
        for users, table in found.items()
        if users.is_there
        and (missing := [column.name for column in table.columns if users.column(column.name) is None])
    }
    whole = {table for users, table in found.items() if users.is_there and users.shown not in lack}
    absent = [users.shown for users in found if not users.is_there]
    with reading(engine) as connection:
        indexes = _missing_indexes(connection, tables, [users for users, table in found.items() if table in whole])
        return Findings(absent, lack, indexes, **_counts(connection, tables, whole))


def missing_indexes(engine: Engine, tables: Tables) -> list[MissingIndex]:
    """The indexes that the user's tables lack; a view has none and needs none."""
    there = look_at(engine, tables.names)
    with reading(engine) as connection:
        return _missing_indexes(connection, tables, list(there.values()))


def _missing_indexes(connection: Connection, tables: Tables, found: Sequence[UsersTable]) -> list[MissingIndex]:
    """Over the time of a message or a keyword row, and over the text of a keyword row."""
    real = {(users.name, users.schema) for users in found if users.is_there and not users.is_view}
    lacking = []
    for table in (tables.chattings, tables.admin_chat_keywords):
        if (table.name, table.schema) in real:
            time = table.c.created_at.name
            lacking += _missing_index(connection, table, f"ix_{table.name}_{time}"[:60], [time], time)
    rows = tables.admin_chat_keywords
    if (rows.name, rows.schema) in real and tables.finds_rows_by_text:
        text, time = rows.c.query_text.name, rows.c.created_at.name
        lacking += _missing_index(connection, rows, ROWS_BY_TEXT, [text, time], text)
    return lacking


def _missing_index(
    connection: Connection, table: sa.Table, name: str, columns: Sequence[str], first: str
) -> list[MissingIndex]:
    indexes = sa.inspect(connection).get_indexes(table.name, table.schema)
    if any((index["column_names"][:1] or [""])[0] == first for index in indexes):
        return []
    preparer = connection.dialect.identifier_preparer
    # The beginning of a text is enough, and a server wants it said.
    prefix = "" if is_sqlite(connection.dialect) else f"({TEXT_PREFIX})"
    parts = [
        f"{preparer.quote(column)}{prefix if name == ROWS_BY_TEXT and column == first else ''}" for column in columns
    ]
    statement = f"CREATE INDEX {preparer.quote(name)} ON {preparer.format_table(table)} ({', '.join(parts)})"
    return [MissingIndex(table.name, first, statement, advised=name == ROWS_BY_TEXT)]


def _counts(connection: Connection, tables: Tables, whole: set[sa.Table]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if tables.admin_chat_keywords not in whole:
        return found
    found["duplicates"] = Duplicates(*_numbers(connection, _duplicates(tables)))
    if tables.chattings in whole:
        days = _days_of_rows(connection, tables)
        astray = _numbers(connection, _astray(tables, days)) if days else (0, 0)
        found["without_question"], found["wrong_counts"] = astray
    if tables.admin_categories in whole:
        rows, ids = _numbers(connection, _unknown_categories(tables))
        found.update(unknown_category_rows=rows, unknown_category_ids=ids)
    return found


def _numbers(connection: Connection, statement: sa.Select[Any]) -> Sequence[int]:
    return [int(number or 0) for number in connection.execute(statement).one()]


def doubled(
    tables: Tables, *columns: sa.ColumnElement[Any], day: sa.ColumnElement[Any], identity: sa.ColumnElement[Any]
) -> sa.Select[Any]:
    """One row for each (day, text, keyword, category) that is there more than once; nothing in it may be NULL."""
    row = tables.admin_chat_keywords.c
    parts = (row.query_text, row.keyword, row.category_id, row.created_at)
    return (
        sa.select(*columns)
        .where(*(part.is_not(None) for part in parts))
        .group_by(day, identity, identity_of(row.keyword), row.category_id)
        .having(sa.func.count() > 1)
    )


def _duplicates(tables: Tables) -> sa.Select[Any]:
    day, identity = queries.row_day(tables), queries.row_identity(tables)
    times: sa.ColumnElement[Any] = sa.func.count().label("times")
    groups = doubled(tables, times, day=day, identity=identity).subquery("doubled")
    figures: tuple[sa.ColumnElement[Any], ...] = (sa.func.count(), sa.func.sum(groups.c.times - 1))
    return sa.select(*figures).select_from(groups)


def _days_of_rows(connection: Connection, tables: Tables) -> Period | None:
    """From the first to the last day that has keyword rows; served by the index over `created_at`."""
    at = tables.admin_chat_keywords.c.created_at
    in_years = sa.and_(at >= date(1900, 1, 1), at < date(9999, 1, 1))
    first, last = connection.execute(sa.select(sa.func.min(at), sa.func.max(at)).where(in_years)).one()
    return Period(_date(first), _date(last)) if first else None


def _date(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


def _astray(tables: Tables, days: Period) -> sa.Select[Any]:
    """Keyword rows without a message of that day and text, and those that count its messages wrongly."""
    row = tables.admin_chat_keywords.c
    identity = queries.text_identity(tables)
    asked = (
        sa.select(
            queries.message_day(tables, days).label("day"),
            identity.label("identity"),
            sa.func.count().label("messages"),
        )
        .select_from(tables.chattings)
        .where(queries.messages_of(tables, days), tables.chattings.c.input_text.is_not(None))
        .group_by(sa.text("1"), sa.text("2"))
        .subquery("asked")
    )
    same = sa.and_(asked.c.day == queries.row_day(tables), asked.c.identity == queries.row_identity(tables))
    joined = tables.admin_chat_keywords.outerjoin(asked, same)
    # A blank message is no question.
    without = sa.or_(asked.c.messages.is_(None), asks_nothing(row.query_text))
    wrong = sa.or_(row.query_count.is_(None), row.query_count != asked.c.messages)
    return sa.select(
        sa.func.sum(sa.case((without, 1), else_=0)),
        sa.func.sum(sa.case((without, 0), (wrong, 1), else_=0)),
    ).select_from(joined)


def _unknown_categories(tables: Tables) -> sa.Select[Any]:
    row, known = tables.admin_chat_keywords.c, tables.admin_categories.c
    figures: tuple[sa.ColumnElement[Any], ...] = (sa.func.count(), sa.func.count(row.category_id.distinct()))
    return (
        sa.select(*figures)
        .select_from(
            tables.admin_chat_keywords.outerjoin(tables.admin_categories, known.category_id == row.category_id)
        )
        .where(known.category_id.is_(None))
    )
