"""What versions before revision 0008 had added to the user's tables is taken back, whatever stands beside it."""

from threading import Event, Thread
from typing import Any

import mysql.connector
import pytest
import sqlalchemy as sa

from keyword_assets.core.questions import BLANK_RANGES
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES, Names
from keyword_assets.sql.schema import migrate
from keyword_assets.sql.schema.migrate import HEAD, upgrade
from keyword_assets_tests.builders import coverage_of, execute, open_store, query, upgrade_statements
from keyword_assets_tests.sql.schema.older import make_older
from keyword_assets_tests.sql.schema.one_by_one import make_one_by_one

OWN_NAMES = Names(
    tables={"chattings": "chat log", "admin_chat_keywords": "order"},
    columns={
        "chattings.input_text": "select",
        "chattings.created_at": "when: `now`",
        "admin_chat_keywords.query_text": "text%s",
        "admin_chat_keywords.query_count": "count",
        "admin_chat_keywords.created_at": "day",
    },
)
CHATS = "(chatting_pk BIGINT NOT NULL, {text} TEXT, {time} DATETIME(3){more})"
ROWS = (
    "(pk INT AUTO_INCREMENT PRIMARY KEY, {text} VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci, "
    "keyword VARCHAR(100), category_id INT, {count} INT, {time} DATETIME, batch_created_at DATETIME)"
)
# What may stand in a table of somebody's, and must stand there afterwards.
SHAPES = {
    "plain": ", PRIMARY KEY (chatting_pk)",
    "no key": "",
    "own index by time": ", PRIMARY KEY (chatting_pk), KEY ix_time ({time}) COMMENT 'ours: do not touch'",
    "own computed column": ", PRIMARY KEY (chatting_pk), length INT AS (CHAR_LENGTH({text})) VIRTUAL, KEY (length)",
    "partitioned": ", PRIMARY KEY (chatting_pk, {time})) PARTITION BY RANGE (TO_DAYS({time})) "
    "(PARTITION old VALUES LESS THAN (739000), PARTITION new VALUES LESS THAN MAXVALUE",
    "other character set": ", PRIMARY KEY (chatting_pk)) CHARACTER SET euckr COMMENT='chats' ROW_FORMAT=DYNAMIC",
}


def _quoted(engine: sa.Engine, names: Names, logical: str) -> dict[str, str]:
    """The user's names, as a statement needs them."""
    quote = engine.dialect.identifier_preparer.quote
    text = "input_text" if logical == "chattings" else "query_text"
    return {
        "table": quote(names.table(logical)),
        **{key: quote(names.column(logical, name)) for key, name in {"text": text, "time": "created_at"}.items()},
        "count": quote(names.column(logical, "query_count")),
    }


def _verbatim(engine: sa.Engine, statement: str) -> None:
    with engine.connect() as connection:
        # Without parameters, so that neither colons nor percent signs mean any.
        connection.connection.cursor().execute(statement)
        connection.connection.commit()


def _users_tables(engine: sa.Engine, names: Names, shape: str) -> None:
    """Two tables in use, with a message and a keyword row."""
    chats, rows = _quoted(engine, names, "chattings"), _quoted(engine, names, "admin_chat_keywords")
    created = CHATS.replace("{more}", SHAPES[shape])
    if shape in ("other character set",):
        created = created.removesuffix(")")
    _verbatim(engine, f"CREATE TABLE {chats['table']} " + created.format(**chats))
    _verbatim(engine, f"CREATE TABLE {rows['table']} " + ROWS.format(**rows))
    columns = f"chatting_pk, {chats['text']}, {chats['time']}"
    _verbatim(engine, f"INSERT INTO {chats['table']} ({columns}) VALUES (1, '전학 절차', '2025-06-11 09:00:00')")
    _verbatim(
        engine,
        f"INSERT INTO {rows['table']} VALUES (1, '전학 절차', '전학', 1, 1, '2025-06-11', '2025-06-12 01:00:00')",
    )


