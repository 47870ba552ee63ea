"""Rights found out without using them."""

import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from keyword_assets.cli.doctor.database import database
from keyword_assets.configuration.settings import Settings
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.schema.rights import withheld
from keyword_assets_tests.builders import make_store
from keyword_assets_tests.mariadb import MySQLServer


@pytest.fixture
def reader_url(mysql_server: MySQLServer, mysql_url: str) -> Iterator[str]:
    """A database that is set up, under an account that may read and insert."""
    make_store(mysql_url).engine.dispose()
    account, name = f"reader_{uuid.uuid4().hex[:12]}", sa.make_url(mysql_url).database
    mysql_server._execute(f"CREATE USER '{account}'@'%' IDENTIFIED BY 'reader'")
    # The servers' account may do anything but GRANT.
    mysql_server._execute(
        f"INSERT INTO mysql.db (Host, Db, User, Select_priv, Insert_priv) VALUES ('%', '{name}', '{account}', 'Y', 'Y')"
    )
    mysql_server._execute("FLUSH PRIVILEGES")
    yield sa.make_url(mysql_url).set(username=account, password="reader").render_as_string(hide_password=False)
    mysql_server._execute(f"DROP USER '{account}'@'%'")


def test_what_an_account_may_not_do_is_told_with_the_statement_that_allows_it(
    reader_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a run has asked, and paid, for what it cannot write."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", reader_url)

    found, usable = database(Settings.from_env())

    (told,) = [finding for finding in found if finding.name == "rights"]
    assert usable
    assert (told.ok, told.exit_code) == (False, 2)
    assert "GRANT UPDATE, DELETE ON admin_chat_keywords TO" in told.message
    # What is only read, or only added to, is none of them.
    assert "chattings" not in told.message
    assert "admin_categories" not in told.message


def test_whoever_may_do_everything_is_told_nothing(database_url: str) -> None:
    """A file has no rights; nothing was written by looking, and names may be any."""
    store = make_store(database_url, Names({"admin_chat_keywords": "키워드 %1:x`"}, {}))

    assert withheld(store.engine, store.tables) == []
    with store.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(store.tables.admin_categories)).scalar() == 0
    store.engine.dispose()
