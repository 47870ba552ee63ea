"""Sessions begin with our values, whatever the administrator's are; what a server does not take is left out."""

import logging
from collections.abc import Iterator
from dataclasses import replace

import mysql.connector
import pytest
import sqlalchemy as sa

from keyword_assets.core.errors import DatabaseError
from keyword_assets.sql.database import sessions
from keyword_assets.sql.database.dialects import exactly
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.sessions import VARIABLES, Variable, statement
from keyword_assets.sql.database.transactions import reading, writing
from keyword_assets_tests.mariadb import MySQLServer, OrdinaryUser
from keyword_assets_tests.session_variables import HARMFUL, changeable_server, defaults, is_mariadb, ours_on

SECRET = "hunter2"
# Everything that a driver escapes, or that a mode makes something else of.
AWKWARD = "a\\'b\"c\\\\d%e`f\n || NULL -- 😀"


@pytest.fixture(scope="module")
def server() -> Iterator[MySQLServer]:
    """A server whose defaults these tests change."""
    with changeable_server() as server:
        yield server


@pytest.fixture
def user(server: MySQLServer) -> Iterator[OrdinaryUser]:
    """A user for whom the defaults are meant: an administrator is exempt from `init_connect`."""
    with OrdinaryUser(server, SECRET) as user:
        yield user


def test_each_variable_that_we_set_has_a_value_that_does_harm() -> None:
    """Otherwise the tests below would leave it out."""
    assert list(HARMFUL) == [variable.name for variable in VARIABLES]


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda variable: variable.name)
def test_a_session_begins_with_our_value(server: MySQLServer, user: OrdinaryUser, variable: Variable) -> None:
    """An ordinary user may set each, and an administrator's value does not reach our statements."""
    if variable.name not in ours_on(server):
        pytest.skip("for other servers")
    asked = f"SELECT @@SESSION.{variable.name}"
    plain = sa.create_engine(user.url, poolclass=sa.NullPool, connect_args={"collation": "utf8mb4_bin"})
    with plain.connect() as connection:
        connection.exec_driver_sql(f"SET {variable.assignment}")
        wanted = connection.exec_driver_sql(asked).scalar_one()

    with defaults(server, **{variable.name: HARMFUL[variable.name]}):
        with user.connect() as other, other.cursor() as cursor:
            cursor.execute(asked)
            (theirs,) = cursor.fetchone() or (None,)
        engine = make_engine(user.url)
        with reading(engine) as connection:
            ours = connection.exec_driver_sql(asked).scalar_one()
        engine.dispose()

    assert theirs != wanted
    assert ours == wanted


def test_a_session_with_the_usual_values_costs_two_statements(user: OrdinaryUser) -> None:
    """Beside the driver's own two: one that sets what we rest on, one that asks for the largest packet."""
    engine = make_engine(user.url)
    with reading(engine) as connection:
        # The first connection of an engine is asked more, by SQLAlchemy.
        first = _statements_of(connection)
        with reading(engine) as another:
            asked = _statements_of(another)
    engine.dispose()

    assert first > asked
    assert asked == 4


def _statements_of(connection: sa.Connection) -> int:
    """How many statements the session has run before this one."""
    counted = "SHOW SESSION STATUS WHERE Variable_name IN ('Questions')"
    return int(connection.exec_driver_sql(counted).one()[1]) - 1


def test_names_are_quoted_right_where_ansi_quotes_are_the_default(server: MySQLServer, user: OrdinaryUser) -> None:
    """SQLAlchemy asks the first connection for the mode, and from then on quotes by that."""
    with defaults(server, sql_mode="ANSI_QUOTES"):
        engine = make_engine(user.url)
        table = sa.Table("order by", sa.MetaData(), sa.Column("group by", sa.Integer, primary_key=True))
        table.create(engine)
        with writing(engine) as connection:
            connection.execute(sa.insert(table), [{"group by": 7}])
        with reading(engine) as connection:
            found = connection.execute(sa.select(table.c["group by"])).scalar_one()
            columns = sa.inspect(connection).get_columns("order by")
        engine.dispose()

    assert found == 7
    assert [column["name"] for column in columns] == ["group by"]


@pytest.mark.parametrize("in_the_url", [False, True])
@pytest.mark.parametrize("mode", ["NO_BACKSLASH_ESCAPES", "NO_BACKSLASH_ESCAPES,ANSI"])
def test_texts_arrive_as_they_are_under_every_mode(
    server: MySQLServer, user: OrdinaryUser, mode: str, in_the_url: bool
) -> None:
    """The driver escapes them for the mode that it takes to be in force, which a URL may name, too."""
    url = sa.make_url(user.url)
    if in_the_url:
        url = url.update_query_dict({"sql_mode": mode})
    with defaults(server, sql_mode=mode):
        engine = make_engine(url.render_as_string(hide_password=False))
        with writing(engine) as connection:
            connection.exec_driver_sql("CREATE TABLE texts (text TEXT)")
            connection.execute(sa.text("INSERT INTO texts VALUES (:text)"), [{"text": AWKWARD}, {"text": "\\"}])
        with reading(engine) as connection:
            found = connection.exec_driver_sql("SELECT text FROM texts").scalars().all()
        engine.dispose()

    assert found == [AWKWARD, "\\"]


