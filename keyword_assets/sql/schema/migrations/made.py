"""Which of the user's tables we made ourselves, and their indexes; a table that was there gets none from us."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from keyword_assets.sql.database.dialects import is_mysql
from keyword_assets.sql.database.tables import Names
from keyword_assets.sql.schema.removal import ROWS_BY_TEXT, TEXT_PREFIX, made_by_us


def present_tables(names: Names) -> dict[str, bool]:
    """The user's tables and views that are there, under our names, and whether we made each."""
    connection = context.config.attributes["connection"]
    inspector = sa.inspect(connection)
    # SQLite needs no second look: there an interruption leaves nothing of a revision.
    tells = is_mysql(inspector.dialect)
    there = {}
    for logical in ("chattings", "admin_categories", "admin_chat_keywords"):
        name, schema = names.table(logical), names.schema(logical)
        if inspector.has_table(name, schema):
            is_table = name in inspector.get_table_names(schema)
            there[logical] = tells and is_table and made_by_us(inspector, name, schema)
    return there


def index_what_we_made(names: Names, present: Mapping[str, bool]) -> None:
    """Index the tables that are absent (made just now) or ours: by time, and keyword rows by their text, too."""
    for logical in ("chattings", "admin_chat_keywords"):
        if present.get(logical, True):
            time = names.column(logical, "created_at")
            _index(names, logical, f"ix_{names.table(logical)}_created_at", [time])
    if present.get("admin_chat_keywords", True):
        text, time = (names.column("admin_chat_keywords", column) for column in ("query_text", "created_at"))
        lengths: dict[str, Any] = {f"{server}_length": {text: TEXT_PREFIX} for server in ("mysql", "mariadb")}
        _index(names, "admin_chat_keywords", ROWS_BY_TEXT, [text, time], **lengths)


def _index(names: Names, logical: str, index: str, columns: list[str], **options: Any) -> None:
    table, schema = names.table(logical), names.schema(logical)
    inspector = sa.inspect(context.config.attributes["connection"])
    # In a dry run on an empty database the table is not there yet.
    there = inspector.get_indexes(table, schema) if inspector.has_table(table, schema) else []
    if index not in {found["name"] for found in there}:
        op.create_index(index, table, columns, schema=schema, **options)
