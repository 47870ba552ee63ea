"""A database that was in use before us: what an upgrade says beforehand, and the duplicates it removes when told to."""

import csv
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from keyword_assets.core.errors import DatabaseError, InputError
from keyword_assets.sql.database.engine import make_engine, writing
from keyword_assets.sql.database.tables import DEFAULT_NAMES, Names, Tables
from keyword_assets.sql.schema import dedupe, migrate, takeover
from keyword_assets.sql.schema.migrate import upgrade, upgrade_statements
from keyword_assets.sql.schema.takeover import Duplicates, Findings
from keyword_assets_tests.builders import execute, query
from keyword_assets_tests.mariadb import MySQLServer

TABLES = Tables()
OWN_NAMES = Names(
    tables={"chattings": "chat log", "admin_categories": "topic", "admin_chat_keywords": "order"},
    columns={
        "chattings.input_text": "select",
        "chattings.created_at": "day",
        "admin_categories.category_id": "no",
        "admin_chat_keywords.query_text": "text",
        "admin_chat_keywords.keyword": "key",
        "admin_chat_keywords.category_id": "topic no",
        "admin_chat_keywords.query_count": "count",
        "admin_chat_keywords.created_at": "identity",
    },
)
# What collations take for the same, and we do not.
ALIKE = ("전학 a", "전학 A", "전학 a ", "전학 á", "전학 😀", "전학 😭")


def _old_tables(
    engine: sa.Engine, names: Names = DEFAULT_NAMES, key: str = "pk INTEGER PRIMARY KEY,", more: str = ""
) -> None:
    """The tables as the old script left them: no indexes, a collation that confuses texts, columns of its own."""
    t, c = names.table, names.column
    q = engine.dialect.identifier_preparer.quote
    sqlite = engine.dialect.name == "sqlite"
    time, text = ("TEXT", "TEXT") if sqlite else ("DATETIME", "LONGTEXT COLLATE utf8mb4_general_ci")
    word = "TEXT COLLATE NOCASE" if sqlite else "VARCHAR(100) COLLATE utf8mb4_general_ci"
    chat, topic, row = "chattings", "admin_categories", "admin_chat_keywords"
    for statement in (
        f"CREATE TABLE {q(t(chat))} (chatting_pk INTEGER PRIMARY KEY, {q(c(chat, 'input_text'))} {text}, "
        f"{q(c(chat, 'created_at'))} {time})",
        f"CREATE TABLE {q(t(topic))} ({q(c(topic, 'category_id'))} INTEGER PRIMARY KEY, category_name VARCHAR(50))",
        f"CREATE TABLE {q(t(row))} ({key} {q(c(row, 'query_text'))} {text}, {q(c(row, 'keyword'))} {word}, "
        f"{q(c(row, 'category_id'))} INTEGER, {q(c(row, 'query_count'))} INTEGER, {q(c(row, 'created_at'))} {time}, "
        f"batch_created_at {time}, memo TEXT {more})",
    ):
        execute(engine, statement)
    _insert(engine, t(topic), [(1, "학교폭력"), (2, "전학")])


def _insert(engine: sa.Engine, table: str, rows: list[tuple[Any, ...]]) -> None:
    quote = engine.dialect.identifier_preparer.quote
    places = ", ".join(f":v{n}" for n in range(len(rows[0])))
    values = [{f"v{n}": value for n, value in enumerate(row)} for row in rows]
    execute(engine, f"INSERT INTO {quote(table)} VALUES ({places})", values)


def _row(
    text: str | None,
    keyword: str | None = "전학",
    *,
    category: int | None = 1,
    count: int | None = 1,
    at: str = "2025-06-11 00:00:00",
    batch: str | None = "2025-06-12 01:00:00",
    memo: str | None = None,
) -> tuple[Any, ...]:
    return (text, keyword, category, count, at, batch, memo)


