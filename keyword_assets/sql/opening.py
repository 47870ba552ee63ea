"""From settings to a store, for whoever runs in this process: a command or a Dagster run."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets import privacy
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.coverage.without_day import showable
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.coverage import WithoutDay
from keyword_assets.core.models.period import Period
from keyword_assets.core.texts import say
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.dialects import is_sqlite
from keyword_assets.sql.database.engine import IN_MEMORY, exists, file_of, make_engine
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.database.replica import Replica
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.stored_days import StoredDays
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.loading.messages import has_messages
from keyword_assets.sql.schema.migrate import require_schema
from keyword_assets.sql.schema.users_tables import read_tables


@contextmanager
def open_store(
    settings: Settings, *, look_only: bool = False, create: bool = False, about: Period | None = None
) -> Iterator[SqlQuestionStore]:
    """The store of the settings' database, with its schema in place; its connections are closed at the end.

    Args:
        settings: the settings.
        look_only: change nothing that is there.
        create: make a SQLite file that is not there. Else it would be new and empty, and whatever is said of it true
            and useless.
        about: the days that somebody asks about. With a key, but no database named, there must be messages of theirs
            in the default one: a wrong folder would otherwise look like days without questions.

    Raises:
        InputError: the address cannot be used, there is nothing at it, the schema is not in place, or a table cannot be
            served as it is.
        DatabaseError: the database cannot be reached.
    """
    names = Names(settings.table_names, settings.column_names)
    require_database(settings, create=create)
    engine = make_engine(settings.database_url, look_only=look_only)
    try:
        if not create and is_sqlite(engine.dialect) and not _has_tables(engine):
            raise _nothing_there(settings)
        require_schema(engine, names, look_only=look_only)
        tables = read_tables(engine, names, stored_days(settings))
        if about and settings.hcx.api_key and not settings.database_is_named:
            _require_messages(engine, tables, about, settings)
        with replica_of(engine, tables, settings) as replica:
            read = replica.read if replica else None
            limit, mask = settings.most_new_texts_a_day, privacy.sent(settings.mask)
            yield SqlQuestionStore(engine, tables, settings.now, limit, mask, read)
    finally:
        engine.dispose()


@contextmanager
def replica_of(engine: Engine, tables: Tables, settings: Settings) -> Iterator[Replica | None]:
    """The replica of the settings, of which nothing is asked yet; None where there is none.

    Raises:
        InputError: its URL cannot be used.
    """
    if not settings.read_url:
        yield None
        return
    replica = Replica(engine, settings.read_url, tables, settings.read_wait_seconds)
    try:
        yield replica
    finally:
        replica.dispose()


def without_day(settings: Settings, store: SqlQuestionStore, period: Period | None = None) -> WithoutDay:
    """The messages that are in no day of the settings, nor of a period that was counted; examples as they may be shown.

    Days between the two are taken for looked at.
    """
    days = settings.partitions()
    found = store.without_day(days.reaching(period) if period else days)
    return showable(found, privacy.shown(settings.mask))


def stored_days(settings: Settings) -> StoredDays:
    """How the stored times of messages make days."""
    return StoredDays(settings.timezone, settings.stored_timezone)


def require_database(settings: Settings, *, create: bool = False) -> None:
    """Make sure that there is something to look at, or that it can be made; makes nothing itself.

    Raises:
        InputError: the address cannot be used, there is no such file, or an empty one, or it could be none.
    """
    if file_of(settings.database_url) == IN_MEMORY:
        raise InputError("database.in_memory")
    if not create and not exists(settings.database_url):
        raise _nothing_there(settings)


def _nothing_there(settings: Settings) -> InputError:
    named = say("database.named" if settings.database_is_named else "database.default")
    path = file_of(settings.database_url)
    return InputError("database.no_file", path=path, named=named, env_file=settings.env_file)


def _require_messages(engine: Engine, tables: Tables, period: Period, settings: Settings) -> None:
    if not has_messages(engine, tables, period):
        raise InputError(
            "database.no_messages",
            path=file_of(settings.database_url),
            start=period.start,
            end=period.end,
            env_file=settings.env_file,
            url=settings.database_url,
        )


@repeated
def _has_tables(engine: Engine) -> bool:
    with reading(engine) as connection:
        return bool(sa.inspect(connection).get_table_names())
