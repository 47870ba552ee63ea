"""The schema: brought up to date without touching what is there, also when it is interrupted."""

import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from keyword_assets.core.classifying.answers import stored_form
from keyword_assets.core.errors import InputError
from keyword_assets.core.questions import share_key, text_hash
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES, Names
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import writing
from keyword_assets.sql.schema.migrate import HEAD, current_revision, lacking, require_schema, upgrade
from keyword_assets_tests.builders import (
    BATCH_TIME,
    BOTH_DAYS,
    DAY,
    VERSION,
    add_keyword_row,
    add_messages,
    coverage_of,
    execute,
    keyword_rows,
    make_answer,
    make_coverage,
    make_quarantined,
    make_question,
    make_taxonomy,
    open_store,
    open_texts,
    query,
    save,
    upgrade_sql,
)
from keyword_assets_tests.mariadb import MySQLServer
from keyword_assets_tests.sql.schema.older import VERSIONS, make_older
from keyword_assets_tests.sql.schema.one_by_one import make_one_by_one

OWN_NAMES = Names(
    tables={"chattings": "chat_log", "admin_categories": "topic", "admin_chat_keywords": "order"},
    columns={
        "chattings.chatting_pk": "id",
        "chattings.input_text": "select",
        "chattings.created_at": "day",
        "admin_categories.category_id": "no",
        "admin_categories.category_name": "title",
        "admin_chat_keywords.query_text": "text",
        "admin_chat_keywords.keyword": "key",
        "admin_chat_keywords.category_id": "topic_no",
        "admin_chat_keywords.query_count": "count",
        "admin_chat_keywords.created_at": "identity",
        "admin_chat_keywords.batch_created_at": "batch",
    },
)


def _schema(engine: sa.Engine) -> dict[str, Any]:
    """Every table with its columns and indexes, in a form that can be compared."""
    inspector = sa.inspect(engine)
    return {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(table)],
            sorted((str(index["name"]), index["column_names"]) for index in inspector.get_indexes(table)),
        )
        for table in inspector.get_table_names()
    }