def _old_statements(engine: sa.Engine, names: Names) -> list[str]:
    """What revisions 0001, 0003 and 0004 did to tables of the user's before revision 0008, word for word."""
    chats, rows = _quoted(engine, names, "chattings"), _quoted(engine, names, "admin_chat_keywords")
    ranges = "".join(f"\\\\x{{{low:x}}}-\\\\x{{{high:x}}}" for low, high in BLANK_RANGES)
    return [
        f"ALTER TABLE {rows['table']} ADD COLUMN keyword_text_hash BINARY(32) "
        f"AS (unhex(sha2(convert({rows['text']} using utf8mb4), 256))) VIRTUAL INVISIBLE",
        f"ALTER TABLE {chats['table']} ADD COLUMN keyword_day DATE AS (CAST({chats['time']} AS DATE)) VIRTUAL "
        f"INVISIBLE, ADD COLUMN keyword_text_hash BINARY(32) AS (CASE WHEN {chats['text']} REGEXP '[^{ranges}]' "
        f"THEN UNHEX(SHA2(CONVERT({chats['text']} USING utf8mb4), 256)) END) VIRTUAL INVISIBLE",
        f"ALTER TABLE {chats['table']} ADD INDEX ix_keyword_day (keyword_day, keyword_text_hash)",
        f"ALTER TABLE {rows['table']} ADD COLUMN keyword_day DATE AS (CAST({rows['time']} AS DATE)) VIRTUAL INVISIBLE",
        f"ALTER TABLE {rows['table']} ADD INDEX ix_keyword_day (keyword_day, keyword_text_hash, {rows['count']})",
    ]


def _definitions(engine: sa.Engine, names: Names) -> list[str]:
    tables = (_quoted(engine, names, logical)["table"] for logical in ("chattings", "admin_chat_keywords"))
    return [query(engine, f"SHOW CREATE TABLE {table}")[0][1] for table in tables]


def _contents(engine: sa.Engine, names: Names) -> list[Any]:
    tables = (_quoted(engine, names, logical)["table"] for logical in ("chattings", "admin_chat_keywords"))
    return [query(engine, f"SELECT * FROM {table}") for table in tables]


@pytest.fixture
def old(mysql_engine: sa.Engine) -> sa.Engine:
    """A database of an earlier version, with its additions to plain tables."""
    _users_tables(mysql_engine, DEFAULT_NAMES, "plain")
    make_older(mysql_engine, "0006", with_the_users=False)
    return mysql_engine


@pytest.mark.parametrize("names", [DEFAULT_NAMES, OWN_NAMES], ids=["ours", "theirs"])
@pytest.mark.parametrize("shape", list(SHAPES))
def test_the_tables_are_as_before_the_first_upgrade(mysql_engine: sa.Engine, names: Names, shape: str) -> None:
    """Definition and rows, whatever stands beside our additions."""
    _users_tables(mysql_engine, names, shape)
    before = _definitions(mysql_engine, names), _contents(mysql_engine, names)
    make_older(mysql_engine, "0006", with_the_users=False)
    for statement in _old_statements(mysql_engine, names):
        _verbatim(mysql_engine, statement)
    assert all("keyword_text_hash" in definition for definition in _definitions(mysql_engine, names))

    upgrade(mysql_engine, names)

    assert (_definitions(mysql_engine, names), _contents(mysql_engine, names)) == before
    assert coverage_of(open_store(mysql_engine, names)).classified == 1


@pytest.mark.parametrize("done", range(1, 6))
def test_additions_that_were_not_finished_are_taken_back_too(old: sa.Engine, done: int) -> None:
    """MySQL commits each statement: an upgrade of an earlier version may have stopped between any two."""
    before = _definitions(old, DEFAULT_NAMES)
    for statement in _old_statements(old, DEFAULT_NAMES)[:done]:
        _verbatim(old, statement)

    upgrade(old, DEFAULT_NAMES)

    assert _definitions(old, DEFAULT_NAMES) == before


def test_the_index_over_hash_and_time_is_taken_back(old: sa.Engine) -> None:
    """Where a row's day depended on the session, and in the third revision, it was this one."""
    before = _definitions(old, DEFAULT_NAMES)
    _verbatim(old, _old_statements(old, DEFAULT_NAMES)[0])
    execute(old, "CREATE INDEX ix_keyword_text_hash ON admin_chat_keywords (keyword_text_hash, created_at)")

    upgrade(old, DEFAULT_NAMES)

    assert _definitions(old, DEFAULT_NAMES) == before


