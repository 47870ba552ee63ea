"""Looks at everything a run needs and says what to do about each fault."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.core.errors import InputError, KeywordAssetsError
from keyword_assets.core.texts import say
from keyword_assets.hcx.probe import probe
from keyword_assets.settings import Settings
from keyword_assets.sql.engine import exists, make_engine, reading, redacted
from keyword_assets.sql.migrate import require_schema
from keyword_assets.sql.tables import Names, Tables
from keyword_assets.taxonomy_file import load_taxonomy

# Long enough for a healthy server, short enough for someone who waits for the answer.
_TIMEOUT_SECONDS = 10
# Questions in a request; see `core.sizing`.
_MOST_ADVISED = 16


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `exit_code` is 0 when all is well."""

    name: str
    message: str
    exit_code: int = 0

    @property
    def ok(self) -> bool:
        """Whether all is well."""
        return self.exit_code == 0


def examine() -> list[Finding]:
    """Every check in order; one that needs what an earlier one missed is left out."""
    try:
        settings = Settings.from_env()
    except KeywordAssetsError as error:
        return [Finding("settings", str(error), error.exit_code)]
    findings = [Finding("settings", say("doctor.settings_ok", model=settings.hcx_model, timezone=settings.timezone))]
    findings.append(_look("taxonomy", lambda: _taxonomy(settings)))
    findings += _database(settings)
    findings.append(_look("hcx", lambda: _hcx(settings)))
    findings.append(Finding("quota", _quota(settings)))
    findings.append(_look("dagster", lambda: _dagster(settings)))
    return findings


def _look(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, check())
    except KeywordAssetsError as error:
        return Finding(name, str(error), error.exit_code)


def _taxonomy(settings: Settings) -> str:
    taxonomy = load_taxonomy(settings.taxonomy)
    return say("doctor.taxonomy_ok", count=len(taxonomy.categories), catch_all=taxonomy.catch_all.name)


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        # A SQLite file that is not there yet is made now, as at any first use.
        fresh = not exists(settings.database_url)
        engine = make_engine(settings.database_url, look_only=not fresh)
    except KeywordAssetsError as error:
        yield Finding("database", str(error), error.exit_code)
        return
    names = Names(settings.table_names, settings.column_names)
    try:
        connected = _look("database", lambda: _connects(engine, settings.database_url))
        yield connected
        if not connected.ok:
            return
        schema = _look("schema", lambda: _schema(engine, names, fresh))
        yield schema
        if schema.ok:
            yield _look("index", lambda: _index(engine, Tables(names)))
    finally:
        engine.dispose()


def _connects(engine: Engine, url: str) -> str:
    with reading(engine) as connection:
        connection.execute(sa.select(1))
        version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
    return say("doctor.database_ok", url=redacted(url), version=version)


def _schema(engine: Engine, names: Names, fresh: bool) -> str:
    require_schema(engine, names, look_only=not fresh)
    tables = Tables(names)
    with reading(engine) as connection:
        inspector = sa.inspect(connection)
        for table in (tables.chattings, tables.admin_categories, tables.admin_chat_keywords):
            there = {column["name"] for column in inspector.get_columns(table.name)}
            if missing := [column.name for column in table.columns if column.name not in there]:
                raise InputError("doctor.columns", table=table.name, columns=", ".join(missing))
    return say("doctor.schema_ok")


def _index(engine: Engine, tables: Tables) -> str:
    """The index that every count of a day is served by; theirs to make, on their table."""
    column = tables.chattings.c.created_at.name
    with reading(engine) as connection:
        inspector = sa.inspect(connection)
        is_view = tables.chattings.name in inspector.get_view_names()
        indexes = [] if is_view else inspector.get_indexes(tables.chattings.name)
    if not is_view and not any(index["column_names"][:1] == [column] for index in indexes):
        raise InputError("doctor.no_index", table=tables.chattings.name, column=column)
    return say("doctor.index_ok")


def _hcx(settings: Settings) -> str:
    probe(settings.hcx_base_url, settings.require_api_key(), settings.hcx_model, _TIMEOUT_SECONDS)
    return say("doctor.hcx_ok", url=settings.hcx_base_url, model=settings.hcx_model)


def _quota(settings: Settings) -> str:
    batch = settings.hcx_batch_size or 0
    return say(
        "doctor.quota_is",
        qpm=settings.hcx_qpm,
        tpm=settings.hcx_tpm,
        window=settings.hcx_quota_window_seconds,
    ) + (say("doctor.batch_large", batch=batch) if batch > _MOST_ADVISED else "")


def _dagster(settings: Settings) -> str:
    from keyword_assets.cli import runs

    with runs.instance(settings) as instance:
        found = say("doctor.dagster_ok", home=settings.dagster_home, runs=instance.get_runs_count())
    if narrow := runs.narrow_columns(settings):
        raise InputError("doctor.dagster_narrow", columns=", ".join(narrow))
    if server := runs.server_of(settings):
        return found + say("doctor.dagster_server", url=server)
    return found + (say("doctor.dagster_ignores") if runs.ignores_mysql(settings) else "")