@pytest.mark.parametrize(
    "parameters",
    [{"charset": "latin1"}, {"raise_on_warnings": "true"}, {"autocommit": "true"}],
    ids=lambda p: next(iter(p)),
)
def test_what_a_url_says_about_a_session_does_no_harm(user: OrdinaryUser, parameters: dict[str, str]) -> None:
    """It was copied from another program, which has other needs."""
    engine = make_engine(sa.make_url(user.url).update_query_dict(parameters).render_as_string(hide_password=False))
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE texts (text TEXT CHARACTER SET utf8mb4) ENGINE=InnoDB")
    with engine.connect() as connection:
        connection.execute(sa.text("INSERT INTO texts VALUES (:text)"), {"text": "thrown away"})
        connection.rollback()
    with writing(engine) as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS no_such_table")
        connection.execute(sa.text("INSERT INTO texts VALUES (:text)"), {"text": AWKWARD})
    with reading(engine) as connection:
        found = connection.exec_driver_sql("SELECT text FROM texts").scalars().all()
    engine.dispose()

    assert found == [AWKWARD]


def test_reading_holds_up_nobody_where_serializable_is_the_default(server: MySQLServer, user: OrdinaryUser) -> None:
    """A day that is counted would otherwise be locked: the service could not write its messages."""
    levels = {name: "SERIALIZABLE" for name in ours_on(server) if name.endswith("_isolation")}
    with defaults(server, **levels):
        engine = make_engine(user.url)
        with writing(engine) as connection:
            connection.exec_driver_sql("CREATE TABLE texts (id INT PRIMARY KEY, text TEXT)")
            connection.exec_driver_sql("INSERT INTO texts VALUES (1, 'x')")
        with reading(engine) as connection, user.connect() as service, service.cursor() as cursor:
            connection.exec_driver_sql("SELECT COUNT(*) FROM texts").scalar_one()
            cursor.execute("SET SESSION innodb_lock_wait_timeout = 1")
            cursor.execute("UPDATE texts SET text = 'y'")
            service.rollback()
        engine.dispose()


def test_long_texts_are_sorted_where_the_sort_buffer_is_small(server: MySQLServer, user: OrdinaryUser) -> None:
    """A report sorts texts; a server refuses it when they do not fit."""
    least = 1024 if is_mariadb(server) else 32_768
    with defaults(server, sort_buffer_size=least):
        engine = make_engine(user.url)
        with writing(engine) as connection:
            connection.exec_driver_sql("CREATE TABLE texts (id INT PRIMARY KEY, text LONGTEXT)")
            connection.execute(
                sa.text("INSERT INTO texts VALUES (:id, :text)"),
                [{"id": number, "text": f"{number % 7}" + "x" * 60_000} for number in range(40)],
            )
        with reading(engine) as connection:
            found = connection.exec_driver_sql("SELECT text, id FROM texts ORDER BY text").all()
        engine.dispose()

    assert len(found) == 40


def test_texts_are_grouped_as_they_are_where_little_of_them_is_sorted(server: MySQLServer, user: OrdinaryUser) -> None:
    """A report counts each keyword; MySQL takes equal ones for several when others stand between them."""
    with defaults(server, max_sort_length=4):
        engine = make_engine(user.url)
        with writing(engine) as connection:
            connection.exec_driver_sql("CREATE TABLE texts (id INT PRIMARY KEY, text VARCHAR(100))")
            rows = [{"id": number, "text": f"검정고시 접수 {number % 3}"} for number in range(60)]
            connection.execute(sa.text("INSERT INTO texts VALUES (:id, :text)"), rows)
        text = exactly(sa.column("text"))
        counted = sa.select(text.label("text")).prefix_with("SQL_BIG_RESULT").select_from(sa.table("texts"))
        with reading(engine) as connection:
            found = connection.execute(counted.group_by(sa.text("1"))).scalars().all()
        engine.dispose()

    assert sorted(found) == [f"검정고시 접수 {number}" for number in range(3)]


def test_what_a_server_does_not_take_is_told_once_and_left_out(
    user: OrdinaryUser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Another server, or one to come, knows fewer variables, and lets fewer people set them."""
    first, *others = VARIABLES
    foreign = Variable("no_such_variable", 1, "a test"), Variable("sql_log_bin", 0, "a test")
    monkeypatch.setattr(sessions, "VARIABLES", (first, *foreign, *others, Variable("sql_notes", 0, "a test")))
    engine = make_engine(user.url)

    asking = "SELECT @@sql_notes, @@sql_safe_updates"
    with reading(engine) as connection, reading(engine) as another:
        found = {tuple(session.exec_driver_sql(asking).one()) for session in (connection, another)}
        asked = _statements_of(another)
    engine.dispose()

    assert found == {(0, 0)}
    assert asked == 5
    told = [record for record in caplog.records if record.name == sessions.__name__]
    assert [record.levelno for record in told] == [logging.WARNING] * 2
    assert "no_such_variable = 1" in told[0].getMessage()
    assert "sql_log_bin = 0" in told[1].getMessage()


def test_a_server_without_our_mode_is_refused(user: OrdinaryUser, monkeypatch: pytest.MonkeyPatch) -> None:
    """There a text would be cut in silence."""
    mode = replace(VARIABLES[0], value="NO_SUCH_MODE")
    monkeypatch.setattr(sessions, "VARIABLES", (mode, *VARIABLES[1:]))
    engine = make_engine(user.url)

    with pytest.raises(DatabaseError, match="NO_SUCH_MODE"), reading(engine):
        pass

    engine.dispose()


def test_the_server_itself_leaves_out_what_it_does_not_know(user: OrdinaryUser) -> None:
    """Two statements at the beginning of a connection are enough, of each kind of server."""
    with user.connect() as connection, connection.cursor() as cursor:
        try:
            cursor.execute(statement(VARIABLES))
        except mysql.connector.Error as error:
            pytest.fail(str(error))