def test_taking_back_can_be_interrupted_after_each_statement(old: sa.Engine) -> None:
    """What was taken back by then is not looked for again."""
    before = _definitions(old, DEFAULT_NAMES)
    for statement in _old_statements(old, DEFAULT_NAMES):
        _verbatim(old, statement)

    make_one_by_one(old, but_for="CREATE TABLE")

    assert _definitions(old, DEFAULT_NAMES) == before


@pytest.mark.parametrize("done", [0, 6, 8, 10])
def test_taking_back_that_was_interrupted_is_finished_by_the_next(old: sa.Engine, done: int) -> None:
    """Six columns of a table of ours, two indexes, two times two columns, and the revision."""
    before = _definitions(old, DEFAULT_NAMES)
    for statement in _old_statements(old, DEFAULT_NAMES):
        _verbatim(old, statement)
    expected = _of_the_last_revision(old)
    left = done

    def interrupt(*args: Any) -> None:
        nonlocal left
        if args[2].startswith("ALTER") or (args[2].startswith("UPDATE") and HEAD in args[2]):
            if left == 0:
                raise KeyboardInterrupt
            left -= 1

    sa.event.listen(old, "before_cursor_execute", interrupt)
    with pytest.raises(KeyboardInterrupt):
        upgrade(old, DEFAULT_NAMES)
    sa.event.remove(old, "before_cursor_execute", interrupt)
    rest = _of_the_last_revision(old)

    assert rest == expected[done:]
    assert upgrade(old, DEFAULT_NAMES)
    assert _definitions(old, DEFAULT_NAMES) == before
    assert len(expected) == 11


def _of_the_last_revision(engine: sa.Engine) -> list[str]:
    statements = upgrade_statements(engine, DEFAULT_NAMES)
    return [statement for statement in statements if statement.startswith("ALTER") or HEAD in statement]


def test_what_a_dry_run_shows_takes_it_back_by_hand(old: sa.Engine) -> None:
    """Gently, where the server can: some administrators run the statements themselves."""
    before = _definitions(old, DEFAULT_NAMES)
    for statement in _old_statements(old, DEFAULT_NAMES):
        _verbatim(old, statement)
    statements = upgrade_statements(old, DEFAULT_NAMES)

    for statement in statements:
        _verbatim(old, statement)

    assert _definitions(old, DEFAULT_NAMES) == before
    assert upgrade(old, DEFAULT_NAMES) is False
    changes = [statement for statement in statements if statement.startswith("ALTER")]
    gentle = [change.rpartition("ALGORITHM=")[2] for change in changes if "keyword_day_facts" not in change]
    assert gentle == ["INPLACE, LOCK=NONE", "INSTANT"] * 2


def test_what_only_has_our_names_stays(mysql_engine: sa.Engine) -> None:
    """A column that nobody computes holds somebody's data, and an index over it is his."""
    _users_tables(mysql_engine, DEFAULT_NAMES, "plain")
    execute(mysql_engine, "ALTER TABLE chattings ADD keyword_day DATE, ADD KEY ix_keyword_day (keyword_day)")
    execute(mysql_engine, "ALTER TABLE admin_chat_keywords ADD KEY ix_keyword_text_hash (keyword)")
    before = _definitions(mysql_engine, DEFAULT_NAMES)

    upgrade(mysql_engine, DEFAULT_NAMES)

    assert _definitions(mysql_engine, DEFAULT_NAMES) == before


def test_tables_that_an_earlier_version_made_lose_its_columns_and_nothing_else(mysql_engine: sa.Engine) -> None:
    """They carry no remark of ours, so they count as the user's: no index is added to rows that are in use."""
    upgrade(mysql_engine, DEFAULT_NAMES)
    for table in ("chattings", "admin_chat_keywords"):
        execute(mysql_engine, f"ALTER TABLE {table} COMMENT=''")
    execute(mysql_engine, "DROP INDEX ix_keyword_text ON admin_chat_keywords")
    before = _definitions(mysql_engine, DEFAULT_NAMES)
    execute(mysql_engine, "UPDATE keyword_schema_version SET version_num = '0006'")
    for statement in _old_statements(mysql_engine, DEFAULT_NAMES):
        _verbatim(mysql_engine, statement)

    upgrade(mysql_engine, DEFAULT_NAMES)

    assert _definitions(mysql_engine, DEFAULT_NAMES) == before


