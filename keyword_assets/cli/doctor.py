"""Looks at everything a run needs and says what to do about each fault."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets import privacy, surroundings
from keyword_assets.cli.exit_codes import UNEXPECTED
from keyword_assets.core.errors import InputError, KeywordAssetsError
from keyword_assets.core.texts import say
from keyword_assets.hcx.prices import price_of
from keyword_assets.hcx.probe import probe
from keyword_assets.hcx.wire import is_local
from keyword_assets.notify import Channel, alert_channels, report_channels
from keyword_assets.settings import Settings
from keyword_assets.sql import takeover
from keyword_assets.sql.engine import exists, make_engine, reading, redacted
from keyword_assets.sql.migrate import require_schema
from keyword_assets.sql.tables import Names, Tables, read_tables
from keyword_assets.taxonomy_file import load_taxonomy

log = logging.getLogger(__name__)

# Long enough for a healthy server, short enough for someone who waits for the answer.
_TIMEOUT_SECONDS = 10
# Questions in a request; see `core.sizing`.
_MOST_ADVISED = 16
# Of what a database lacks, as many as one line holds.
_SHOWN = 5
# What a check that failed has told already, so that Dagster's definitions need not end at it once more.
_SETTINGS_OF = {
    "taxonomy": frozenset({"KEYWORDS_TAXONOMY"}),
    "prices": frozenset({"HCX_PRICES"}),
    "alerts": frozenset({"KEYWORDS_ALERT_URLS", "KEYWORDS_REPORT_URLS"}),
}
# Of what an unexpected error says.
_REASON_CHARS = 300


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
    settings, faults = _settings()
    findings = [Finding("settings", str(fault), fault.exit_code) for fault in faults]
    if settings is None:
        return [*findings, *_network(None)]
    known = settings
    if not faults:
        found = say("doctor.settings_ok", model=known.hcx_model, timezone=known.timezone)
        findings.append(Finding("settings", found))
    network = _network(known)
    findings += network
    findings.append(_look("taxonomy", lambda: _taxonomy(known), known))
    findings += _database(known)
    faulty = {str(fault.params.get("name")) for fault in faults}
    # What is wrong already would be missed again, or asked of a server that nobody named.
    if not network and not any(name.startswith("HCX_") for name in faulty):
        findings.append(_look("hcx", lambda: _hcx(known), known))
    findings.append(_look("quota", lambda: _quota(known), known))
    findings.append(_look("prices", lambda: _prices(known), known))
    if not faulty & {"KEYWORDS_ALERT_URLS", "KEYWORDS_REPORT_URLS"}:
        findings.append(_look("alerts", lambda: _alerts(known), known))
    for finding in findings:
        if not finding.ok:
            faulty |= _SETTINGS_OF.get(finding.name, frozenset())
    with _without(faulty):
        findings.append(_look("dagster", lambda: _dagster(known), known))
    return findings


@contextmanager
def _without(names: Set[str]) -> Iterator[None]:
    """The environment with these settings empty: Dagster's definitions read them anew, and would end at the first."""
    there = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, ""))
    try:
        yield
    finally:
        for name, value in there.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _settings() -> tuple[Settings | None, list[KeywordAssetsError]]:
    """The settings, and each that cannot be used, in whose place its default stands; None where there is no telling."""
    environ = dict(os.environ)
    faults: list[KeywordAssetsError] = []
    while True:
        try:
            return Settings.from_env(environ), faults
        except KeywordAssetsError as error:
            faults.append(error)
            # Empty is as good as unset, and the environment wins over `.env`.
            name = str(error.params.get("name", ""))
            if not name or environ.get(name) == "":
                return None, faults
            environ[name] = ""


def _network(settings: Settings | None) -> list[Finding]:
    """What the environment says about proxies and TLS, where it matters: not for a server on this machine."""
    faults = [] if settings and is_local(settings.hcx_base_url) else list(surroundings.faults())
    if settings and settings.alert_urls + settings.report_urls:
        faults += surroundings.faults_of_alerts()
    said = dict.fromkeys((str(fault), fault.exit_code) for fault in faults)
    return [Finding("network", message, code) for message, code in said]


