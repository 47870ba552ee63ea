"""Stores on real databases."""

import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.tables import Tables
from keyword_assets_tests.builders import execute, make_store, open_store, store_with
from keyword_assets_tests.mariadb import MySQLServer
from keyword_assets_tests.sql.users import UsersDatabase

_NULLABLE = (
    "CREATE TABLE admin_chat_keywords (query_text TEXT, keyword {text}, category_id INT, query_count INT, "
    "created_at {time}, batch_created_at {time})"
)


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """An engine on an empty database, once of each kind."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def mysql_engine(mysql_url: str) -> Iterator[sa.Engine]:
    """An engine on an empty MariaDB database."""
    engine = make_engine(mysql_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[sa.Engine]:
    """An engine on a new SQLite file."""
    engine = make_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "mysql"])
def store(request: pytest.FixtureRequest) -> SqlQuestionStore:
    """A store whose schema is in place and whose tables are empty, once of each kind."""
    found: SqlQuestionStore = request.getfixturevalue(f"{request.param}_store")
    return found


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[SqlQuestionStore]:
    """A store on a new SQLite file."""
    store = make_store(sqlite_url)
    yield store
    store.engine.dispose()


@pytest.fixture
def mysql_store(mysql_database: sa.Engine, mysql_tables: Tables) -> SqlQuestionStore:
    """A store on MariaDB, its tables emptied: creating them anew would take most of a test's time."""
    names = [table.name for table in mysql_tables.metadata.tables.values() if table is not mysql_tables.locks]
    filled = ", ".join(f"EXISTS (SELECT 1 FROM {name})" for name in names)
    with mysql_database.connect() as connection:
        for name, is_filled in zip(names, connection.exec_driver_sql(f"SELECT {filled}").one(), strict=True):
            if is_filled:
                connection.exec_driver_sql(f"DELETE FROM {name}")
        connection.commit()
    return store_with(mysql_database, mysql_tables)


@pytest.fixture(scope="session")
def mysql_database(mysql_server: MySQLServer) -> Iterator[sa.Engine]:
    """One database with the schema in place, for tests that leave the schema alone."""
    name = f"keyword_test_{uuid.uuid4().hex[:16]}"
    engine = make_store(mysql_server.create_database(name)).engine
    yield engine
    engine.dispose()
    mysql_server.drop_database(name)


@pytest.fixture(scope="session")
def mysql_tables(mysql_database: sa.Engine) -> Tables:
    """The tables of that database, looked at once."""
    return open_store(mysql_database).tables


@pytest.fixture(scope="module")
def mysql_users(mysql_server: MySQLServer) -> Iterator[UsersDatabase]:
    """A server's database for tables of the user's, its own schema made once for a module."""
    name = f"keyword_test_{uuid.uuid4().hex[:16]}"
    engine = make_store(mysql_server.create_database(name)).engine
    yield UsersDatabase(engine)
    engine.dispose()
    mysql_server.drop_database(name)


@pytest.fixture(scope="module", params=["sqlite", "mysql"])
def users(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[UsersDatabase]:
    """The same once of each kind."""
    if request.param == "mysql":
        yield request.getfixturevalue("mysql_users")
        return
    engine = make_store(f"sqlite:///{tmp_path_factory.mktemp('users') / 'keywords.db'}").engine
    yield UsersDatabase(engine)
    engine.dispose()


@pytest.fixture
def lax_store(database_url: str) -> Iterator[SqlQuestionStore]:
    """A store over a table of the user's whose columns take anything."""
    engine = make_engine(database_url)
    sqlite = engine.dialect.name == "sqlite"
    text, time = ("TEXT", "TEXT") if sqlite else ("VARCHAR(255)", "DATETIME(6)")
    execute(engine, _NULLABLE.format(text=text, time=time))
    engine.dispose()
    store = make_store(database_url)
    yield store
    store.engine.dispose()
