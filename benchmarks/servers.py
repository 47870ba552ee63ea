"""The server that the database benchmark runs on, and a store on it."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import DEFAULT_NAMES
from keyword_assets.sql.database.stored_days import LOCAL_DAYS
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.schema.users_tables import read_tables
from keyword_assets_tests.mariadb import MySQLServer, PrivateMariaDB

# A user who may create databases on it; without it a private server is started.
URL = "KEYWORDS_BENCH_MYSQL_URL"
OPTIONS = ("--innodb-buffer-pool-size=2G", "--innodb-log-file-size=1G")


@contextmanager
def server() -> Iterator[MySQLServer]:
    """The server named in the environment, or a private MariaDB."""
    if url := os.environ.get(URL):
        yield MySQLServer(url)
    else:
        with PrivateMariaDB(options=OPTIONS) as private:
            yield private


@contextmanager
def database_on(host: MySQLServer, name: str) -> Iterator[str]:
    """An empty database for as long as the `with` block lasts, by its URL."""
    try:
        yield host.create_database(name)
    finally:
        host.drop_database(name)


def own_names() -> Callable[[str], str]:
    """Names of databases that are nobody else's."""
    mark = uuid.uuid4().hex[:8]
    return lambda name: f"bench_{mark}_{name}"


def about(url: str) -> dict[str, Any]:
    """The server's version and how much memory it keeps pages in."""
    engine = make_engine(url)
    with reading(engine) as connection:
        version, pool = connection.execute(sa.text("SELECT VERSION(), @@innodb_buffer_pool_size")).one()
    engine.dispose()
    return {"server": str(version), "buffer_pool_mb": int(pool) >> 20}


def open_store(url: str, *, with_key: bool = True) -> SqlQuestionStore:
    """A store on the upgraded database; without the key, as where `chattings` is a view."""
    engine = make_engine(url)
    tables = read_tables(engine, DEFAULT_NAMES, LOCAL_DAYS) if with_key else Tables(DEFAULT_NAMES)
    return SqlQuestionStore(engine, tables, datetime.now)
