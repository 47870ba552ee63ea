"""The duplicates in a database that was in use before us, removed when told to."""

import csv
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from keyword_assets.core.errors import DatabaseError, InputError
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES, Names
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.schema import dedupe, takeover
from keyword_assets.sql.schema.dump import Dump
from keyword_assets.sql.schema.identity import row_identity
from keyword_assets.sql.schema.migrate import upgrade
from keyword_assets.sql.schema.takeover import Duplicates
from keyword_assets_tests.builders import execute, query
from keyword_assets_tests.mariadb import MySQLServer
from keyword_assets_tests.sql.schema.old_script import ALIKE, OWN_NAMES, insert, keyed, old_tables, row

TABLES = Tables()


def _dedupe(engine: sa.Engine, path: Path, names: Names = DEFAULT_NAMES) -> dedupe.Removed:
    tables = Tables(names)
    identity = row_identity(engine, tables)
    assert identity is not None
    return dedupe.remove_duplicates(engine, tables, identity, path)


def _dumped(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _kept(engine: sa.Engine) -> list[tuple[Any, ...]]:
    columns = "query_text, keyword, category_id, query_count, memo"
    return sorted((tuple(row) for row in query(engine, f"SELECT {columns} FROM admin_chat_keywords")), key=repr)


DOUBLES = (
    row("가", batch="2025-06-13 01:00:00", memo="나중"),
    row("가", batch="2025-06-12 01:00:00", memo='먼저, 그리고 "낮은" 키\n둘째 줄'),
    row("가", batch="2025-06-12 01:00:00", memo="먼저"),
    row("가", batch=None),
    row("가", at="2025-06-11 08:00:00", batch="2025-06-14 01:00:00", memo="낮"),
    row("가", at="2025-06-12 00:00:00"),
    row("가", category=2),
    row("가", "다른 낱말"),
    row("가 "),
    row("나", None),
    row("나", None),
    row(None),
    row(None),
)


def test_all_but_the_oldest_are_removed_after_they_are_written_down(old: sa.Engine, tmp_path: Path) -> None:
    """Of those of one age the lowest key stays; what only looks alike is left alone."""
    insert(old, "admin_chat_keywords", keyed(*DOUBLES))
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
    insert(old, "admin_chat_keywords", keyed(row("가", memo="x"), row("가", memo=""), row("가", memo=None)))
    upgrade(old, DEFAULT_NAMES)

    _dedupe(old, tmp_path / "removed.csv")

    lines = (tmp_path / "removed.csv").read_text(encoding="utf-8").splitlines()
    assert [line.rpartition(",")[2] for line in lines[1:]] == ['""', ""]


def test_a_second_time_there_is_nothing_to_remove_and_no_file(old: sa.Engine, tmp_path: Path) -> None:
    """Belongs into a script that runs more than once."""
    insert(old, "admin_chat_keywords", keyed(*DOUBLES))
    upgrade(old, DEFAULT_NAMES)
    _dedupe(old, tmp_path / "first.csv")

    assert _dedupe(old, tmp_path / "second.csv") == dedupe.Removed(0, None)
    assert not (tmp_path / "second.csv").exists()


def test_a_file_that_is_there_is_not_overwritten(old: sa.Engine, tmp_path: Path) -> None:
    """It may hold the only copy of what went before."""
    insert(old, "admin_chat_keywords", keyed(*DOUBLES))
    upgrade(old, DEFAULT_NAMES)
    path = tmp_path / "removed.csv"
    path.write_text("mine")

    with pytest.raises(InputError) as refused:
        _dedupe(old, path)

    assert (refused.value.key, path.read_text()) == ("dedupe.exists", "mine")
    assert len(_kept(old)) == len(DOUBLES)


def test_many_pages_are_removed(old: sa.Engine, tmp_path: Path) -> None:
    """A page is a hundred questions, and a question may have more rows than one DELETE names."""
    rows = [row(f"질문 {number % 250}") for number in range(750)] + [row("자주")] * 1200
    insert(old, "admin_chat_keywords", keyed(*rows))
    upgrade(old, DEFAULT_NAMES)

    removed = _dedupe(old, tmp_path / "removed.csv")

    assert removed.rows == 500 + 1199 == len(_dumped(tmp_path / "removed.csv"))
    assert len({row[0] for row in _kept(old)}) == len(_kept(old)) == 251


class _Interrupted(Exception):
    """The power went."""


@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_interruption_between_file_and_deletion_loses_nothing(old: sa.Engine, tmp_path: Path, at: int) -> None:
    """Every row is in the table or in a file, and the next run finishes."""
    insert(old, "admin_chat_keywords", keyed(*(row(f"{number % 250}") for number in range(500))))
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
    old_tables(mysql_engine)
    insert(
        mysql_engine,
        "admin_chat_keywords",
        keyed(row("가"), row("가"), row("나"), row("나"), row("다"), row("다")),
    )
    upgrade(mysql_engine, DEFAULT_NAMES)
    identity = row_identity(mysql_engine, TABLES)
    assert identity is not None
    remover = dedupe._Remover(mysql_engine, TABLES, identity)
    (page,) = list(remover.pages())
    execute(mysql_engine, "UPDATE admin_chat_keywords SET keyword = '고친 낱말' WHERE pk = 2")
    execute(mysql_engine, "DELETE FROM admin_chat_keywords WHERE pk = 3")
    execute(mysql_engine, "UPDATE admin_chat_keywords SET memo = '새로' WHERE pk = 6")

    with Dump(tmp_path / "removed.csv", identity.columns) as dump:
        removed = remover.remove(page, dump)

    assert removed == 1
    assert sorted(pk for (pk,) in query(mysql_engine, "SELECT pk FROM admin_chat_keywords")) == [1, 2, 4, 5]
    assert [(row["pk"], row["memo"]) for row in _dumped(tmp_path / "removed.csv")] == [("6", "새로")]


def test_what_is_in_work_waits_for_the_lock(mysql_engine: sa.Engine, tmp_path: Path) -> None:
    """While a page is written down, nobody changes its rows."""
    old_tables(mysql_engine)
    insert(mysql_engine, "admin_chat_keywords", keyed(row("가"), row("가")))
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
    old_tables(engine, OWN_NAMES)
    insert(engine, "order", keyed(row("가"), row("가"), row("나")))
    upgrade(engine, OWN_NAMES)

    removed = _dedupe(engine, tmp_path / "removed.csv", OWN_NAMES)

    assert removed.rows == 1
    assert [row["topic no"] for row in _dumped(tmp_path / "removed.csv")] == ["1"]


def test_computed_columns_of_an_earlier_version_are_not_in_the_file(mysql_engine: sa.Engine, tmp_path: Path) -> None:
    """A row with them could not be put back; they are there until the database is upgraded."""
    old_tables(mysql_engine)
    execute(
        mysql_engine,
        "ALTER TABLE admin_chat_keywords ADD COLUMN keyword_text_hash BINARY(32) "
        "AS (UNHEX(SHA2(CONVERT(query_text USING utf8mb4), 256))) VIRTUAL INVISIBLE",
    )

    identity = row_identity(mysql_engine, TABLES)

    assert identity is not None
    assert identity.columns[-1] == "memo"
    assert "keyword_text_hash" not in identity.columns


# -- tables without a key ---------------------------------------------------------------------------------------------


def test_without_a_key_rows_are_told_apart_by_all_their_columns(engine: sa.Engine, tmp_path: Path) -> None:
    """The old script's table may have none."""
    old_tables(engine, key="")
    insert(
        engine,
        "admin_chat_keywords",
        [
            row("가", memo="a"),
            row("가", memo="a"),
            row("가", memo="A", batch="2025-06-13 01:00:00"),
            row("가", memo="", batch="2025-06-13 01:00:00"),
            row("가", memo=None, batch="2025-06-13 01:00:00"),
            row("가 ", memo="a"),
            row("나"),
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
    old_tables(mysql_engine, key="")
    insert(mysql_engine, "admin_chat_keywords", [row("가")] * 5)
    upgrade(mysql_engine, DEFAULT_NAMES)

    assert _dedupe(mysql_engine, tmp_path / "removed.csv").rows == 4
    assert len(_kept(mysql_engine)) == 1


def test_a_unique_key_without_null_is_as_good(mysql_engine: sa.Engine) -> None:
    """And one that allows NULL is not."""
    old_tables(mysql_engine, key="a INT UNIQUE, b INT NOT NULL, UNIQUE two (b),")

    identity = row_identity(mysql_engine, TABLES)

    assert identity is not None
    assert identity.key == ("b",)


def test_a_key_of_several_columns_will_do(engine: sa.Engine, tmp_path: Path) -> None:
    """All of them together name the row."""
    old_tables(engine, key="a INT NOT NULL, b VARCHAR(9) NOT NULL,", more=", PRIMARY KEY (a, b)")
    insert(engine, "admin_chat_keywords", [(1, "x", *row("가")), (1, "y", *row("가")), (2, "x", *row("가"))])
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
    old_tables(mysql_engine, key=key)
    execute(mysql_engine, statement)

    with pytest.raises(InputError) as refused:
        row_identity(mysql_engine, TABLES)

    assert refused.value.key == refusal
    assert "admin_chat_keywords" in str(refused.value)


def test_a_view_is_refused(engine: sa.Engine) -> None:
    """Behind it may be a join."""
    old_tables(engine, OWN_NAMES)
    execute(engine, "CREATE VIEW admin_chat_keywords AS SELECT 1 AS pk")

    with pytest.raises(InputError) as refused:
        row_identity(engine, TABLES)

    assert refused.value.key == "dedupe.view"


def test_a_full_disk_removes_nothing(old: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not safely in the file stays in the table."""
    insert(old, "admin_chat_keywords", keyed(*DOUBLES))
    upgrade(old, DEFAULT_NAMES)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Dump, "_create", lambda dump: dump._path.open("w"))
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
    old_tables(mysql_engine)
    for column in ("query_text LONGTEXT", "keyword VARCHAR(100)"):
        execute(mysql_engine, f"ALTER TABLE admin_chat_keywords MODIFY {column} COLLATE {collation}")
    insert(mysql_engine, "admin_chat_keywords", keyed(*(row(x, y) for x in ALIKE for y in ALIKE)))
    upgrade(mysql_engine, DEFAULT_NAMES)

    assert takeover.examine(mysql_engine, TABLES).duplicates == Duplicates(0, 0)
    assert _dedupe(mysql_engine, tmp_path / "removed.csv").rows == 0
