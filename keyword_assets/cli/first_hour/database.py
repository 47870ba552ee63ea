"""The step `database`: its address, the table of the messages, and our own tables."""

from keyword_assets.cli.commands import upgrade
from keyword_assets.cli.doctor.database import database
from keyword_assets.cli.first_hour import address, messages
from keyword_assets.cli.first_hour.asking import tell
from keyword_assets.cli.first_hour.session import Session, is_written, show
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.texts import say
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.schema.migrate import NotUpgraded, require_schema
from keyword_assets.sql.schema.users_tables import look_at, refusals

# Written last of what the step asks.
_LAST = "KEYWORDS_START_DATE"


def found(settings: Settings) -> str | None:
    """What there is, if the messages were found before and are where they were."""
    if not settings.database_is_named or not is_written(_LAST) or not address.tried(settings).ok:
        return None
    names = Names(settings.table_names, settings.column_names)
    with address.opened(settings) as engine:
        there = look_at(engine, names)
        if not there["chattings"].is_there or any(refusals(there, names)):
            return None
    columns = (names.column("chattings", column) for column in ("chatting_pk", "input_text", "created_at"))
    said = address.tried(settings).message
    return say("init.database_is", said=said, table=there["chattings"].shown, columns=", ".join(columns))


def ask(session: Session) -> None:
    """Find the messages."""
    settings = address.connected(session)
    with address.opened(settings) as engine:
        messages.find(session, engine)


def tables_found(settings: Settings) -> str | None:
    """What there is, if our tables are."""
    if not settings.database_is_named or not address.tried(settings).ok:
        return None
    names = Names(settings.table_names, settings.column_names)
    with address.opened(settings) as engine:
        try:
            require_schema(engine, names, look_only=True)
        except NotUpgraded:
            return None
    return say("doctor.schema_ok")


def ask_tables(session: Session) -> None:
    """Make our tables if that is wanted, and look at everything as `doctor` does."""
    tell(say("init.tables_are"))
    if session.asker.agrees("upgrade", "init.upgrade", default=not session.asker.silent):
        upgrade.run(session.settings)
        looked, _ = database(session.settings)
        for one in looked:
            show(one)
