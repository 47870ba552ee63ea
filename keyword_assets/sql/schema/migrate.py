"""Brings the schema up to date, or says what that would do.

There is no history of steps: whatever version of ours made a database, what it lacks is found by looking, and added. A
server commits each change of a schema, so after an interruption only a look tells how far it went.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.errors import InputError
from keyword_assets.sql.database.dialects import is_mysql
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import made_once
from keyword_assets.sql.database.transactions import reading, writing
from keyword_assets.sql.schema.changes import Change, change_rows, create_table, is_there
from keyword_assets.sql.schema.made import absent_tables
from keyword_assets.sql.schema.old_additions import old_additions
from keyword_assets.sql.schema.own_tables import absent_parts, require_our_own
from keyword_assets.sql.schema.users_tables import look_at, refusals

# Of our own, because Dagster keeps an `alembic_version` table and may live in the same database.
VERSION_TABLE = "keyword_schema_version"
# What a database is recorded as when it lacks nothing; each change of our tables counts it up, in as many digits.
HEAD = "0013"
# A statement that changes a table waits for whoever is using it, and everybody else then waits for the statement. The
# servers' own limits are a day and a year.
LOCK_WAIT_SECONDS = 60

VERSION = sa.Table(
    VERSION_TABLE,
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name=f"{VERSION_TABLE}_pkc"),
)


def current_revision(connection: Connection) -> str | None:
    """The version that the database is at; None before the first."""
    if not is_there(connection, VERSION_TABLE):
        return None
    return connection.execute(sa.select(VERSION.c.version_num)).scalar_one_or_none()


class NotUpgraded(InputError):
    """The schema is lacking, or of an older version of this package."""


def require_schema(engine: Engine, names: Names, *, look_only: bool = False) -> None:
    """Make sure that the schema is in place: a SQLite file gets it at first use, a server's database must have it.

    Args:
        engine: the database.
        names: the user's names.
        look_only: change nothing; what lacks the schema is refused.

    Raises:
        NotUpgraded: the schema is lacking, or of an older version of this package.
        InputError: it is of a newer version.
        DatabaseError: the database cannot be reached.
    """
    if _revision_of(engine) == HEAD:
        return
    if look_only or is_mysql(engine.dialect):
        raise NotUpgraded("database.not_upgraded")
    upgrade(engine, names)


@repeated
def _revision_of(engine: Engine) -> str | None:
    with reading(engine) as connection:
        return _our_revision(connection)


def _our_revision(connection: Connection) -> str | None:
    revision = current_revision(connection)
    if revision is not None and revision > HEAD:
        raise InputError("database.newer", revision=revision, head=HEAD)
    return revision


def upgrade(engine: Engine, names: Names) -> bool:
    """Make what the database lacks; returns whether it was of an older version.

    It is not repeated when it meets a fault: a server ends a transaction at each change of a table, and whoever waits
    for a table for longer than a minute keeps all others waiting behind him.

    Raises:
        InputError: the schema is from a newer version of this package, or a table of the user's cannot be served;
            nothing was changed.
    """
    for refusal in refusals(look_at(engine, names), names):
        raise refusal
    _look_whose(engine, names)
    with writing(engine) as connection:
        if _our_revision(connection) == HEAD:
            return False
        if is_mysql(connection.dialect):
            connection.exec_driver_sql(f"SET SESSION lock_wait_timeout = {LOCK_WAIT_SECONDS}")
        for change in _with_version(connection, names):
            change.make(connection)
        return True


@repeated
def _look_whose(engine: Engine, names: Names) -> None:
    with reading(engine) as connection:
        require_our_own(connection, made_once(names))


@repeated
def outstanding(engine: Engine, names: Names) -> list[Change]:
    """What `upgrade` would do. Changes nothing."""
    with reading(engine) as connection:
        require_our_own(connection, made_once(names))
        return [] if _our_revision(connection) == HEAD else _with_version(connection, names)


@repeated
def lacking(engine: Engine, names: Names) -> list[Change]:
    """What would make what is not there, whatever version the database is recorded to be at."""
    with reading(engine) as connection:
        require_our_own(connection, made_once(names))
        _our_revision(connection)
        return list(_changes(connection, names))


def _changes(connection: Connection, names: Names) -> Iterator[Change]:
    yield from absent_tables(connection, names)
    yield from absent_parts(connection, made_once(names))
    yield from old_additions(connection, names)


def _with_version(connection: Connection, names: Names) -> list[Change]:
    """The same, and its record: last, so that it says nothing of an upgrade that was interrupted."""
    dialect, revision = connection.dialect, current_revision(connection)
    record: sa.Insert | sa.Update = sa.insert(VERSION).values(version_num=HEAD)
    if revision is not None:
        record = sa.update(VERSION).where(VERSION.c.version_num == revision).values(version_num=HEAD)
    return [
        *([] if is_there(connection, VERSION_TABLE) else [create_table(dialect, VERSION)]),
        *_changes(connection, names),
        change_rows(dialect, VERSION, record),
    ]
