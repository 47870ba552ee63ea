"""Taking over a database in use: what an upgrade would do to it, how long that takes, and what is amiss in its rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.sql.dialects import asks_nothing, day_of, identity_of
from keyword_assets.sql.engine import reading
from keyword_assets.sql.migrate import VERSION_TABLE, upgrade_statements
from keyword_assets.sql.tables import Names, Tables

# Measured on MariaDB 10.11 and MySQL 9.7 with two cores: an index over a million rows of 217 MB takes 1.3 to 3.3 s from
# memory, a copy of the table 11 s. Tables in use are busy and partly on disk: about twice that.
_INDEX_ROWS_PER_SECOND, _INDEX_BYTES_PER_SECOND = 300_000, 100_000_000
_COPY_ROWS_PER_SECOND, _COPY_BYTES_PER_SECOND = 100_000, 20_000_000


Work = Literal["create", "row", "instant", "index", "copy"]
Locks = Literal["nothing", "moment", "writes", "file"]

_NAME = r"(`(?:[^`]|``)+`|\"(?:[^\"]|\"\")+\"|[^\s(]+)"
_TARGET = re.compile(
    rf"(?:CREATE TABLE(?: IF NOT EXISTS)?|ALTER TABLE|INSERT INTO|UPDATE|CREATE (?:UNIQUE )?INDEX {_NAME} ON) {_NAME}",
    re.IGNORECASE,
)
_INSTANT = re.compile(r"ALGORITHM\s*=\s*INSTANT", re.IGNORECASE)
_INDEX = re.compile(r"CREATE (UNIQUE )?INDEX\b|\bADD (UNIQUE )?(INDEX|KEY)\b", re.IGNORECASE)
# What a server does with a table's description alone, or beside the work of others.
_ONLINE = re.compile(r"\bADD (COLUMN|UNIQUE|INDEX|KEY)\b|CREATE (UNIQUE )?INDEX\b", re.IGNORECASE)
_COMPUTED = re.compile(r"\bGENERATED ALWAYS AS\b(?!.*\b(STORED|PERSISTENT)\b)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Size:
    """How large a table is, by the server's own statistics; `engine` only on MySQL."""

    rows: int = 0
    bytes: int = 0
    engine: str | None = None


@dataclass(frozen=True)
class Step:
    """One statement of an upgrade; `seconds` is an estimate."""

    statement: str
    table: str
    work: Work
    size: Size
    seconds: float
    locks: Locks


@dataclass(frozen=True)
class MissingIndex:
    """An index that counting a day wants; on the user's table, so the user decides."""

    table: str
    column: str
    statement: str


@dataclass(frozen=True)
class Duplicates:
    """Rows of a day with the same text, keyword and category: how many such groups, and the rows beyond the first."""

    groups: int
    surplus: int


@dataclass(frozen=True)
class Findings:
    """What is amiss in the user's tables; None is what could not be counted, for want of a table or a column."""

    missing_columns: dict[str, list[str]]
    missing_indexes: list[MissingIndex]
    duplicates: Duplicates | None = None
    without_question: int | None = None
    wrong_counts: int | None = None
    unknown_category_rows: int | None = None
    unknown_category_ids: int | None = None


# -- the statements ---------------------------------------------------------------------------------------------------


def plan(engine: Engine, names: Names) -> list[Step]:
    """Each statement that an upgrade would run, with what it means for who is using the tables. Changes nothing."""
    statements = upgrade_statements(engine, names)
    with reading(engine) as connection:
        return [_step(connection, statement) for statement in statements]


def lacking(engine: Engine, names: Names) -> list[str]:
    """The statements that would make what is not there, whatever revision the database is recorded to be at."""
    statements = upgrade_statements(engine, names, from_base=True)
    return [statement for statement in statements if VERSION_TABLE not in statement]


def _step(connection: Connection, statement: str) -> Step:
    found = _TARGET.match(statement)
    table = _unquoted(found.group(2)) if found else ""
    work = _work(statement)
    size = Size() if work in ("create", "row") else _size(connection, table)
    return Step(statement, table, work, size, _seconds(work, size), _locks(connection, statement, work, size))


def _unquoted(name: str) -> str:
    return name[1:-1].replace(name[0] * 2, name[0]) if name[0] in '`"' else name


def _work(statement: str) -> Work:
    verb = statement.split(maxsplit=2)[:2]
    if verb[0].upper() in ("INSERT", "UPDATE"):
        return "row"
    if verb[1].upper() == "TABLE" and verb[0].upper() == "CREATE":
        return "create"
    if _INDEX.search(statement):
        return "index"
    return "instant" if _INSTANT.search(statement) or _COMPUTED.search(statement) else "copy"


def _size(connection: Connection, table: str) -> Size:
    """As the server estimates it; SQLite keeps no such figures, and counts."""
    if connection.dialect.name != "sqlite":
        row = connection.execute(
            sa.text(
                "SELECT TABLE_ROWS, DATA_LENGTH, ENGINE FROM information_schema.TABLES "
                "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = :name"
            ),
            {"name": table},
        ).first()
        return Size(int(row[0] or 0), int(row[1] or 0), row[2]) if row else Size()
    if not sa.inspect(connection).has_table(table):
        return Size()
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    page = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    return Size(connection.execute(sa.select(sa.func.count()).select_from(sa.table(table))).scalar_one(), pages * page)


