"""Every table and view of a database, as somebody sees it who knows none of their names."""

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.core.recognising import SeenColumn, SeenTable
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.schema.tables_there import tables_there

_TABLE = "CREATE TABLE `채팅 %1:x` (번호 INTEGER PRIMARY KEY, 말 VARCHAR(20), 때 DATETIME)"
_PARTS = "CREATE TABLE parts (a INTEGER, b INTEGER, c DATETIME, PRIMARY KEY (a, b))"
_VIEW = "CREATE VIEW shown AS SELECT a, c FROM parts"


def _seen(url: str, *statements: str, schema: str | None = None) -> dict[str, SeenTable]:
    engine: Engine = make_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    found = tables_there(engine, schema)
    engine.dispose()
    return {table.name: table for table in found}


def test_tables_views_columns_and_keys_are_seen(database_url: str) -> None:
    """Whatever they are called; a part of a key is none."""
    found = _seen(database_url, _TABLE, _PARTS, _VIEW)

    assert set(found) == {"채팅 %1:x", "parts", "shown"}
    key, text, at = found["채팅 %1:x"].columns
    assert (key.name, key.is_key) == ("번호", True)
    # On SQLite a text may be a time as well.
    assert text in (SeenColumn("말", "varchar", 20), SeenColumn("말", ""))
    assert (at.name, at.type, at.is_key) == ("때", "datetime", False)
    assert not any(column.is_key for column in found["parts"].columns)
    assert (found["shown"].is_view, found["parts"].is_view) == (True, False)


def test_tables_of_another_database_have_its_name_in_front(mysql_url: str) -> None:
    """As the setting wants it."""
    name = str(sa.make_url(mysql_url).database)

    assert set(_seen(mysql_url, _PARTS, schema=name)) == {f"{name}.parts"}


@pytest.mark.parametrize("schema", [None, "nowhere"])
def test_where_there_is_nothing_nothing_is_seen(mysql_url: str, schema: str | None) -> None:
    """No error, that would have to be told from others."""
    assert _seen(mysql_url, schema=schema) == {}