def _revision(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        return current_revision(connection)


def _run_by_hand(engine: sa.Engine, shown: str) -> None:
    for statement in filter(str.strip, shown.split(";\n")):
        if statement.strip() not in ("BEGIN", "COMMIT"):
            execute(engine, statement)


def test_an_upgrade_makes_every_table_and_says_so(engine: sa.Engine) -> None:
    """The first command after the installation."""
    made = upgrade(engine, DEFAULT_NAMES)

    expected = {*Tables().metadata.tables, "keyword_schema_version"}
    assert (made, set(_schema(engine)), _revision(engine)) == (True, expected, HEAD)


def test_every_declared_column_is_made(engine: sa.Engine) -> None:
    """The statements name the columns of `tables.py`; the migration makes them from a list of its own."""
    upgrade(engine, DEFAULT_NAMES)

    schema = _schema(engine)
    for table in Tables().metadata.tables.values():
        assert {column.name for column in table.columns} <= {column[0] for column in schema[table.name][0]}


def test_a_second_upgrade_has_nothing_to_do(engine: sa.Engine) -> None:
    """Installers run it with every deployment."""
    upgrade(engine, DEFAULT_NAMES)
    before = _schema(engine)

    made = upgrade(engine, DEFAULT_NAMES)

    assert (made, _schema(engine)) == (False, before)


def test_a_dry_run_shows_every_table_and_changes_nothing(engine: sa.Engine) -> None:
    """An administrator reads it before allowing it."""
    shown = upgrade_sql(engine, DEFAULT_NAMES)

    assert [table for table in Tables().metadata.tables if f"CREATE TABLE {table}" not in shown] == []
    assert _schema(engine) == {}


def test_what_a_dry_run_shows_makes_the_same_schema(engine: sa.Engine) -> None:
    """Some administrators run the statements themselves."""
    shown = upgrade_sql(engine, DEFAULT_NAMES)

    _run_by_hand(engine, shown)

    made_by_hand = _schema(engine)
    for table in made_by_hand:
        execute(engine, f"DROP TABLE {table}")
    upgrade(engine, DEFAULT_NAMES)
    assert made_by_hand == _schema(engine)


def test_a_dry_run_of_an_upgraded_database_shows_nothing(engine: sa.Engine) -> None:
    """Nothing to do is an answer, too."""
    upgrade(engine, DEFAULT_NAMES)

    assert upgrade_sql(engine, DEFAULT_NAMES) == ""


def test_a_complete_database_lacks_nothing(engine: sa.Engine) -> None:
    """Whatever revision is written down is not asked."""
    upgrade(engine, DEFAULT_NAMES)

    assert lacking(engine, DEFAULT_NAMES) == []


def test_what_was_dropped_from_a_complete_database_is_lacking(engine: sa.Engine) -> None:
    """An administrator may have left out a statement of the file."""
    upgrade(engine, DEFAULT_NAMES)
    execute(engine, "DROP TABLE keyword_sizes")

    (change,) = lacking(engine, DEFAULT_NAMES)

    assert change.shown.startswith("CREATE TABLE keyword_sizes")


# -- what is the user's -----------------------------------------------------------------------------------------------


def _make_users_tables(engine: sa.Engine) -> None:
    """The three tables as another program made them, with columns and rows of its own."""
    time = "TEXT" if engine.dialect.name == "sqlite" else "DATETIME"
    for statement in (
        f"CREATE TABLE chattings (chatting_pk INTEGER PRIMARY KEY, who INTEGER, input_text TEXT, created_at {time})",
        "CREATE TABLE admin_categories (category_id INTEGER PRIMARY KEY, category_name VARCHAR(50), color VARCHAR(9))",
        "CREATE TABLE admin_chat_keywords (pk INTEGER PRIMARY KEY, query_text TEXT, keyword VARCHAR(100), "
        f"category_id INTEGER, query_count INTEGER, created_at {time}, batch_created_at {time}, memo TEXT)",
        "INSERT INTO chattings VALUES (1, 7, '전학 절차', '2025-06-11 09:00:00')",
        "INSERT INTO admin_categories VALUES (1, '학교폭력', '#fff')",
        "INSERT INTO admin_chat_keywords VALUES (1, '전학 절차', '전학', 1, 1, '2025-06-11 00:00:00', "
        "'2025-06-12 01:00:00', '메모')",
    ):
        execute(engine, statement)


USERS_TABLES = ("chattings", "admin_categories", "admin_chat_keywords")


def _as_they_are(engine: sa.Engine) -> list[tuple[str, list[Any]]]:
    """Definition and rows of each of the user's tables."""
    tables = []
    for table in USERS_TABLES:
        if engine.dialect.name == "sqlite":
            created = query(engine, f"SELECT type, name, sql FROM sqlite_master WHERE tbl_name = '{table}' ORDER BY 2")
        else:
            created = query(engine, f"SHOW CREATE TABLE {table}")
        tables.append((repr(created), query(engine, f"SELECT * FROM {table}")))
    return tables


def test_the_users_tables_stay_as_they_are(engine: sa.Engine) -> None:
    """They belong to programs that we do not know: no column of ours, no index, not even a comment."""
    _make_users_tables(engine)
    before = _as_they_are(engine)

    upgrade(engine, DEFAULT_NAMES)

    assert _as_they_are(engine) == before


@pytest.mark.parametrize("there", USERS_TABLES)
def test_a_table_that_is_there_is_left_alone_beside_those_that_are_made(engine: sa.Engine, there: str) -> None:
    """An empty one, too: whether somebody has written into it yet says nothing about whose it is."""
    _make_users_tables(engine)
    execute(engine, f"DELETE FROM {there}")
    before = _as_they_are(engine)[USERS_TABLES.index(there)]
    for table in USERS_TABLES:
        if table != there:
            execute(engine, f"DROP TABLE {table}")

    upgrade(engine, DEFAULT_NAMES)

    assert _as_they_are(engine)[USERS_TABLES.index(there)] == before
    assert coverage_of(open_store(engine)) == make_coverage()


def test_the_users_tables_work_afterwards(engine: sa.Engine) -> None:
    """Old rows count, and new ones can be written beside them."""
    _make_users_tables(engine)
    if engine.dialect.name != "sqlite":
        execute(engine, "ALTER TABLE admin_chat_keywords MODIFY pk INTEGER AUTO_INCREMENT")
    upgrade(engine, DEFAULT_NAMES)
    store = open_store(engine)
    execute(engine, "INSERT INTO chattings VALUES (2, 7, '새 질문', '2025-06-11 10:00:00')")

    save(store, make_question("새 질문"))

    assert store.coverage(BOTH_DAYS)[0] == make_coverage(messages=2, questions=2, classified=2)


def test_names_of_the_users_work_from_end_to_end(engine: sa.Engine) -> None:
    """Nobody renames a table for us, not even one that is called `order`."""
    upgrade(engine, OWN_NAMES)
    store = open_store(engine, OWN_NAMES)
    insert = sa.insert(store.tables.chattings)
    with engine.connect() as connection:
        texts = ("가", "가", "나", "다", "")
        at = BOTH_DAYS.start
        connection.execute(insert, [{"input_text": text, "created_at": at} for text in texts])
        connection.commit()
    store.sync_categories(make_taxonomy())
    save(store, make_question("가"))
    store.quarantine([make_quarantined("나")], "v")

    changed = store.refresh_counts(BOTH_DAYS.start)

    assert changed == 1
    assert store.coverage(BOTH_DAYS)[0] == make_coverage(messages=5, blank=1, questions=3, classified=1, quarantined=1)
    assert open_texts(store) == ["다"]
    assert [question.text for question, _, _ in store.quarantined_questions(BOTH_DAYS)] == ["나"]


def test_a_dry_run_names_the_users_tables(engine: sa.Engine) -> None:
    """What is shown is what would happen."""
    shown = upgrade_sql(engine, OWN_NAMES)

    assert "chat_log" in shown
    assert "chattings" not in shown


# -- interrupted -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fresh:
    """What an upgrade makes from nothing."""

    schema: dict[str, Any]
    definitions: dict[str, str]


def _made_from_nothing(url: str) -> Fresh:
    engine = make_engine(url)
    upgrade(engine, DEFAULT_NAMES)
    made = Fresh(_schema(engine), _definitions(engine))
    engine.dispose()
    return made


@pytest.fixture(scope="module")
def sqlite_fresh(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """What an upgrade makes of a new SQLite file."""
    return _made_from_nothing(f"sqlite:///{tmp_path_factory.mktemp('fresh') / 'keywords.db'}")


@pytest.fixture(scope="module")
def mysql_fresh(mysql_server: MySQLServer) -> Iterator[Fresh]:
    """What an upgrade makes of an empty MariaDB database."""
    name = f"keyword_test_{uuid.uuid4().hex[:16]}"
    yield _made_from_nothing(mysql_server.create_database(name))
    mysql_server.drop_database(name)


@pytest.fixture
def fresh(request: pytest.FixtureRequest, engine: sa.Engine) -> Fresh:
    """What an upgrade makes from nothing of such a database."""
    found: Fresh = request.getfixturevalue(f"{engine.dialect.name}_fresh")
    return found


class _Interrupted(Exception):
    """The power went."""


def _interrupt_after(engine: sa.Engine, statements: int) -> None:
    """Let so many changing statements of the next upgrade happen and then fail."""
    left = statements

    def count(*args: Any) -> None:
        nonlocal left
        if args[2].lstrip().startswith(("CREATE", "ALTER", "INSERT")):
            if left == 0:
                raise _Interrupted
            left -= 1

    sa.event.listen(engine, "before_cursor_execute", count)
    with pytest.raises(_Interrupted):
        upgrade(engine, DEFAULT_NAMES)
    sa.event.remove(engine, "before_cursor_execute", count)


def test_an_upgrade_can_be_interrupted_after_each_statement(mysql_engine: sa.Engine, mysql_fresh: Fresh) -> None:
    """MySQL commits each statement that changes a schema; there is no way back, only forward."""
    make_one_by_one(mysql_engine)

    assert (_schema(mysql_engine), _revision(mysql_engine)) == (mysql_fresh.schema, HEAD)
    assert query(mysql_engine, "SELECT name FROM keyword_locks") == [("quota",), ("report",), ("write",)]


# The last with nothing but its record to write; before that, rows that are not there after all.
@pytest.mark.parametrize("done", [0, 1, 22, 42, 44])
def test_an_upgrade_that_was_interrupted_is_finished_by_the_next(
    mysql_engine: sa.Engine, mysql_fresh: Fresh, done: int
) -> None:
    """Whatever the server makes of a transaction that ends so."""
    _interrupt_after(mysql_engine, done)

    upgrade(mysql_engine, DEFAULT_NAMES)

    assert _schema(mysql_engine) == mysql_fresh.schema
    assert query(mysql_engine, "SELECT name FROM keyword_locks") == [("quota",), ("report",), ("write",)]


@pytest.mark.parametrize("done", [0, 5, 13, 21])
def test_an_interrupted_upgrade_of_a_sqlite_file_leaves_nothing(sqlite_engine: sa.Engine, done: int) -> None:
    """SQLite takes a schema back with its transaction."""
    _interrupt_after(sqlite_engine, done)

    assert _schema(sqlite_engine) == {}


# -- from the first revision ------------------------------------------------------------------------------------------


def _at_first_revision(engine: sa.Engine) -> None:
    """A database in use since before the second revision."""
    make_older(engine, "0001")
    store = open_store(engine)
    add_messages(store, "가", "나", "다", at=DAY)
    add_keyword_row(store, "가")
    aside = make_quarantined("나")
    with writing(engine) as connection:
        connection.execute(
            sa.insert(store.tables.answers).values(
                share_key=share_key("가"),
                classifier_version=VERSION,
                answer='[["전학 절차", 1]]',
                answered_at=BATCH_TIME,
            )
        )
        connection.execute(
            sa.insert(store.tables.quarantine).values(
                text_hash=text_hash(aside.text),
                share_key=aside.share_key,
                query_text=aside.text,
                reason=aside.reason,
                tries=aside.tries,
                last_reply=aside.last_reply,
                classifier_version=VERSION,
                quarantined_at=BATCH_TIME,
            )
        )


# Of our tables, those that the first revision made.
FIRST = ("keyword_answers", "keyword_quarantine", "keyword_missing_reports", "keyword_locks")
# The changing statements of an upgrade from there: the other tables, five indexes, and two locks.
CHANGES_FROM_FIRST = 31


def test_a_database_at_the_first_revision_keeps_what_it_holds(engine: sa.Engine, fresh: Fresh) -> None:
    """Its answers are paid for."""
    _at_first_revision(engine)

    upgrade(engine, DEFAULT_NAMES)

    store = open_store(engine)
    assert store.coverage(BOTH_DAYS)[0] == make_coverage(messages=3, questions=3, classified=1, quarantined=1)
    assert store.known_answers([share_key("가")], VERSION) == {share_key("가"): stored_form(make_answer())}
    assert _schema(engine) == fresh.schema


def test_an_upgrade_from_the_first_revision_can_be_interrupted_after_each_statement(
    mysql_engine: sa.Engine, mysql_fresh: Fresh
) -> None:
    """What is there by then is neither made again nor left out."""
    _at_first_revision(mysql_engine)

    make_one_by_one(mysql_engine, but_for="CREATE TABLE")

    assert query(mysql_engine, "SELECT name FROM keyword_locks ORDER BY name") == [("quota",), ("report",), ("write",)]
    assert coverage_of(open_store(mysql_engine)).classified == 1
    assert (_schema(mysql_engine), _revision(mysql_engine)) == (mysql_fresh.schema, HEAD)


@pytest.mark.parametrize("done", [9, CHANGES_FROM_FIRST - 1])
def test_an_upgrade_from_the_first_revision_that_was_interrupted_is_finished_by_the_next(
    engine: sa.Engine, fresh: Fresh, done: int
) -> None:
    """On MySQL half of it stays; on SQLite nothing does."""
    _at_first_revision(engine)
    _interrupt_after(engine, done)

    upgrade(engine, DEFAULT_NAMES)

    assert query(engine, "SELECT name FROM keyword_locks ORDER BY name") == [("quota",), ("report",), ("write",)]
    assert coverage_of(open_store(engine)).classified == 1
    assert _schema(engine) == fresh.schema


def test_a_dry_run_at_the_first_revision_shows_the_rest_and_changes_nothing(engine: sa.Engine) -> None:
    """What is there is neither made again nor touched."""
    _at_first_revision(engine)
    before = _schema(engine)

    shown = upgrade_sql(engine, DEFAULT_NAMES)

    changes = [line for line in shown.splitlines() if line.startswith(("CREATE", "ALTER", "INSERT", "DROP"))]
    created = [change.split()[2] for change in changes if change.startswith("CREATE TABLE")]
    assert created == [table.name for table in Tables().ours if table.name not in FIRST]
    assert len(changes) == CHANGES_FROM_FIRST
    assert (_schema(engine), _revision(engine)) == (before, "0001")


def test_what_a_dry_run_at_the_first_revision_shows_can_be_run_by_hand(engine: sa.Engine, fresh: Fresh) -> None:
    """The result is the same, the lock and the revision included."""
    _at_first_revision(engine)

    _run_by_hand(engine, upgrade_sql(engine, DEFAULT_NAMES))

    assert (_revision(engine), upgrade(engine, DEFAULT_NAMES)) == (HEAD, False)
    assert query(engine, "SELECT name FROM keyword_locks ORDER BY name") == [("quota",), ("report",), ("write",)]
    assert _schema(engine) == fresh.schema


def test_a_server_at_the_first_revision_is_refused_until_it_is_upgraded(mysql_engine: sa.Engine) -> None:
    """A run would fail at its first claim."""
    _at_first_revision(mysql_engine)

    with pytest.raises(InputError) as refused:
        require_schema(mysql_engine, DEFAULT_NAMES)

    assert refused.value.key == "database.not_upgraded"


def test_a_sqlite_file_at_the_first_revision_is_upgraded_at_first_use(sqlite_engine: sa.Engine) -> None:
    """The embedded database needs no administrator."""
    _at_first_revision(sqlite_engine)

    require_schema(sqlite_engine, DEFAULT_NAMES)

    assert _revision(sqlite_engine) == HEAD


def test_the_number_of_a_place_is_never_given_to_another(engine: sa.Engine) -> None:
    """The queue goes by numbers; SQLite would give the highest one again after its row is deleted."""
    upgrade(engine, DEFAULT_NAMES)
    row = "INSERT INTO keyword_quota (account, waiting, requests, tokens, free_at) VALUES ('a', 1, 1, 1, 1)"
    execute(engine, row)
    ((first,),) = query(engine, "SELECT place_id FROM keyword_quota")

    execute(engine, "DELETE FROM keyword_quota")
    execute(engine, row)

    assert query(engine, "SELECT place_id FROM keyword_quota") == [(first + 1,)]


# -- from the third revision ------------------------------------------------------------------------------------------


def test_numbers_kept_by_an_older_version_are_counted_again(engine: sa.Engine) -> None:
    """They say nothing about what they did not know."""
    make_older(engine, "0003")
    for column in ("orphaned", "miscounted"):
        execute(engine, f"ALTER TABLE keyword_day_facts DROP COLUMN {column}")
    execute(engine, "INSERT INTO keyword_day_facts VALUES ('2025-06-11', 1, 0, 0, 7, 0, 7, 7, 0)")

    upgrade(engine, DEFAULT_NAMES)

    assert open_store(engine).look(BOTH_DAYS, 60.0)[0] == make_coverage()


# -- from the sixth revision ------------------------------------------------------------------------------------------


def _at_sixth_revision(engine: sa.Engine) -> None:
    """A database of the days when the book was closed by a place that was nobody's, for as long as a server said."""
    make_older(engine, "0006")
    execute(
        engine,
        "INSERT INTO keyword_quota (account, waiting, requests, tokens, free_at) "
        "VALUES ('a', 0, 60, 60000, 1e12), ('a', 0, 1, 500, 1e12)",
    )


def test_a_book_that_was_closed_for_a_day_is_open_after_the_upgrade(engine: sa.Engine, fresh: Fresh) -> None:
    """Places of requests stay; the closing goes."""
    _at_sixth_revision(engine)

    upgrade(engine, DEFAULT_NAMES)

    assert query(engine, "SELECT requests FROM keyword_quota") == [(1,)]
    assert _schema(engine) == fresh.schema


def test_an_upgrade_from_the_sixth_revision_that_was_interrupted_is_finished_by_the_next(
    engine: sa.Engine, fresh: Fresh
) -> None:
    """A server ends a transaction at each change of a table: what was made is there, and the revision is the old."""
    _at_sixth_revision(engine)
    upgrade(engine, DEFAULT_NAMES)
    execute(engine, "UPDATE keyword_schema_version SET version_num = '0006'")

    assert upgrade(engine, DEFAULT_NAMES)

    assert (_revision(engine), _schema(engine)) == (HEAD, fresh.schema)


def test_an_open_book_is_left_alone_by_who_looks_what_is_lacking(engine: sa.Engine) -> None:
    """`doctor` looks for everything again; the quota of a database that is in use is no remainder."""
    upgrade(engine, DEFAULT_NAMES)

    assert lacking(engine, DEFAULT_NAMES) == []


# -- from any revision ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_a_database_of_any_revision_becomes_one_of_today_and_keeps_its_rows(
    engine: sa.Engine, fresh: Fresh, version: str
) -> None:
    """People try what is not released yet: what they have stored and paid for by then stays theirs."""
    make_older(engine, version)
    store = open_store(engine)
    add_messages(store, "가", "나", at=DAY)
    add_keyword_row(store, "가")
    answer = {"share_key": share_key("가"), "classifier_version": VERSION, "answer": "[]", "answered_at": BATCH_TIME}
    with writing(engine) as connection:
        connection.execute(sa.insert(store.tables.answers).values(answer))
    kept = {table: query(engine, f"SELECT * FROM {table}") for table in (*USERS_TABLES, "keyword_answers")}

    assert upgrade(engine, DEFAULT_NAMES) is (version != HEAD)

    assert {table: query(engine, f"SELECT * FROM {table}") for table in kept} == kept
    assert query(engine, "SELECT name FROM keyword_locks ORDER BY name") == [("quota",), ("report",), ("write",)]
    assert (_revision(engine), lacking(engine, DEFAULT_NAMES)) == (HEAD, [])
    assert _definitions(engine) == fresh.definitions


def test_the_recorded_revisions_reach_to_that_of_today() -> None:
    """A table that is changed without counting `HEAD` up would be missed by every database that is there."""
    assert VERSIONS[-1] == HEAD


@pytest.mark.parametrize("version", ["", "0", "0005-hotfix", "00090"])
def test_a_revision_that_nobody_knows_ends_in_words(engine: sa.Engine, version: str) -> None:
    """It is brought up to date if it comes before today's, and refused if it comes after."""
    make_older(engine, "0005")
    execute(engine, f"UPDATE keyword_schema_version SET version_num = '{version}'")

    if version < HEAD:
        assert upgrade(engine, DEFAULT_NAMES)
        assert (_revision(engine), lacking(engine, DEFAULT_NAMES)) == (HEAD, [])
    else:
        with pytest.raises(InputError, match=version):
            upgrade(engine, DEFAULT_NAMES)


def _definitions(engine: sa.Engine) -> dict[str, str]:
    """Every table, as the server describes it; SQLite writes added columns down in another form."""
    if engine.dialect.name == "sqlite":
        return {table: repr(parts) for table, parts in _schema(engine).items()}
    tables = sa.inspect(engine).get_table_names()
    created = {table: str(query(engine, f"SHOW CREATE TABLE {table}")[0][1]) for table in tables}
    return {table: re.sub(r" AUTO_INCREMENT=\d+", "", text) for table, text in created.items()}


# -- at the same time -------------------------------------------------------------------------------------------------


def test_programs_that_prepare_a_new_sqlite_file_at_once_do_not_disturb_each_other(sqlite_url: str) -> None:
    """`make dev` starts a daemon and a server together on a fresh machine."""
    start = Barrier(6)

    def prepare(_: int) -> None:
        engine = make_engine(sqlite_url)
        start.wait()
        require_schema(engine, DEFAULT_NAMES)
        engine.dispose()

    with ThreadPoolExecutor(6) as programs:
        list(programs.map(prepare, range(6)))

    engine = make_engine(sqlite_url)
    assert _revision(engine) == HEAD
    engine.dispose()


# -- what must be there -----------------------------------------------------------------------------------------------


def test_a_sqlite_file_gets_its_schema_at_first_use(sqlite_engine: sa.Engine) -> None:
    """The embedded database needs no administrator."""
    require_schema(sqlite_engine, DEFAULT_NAMES)

    assert _revision(sqlite_engine) == HEAD


def test_a_server_without_the_schema_is_refused_and_left_alone(mysql_engine: sa.Engine) -> None:
    """A production schema changes when somebody says so."""
    with pytest.raises(InputError) as refused:
        require_schema(mysql_engine, DEFAULT_NAMES)

    assert refused.value.key == "database.not_upgraded"
    assert _schema(mysql_engine) == {}


def test_an_upgraded_server_is_accepted(mysql_engine: sa.Engine) -> None:
    """Every command asks."""
    upgrade(mysql_engine, DEFAULT_NAMES)
    before = _schema(mysql_engine)

    require_schema(mysql_engine, DEFAULT_NAMES)

    assert _schema(mysql_engine) == before


@pytest.mark.parametrize("use", [require_schema, upgrade])
def test_a_schema_from_a_newer_version_is_refused(engine: sa.Engine, use: Any) -> None:
    """What a newer program wrote may mean something else."""
    upgrade(engine, DEFAULT_NAMES)
    execute(engine, "UPDATE keyword_schema_version SET version_num = '9999'")

    with pytest.raises(InputError) as refused:
        use(engine, DEFAULT_NAMES)

    assert refused.value.key == "database.newer"


def test_dagsters_own_version_table_is_left_alone(engine: sa.Engine) -> None:
    """Dagster may keep its runs in the same database, and uses Alembic, too."""
    execute(engine, "CREATE TABLE alembic_version (version_num VARCHAR(32))")
    execute(engine, "INSERT INTO alembic_version VALUES ('dagster')")

    upgrade(engine, DEFAULT_NAMES)

    assert query(engine, "SELECT version_num FROM alembic_version") == [("dagster",)]


def test_the_count_of_a_day_is_served_by_an_index(engine: sa.Engine) -> None:
    """Without it every count of a day reads the whole table."""
    upgrade(engine, DEFAULT_NAMES)

    assert ("ix_chattings_created_at", ["created_at"]) in _schema(engine)["chattings"][1]


def test_messages_can_be_counted_right_after_the_upgrade(engine: sa.Engine) -> None:
    """The tables that the migration makes are the ones that the statements use."""
    upgrade(engine, DEFAULT_NAMES)
    store = open_store(engine)
    add_messages(store, "가", at=DAY)

    save(store, make_question("가"))

    assert keyword_rows(store, "query_text") == [("가",)]