def _seconds(work: Work, size: Size) -> float:
    if work == "index":
        return size.rows / _INDEX_ROWS_PER_SECOND + size.bytes / _INDEX_BYTES_PER_SECOND
    if work == "copy":
        return size.rows / _COPY_ROWS_PER_SECOND + size.bytes / _COPY_BYTES_PER_SECOND
    return 0.0


def _locks(connection: Connection, statement: str, work: Work, size: Size) -> Locks:
    if connection.dialect.name == "sqlite":
        return "file"
    if work in ("create", "row"):
        return "nothing"
    # Only InnoDB builds an index beside the work of others; a table that is not there yet has nobody at work.
    online = work == "instant" or (work == "index" and _ONLINE.search(statement))
    return "moment" if online and size.engine in ("InnoDB", None) else "writes"


# -- the rows ---------------------------------------------------------------------------------------------------------


def messages_about(engine: Engine, tables: Tables) -> int:
    """About how many messages there are: what counting them takes goes by it."""
    with reading(engine) as connection:
        return _size(connection, tables.chattings.name).rows


def examine(engine: Engine, tables: Tables) -> Findings:
    """Look at every row of the user's tables, each count in one statement. Changes nothing, and locks nothing."""
    with reading(engine) as connection:
        inspector = sa.inspect(connection)
        views = set(inspector.get_view_names())
        there = {*inspector.get_table_names(), *views}
        columns = {
            table: {column["name"] for column in inspector.get_columns(table.name)}
            for table in (tables.chattings, tables.admin_categories, tables.admin_chat_keywords)
            if table.name in there
        }
        lack = {
            table.name: missing
            for table, present in columns.items()
            if (missing := [column.name for column in table.columns if column.name not in present])
        }
        whole = {table for table in columns if table.name not in lack}
        return Findings(
            lack,
            [
                index
                for table in (tables.chattings, tables.admin_chat_keywords)
                if table in whole and table.name not in views
                for index in _missing_index(connection, table)
            ],
            **_counts(connection, tables, whole),
        )


def missing_indexes(engine: Engine, tables: Tables) -> list[MissingIndex]:
    """The indexes over the time of a row that the user's tables lack; a view has none and needs none.

    Keyword rows are found by our own index where they have our columns.
    """
    wanted = [tables.chattings] if tables.has_row_columns else [tables.chattings, tables.admin_chat_keywords]
    with reading(engine) as connection:
        present = set(sa.inspect(connection).get_table_names())
        return [index for table in wanted if table.name in present for index in _missing_index(connection, table)]


def _missing_index(connection: Connection, table: sa.Table) -> list[MissingIndex]:
    column = table.c.created_at.name
    if any(index["column_names"][:1] == [column] for index in sa.inspect(connection).get_indexes(table.name)):
        return []
    quote = connection.dialect.identifier_preparer.quote
    name = quote(f"ix_{table.name}_{column}"[:60])
    return [MissingIndex(table.name, column, f"CREATE INDEX {name} ON {quote(table.name)} ({quote(column)})")]


def _counts(connection: Connection, tables: Tables, whole: set[sa.Table]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if tables.admin_chat_keywords not in whole:
        return found
    found["duplicates"] = Duplicates(*_numbers(connection, _duplicates(tables)))
    if tables.chattings in whole:
        found["without_question"], found["wrong_counts"] = _numbers(connection, _astray(tables))
    if tables.admin_categories in whole:
        rows, ids = _numbers(connection, _unknown_categories(tables))
        found.update(unknown_category_rows=rows, unknown_category_ids=ids)
    return found


def _numbers(connection: Connection, statement: sa.Select[Any]) -> Sequence[int]:
    return [int(number or 0) for number in connection.execute(statement).one()]


def _row_key(tables: Tables) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    """Day and text of a keyword row; before the upgrade there are no columns for them."""
    row = tables.admin_chat_keywords.c
    if tables.has_row_columns:
        return tables.row_day, tables.row_text_hash
    return day_of(row.created_at), identity_of(row.query_text)


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
    day, identity = _row_key(tables)
    times: sa.ColumnElement[Any] = sa.func.count().label("times")
    groups = doubled(tables, times, day=day, identity=identity).subquery("doubled")
    figures: tuple[sa.ColumnElement[Any], ...] = (sa.func.count(), sa.func.sum(groups.c.times - 1))
    return sa.select(*figures).select_from(groups)


def _astray(tables: Tables) -> sa.Select[Any]:
    """Keyword rows without a message of that day and text, and those that count its messages wrongly."""
    chat, row = tables.chattings.c, tables.admin_chat_keywords.c
    day: sa.ColumnElement[Any] = day_of(chat.created_at)
    identity: sa.ColumnElement[Any] = identity_of(chat.input_text)
    if tables.has_chat_columns:
        day, identity = tables.chat_day, tables.chat_text_hash
    asked = (
        sa.select(day.label("day"), identity.label("identity"), sa.func.count().label("messages"))
        .select_from(tables.chattings)
        .where(chat.input_text.is_not(None) if identity is not tables.chat_text_hash else identity.is_not(None))
        .group_by(sa.text("1"), sa.text("2"))
        .subquery("asked")
    )
    row_day, row_identity = _row_key(tables)
    joined = tables.admin_chat_keywords.outerjoin(
        asked, sa.and_(asked.c.day == row_day, asked.c.identity == row_identity)
    )
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