def _look(name: str, check: Callable[[], str], settings: Settings) -> Finding:
    """One check, caught by itself: what it finds, whatever it is, must not keep the next from looking."""
    try:
        return Finding(name, check())
    except KeywordAssetsError as error:
        return Finding(name, str(error), error.exit_code)
    except Exception as error:
        log.debug("doctor: %s", name, exc_info=True)
        reason = " ".join(f"{type(error).__name__} {error}".split())
        message = say("doctor.unchecked", reason=_without_secrets(reason, settings)[:_REASON_CHARS])
        return Finding(name, message, UNEXPECTED)


def _without_secrets(text: str, settings: Settings) -> str:
    """The text without any secret of the settings, with their URLs' passwords, and without personal data."""
    urls = [settings.database_url, settings.dagster_mysql_url or "", *settings.alert_urls, *settings.report_urls]
    passwords = [urls_password for url in urls if (urls_password := _password(url))]
    for secret in filter(None, [settings.hcx_api_key, *urls, *passwords]):
        text = text.replace(secret, "***")
    return privacy.mask(text)


def _password(url: str) -> str | None:
    try:
        return urlsplit(url).password
    except ValueError:
        return None


def _taxonomy(settings: Settings) -> str:
    taxonomy = load_taxonomy(settings.taxonomy)
    return say("doctor.taxonomy_ok", count=len(taxonomy.categories), catch_all=taxonomy.catch_all.name)


def _database(settings: Settings) -> Iterator[Finding]:
    engines: list[tuple[Engine, bool]] = []
    names = Names(settings.table_names, settings.column_names)
    try:
        connected = _look("database", lambda: _connects(engines, settings.database_url), settings)
        yield connected
        if not connected.ok:
            return
        ((engine, fresh),) = engines
        schema = _look("schema", lambda: _schema(engine, names, fresh), settings)
        yield schema
        if schema.ok:
            yield _look("index", lambda: _index(engine, names), settings)
    finally:
        for engine, _ in engines:
            engine.dispose()


def _connects(engines: list[tuple[Engine, bool]], url: str) -> str:
    """Adds the engine that connects, and whether its file is new, for the checks that need it."""
    # A SQLite file that is not there yet is made now, as at any first use.
    fresh = not exists(url)
    engine = make_engine(url, look_only=not fresh)
    engines.append((engine, fresh))
    with reading(engine) as connection:
        connection.execute(sa.select(1))
        version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
    return say("doctor.database_ok", url=redacted(url), version=version)


def _schema(engine: Engine, names: Names, fresh: bool) -> str:
    try:
        require_schema(engine, names, look_only=not fresh)
    except InputError as error:
        if error.key != "database.not_upgraded":
            raise
        raise _lacking(engine, names) from error
    tables = Tables(names)
    with reading(engine) as connection:
        inspector = sa.inspect(connection)
        for table in (tables.chattings, tables.admin_categories, tables.admin_chat_keywords):
            there = {column["name"] for column in inspector.get_columns(table.name)}
            if missing := [column.name for column in table.columns if column.name not in there]:
                raise InputError("doctor.columns", table=table.name, columns=", ".join(missing))
    return say("doctor.schema_ok")


def _lacking(engine: Engine, names: Names) -> InputError:
    """What an upgrade would make, each by the beginning of its statement."""
    made = [statement.split("(")[0].strip() for statement in takeover.lacking(engine, names)]
    shown = ", ".join(made[:_SHOWN]) + (", …" if len(made) > _SHOWN else "")
    return InputError("doctor.lacking", count=len(made), lacking=shown)


def _index(engine: Engine, names: Names) -> str:
    """The indexes that a day is counted by; the user's to make. And whether anything of ours was dropped."""
    with reading(engine) as connection:
        tables = read_tables(connection, names)
    if missing := takeover.missing_indexes(engine, tables):
        columns = ", ".join(f"{index.table}.{index.column}" for index in missing)
        raise InputError("doctor.no_index", columns=columns, statements="; ".join(i.statement for i in missing))
    if dropped := takeover.lacking(engine, tables.names):
        statements = "; ".join(" ".join(statement.split()) for statement in dropped)
        raise InputError("doctor.dropped", count=len(dropped), statements=statements)
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


def _prices(settings: Settings) -> str:
    price = price_of(settings.hcx_model, settings.hcx_prices)
    return say("doctor.prices_ok", model=price.model, as_of=price.as_of)


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
