"""What an upgrade or a removal does to a database, one statement at a time, each with what it means for its table."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles

from keyword_assets.sql.database.faults import DatabaseFault, fault_of

Work = Literal["create", "row", "instant", "index", "copy"]
"""A table that nobody uses yet, some rows, a matter of the table's description alone, an index, a copy of the table."""

# How a server does it beside the work of others.
INDEX_BESIDE, COLUMN_BESIDE = "ALGORITHM=INPLACE, LOCK=NONE", "ALGORITHM=INSTANT"
# Refused: this algorithm or this lock, or not with this kind of table.
_NOT_BESIDE = frozenset({1221, 1235, 1845, 1846})


@dataclass(frozen=True)
class Change:
    """One statement.

    Args:
        statement: as it is made, with its values in it.
        table: the name of the table that it is about.
        work: what the server has to do for it.
        schema: the table's, where it has one of its own.
        gently: the way to do it beside the work of others, which not every server knows.
    """

    statement: str
    table: str
    work: Work
    schema: str | None = None
    gently: str = ""

    @property
    def shown(self) -> str:
        """The statement as somebody would run it himself."""
        return ", ".join(filter(None, (self.statement, self.gently)))

    def make(self, connection: Connection) -> None:
        """Do it: gently, or in the server's own way if it cannot."""
        if self.gently:
            try:
                connection.exec_driver_sql(self.shown)
            except DBAPIError as error:
                if getattr(error.orig, "errno", None) not in _NOT_BESIDE:
                    raise
            else:
                return
        connection.exec_driver_sql(self.statement)


def create_table(dialect: Dialect, table: sa.Table) -> Change:
    """Make a table; its indexes are changes of their own."""
    return _change(dialect, table, "create", sa.schema.CreateTable(table))


def create_indexes(dialect: Dialect, table: sa.Table, there: Container[str | None]) -> list[Change]:
    """Make those of a table's declared indexes that are not there."""
    lacking = {str(index.name): index for index in table.indexes if index.name not in there}
    return [_change(dialect, table, "index", sa.schema.CreateIndex(index)) for _, index in sorted(lacking.items())]


def add_column(dialect: Dialect, table: sa.Table, column: sa.Column[Any]) -> Change:
    """Add a column to a table that has rows; in those it is NULL, or 0 where it may not be."""
    return _change(dialect, table, "copy", _AddColumn(table, column))


def change_rows(dialect: Dialect, table: sa.Table, statement: sa.Insert | sa.Update | sa.Delete) -> Change:
    """Write or delete some rows of ours."""
    return _change(dialect, table, "row", statement)


def drop(dialect: Dialect, kind: Literal["INDEX", "COLUMN"], table: sa.TableClause, names: Sequence[str]) -> Change:
    """Take columns or indexes from a server's table, all in one statement."""
    parts = ", ".join(f"DROP {kind} {name}" for name in names)
    statement = f"ALTER TABLE {dialect.identifier_preparer.format_table(table)} {parts}"
    gently = INDEX_BESIDE if kind == "INDEX" else COLUMN_BESIDE
    return Change(statement, table.name, "instant", table.schema, gently)


class _AddColumn(sa.schema.ExecutableDDLElement):
    def __init__(self, table: sa.Table, column: sa.Column[Any]) -> None:
        self.table, self.column = table, column


@compiles(_AddColumn)
def _add_column(element: _AddColumn, compiler: Any, **_: Any) -> str:
    described = compiler.get_column_specification(element.column)
    default = "" if element.column.nullable else " DEFAULT 0"
    return f"ALTER TABLE {compiler.preparer.format_table(element.table)} ADD COLUMN {described}{default}"


def _change(dialect: Dialect, table: sa.Table, work: Work, statement: sa.ClauseElement) -> Change:
    written = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})).strip()
    written = re.sub(r"^\t", "    ", written, flags=re.MULTILINE)
    if dialect.paramstyle in ("format", "pyformat"):
        # Written for a driver that fills in places marked by percent signs.
        written = written.replace("%%", "%")
    return Change(written, table.name, work, table.schema)


def is_there(connection: Connection, table: str, schema: str | None = None) -> bool:
    """Whether there is such a table, as far as the account is told: one on which it has no rights is denied to it."""
    try:
        return sa.inspect(connection).has_table(table, schema)
    except DBAPIError as error:
        if fault_of(error) is not DatabaseFault.DENIED:
            raise
        return False
