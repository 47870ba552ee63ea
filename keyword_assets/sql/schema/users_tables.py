"""What the user's three tables are like on this database, and whether they can be served as they are.

Nothing about them is taken for granted. What a promise rests on is looked up here: what it cannot do without is refused
in words (`refusals`), and what it can do without is done another way (`Tables.key_is_unique` and its kin).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.errors import InputError
from keyword_assets.sql.database.dialects import is_mysql
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.stored_days import StoredDays
from keyword_assets.sql.database.tables import Tables, made_once
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.database.zones import use_time_zone

_TEXTS = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext"})
_TIMES = frozenset({"date", "datetime", "timestamp"})
_NUMBERS = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint", "decimal"})
# What each column has to be, so that it means what we take it for. `chatting_pk` may be anything.
_NEEDED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "chattings": {"input_text": _TEXTS, "created_at": _TIMES},
    "admin_categories": {"category_id": _NUMBERS, "category_name": _TEXTS},
    "admin_chat_keywords": {
        "query_text": _TEXTS,
        "keyword": _TEXTS,
        "category_id": _NUMBERS,
        "query_count": _NUMBERS,
        "created_at": _TIMES,
        "batch_created_at": _TIMES,
    },
}
# Which enforce a key. MERGE, FEDERATED and their like show one that only holds in each of the tables behind them.
_KEEPS_KEYS = frozenset({"innodb", "myisam", "aria", "memory", "rocksdb", "tokudb", "ndbcluster"})
# Comparing with a text that the column's own set does not have is an error; of the others this one has them all.
_HOLDS_ALL = (None, "utf8mb4")


@dataclass(frozen=True)
class Column:
    """A column as the server describes it: `type` is in small letters, `length` that of a text in characters.

    `grows`: the server numbers its rows, the newer the greater.
    """

    name: str
    type: str
    charset: str | None = None
    length: int | None = None
    nullable: bool = True
    has_default: bool = True
    grows: bool = False


@dataclass(frozen=True)
class UsersTable:
    """A table or view of the user's; without columns it is not there.

    `unique` are the columns of each key that is unique and holds no NULL. `engine` is None of views and on SQLite.
    """

    name: str
    schema: str | None
    columns: tuple[Column, ...] = ()
    engine: str | None = None
    transactional: bool = True
    is_view: bool = False
    unique: tuple[tuple[str, ...], ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether there is such a table."""
        return bool(self.columns)

    @property
    def shown(self) -> str:
        """The name with its schema, where it has one of its own."""
        return f"{self.schema}.{self.name}" if self.schema else self.name

    def column(self, name: str) -> Column | None:
        """A column by its name; for the databases, capitals are small letters there."""
        return next((column for column in self.columns if column.name.lower() == name.lower()), None)

    def is_key(self, column: str) -> bool:
        """Whether a value of this column alone stands in one row at most."""
        return (column.lower(),) in self.unique

    def is_numbered(self, column: str) -> bool:
        """Whether the server numbers the rows by this column: a key by itself, or the first part of one.

        Each key of a table in partitions has its time in it. Where the number is not the first part, some engines begin
        anew with each value of the parts before.
        """
        there = self.column(column)
        return there is not None and there.grows and any(key[0] == column.lower() for key in self.unique)


def read_tables(engine: Engine, names: Names, days: StoredDays) -> Tables:
    """The tables as they are on this database, and the engine's sessions such that they can be read rightly.

    Args:
        engine: the database; where one of the tables has a TIMESTAMP, its sessions are set to the zone of the days.
        names: the user's names.
        days: how stored times make days.

    Raises:
        InputError: one of the tables cannot be served; the first reason.
    """
    found = look_at(engine, names)
    for refusal in refusals(found, names):
        raise refusal
    messages, rows = found["chattings"], found["admin_chat_keywords"]
    asked_at = messages.column(names.column("chattings", "created_at"))
    times = [rows.column(names.column("admin_chat_keywords", name)) for name in ("created_at", "batch_created_at")]
    if any(column and column.type == "timestamp" for column in (asked_at, *times)):
        # An instant, which each session sees in its own zone.
        use_time_zone(engine, days.local)
    if asked_at and asked_at.type in ("timestamp", "date"):
        days = StoredDays(days.local, days.local)
    key = names.column("chattings", "chatting_pk")
    text = rows.column(names.column("admin_chat_keywords", "query_text"))
    row_keys = [column.name for column in rows.columns if rows.is_numbered(column.name)]
    return made_once(
        names,
        days,
        key_is_unique=messages.is_key(key),
        key_grows=messages.is_numbered(key),
        finds_rows_by_text=text is not None and text.charset in _HOLDS_ALL,
        row_key=row_keys[0] if row_keys else None,
    )


