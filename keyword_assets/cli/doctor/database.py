"""The database: whether it answers, has what we need, and is as we take it for granted."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.cli.doctor.findings import Finding, look, look_for
from keyword_assets.cli.exit_codes import BAD_INPUT, DONE
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.coverage import without_day
from keyword_assets.core.errors import DatabaseError, InputError
from keyword_assets.core.texts import say
from keyword_assets.sql.coverage.without_day import messages_without_day
from keyword_assets.sql.database.engine import make_engine, redacted
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.database.replica import SETTING, takes_writes
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.tls import Protection, protection_of
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.opening import replica_of, require_database, stored_days
from keyword_assets.sql.schema import assumptions, rights, takeover
from keyword_assets.sql.schema.migrate import NotUpgraded, lacking, require_schema
from keyword_assets.sql.schema.users_tables import look_at, read_tables, refusals

# Of what it lacks, as much as one line holds.
_SHOWN = 5


def database(settings: Settings) -> tuple[list[Finding], bool]:
    """What there is to say of the database, and whether it can be worked on."""
    names = Names(settings.table_names, settings.column_names)
    found = look_for("database", lambda: [connect(settings)])
    if not found[0].ok:
        return found, False
    engine = make_engine(settings.database_url, look_only=True)
    try:
        schema = look("schema", lambda: _schema(engine, names))
        about = look_for("tables", lambda: _about_tables(engine, names, settings)) if schema.ok else []
        return [*found, schema, *about], schema.ok
    finally:
        engine.dispose()


def connect(settings: Settings) -> Finding:
    """Whether the database answers, and how the way to it is protected.

    Raises:
        InputError: the address cannot be used, or there is nothing at it.
        DatabaseError: it cannot be reached, or refuses us.
    """
    require_database(settings)
    engine = make_engine(settings.database_url, look_only=True)
    try:
        with reading(engine) as connection:
            connection.execute(sa.select(1))
            version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
            protection, writable = protection_of(connection), takes_writes(connection)
    finally:
        engine.dispose()
    found = [say("doctor.database_ok", url=redacted(settings.database_url), version=version)]
    found += [] if settings.database_is_named else [say("database.default")]
    found += [] if writable else [say("doctor.read_only")]
    return _protected("database", found, protection, warning=not writable)


def _protected(name: str, found: Sequence[str], protection: Protection | None, *, warning: bool = False) -> Finding:
    """What was found of a server, with how the connection to it is protected."""
    said = [*found, *([str(protection)] if protection else [])]
    return Finding(name, " · ".join(said), warning=warning or bool(protection and protection.weak))


def _schema(engine: Engine, names: Names) -> str:
    for refusal in refusals(look_at(engine, names), names):
        raise refusal
    try:
        require_schema(engine, names, look_only=True)
    except NotUpgraded as error:
        raise _lacking(engine, names) from error
    return say("doctor.schema_ok")


def _lacking(engine: Engine, names: Names) -> InputError:
    """What an upgrade would make, each by the beginning of its statement."""
    made = [change.shown.split("(")[0].strip() for change in lacking(engine, names)]
    shown = ", ".join(made[:_SHOWN]) + (", …" if len(made) > _SHOWN else "")
    return InputError("doctor.lacking", count=len(made), lacking=shown)


def _about_tables(engine: Engine, names: Names, settings: Settings) -> Iterator[Finding]:
    """What the user's tables are like."""
    tables = read_tables(engine, names, stored_days(settings))
    yield look("rights", lambda: _rights(engine, tables))
    yield look("index", lambda: _index(engine, tables))
    yield from look_for("replica", lambda: _replica(engine, tables, settings), SETTING)
    yield from look_for("tables", lambda: _assumptions(engine, tables, settings))
    yield from look_for("without_day", lambda: [_without_day(engine, tables, settings)])


def _rights(engine: Engine, tables: Tables) -> str:
    """Whether a run may read and write what it has to."""
    if missing := rights.withheld(engine, tables):
        statements = "; ".join(one.statement for one in missing[:_SHOWN])
        raise InputError("doctor.no_rights", count=len(missing), statements=statements)
    return say("doctor.rights_ok")


def _replica(engine: Engine, tables: Tables, settings: Settings) -> Iterator[Finding]:
    """Whether the replica, where one is set, can be counted on."""
    with replica_of(engine, tables, settings) as replica:
        if replica is None:
            return
        try:
            seconds = replica.catch_up()
            with reading(replica.engine) as connection:
                protection = protection_of(connection)
            found = say("doctor.replica_ok", url=replica.address, seconds=seconds)
            yield _protected("replica", [found], protection)
        except DatabaseError as error:
            yield Finding("replica", say("doctor.replica_not_used", reason=error), warning=True)


def _index(engine: Engine, tables: Tables) -> str:
    """The indexes that a day is counted by; the user's to make. And whether anything of ours was dropped."""
    if missing := [index for index in takeover.missing_indexes(engine, tables) if not index.advised]:
        columns = ", ".join(f"{index.table}.{index.column}" for index in missing)
        raise InputError("doctor.no_index", columns=columns, statements="; ".join(i.statement for i in missing))
    if dropped := lacking(engine, tables.names):
        statements = "; ".join(" ".join(change.shown.split()) for change in dropped)
        raise InputError("doctor.dropped", count=len(dropped), statements=statements)
    return say("doctor.index_ok")


def _assumptions(engine: Engine, tables: Tables, settings: Settings) -> Iterator[Finding]:
    """What is not as we take it for granted of the user's tables."""
    found = assumptions.remarks(engine, tables, settings.now())
    for remark in found:
        exit_code = BAD_INPUT if remark.weight == "fault" else DONE
        yield Finding("tables", say(remark.key, **remark.params), exit_code, warning=remark.weight == "warning")
    if not found:
        yield Finding("tables", say("tables.fine"))


def _without_day(engine: Engine, tables: Tables, settings: Settings) -> Finding:
    """The messages that are in no day."""
    found = messages_without_day(engine, tables, settings.partitions())
    if not found.messages:
        return Finding("without_day", say("without_day.none"))
    return Finding("without_day", f"{without_day.told(found)}. {say('without_day.todo')}", warning=True)
