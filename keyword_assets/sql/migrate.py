"""Brings the schema up to date with Alembic, or says what that would do."""

import io
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.errors import InputError
from keyword_assets.sql.engine import reading, writing
from keyword_assets.sql.tables import Names

# Of our own, because Dagster keeps an `alembic_version` table and may live in the same database.
VERSION_TABLE = "keyword_schema_version"
HEAD = "0003"


def current_revision(connection: Connection) -> str | None:
    """The revision that the database is at; None before the first."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    version = sa.table(VERSION_TABLE, sa.column("version_num"))
    return connection.execute(sa.select(version.c.version_num)).scalar_one_or_none()


def require_schema(engine: Engine, names: Names, *, look_only: bool = False) -> None:
    """Make sure that the schema is in place: a SQLite file gets it at first use, a server's database must have it.

    Args:
        engine: the database.
        names: the user's names.
        look_only: change nothing; what lacks the schema is refused.

    Raises:
        InputError: the schema is lacking, or from a newer version of this package.
        DatabaseError: the database cannot be reached.
    """
    with reading(engine) as connection:
        revision = _our_revision(connection)
    if revision == HEAD:
        return
    if look_only or engine.dialect.name != "sqlite":
        raise InputError("database.not_upgraded")
    upgrade(engine, names)


def _our_revision(connection: Connection) -> str | None:
    revision = current_revision(connection)
    if revision is not None and revision > HEAD:
        raise InputError("database.newer", revision=revision, head=HEAD)
    return revision


def upgrade(engine: Engine, names: Names) -> bool:
    """Run the revisions that the database lacks; returns whether there were any.

    Raises:
        InputError: the schema is from a newer version of this package.
    """
    with writing(engine) as connection:
        if _our_revision(connection) == HEAD:
            return False
        command.upgrade(_config(connection, names), "head")
        return True


def upgrade_sql(engine: Engine, names: Names) -> str:
    """The statements that `upgrade` would run; empty when there are none. Changes nothing."""
    with reading(engine) as connection:
        revision = _our_revision(connection)
        if revision == HEAD:
            return ""
        config = _config(connection, names)
        config.output_buffer = io.StringIO()
        command.upgrade(config, f"{revision or 'base'}:head", sql=True)
        return config.output_buffer.getvalue()


def _config(connection: Connection, names: Names) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes.update(connection=connection, names=names)
    return config
