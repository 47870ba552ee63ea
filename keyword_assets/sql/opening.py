"""From settings to a store, for whoever runs in this process: a command or a Dagster run."""

from collections.abc import Iterator
from contextlib import contextmanager

from keyword_assets import privacy
from keyword_assets.core.models import Period, WithoutDay
from keyword_assets.core.without_day import showable
from keyword_assets.settings import Settings
from keyword_assets.sql.engine import exists, make_engine
from keyword_assets.sql.migrate import require_schema
from keyword_assets.sql.store import SqlQuestionStore
from keyword_assets.sql.stored_days import StoredDays
from keyword_assets.sql.tables import Names
from keyword_assets.sql.users_tables import read_tables


@contextmanager
def open_store(settings: Settings, *, look_only: bool = False) -> Iterator[SqlQuestionStore]:
    """The store of the settings' database, with its schema in place; its connections are closed at the end.

    Args:
        settings: the settings.
        look_only: change nothing that is there; a SQLite file that is not there is made all the same.

    Raises:
        InputError: the address cannot be used, the schema is not in place, or a table cannot be served as it is.
        DatabaseError: the database cannot be reached.
    """
    names = Names(settings.table_names, settings.column_names)
    look_only = look_only and exists(settings.database_url)
    engine = make_engine(settings.database_url, look_only=look_only)
    try:
        require_schema(engine, names, look_only=look_only)
        yield SqlQuestionStore(engine, read_tables(engine, names, stored_days(settings)), settings.now)
    finally:
        engine.dispose()


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