# -- while the service is at work -------------------------------------------------------------------------------------


class _Service:
    """Another program that writes without pause, in strict mode, as long as the block lasts."""

    def __init__(self, engine: sa.Engine, *statements: str) -> None:
        self._url = engine.url
        self._statements = statements
        self._over = Event()
        self._thread = Thread(target=self._write)
        self.warm = Event()
        self.written = 0
        self.refusals: list[str] = []

    def __enter__(self) -> "_Service":
        self._thread.start()
        assert self.warm.wait(30)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._over.set()
        self._thread.join()

    def _write(self) -> None:
        engine = sa.create_engine(self._url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES'")
            while not self._over.is_set():
                try:
                    for statement in self._statements:
                        connection.exec_driver_sql(statement.replace("{n}", str(self.written)))
                    self.written += 1
                except sa.exc.DBAPIError as error:
                    self.refusals.append(str(error.orig))
                if self.written > 20 or self.refusals:
                    self.warm.set()


@pytest.fixture
def in_use(mysql_engine: sa.Engine) -> sa.Engine:
    """An earlier version's database. Its pattern makes statements of some sessions fail, so only days are in it."""
    _users_tables(mysql_engine, DEFAULT_NAMES, "plain")
    make_older(mysql_engine, "0006", with_the_users=False)
    first, _, _, day, by_day = _old_statements(mysql_engine, DEFAULT_NAMES)
    for statement in (first, day, by_day):
        _verbatim(mysql_engine, statement)
    for statement in (
        "ALTER TABLE chattings ADD COLUMN keyword_day DATE AS (CAST(created_at AS DATE)) VIRTUAL INVISIBLE, "
        "ADD COLUMN keyword_text_hash BINARY(32) AS (UNHEX(SHA2(CONVERT(input_text USING utf8mb4), 256))) VIRTUAL "
        "INVISIBLE",
        "ALTER TABLE chattings ADD INDEX ix_keyword_day (keyword_day, keyword_text_hash)",
    ):
        _verbatim(mysql_engine, statement)
    return mysql_engine


def test_writers_are_not_refused_meanwhile(in_use: sa.Engine) -> None:
    """Whoever inserts, updates and deletes while the additions go away goes on doing so."""
    writes = (
        "INSERT INTO chattings VALUES (100 + {n}, 'text {n}', '2025-06-11 10:00:00')",
        "INSERT INTO admin_chat_keywords VALUES (NULL, 'text {n}', 'word', 1, 1, '2025-06-11', '2025-06-12')",
        "UPDATE chattings SET input_text = 'changed {n}' WHERE chatting_pk = 100 + {n}",
        "REPLACE INTO chattings SELECT * FROM chattings WHERE chatting_pk = 100 + {n}",
        "DELETE FROM admin_chat_keywords WHERE query_text = 'text {n}' AND MOD({n}, 2) = 1",
    )
    with _Service(in_use, *writes) as service:
        upgrade(in_use, DEFAULT_NAMES)
        so_far = service.written

    assert service.refusals == []
    assert service.written >= so_far > 20
    chats = query(in_use, "SELECT COUNT(*), SUM(input_text LIKE 'changed %') FROM chattings")
    assert chats == [(service.written + 1, service.written)]
    assert query(in_use, "SELECT COUNT(*) FROM admin_chat_keywords") == [(1 + (service.written + 1) // 2,)]
    assert "keyword_" not in "".join(_definitions(in_use, DEFAULT_NAMES)).replace("admin_chat_keywords", "")


def test_whoever_holds_a_table_for_long_is_waited_for_only_so_long(
    in_use: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All others wait behind us. What could not be done is done the next time."""
    monkeypatch.setattr(migrate, "LOCK_WAIT_SECONDS", 1)
    other = make_engine(in_use.url.render_as_string(hide_password=False))
    with other.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM chattings").all()
        with pytest.raises(Exception, match="Lock wait") as refused:
            upgrade(in_use, DEFAULT_NAMES)
    other.dispose()

    assert refused.value.__cause__ is not None
    assert isinstance(refused.value.__cause__.__cause__, mysql.connector.Error)
    upgrade(in_use, DEFAULT_NAMES)
    assert query(in_use, "SELECT version_num FROM keyword_schema_version") == [(HEAD,)]
