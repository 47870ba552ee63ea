"""What an upgrade says beforehand to whoever has a database in use."""

import pytest
import sqlalchemy as sa

from keyword_assets.sql.database.dialects import is_sqlite
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.schema import effects
from keyword_assets.sql.schema.migrate import upgrade
from keyword_assets_tests.builders import execute, query, upgrade_statements
from keyword_assets_tests.sql.schema.old_script import OWN_NAMES, make_a_mess, old_tables
from keyword_assets_tests.sql.schema.older import make_older

TABLES = Tables()


def test_each_statement_of_an_upgrade_is_told_with_its_table(engine: sa.Engine) -> None:
    """Whoever allows it wants to see nothing else happen."""
    steps = effects.plan(engine, DEFAULT_NAMES)

    assert [step.statement for step in steps] == upgrade_statements(engine, DEFAULT_NAMES)
    assert all(step.table in {*TABLES.metadata.tables, "keyword_schema_version"} for step in steps)


def test_no_statement_is_about_a_table_of_the_user(engine: sa.Engine) -> None:
    """The question of everybody whose site is running: nothing of his is altered, and nothing waits."""
    old_tables(engine, OWN_NAMES)
    make_a_mess(engine, OWN_NAMES)

    steps = effects.plan(engine, OWN_NAMES)

    assert {step.table for step in steps}.isdisjoint({"chat log", "topic", "order"})
    assert {step.size.rows for step in steps} == {0}
    assert {step.seconds for step in steps} == {0}


@pytest.mark.parametrize(("kept_by", "locks"), [("InnoDB", "moment"), ("MyISAM", "writes")])
def test_what_is_taken_back_from_many_rows_is_told_with_what_it_locks(
    mysql_engine: sa.Engine, kept_by: str, locks: str
) -> None:
    """What an earlier version had added goes beside the work of others, if the table is kept by InnoDB."""
    old_tables(mysql_engine, OWN_NAMES)
    execute(mysql_engine, f"ALTER TABLE `chat log` ENGINE={kept_by}")
    stored = "VIRTUAL" if kept_by == "InnoDB" else "STORED"
    make_older(mysql_engine, "0006", with_the_users=False)
    execute(
        mysql_engine,
        f"ALTER TABLE `chat log` ADD COLUMN keyword_day DATE AS (CAST(day AS DATE)) {stored}, "
        "ADD INDEX ix_keyword_day (keyword_day)",
    )
    _insert_with_names(mysql_engine, "chat log", "chatting_pk, `select`, day", 1000)
    query(mysql_engine, "ANALYZE TABLE `chat log`")

    index, column = [step for step in effects.plan(mysql_engine, OWN_NAMES) if step.table == "chat log"]

    assert index.statement.startswith("ALTER TABLE `chat log` DROP INDEX ix_keyword_day")
    assert column.statement.startswith("ALTER TABLE `chat log` DROP COLUMN keyword_day")
    assert (index.work, index.seconds, index.locks) == ("instant", 0, locks)
    assert (column.work, column.seconds, column.locks) == ("instant", 0, locks)
    assert 500 < index.size.rows < 2000


def _insert_with_names(engine: sa.Engine, table: str, columns: str, rows: int) -> None:
    values = [{"pk": number, "text": f"{number} {'전학 ' * 50}"} for number in range(rows)]
    execute(engine, f"INSERT INTO `{table}` ({columns}) VALUES (:pk, :text, '2025-06-11 09:00:00')", values)


def test_each_statement_is_told_for_what_it_is(engine: sa.Engine) -> None:
    """A table of ours that is new or small keeps nobody waiting; one that gets a column is announced as copied."""
    make_older(engine, "0004")
    execute(engine, "ALTER TABLE keyword_day_facts DROP COLUMN miscounted")
    execute(engine, f"DROP INDEX ix_keyword_usage_day{'' if is_sqlite(engine.dialect) else ' ON keyword_usage'}")

    steps = {(step.statement.split()[0], step.table): step for step in effects.plan(engine, DEFAULT_NAMES)}

    told = {
        ("CREATE", "keyword_runs"): ("index", "moment"),
        ("CREATE", "keyword_alerts"): ("create", "nothing"),
        ("CREATE", "keyword_usage"): ("index", "moment"),
        ("ALTER", "keyword_workers"): ("copy", "writes"),
        ("ALTER", "keyword_day_facts"): ("copy", "writes"),
        ("DELETE", "keyword_day_facts"): ("row", "nothing"),
        ("DELETE", "keyword_quota"): ("row", "nothing"),
        ("INSERT", "keyword_locks"): ("row", "nothing"),
        ("UPDATE", "keyword_schema_version"): ("row", "nothing"),
    }
    file = is_sqlite(engine.dialect)
    assert {key: (steps[key].work, steps[key].locks) for key in told} == {
        key: (work, "file" if file else locks) for key, (work, locks) in told.items()
    }


def test_a_column_that_is_added_to_many_rows_is_announced_with_their_number(mysql_engine: sa.Engine) -> None:
    """What is not known to be done at once is told as a copy of the table."""
    upgrade(mysql_engine, DEFAULT_NAMES)
    execute(mysql_engine, "ALTER TABLE keyword_workers DROP COLUMN start_day")
    rows = [{"n": f"{number}"} for number in range(1000)]
    execute(mysql_engine, "INSERT INTO keyword_workers VALUES (:n, 'host', 1, '2025-06-11', 1, NULL, NULL)", rows)
    query(mysql_engine, "ANALYZE TABLE keyword_workers")
    execute(mysql_engine, "UPDATE keyword_schema_version SET version_num = '0004'")

    (added,) = [step for step in effects.plan(mysql_engine, DEFAULT_NAMES) if step.table == "keyword_workers"]

    assert (added.statement, added.work, added.locks) == (
        "ALTER TABLE keyword_workers ADD COLUMN start_day DATE",
        "copy",
        "writes",
    )
    assert 500 < added.size.rows < 2000
    assert added.seconds > 0