def _keyed(*rows: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return [(number, *row) for number, row in enumerate(rows, 1)]


@pytest.fixture
def old(engine: sa.Engine) -> sa.Engine:
    """The old script's database, still without rows of keywords or messages."""
    _old_tables(engine)
    return engine


# -- what an upgrade would do -----------------------------------------------------------------------------------------


def test_each_statement_of_an_upgrade_is_told_with_its_table(engine: sa.Engine) -> None:
    """Whoever allows it wants to see nothing else happen."""
    steps = takeover.plan(engine, DEFAULT_NAMES)

    assert [step.statement for step in steps] == upgrade_statements(engine, DEFAULT_NAMES)
    assert all(step.table in {*TABLES.metadata.tables, "keyword_schema_version"} for step in steps)


def test_no_statement_is_about_a_table_of_the_user(engine: sa.Engine) -> None:
    """The question of everybody whose site is running: nothing of his is altered, and nothing waits."""
    _old_tables(engine, OWN_NAMES)
    _make_a_mess(engine, OWN_NAMES)

    steps = takeover.plan(engine, OWN_NAMES)

    assert {step.table for step in steps}.isdisjoint({"chat log", "topic", "order"})
    assert {step.size.rows for step in steps} == {0}
    assert {step.seconds for step in steps} == {0}


@pytest.mark.parametrize(("kept_by", "locks"), [("InnoDB", "moment"), ("MyISAM", "writes")])
def test_what_is_taken_back_from_many_rows_is_told_with_what_it_locks(
    mysql_engine: sa.Engine, kept_by: str, locks: str
) -> None:
    """What an earlier version had added goes beside the work of others, if the table is kept by InnoDB."""
    _old_tables(mysql_engine, OWN_NAMES)
    execute(mysql_engine, f"ALTER TABLE `chat log` ENGINE={kept_by}")
    stored = "VIRTUAL" if kept_by == "InnoDB" else "STORED"
    with writing(mysql_engine) as connection:
        command.upgrade(migrate._config(connection, OWN_NAMES), "0006")
    execute(
        mysql_engine,
        f"ALTER TABLE `chat log` ADD COLUMN keyword_day DATE AS (CAST(day AS DATE)) {stored}, "
        "ADD INDEX ix_keyword_day (keyword_day)",
    )
    _insert_with_names(mysql_engine, "chat log", "chatting_pk, `select`, day", 1000)
    query(mysql_engine, "ANALYZE TABLE `chat log`")

    index, column = [step for step in takeover.plan(mysql_engine, OWN_NAMES) if step.table == "chat log"]

    assert index.statement.startswith("ALTER TABLE `chat log` DROP INDEX ix_keyword_day")
    assert column.statement.startswith("ALTER TABLE `chat log` DROP COLUMN keyword_day")
    assert (index.work, index.seconds, index.locks) == ("instant", 0, locks)
    assert (column.work, column.seconds, column.locks) == ("instant", 0, locks)
    assert 500 < index.size.rows < 2000


def _insert_with_names(engine: sa.Engine, table: str, columns: str, rows: int) -> None:
    values = [{"pk": number, "text": f"{number} {'전학 ' * 50}"} for number in range(rows)]
    execute(engine, f"INSERT INTO `{table}` ({columns}) VALUES (:pk, :text, '2025-06-11 09:00:00')", values)


@pytest.mark.parametrize(
    ("statement", "work"),
    [
        ("CREATE TABLE a (b INT)", "create"),
        ("INSERT INTO a VALUES (1)", "row"),
        ("CREATE UNIQUE INDEX `x y` ON `a b` (c)", "index"),
        ("ALTER TABLE a ADD INDEX x (b), ALGORITHM=INPLACE, LOCK=NONE", "index"),
        ("ALTER TABLE a ADD COLUMN b INT INVISIBLE, ALGORITHM=INSTANT", "instant"),
        ("ALTER TABLE a ADD COLUMN b INT GENERATED ALWAYS AS (c) STORED", "copy"),
        ("ALTER TABLE a ADD COLUMN b INT GENERATED ALWAYS AS (c), ADD KEY d (b)", "index"),
        ("ALTER TABLE a MODIFY b BIGINT", "copy"),
        ("ALTER TABLE `a (b)` DROP INDEX x, DROP INDEX y, ALGORITHM=INPLACE, LOCK=NONE", "instant"),
        ("ALTER TABLE a DROP COLUMN b, ALGORITHM=INSTANT", "instant"),
        ("ALTER TABLE a DROP COLUMN b", "copy"),
        ("ALTER TABLE a MODIFY b BIGINT, DROP INDEX x", "copy"),
    ],
)
def test_a_statement_is_taken_for_what_it_is(statement: str, work: str) -> None:
    """What is not known to be harmless is announced as a copy of the table."""
    assert takeover._work(statement) == work


# -- what is amiss ----------------------------------------------------------------------------------------------------


def test_an_empty_database_has_nothing_amiss(engine: sa.Engine) -> None:
    """There is nothing to count in."""
    absent = ["chattings", "admin_categories", "admin_chat_keywords"]
    assert takeover.examine(engine, TABLES) == Findings(absent, {}, [])


@pytest.mark.parametrize("table", ["chattings", "admin_categories", "admin_chat_keywords"])
def test_a_table_that_is_not_there_is_told_and_the_rest_is_counted(old: sa.Engine, table: str) -> None:
    """Its name may be misspelled, and an empty one would be made in its place."""
    _make_a_mess(old)
    execute(old, f"DROP TABLE {table}")

    found = takeover.examine(old, TABLES)

    assert (found.absent, found.missing_columns) == ([table], {})
    assert found.duplicates == (None if table == "admin_chat_keywords" else Duplicates(groups=1, surplus=2))
    assert (found.without_question is None) == (table in ("chattings", "admin_chat_keywords"))
    assert (found.unknown_category_rows is None) == (table in ("admin_categories", "admin_chat_keywords"))


def _make_a_mess(engine: sa.Engine, names: Names = DEFAULT_NAMES) -> None:
    messages = [(number, text, "2025-06-11 09:00:00") for number, text in enumerate(ALIKE, 1)]
    messages += [
        (20, "세 번", "2025-06-11 00:00:00"),
        (21, "세 번", "2025-06-11 12:00:00"),
        (22, "세 번", "2025-06-11 23:59:59"),
        (23, "다음 날", "2025-06-12 00:00:00"),
        (24, None, "2025-06-11 00:00:00"),
        (25, "  ", "2025-06-11 00:00:00"),
    ]
    _insert(engine, names.table("chattings"), messages)
    rows = [_row(text) for text in ALIKE]
    rows += [
        _row("세 번", count=3),
        _row("세 번", count=3, memo="두 번째"),
        _row("세 번", count=2, at="2025-06-11 07:00:00"),
        _row("세 번", "전학 A", count=3),
        _row("세 번", "전학 a", count=3),
        _row("세 번", category=2, count=None),
        _row("전학 a  "),
        _row("다음 날"),
        _row("  "),
        _row("다음 날", at="2025-06-12 00:00:00", category=9),
        _row("다음 날", at="2025-06-12 00:00:00", category=8),
        _row("다음 날", at="2025-06-12 00:00:00", category=8, keyword="절차"),
        _row("다음 날", None, at="2025-06-12 00:00:00", category=None),
        _row("다음 날", None, at="2025-06-12 00:00:00", category=None),
    ]
    _insert(engine, names.table("admin_chat_keywords"), _keyed(*rows))


@pytest.mark.parametrize("upgraded", [False, True])
@pytest.mark.parametrize("names", [DEFAULT_NAMES, OWN_NAMES], ids=["ours", "theirs"])
def test_what_is_amiss_is_counted(engine: sa.Engine, names: Names, upgraded: bool) -> None:
    """Byte for byte, whatever the collation says; by the calendar day; NULL is equal to nothing."""
    _old_tables(engine, names)
    _make_a_mess(engine, names)
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


def test_a_complete_database_lacks_nothing(engine: sa.Engine) -> None:
    """Whatever revision is written down is not asked."""
    upgrade(engine, DEFAULT_NAMES)

    assert takeover.lacking(engine, DEFAULT_NAMES) == []


def test_what_was_dropped_from_a_complete_database_is_lacking(engine: sa.Engine) -> None:
    """An administrator may have left out a statement of the file."""
    upgrade(engine, DEFAULT_NAMES)
    execute(engine, "DROP TABLE keyword_sizes")

    (statement,) = takeover.lacking(engine, DEFAULT_NAMES)

    assert statement.startswith("CREATE TABLE keyword_sizes")


# -- removing duplicates ----------------------------------------------------------------------------------------------


def _dedupe(engine: sa.Engine, path: Path, names: Names = DEFAULT_NAMES) -> dedupe.Removed:
    tables = Tables(names)
    identity = dedupe.row_identity(engine, tables)
    assert identity is not None
    return dedupe.remove_duplicates(engine, tables, identity, path)


def _dumped(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _kept(engine: sa.Engine) -> list[tuple[Any, ...]]:
    columns = "query_text, keyword, category_id, query_count, memo"
    return sorted((tuple(row) for row in query(engine, f"SELECT {columns} FROM admin_chat_keywords")), key=repr)


DOUBLES = (
    _row("가", batch="2025-06-13 01:00:00", memo="나중"),
    _row("가", batch="2025-06-12 01:00:00", memo='먼저, 그리고 "낮은" 키\n둘째 줄'),
    _row("가", batch="2025-06-12 01:00:00", memo="먼저"),
    _row("가", batch=None),
    _row("가", at="2025-06-11 08:00:00", batch="2025-06-14 01:00:00", memo="낮"),
    _row("가", at="2025-06-12 00:00:00"),
    _row("가", category=2),
    _row("가", "다른 낱말"),
    _row("가 "),
    _row("나", None),
    _row("나", None),
    _row(None),
    _row(None),
)


def test_all_but_the_oldest_are_removed_after_they_are_written_down(old: sa.Engine, tmp_path: Path) -> None:
    """Of those of one age the lowest key stays; what only looks alike is left alone."""
    _insert(old, "admin_chat_keywords", _keyed(*DOUBLES))
    upgrade(old, DEFAULT_NAMES)
    path = tmp_path / "removed.csv"

    removed = _dedupe(old, path)

    assert removed == dedupe.Removed(4, path)
    assert sorted(pk for (pk,) in query(old, "SELECT pk FROM admin_chat_keywords")) == [2, 6, 7, 8, 9, 10, 11, 12, 13]
    dumped = _dumped(path)
    assert sorted(row["pk"] for row in dumped) == ["1", "3", "4", "5"]
    assert list(dumped[0]) == [
        *("pk", "query_text", "keyword", "category_id", "query_count", "created_at", "batch_created_at", "memo")
    ]
    (first,) = [row for row in dumped if row["pk"] == "1"]
    assert (first["query_text"], first["memo"], first["batch_created_at"]) == ("가", "나중", "2025-06-13 01:00:00")
    assert takeover.examine(old, TABLES).duplicates == Duplicates(0, 0)


def test_null_and_empty_are_told_apart_in_the_file(old: sa.Engine, tmp_path: Path) -> None:
    """Who restores a row needs to know."""
    _insert(old, "admin_chat_keywords", _keyed(_row("가", memo="x"), _row("가", memo=""), _row("가", memo=None)))
    upgrade(old, DEFAULT_NAMES)

    _dedupe(old, tmp_path / "removed.csv")

    lines = (tmp_path / "removed.csv").read_text(encoding="utf-8").splitlines()
    assert [line.rpartition(",")[2] for line in lines[1:]] == ['""', ""]


def test_a_second_time_there_is_nothing_to_remove_and_no_file(old: sa.Engine, tmp_path: Path) -> None:
    """Belongs into a script that runs more than once."""
    _insert(old, "admin_chat_keywords", _keyed(*DOUBLES))
    upgrade(old, DEFAULT_NAMES)
    _dedupe(old, tmp_path / "first.csv")

    assert _dedupe(old, tmp_path / "second.csv") == dedupe.Removed(0, None)
    assert not (tmp_path / "second.csv").exists()


def test_a_file_that_is_there_is_not_overwritten(old: sa.Engine, tmp_path: Path) -> None:
    """It may hold the only copy of what went before."""
    _insert(old, "admin_chat_keywords", _keyed(*DOUBLES))
    upgrade(old, DEFAULT_NAMES)
    path = tmp_path / "removed.csv"
    path.write_text("mine")

    with pytest.raises(InputError) as refused:
        _dedupe(old, path)

    assert (refused.value.key, path.read_text()) == ("dedupe.exists", "mine")
    assert len(_kept(old)) == len(DOUBLES)


def test_many_pages_are_removed(old: sa.Engine, tmp_path: Path) -> None:
    """A page is a hundred questions, and a question may have more rows than one DELETE names."""
    rows = [_row(f"질문 {number % 250}") for number in range(750)] + [_row("자주")] * 1200
    _insert(old, "admin_chat_keywords", _keyed(*rows))
    upgrade(old, DEFAULT_NAMES)

    removed = _dedupe(old, tmp_path / "removed.csv")

    assert removed.rows == 500 + 1199 == len(_dumped(tmp_path / "removed.csv"))
    assert len({row[0] for row in _kept(old)}) == len(_kept(old)) == 251


class _Interrupted(Exception):
    """The power went."""


@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_interruption_between_file_and_deletion_loses_nothing(old: sa.Engine, tmp_path: Path, at: int) -> None:
    """Every row is in the table or in a file, and the next run finishes."""
    _insert(old, "admin_chat_keywords", _keyed(*(_row(f"{number % 250}") for number in range(500))))
    upgrade(old, DEFAULT_NAMES)
    pages = 0

    def cut(*args: Any) -> None:
        nonlocal pages
        if args[2].startswith("DELETE"):
            if pages == at:
                raise _Interrupted
            pages += 1

    sa.event.listen(old, "before_cursor_execute", cut)
    with pytest.raises(_Interrupted):
        _dedupe(old, tmp_path / "first.csv")
    sa.event.remove(old, "before_cursor_execute", cut)

    there = {pk for (pk,) in query(old, "SELECT pk FROM admin_chat_keywords")}
    in_file = {int(row["pk"]) for row in _dumped(tmp_path / "first.csv")}
    assert there | in_file == set(range(1, 501))
    assert len(there) == 500 - at * 100
    _dedupe(old, tmp_path / "second.csv")
    assert len(_kept(old)) == 250


def test_a_row_that_another_program_changes_meanwhile_is_not_lost(mysql_engine: sa.Engine, tmp_path: Path) -> None:
    """It is found as a duplicate, and is none any more when its turn comes; and what is kept must still be there."""
    _old_tables(mysql_engine)
    _insert(
        mysql_engine,
        "admin_chat_keywords",
        _keyed(_row("가"), _row("가"), _row("나"), _row("나"), _row("다"), _row("다")),
    )
    upgrade(mysql_engine, DEFAULT_NAMES)
    identity = dedupe.row_identity(mysql_engine, TABLES)
    assert identity is not None
    remover = dedupe._Remover(mysql_engine, TABLES, identity)
    (page,) = list(remover.pages())
    execute(mysql_engine, "UPDATE admin_chat_keywords SET keyword = '고친 낱말' WHERE pk = 2")
    execute(mysql_engine, "DELETE FROM admin_chat_keywords WHERE pk = 3")
    execute(mysql_engine, "UPDATE admin_chat_keywords SET memo = '새로' WHERE pk = 6")

    with dedupe._Dump(tmp_path / "removed.csv", identity.columns) as dump:
        removed = remover.remove(page, dump)

    assert removed == 1
    assert sorted(pk for (pk,) in query(mysql_engine, "SELECT pk FROM admin_chat_keywords")) == [1, 2, 4, 5]
    assert [(row["pk"], row["memo"]) for row in _dumped(tmp_path / "removed.csv")] == [("6", "새로")]


def test_what_is_in_work_waits_for_the_lock(mysql_engine: sa.Engine, tmp_path: Path) -> None:
    """While a page is written down, nobody changes its rows."""
    _old_tables(mysql_engine)
    _insert(mysql_engine, "admin_chat_keywords", _keyed(_row("가"), _row("가")))
    upgrade(mysql_engine, DEFAULT_NAMES)
    other = make_engine(mysql_engine.url.render_as_string(hide_password=False))
    refusals: list[int] = []

    def meddle(*args: Any) -> None:
        if args[2].startswith("DELETE"):
            with other.connect() as connection:
                connection.exec_driver_sql("SET SESSION innodb_lock_wait_timeout = 1")
                for pk in (1, 2):
                    with pytest.raises(sa.exc.DBAPIError) as refused:
                        connection.exec_driver_sql(f"UPDATE admin_chat_keywords SET memo = 'x' WHERE pk = {pk}")
                    refusals.append(refused.value.orig.errno)  # type: ignore[union-attr]
                    connection.rollback()

    sa.event.listen(mysql_engine, "before_cursor_execute", meddle)
    removed = _dedupe(mysql_engine, tmp_path / "removed.csv")
    other.dispose()

    assert (removed.rows, refusals) == (1, [1205, 1205])


def test_the_users_names_are_used(engine: sa.Engine, tmp_path: Path) -> None:
    """Also the quoted ones."""
    _old_tables(engine, OWN_NAMES)
    _insert(engine, "order", _keyed(_row("가"), _row("가"), _row("나")))
    upgrade(engine, OWN_NAMES)

    removed = _dedupe(engine, tmp_path / "removed.csv", OWN_NAMES)

    assert removed.rows == 1
    assert [row["topic no"] for row in _dumped(tmp_path / "removed.csv")] == ["1"]


def test_computed_columns_of_an_earlier_version_are_not_in_the_file(mysql_engine: sa.Engine, tmp_path: Path) -> None:
    """A row with them could not be put back; they are there until the database is upgraded."""
    _old_tables(mysql_engine)
    execute(
        mysql_engine,
        "ALTER TABLE admin_chat_keywords ADD COLUMN keyword_text_hash BINARY(32) "
        "AS (UNHEX(SHA2(CONVERT(query_text USING utf8mb4), 256))) VIRTUAL INVISIBLE",
    )

    identity = dedupe.row_identity(mysql_engine, TABLES)

    assert identity is not None
    assert identity.columns[-1] == "memo"
    assert "keyword_text_hash" not in identity.columns


# -- tables without a key ---------------------------------------------------------------------------------------------


def test_without_a_key_rows_are_told_apart_by_all_their_columns(engine: sa.Engine, tmp_path: Path) -> None:
    """The old script's table may have none."""
    _old_tables(engine, key="")
    _insert(
        engine,
        "admin_chat_keywords",
        [
            _row("가", memo="a"),
            _row("가", memo="a"),
            _row("가", memo="A", batch="2025-06-13 01:00:00"),
            _row("가", memo="", batch="2025-06-13 01:00:00"),
            _row("가", memo=None, batch="2025-06-13 01:00:00"),
            _row("가 ", memo="a"),
            _row("나"),
        ],
    )
    upgrade(engine, DEFAULT_NAMES)

    removed = _dedupe(engine, tmp_path / "removed.csv")

    assert removed.rows == 4
    assert sorted(row["memo"] for row in _dumped(tmp_path / "removed.csv")) == ["", "", "A", "a"]
    assert {(row[0], row[4]) for row in _kept(engine)} == {("가", "a"), ("가 ", "a"), ("나", None)}
    assert len(_kept(engine)) == 3


def test_without_a_key_no_more_rows_go_than_are_in_the_file(mysql_engine: sa.Engine, tmp_path: Path) -> None:
    """All alike, and one stays."""
    _old_tables(mysql_engine, key="")
    _insert(mysql_engine, "admin_chat_keywords", [_row("가")] * 5)
    upgrade(mysql_engine, DEFAULT_NAMES)

    assert _dedupe(mysql_engine, tmp_path / "removed.csv").rows == 4
    assert len(_kept(mysql_engine)) == 1


def test_a_unique_key_without_null_is_as_good(mysql_engine: sa.Engine) -> None:
    """And one that allows NULL is not."""
    _old_tables(mysql_engine, key="a INT UNIQUE, b INT NOT NULL, UNIQUE two (b),")

    identity = dedupe.row_identity(mysql_engine, TABLES)

    assert identity is not None
    assert identity.key == ("b",)


def test_a_key_of_several_columns_will_do(engine: sa.Engine, tmp_path: Path) -> None:
    """All of them together name the row."""
    _old_tables(engine, key="a INT NOT NULL, b VARCHAR(9) NOT NULL,", more=", PRIMARY KEY (a, b)")
    _insert(engine, "admin_chat_keywords", [(1, "x", *_row("가")), (1, "y", *_row("가")), (2, "x", *_row("가"))])
    upgrade(engine, DEFAULT_NAMES)

    assert _dedupe(engine, tmp_path / "removed.csv").rows == 2
    assert [tuple(row) for row in query(engine, "SELECT a, b FROM admin_chat_keywords")] == [(1, "x")]


@pytest.mark.parametrize(
    ("key", "statement", "refusal"),
    [
        ("", "ALTER TABLE admin_chat_keywords ADD COLUMN score FLOAT", "dedupe.no_key"),
        ("pk INT PRIMARY KEY,", "ALTER TABLE admin_chat_keywords ENGINE=MyISAM", "dedupe.engine"),
        (
            "pk INT PRIMARY KEY,",
            "CREATE TABLE notes (pk INT, FOREIGN KEY (pk) REFERENCES admin_chat_keywords (pk) ON DELETE CASCADE)",
            "dedupe.referenced",
        ),
    ],
)
def test_where_it_is_not_safe_it_is_refused(mysql_engine: sa.Engine, key: str, statement: str, refusal: str) -> None:
    """The message says why, and what helps."""
    _old_tables(mysql_engine, key=key)
    execute(mysql_engine, statement)

    with pytest.raises(InputError) as refused:
        dedupe.row_identity(mysql_engine, TABLES)

    assert refused.value.key == refusal
    assert "admin_chat_keywords" in str(refused.value)


def test_a_view_is_refused(engine: sa.Engine) -> None:
    """Behind it may be a join."""
    _old_tables(engine, OWN_NAMES)
    execute(engine, "CREATE VIEW admin_chat_keywords AS SELECT 1 AS pk")

    with pytest.raises(InputError) as refused:
        dedupe.row_identity(engine, TABLES)

    assert refused.value.key == "dedupe.view"


def test_a_full_disk_removes_nothing(old: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not safely in the file stays in the table."""
    _insert(old, "admin_chat_keywords", _keyed(*DOUBLES))
    upgrade(old, DEFAULT_NAMES)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(dedupe._Dump, "_create", lambda dump: dump._path.open("w"))
        patch.setattr("os.fsync", full)
        with pytest.raises(DatabaseError) as refused:
            _dedupe(old, tmp_path / "removed.csv")

    assert refused.value.key == "dedupe.unwritable"
    assert len(_kept(old)) == len(DOUBLES)


@pytest.mark.parametrize("collation", ["utf8mb4_bin", "utf8mb4_general_ci", "utf8mb4_unicode_ci"])
def test_texts_that_a_collation_confuses_are_no_duplicates(
    mysql_server: MySQLServer, mysql_engine: sa.Engine, tmp_path: Path, collation: str
) -> None:
    """A removed question would be paid for again."""
    _old_tables(mysql_engine)
    for column in ("query_text LONGTEXT", "keyword VARCHAR(100)"):
        execute(mysql_engine, f"ALTER TABLE admin_chat_keywords MODIFY {column} COLLATE {collation}")
    _insert(mysql_engine, "admin_chat_keywords", _keyed(*(_row(x, y) for x in ALIKE for y in ALIKE)))
    upgrade(mysql_engine, DEFAULT_NAMES)

    assert takeover.examine(mysql_engine, TABLES).duplicates == Duplicates(0, 0)
    assert _dedupe(mysql_engine, tmp_path / "removed.csv").rows == 0
