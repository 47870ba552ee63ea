"""A database that was in use before us: what is amiss in its tables."""

from typing import Any

import pytest
import sqlalchemy as sa

from keyword_assets.sql.database.names import DEFAULT_NAMES, Names
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.schema import takeover
from keyword_assets.sql.schema.migrate import upgrade
from keyword_assets.sql.schema.takeover import Duplicates, Findings
from keyword_assets_tests.builders import execute, query
from keyword_assets_tests.sql.schema.old_script import OWN_NAMES, make_a_mess, old_tables

TABLES = Tables()


def test_an_empty_database_has_nothing_amiss(engine: sa.Engine) -> None:
    """There is nothing to count in."""
    absent = ["chattings", "admin_categories", "admin_chat_keywords"]
    assert takeover.examine(engine, TABLES) == Findings(absent, {}, [])


@pytest.mark.parametrize("table", ["chattings", "admin_categories", "admin_chat_keywords"])
def test_a_table_that_is_not_there_is_told_and_the_rest_is_counted(old: sa.Engine, table: str) -> None:
    """Its name may be misspelled, and an empty one would be made in its place."""
    make_a_mess(old)
    execute(old, f"DROP TABLE {table}")

    found = takeover.examine(old, TABLES)

    assert (found.absent, found.missing_columns) == ([table], {})
    assert found.duplicates == (None if table == "admin_chat_keywords" else Duplicates(groups=1, surplus=2))
    assert (found.without_question is None) == (table in ("chattings", "admin_chat_keywords"))
    assert (found.unknown_category_rows is None) == (table in ("admin_categories", "admin_chat_keywords"))


@pytest.mark.parametrize("upgraded", [False, True])
@pytest.mark.parametrize("names", [DEFAULT_NAMES, OWN_NAMES], ids=["ours", "theirs"])
def test_what_is_amiss_is_counted(engine: sa.Engine, names: Names, upgraded: bool) -> None:
    """Byte for byte, whatever the collation says; by the calendar day; NULL is equal to nothing."""
    old_tables(engine, names)
    make_a_mess(engine, names)
    before = _contents_of(engine, names)
    if upgraded:
        upgrade(engine, names)

    found = takeover.examine(engine, Tables(names))

    assert found.missing_columns == {}
    assert [(index.table, index.column) for index in found.missing_indexes] == [
        (names.table(table), names.column(table, "created_at")) for table in ("chattings", "admin_chat_keywords")
    ]
    assert found.duplicates == Duplicates(groups=1, surplus=2)
    assert found.without_question == 3
    assert found.wrong_counts == 2
    assert (found.unknown_category_rows, found.unknown_category_ids) == (5, 2)
    assert before == {
        table: [row[: len(old)] for row, old in zip(rows, before[table], strict=True)]
        for table, rows in _contents_of(engine, names).items()
    }


def _contents_of(engine: sa.Engine, names: Names) -> dict[str, list[tuple[Any, ...]]]:
    quote = engine.dialect.identifier_preparer.quote
    return {
        table: [tuple(row) for row in query(engine, f"SELECT * FROM {quote(names.table(table))} ORDER BY 1")]
        for table in ("chattings", "admin_categories", "admin_chat_keywords")
    }


def test_the_index_that_is_advised_can_be_made(old: sa.Engine) -> None:
    """It is handed to an administrator as it stands."""
    for index in takeover.missing_indexes(old, TABLES):
        execute(old, index.statement)

    assert takeover.missing_indexes(old, TABLES) == []


def test_columns_by_other_names_are_told_and_the_rest_is_counted(old: sa.Engine) -> None:
    """The first thing that goes wrong on somebody else's database; it must not hide the others."""
    execute(old, "ALTER TABLE chattings RENAME COLUMN input_text TO body")

    found = takeover.examine(old, TABLES)

    assert found.missing_columns == {"chattings": ["input_text"]}
    assert (found.without_question, found.wrong_counts) == (None, None)
    assert found.duplicates == Duplicates(0, 0)
