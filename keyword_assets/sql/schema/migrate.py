"""Brings the schema up to date with Alembic, or says what that would do."""

import io
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.errors import InputError
from keyword_assets.sql.database.dialects import is_mysql
from keyword_assets.sql.database.engine import reading, repeated, writing
from keyword_assets.sql.database.tables import Names, Tables
from keyword_assets.sql.schema.users_tables import look_at, refusals

# Of our own, because Dagster keeps an `alembic_version` table and may live in the same database.
VERSION_TABLE = "keyword_schema_version"
HEAD = "0009"
# A statement that changes a table waits for whoever is using it, and everybody else then waits for the statement. The
# servers' own limits are a day and a year.
LOCK_WAIT_SECONDS = 60


def current_revision(connection: Connection) -> str | None:
    """The revision that the database is at; None before the first."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    version = sa.table(VERSION_TABLE, sa.column("version_num"))
    return connection.execute(sa.select(version.c.version_num)).scalar_one_or_none()


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
    """Run the revisions that the database lacks; returns whether there were any.

    It is not repeated when it meets a fault: a server ends a transaction at each change of a table, and whoever waits
    for a table for longer than a minute keeps all others waiting behind him.

    Raises:
        InputError: the schema is from a newer version of this package, or a table of the user's cannot be served;
            nothing was changed.
    """
    for refusal in refusals(look_at(engine, names), names):
        raise refusal
    _require_our_own(engine, names)
    with writing(engine) as connection:
        if _our_revision(connection) == HEAD:
            return False
        if is_mysql(connection.dialect):
            connection.exec_driver_sql(f"SET SESSION lock_wait_timeout = {LOCK_WAIT_SECONDS}")
        command.upgrade(_config(connection, names), "head")
        return True


@repeated
def _require_our_own(engine: Engine, names: Names) -> None:
    """Refuse a database in which somebody else has a table by a name of ours: it would be found out half-way.

    Told by its key, which is the same in all revisions.
    """
    with reading(engine) as connection:
        inspector = sa.inspect(connection)
        there = set(inspector.get_table_names())
        tables = Tables(names)
        for table in tables.metadata.sorted_tables:
            if table.name in there and table not in tables.of_the_user:
                key = inspector.get_pk_constraint(table.name)["constrained_columns"]
                if set(key) != {column.name for column in table.primary_key}:
                    raise InputError("upgrade.foreign_table", table=table.name)


@repeated
def upgrade_statements(engine: Engine, names: Names, *, from_base: bool = False) -> list[str]:
    """The statements that `upgrade` would run. Changes nothing.

    Args:
        engine: the database.
        names: the user's names.
        from_base: go through the revisions that are recorded as done, too: each leaves out what it finds.
    """
    _require_our_own(engine, names)
    with reading(engine) as connection:
        revision = _our_revision(connection)
        if revision == HEAD and not from_base:
            return []
        config = _config(connection, names)
        written = _Statements("%%" if "format" in connection.dialect.paramstyle else "%")
        config.output_buffer = written
        command.upgrade(config, f"{'base' if from_base else revision or 'base'}:head", sql=True)
        made = written.statements
        if sa.inspect(connection).has_table(VERSION_TABLE):
            # Alembic takes a table without a row, which an interruption leaves, for one that is not there.
            made = [statement for statement in made if not statement.startswith(f"CREATE TABLE {VERSION_TABLE} ")]
        return made


class _Statements(io.StringIO):
    """Where Alembic writes to, a statement at a time."""

    def __init__(self, percent: str) -> None:
        super().__init__()
        self.statements: list[str] = []
        self._percent = percent

    def write(self, text: str) -> int:
        """Keep what is a statement; remarks and the brackets of a transaction are none."""
        statement = text.strip().removesuffix(";")
        if statement and not statement.startswith("--") and statement not in ("BEGIN", "COMMIT"):
            # Written for a driver that fills in places marked by percent signs.
            self.statements.append(statement.replace(self._percent, "%"))
        return len(text)


def _config(connection: Connection, names: Names) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes.update(connection=connection, names=names)
    return config
