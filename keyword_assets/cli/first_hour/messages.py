"""Which table holds the messages, by which columns, and from which day on: found by looking, shown, and confirmed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import click
from rich.table import Table
from rich.text import Text
from sqlalchemy.engine import Engine

from keyword_assets import privacy
from keyword_assets.cli import render
from keyword_assets.cli.first_hour.asking import tell
from keyword_assets.cli.first_hour.session import Session
from keyword_assets.configuration import kinds
from keyword_assets.configuration.fields import Given
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.sources import Sources
from keyword_assets.core import recognising
from keyword_assets.core.days import parse_period
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import visible
from keyword_assets.core.recognising import Candidate
from keyword_assets.core.texts import say
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.opening import stored_days
from keyword_assets.sql.schema import assumptions
from keyword_assets.sql.schema.messages_there import first_and_last_day, some_messages
from keyword_assets.sql.schema.tables_there import tables_there
from keyword_assets.sql.schema.users_tables import look_at, read_tables

OPTIONS = ("table", "key_column", "text_column", "time_column", "timezone", "stored_timezone", "start_date")
_TABLE = "chattings"
# The options by the columns that they name.
_COLUMNS = {"chatting_pk": "key_column", "input_text": "text_column", "created_at": "time_column"}
# As many as somebody chooses from.
_CHOICES = 5
_ROWS, _SHOWN_CHARS = 10, 60
_UTC = "UTC"


def find(session: Session, engine: Engine) -> None:
    """Find the messages, have them confirmed, and keep what they are called, whose time it is and the first day.

    Raises:
        InputError: what was given does not fit the database; nothing was changed in it.
        DatabaseError: the database failed.
        Later: the step is left.
    """
    settings, columns = session.settings, None
    while True:
        found, columns = _chosen(session, engine, columns)
        names = _names(settings, found, columns)
        try:
            tables = read_tables(engine, names, stored_days(settings))
        except InputError as error:
            if session.asker.silent or session.asker.has("table"):
                raise
            tell(str(error), sign="✘")
            continue
        _show(engine, tables, found, columns)
        if session.asker.agrees("confirmed", "init.messages_right", default=True):
            break
    _keep_names(session, found.table.name, columns)
    _keep_times(session, engine, names)


# -- table and columns ------------------------------------------------------------------------------------------------


def _chosen(session: Session, engine: Engine, before: dict[str, str] | None) -> tuple[Candidate, dict[str, str]]:
    """A table with its columns: asked about one by one if those that were found have been looked at and refused."""
    there = tables_there(engine)
    likely = recognising.candidates(there)[:_CHOICES]
    if not there:
        raise InputError("init.no_tables")
    name = _table(session, likely)
    schema = name.rpartition(".")[0]
    table = next((table for table in tables_there(engine, schema or None) if table.name == name), None)
    found = recognising.read(table) if table else None
    if found is None:
        raise InputError("init.no_such_table", table=name)
    columns = found.columns
    for ours, option in _COLUMNS.items():
        if before is not None or session.asker.has(option):
            words = [column.name for column in found.table.columns]
            columns[ours] = session.asker.choice(option, f"init.column.{option}", words, columns[ours])
    return found, columns


def _table(session: Session, likely: Sequence[Candidate]) -> str:
    asker, named = session.asker, session.settings.table_names.get(_TABLE)
    if asker.silent and not asker.has("table") and not named and (near := recognising.rivals(likely)):
        raise InputError("init.doubtful", tables=", ".join(candidate.table.name for candidate in near))
    if not asker.silent and not asker.has("table"):
        click.echo(say("init.candidates"))
        for number, candidate in enumerate(likely, 1):
            tell(_line(candidate), sign=str(number))
    words = [candidate.table.name for candidate in likely]
    default = named or (words[0] if words else "")

    def read(answer: str) -> str:
        return words[int(answer) - 1] if answer.isdecimal() and 0 < int(answer) <= len(words) else answer

    return asker.value("table", "init.table", default, read)


def _line(candidate: Candidate) -> str:
    table = candidate.table
    kind = say("init.view") if table.is_view else "" if table.rows is None else say("init.rows", rows=table.rows)
    return say("init.candidate", table=table.name, columns=", ".join(candidate.columns.values()), kind=kind).rstrip()


def _names(settings: Settings, found: Candidate, columns: dict[str, str]) -> Names:
    ours = {f"{_TABLE}.{column}": name for column, name in columns.items()}
    return Names({**settings.table_names, _TABLE: found.table.name}, {**settings.column_names, **ours})


def _keep_names(session: Session, table: str, columns: dict[str, str]) -> None:
    """Only what has another name than ours has to be said; what was said before is said anew."""
    settings = session.settings
    answers = {f"KEYWORDS_TABLE_{_TABLE.upper()}": (_TABLE, settings.table_names.get(_TABLE, _TABLE), table)}
    for column, name in columns.items():
        setting = f"KEYWORDS_COLUMN_{_TABLE.upper()}_{column.upper()}"
        answers[setting] = (column, settings.column_names.get(f"{_TABLE}.{column}", column), name)
    session.keep(**{setting: name for setting, (_, said, name) in answers.items() if name != said})


def _show(engine: Engine, tables: Tables, found: Candidate, columns: dict[str, str]) -> None:
    """Ten messages, without personal data whatever the settings say: who looks is not known yet."""
    tell(say("init.chosen", table=found.table.name, **columns))
    messages = some_messages(engine, tables, _ROWS)
    if not messages:
        tell(say("init.no_rows"), sign="!")
        return
    shown = Table()
    for ours in _COLUMNS:
        shown.add_column(Text(visible(columns[ours])))
    for message in messages:
        parts = (str(part) if part is not None else "-" for part in (message.key, message.text, message.at))
        shown.add_row(*(Text(visible(privacy.mask(part), _SHOWN_CHARS)) for part in parts))
    render.out().print(shown)
    if found.speaker:
        tell(say("init.speaker", table=found.table.name, column=found.speaker), sign="!")


# -- zones and days ---------------------------------------------------------------------------------------------------


def _keep_times(session: Session, engine: Engine, names: Names) -> None:
    settings, asker = session.settings, session.asker
    zone = asker.value("timezone", "init.timezone", settings.timezone.key, _zone("KEYWORDS_TIMEZONE"))
    settings = replace(settings, timezone=zone, stored_timezone=_stored(settings, zone))
    stored = _asked_stored(session, engine, names, settings)
    settings = replace(settings, stored_timezone=stored)
    tables = read_tables(engine, names, stored_days(settings))
    days = first_and_last_day(engine, tables, settings.now() + timedelta(days=2))
    first = Sources.find().values.get("KEYWORDS_START_DATE") or str(days[0] if days else settings.start_date)
    start = asker.value("start_date", "init.start_date", first, _first_day(settings))
    session.keep(KEYWORDS_TIMEZONE=zone.key, KEYWORDS_STORED_TIMEZONE=stored.key, KEYWORDS_START_DATE=start)


def _stored(settings: Settings, zone: ZoneInfo) -> ZoneInfo:
    """What was said of it, or the zone of the days."""
    return settings.stored_timezone if Sources.find().origin("KEYWORDS_STORED_TIMEZONE") else zone


def _asked_stored(session: Session, engine: Engine, names: Names, settings: Settings) -> ZoneInfo:
    """The zone of the stored times: of those that come to mind the first in which the newest message is of now."""
    at = look_at(engine, names)[_TABLE].column(names.column(_TABLE, "created_at"))
    if at and at.type in ("timestamp", "date"):
        # Right whatever is said.
        return settings.stored_timezone
    likely = list(dict.fromkeys([settings.stored_timezone, settings.timezone, ZoneInfo(_UTC)]))
    remarks = {zone: _remarks(engine, names, replace(settings, stored_timezone=zone)) for zone in likely}
    default = next((zone for zone in likely if not remarks[zone]), likely[0])
    for remark in remarks[likely[0]]:
        tell(remark, sign="!")
    if default is not likely[0]:
        tell(say("init.stored_is", zone=default.key), sign="!")
    read = _zone("KEYWORDS_STORED_TIMEZONE")
    return session.asker.value("stored_timezone", "init.stored_timezone", default.key, read)


def _remarks(engine: Engine, names: Names, settings: Settings) -> list[str]:
    """What `doctor` would warn of the times under this zone."""
    tables = read_tables(engine, names, stored_days(settings))
    found = assumptions.about_time(engine, tables, settings.now())
    return [say(remark.key, **remark.params) for remark in found if remark.weight == "warning"]


def _zone(setting: str) -> Callable[[str], ZoneInfo]:
    return lambda answer: kinds.timezone(Given(setting, answer, Sources.find()))


def _first_day(settings: Settings) -> Callable[[str], str]:
    """A day as people say it: of several the first."""
    return lambda answer: parse_period(answer, None, lambda: settings.now().date()).start.isoformat()