@repeated
def look_at(engine: Engine, names: Names) -> dict[str, UsersTable]:
    """The three tables by our names."""
    with reading(engine) as connection:
        look = _on_server if is_mysql(engine.dialect) else _on_sqlite
        return {logical: look(connection, names.table(logical), names.schema(logical)) for logical in _NEEDED}


def refusals(found: Mapping[str, UsersTable], names: Names) -> Iterator[InputError]:
    """Why the tables that are there cannot be served, each with what to do."""
    for logical, needed in _NEEDED.items():
        table = found[logical]
        if not table.is_there:
            continue
        wanted = [names.column(logical, column) for column in needed]
        if logical == "chattings":
            wanted.insert(0, names.column(logical, "chatting_pk"))
        if missing := [column for column in wanted if table.column(column) is None]:
            yield InputError("doctor.columns", table=table.shown, columns=", ".join(missing))
        for column, types in needed.items():
            there = table.column(names.column(logical, column))
            if there and there.type and there.type not in types:
                yield _wrong_type(table, there, types)
        if logical == "admin_chat_keywords" and not table.transactional:
            yield InputError("tables.engine", table=table.shown, engine=table.engine)


def _wrong_type(table: UsersTable, column: Column, types: frozenset[str]) -> InputError:
    key = {_TEXTS: "tables.no_text", _TIMES: "tables.no_time", _NUMBERS: "tables.no_number"}[types]
    return InputError(key, table=table.shown, column=column.name, type=column.type.upper())


def _on_sqlite(connection: Connection, name: str, schema: str | None) -> UsersTable:
    """Types mean little there: each value has its own."""
    inspector = sa.inspect(connection)
    is_view = name in inspector.get_view_names(schema)
    if not is_view and not inspector.has_table(name, schema):
        return UsersTable(name, schema)
    key = [] if is_view else inspector.get_pk_constraint(name, schema)["constrained_columns"]
    declared = connection.execute(
        sa.text("SELECT name, type FROM pragma_table_xinfo(:name, :schema)"), {"name": name, "schema": schema or "main"}
    )
    # Only an INTEGER that is the key by itself is a row's number; an INT is not.
    columns = tuple(
        Column(column, "", grows=key == [column] and type_.upper() == "INTEGER") for column, type_ in declared
    )
    return UsersTable(name, schema, columns, is_view=is_view, unique=(tuple(part.lower() for part in key),))


def _on_server(connection: Connection, name: str, schema: str | None) -> UsersTable:
    def rows(statement: str) -> Any:
        return connection.execute(sa.text(statement), {"schema": schema, "name": name}).all()

    which = "TABLE_SCHEMA = COALESCE(:schema, DATABASE()) AND TABLE_NAME = :name"
    tables = rows(
        "SELECT t.TABLE_TYPE, t.ENGINE, e.TRANSACTIONS FROM information_schema.TABLES t "
        f"LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE WHERE {which}"
    )
    if not tables:
        return UsersTable(name, schema)
    ((table_type, engine, transactions),) = tables
    columns = tuple(
        Column(
            column,
            _plain(type_),
            charset,
            length,
            nullable == "YES",
            default is not None or _fills_itself(extra),
            "AUTO_INCREMENT" in extra.upper(),
        )
        for column, type_, charset, length, nullable, default, extra in rows(
            "SELECT COLUMN_NAME, DATA_TYPE, CHARACTER_SET_NAME, CHARACTER_MAXIMUM_LENGTH, IS_NULLABLE, COLUMN_DEFAULT, "
            f"EXTRA FROM information_schema.COLUMNS WHERE {which} ORDER BY ORDINAL_POSITION"
        )
    )
    full = {column.name for column in columns if not column.nullable}
    keys: dict[str, list[tuple[str | None, int | None]]] = {}
    for index, part, prefix in rows(
        "SELECT INDEX_NAME, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS "
        f"WHERE {which} AND NON_UNIQUE = 0 ORDER BY INDEX_NAME, SEQ_IN_INDEX"
    ):
        keys.setdefault(index, []).append((part, prefix))
    unique = tuple(
        tuple(str(part).lower() for part, _ in key)
        for key in keys.values()
        # A key over the beginning of a text, or over an expression, tells no two values of a column apart.
        if str(engine).lower() in _KEEPS_KEYS and all(part in full and prefix is None for part, prefix in key)
    )
    transactional = engine is None or transactions == "YES"
    return UsersTable(name, schema, columns, engine, transactional, table_type == "VIEW", unique)


def _plain(value: Any) -> str:
    return (value.decode() if isinstance(value, bytes) else str(value)).lower()


def _fills_itself(extra: str) -> bool:
    return any(word in extra.upper() for word in ("AUTO_INCREMENT", "GENERATED"))
