"""Looks at everything a run needs and says what to do about each fault."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets.cli.exit_codes import BAD_INPUT, DONE
from keyword_assets.core.errors import InputError, KeywordAssetsError
from keyword_assets.core.texts import say
from keyword_assets.hcx.probe import probe
from keyword_assets.notify import Channel, alert_channels, report_channels
from keyword_assets.settings import Settings
from keyword_assets.sql import assumptions, takeover
from keyword_assets.sql.engine import exists, make_engine, reading, redacted
from keyword_assets.sql.migrate import require_schema
from keyword_assets.sql.opening import stored_days
from keyword_assets.sql.tables import Names, Tables
from keyword_assets.sql.users_tables import look_at, read_tables, refusals
from keyword_assets.sql.without_day import messages_without_day
from keyword_assets.taxonomy_file import load_taxonomy

# Long enough for a healthy server, short enough for someone who waits for the answer.
_TIMEOUT_SECONDS = 10
# Questions in a request; see `core.sizing`.
_MOST_ADVISED = 16
# Of what a database lacks, as many as one line holds.
_SHOWN = 5


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `exit_code` is 0 when all is well. A `warning` is for somebody to look at."""

    name: str
    message: str
    exit_code: int = 0
    warning: bool = False

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
    findings.append(_look("alerts", lambda: _alerts(settings)))
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
            tables = read_tables(engine, names, stored_days(settings))
            yield _look("index", lambda: _index(engine, tables))
            yield from _assumptions(engine, tables, settings)
            yield _without_day(engine, tables, settings)
    finally:
        engine.dispose()


def _connects(engine: Engine, url: str) -> str:
    with reading(engine) as connection:
        connection.execute(sa.select(1))
        version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
    return say("doctor.database_ok", url=redacted(url), version=version)


def _schema(engine: Engine, names: Names, fresh: bool) -> str:
    for refusal in refusals(look_at(engine, names), names):
        raise refusal
    try:
        require_schema(engine, names, look_only=not fresh)
    except InputError as error:
        if error.key != "database.not_upgraded":
            raise
        raise _lacking(engine, names) from error
    return say("doctor.schema_ok")


def _lacking(engine: Engine, names: Names) -> InputError:
    """What an upgrade would make, each by the beginning of its statement."""
    made = [statement.split("(")[0].strip() for statement in takeover.lacking(engine, names)]
    shown = ", ".join(made[:_SHOWN]) + (", …" if len(made) > _SHOWN else "")
    return InputError("doctor.lacking", count=len(made), lacking=shown)


def _index(engine: Engine, tables: Tables) -> str:
    """The indexes that a day is counted by; the user's to make. And whether anything of ours was dropped."""
    if missing := [index for index in takeover.missing_indexes(engine, tables) if not index.advised]:
        columns = ", ".join(f"{index.table}.{index.column}" for index in missing)
        raise InputError("doctor.no_index", columns=columns, statements="; ".join(i.statement for i in missing))
    if dropped := takeover.lacking(engine, tables.names):
        statements = "; ".join(" ".join(statement.split()) for statement in dropped)
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
    period = settings.partitions()
    found = messages_without_day(engine, tables, period)
    if not found.messages:
        return Finding("without_day", say("without_day.none"))
    kinds = ", ".join(
        say(f"without_day.{kind}", count=count, first=period.start, last=period.end)
        for kind in ("no_date", "impossible", "before", "after")
        if (count := getattr(found, kind))
    )
    told = say("without_day.some", messages=found.messages, kinds=kinds)
    return Finding("without_day", f"{told}. {say('without_day.todo')}", warning=True)


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


def _alerts(settings: Settings) -> str:
    channels, reported = alert_channels(settings), report_channels(settings)
    found = say("doctor.alerts_ok", **_named(channels)) if channels else say("doctor.alerts_none")
    return found + (say("doctor.reports_ok", **_named(reported)) if settings.report_urls else "")


def _named(channels: Sequence[Channel]) -> dict[str, object]:
    return {"count": len(channels), "kinds": ", ".join(dict.fromkeys(channel.kind for channel in channels))}


def _dagster(settings: Settings) -> str:
    from keyword_assets.cli import runs

    with runs.instance(settings) as instance:
        found = say("doctor.dagster_ok", home=settings.dagster_home, runs=instance.get_runs_count())
    if narrow := runs.narrow_columns(settings):
        raise InputError("doctor.dagster_narrow", columns=", ".join(narrow))
    if server := runs.server_of(settings):
        return found + say("doctor.dagster_server", url=server)
    return found + (say("doctor.dagster_ignores") if runs.ignores_mysql(settings) else "")
