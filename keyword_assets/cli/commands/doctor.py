"""Looks at everything a run needs and says what to do about each fault."""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from keyword_assets import privacy
from keyword_assets.addresses import origin_of
from keyword_assets.cli.commands import guards, quota
from keyword_assets.cli.commands.spending import krw_a_text, usual_day
from keyword_assets.cli.exit_codes import BAD_INPUT, DONE, UNEXPECTED
from keyword_assets.cli.render import Finding
from keyword_assets.configuration import sources, surroundings
from keyword_assets.configuration.settings import SETTING_NAMES, Settings
from keyword_assets.configuration.sources import Origin, Sources
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.coverage import without_day
from keyword_assets.core.coverage.usual import suggested_budget
from keyword_assets.core.errors import InputError, KeywordAssetsError
from keyword_assets.core.texts import say
from keyword_assets.hcx.connection import is_local
from keyword_assets.hcx.probe import probe
from keyword_assets.notify import Channel, alert_channels, report_channels
from keyword_assets.sql.coverage.without_day import messages_without_day
from keyword_assets.sql.database.engine import exists, make_engine, redacted
from keyword_assets.sql.database.tables import Names, Tables
from keyword_assets.sql.database.tls import protection_of
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.opening import require_database, stored_days
from keyword_assets.sql.schema import assumptions, takeover
from keyword_assets.sql.schema.migrate import NotUpgraded, lacking, require_schema
from keyword_assets.sql.schema.users_tables import look_at, read_tables, refusals

log = logging.getLogger(__name__)

# Long enough for a healthy server, short enough for someone who waits for the answer.
_TIMEOUT_SECONDS = 10
# Questions in a request; see `core.classifying.sizing`.
_MOST_ADVISED = 16
# Of a day, where no usual one is known yet.
_SUPPOSED_QUESTIONS = 1_000
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


def examine() -> list[Finding]:
    """Every check in order; one that needs what an earlier one missed is left out."""
    settings, faults = _settings()
    findings = [Finding("settings", str(fault), fault.exit_code) for fault in faults]
    findings += _names()
    if settings is None:
        return [*findings, *_network(None)]
    known = settings
    if not faults:
        findings.insert(0, Finding("settings", _described(known)))
    network = _network(known)
    findings += network
    findings += _look_for("network", lambda: _warnings("network", guards.of_the_way(known)), known)
    findings += _look_for("files", lambda: _warnings("files", guards.of_files(known, Sources.find())), known)
    findings.append(_look("taxonomy", lambda: _taxonomy(known), known))
    findings += _database(known)
    faulty = {str(fault.params.get("name")) for fault in faults}
    # What is wrong already would be missed again, or asked of a server that nobody named.
    if not network and not any(name.startswith("HCX_") for name in faulty):
        findings.append(_look("hcx", lambda: _hcx(known), known))
    database_ok = all(finding.ok for finding in findings if finding.name in ("database", "schema"))
    findings.append(_look("quota", lambda: _quota(known) + (_closed(known) if database_ok else ""), known))
    findings.append(_look("prices", lambda: _prices(known), known))
    if "HCX_DAILY_BUDGET_KRW" not in faulty:
        amiss = {finding.name for finding in findings if not finding.ok}
        findings += _look_for("budget", lambda: [_budget(known, amiss)], known)
    if not faulty & {"KEYWORDS_ALERT_URLS", "KEYWORDS_REPORT_URLS"}:
        findings += _look_for("alerts", lambda: _alerts(known), known)
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


def _names() -> list[Finding]:
    """What was set in vain; nothing is said of names where all is well."""
    try:
        return [Finding("names", remark, BAD_INPUT) for remark in sources.remarks(Sources.find(), SETTING_NAMES)]
    except KeywordAssetsError:
        # Among the findings: the settings are read from the same places.
        return []


def origins() -> list[Origin]:
    """Where each setting came from, without secrets; nothing where that cannot be told."""
    try:
        return sources.origins(Sources.find(), SETTING_NAMES)
    except KeywordAssetsError:
        # Among the findings.
        return []


def _described(settings: Settings) -> str:
    there = "doctor.env_file" if os.path.isfile(settings.env_file) else "doctor.no_env_file"
    return say(
        "doctor.settings_ok",
        model=settings.hcx.model,
        timezone=settings.timezone,
        home=settings.home,
        env_file=say(there, path=settings.env_file),
    )


def _network(settings: Settings | None) -> list[Finding]:
    """What the environment says about proxies and TLS, where it matters: not for a server on this machine."""
    faults = [] if settings and is_local(settings.hcx.base_url) else list(surroundings.faults())
    if settings and settings.alert_urls + settings.report_urls:
        faults += surroundings.faults_of_alerts()
    said = dict.fromkeys((str(fault), fault.exit_code) for fault in faults)
    return [Finding("network", message, code) for message, code in said]


def _warnings(name: str, said: Iterable[str]) -> list[Finding]:
    return [Finding(name, message, warning=True) for message in said]


def _look(name: str, check: Callable[[], str], settings: Settings) -> Finding:
    """One check that finds one thing; see `_look_for`."""
    (found,) = _look_for(name, lambda: [Finding(name, check())], settings)
    return found


def _look_for(name: str, check: Callable[[], Iterable[Finding]], settings: Settings) -> list[Finding]:
    """One check, caught by itself: what it finds, whatever it is, must not keep the next from looking."""
    try:
        return list(check())
    except KeywordAssetsError as error:
        return [Finding(name, str(error), error.exit_code)]
    except Exception as error:
        log.debug("doctor: %s", name, exc_info=True)
        reason = " ".join(f"{type(error).__name__} {error}".split())
        message = say("doctor.unchecked", reason=privacy.mask(sources.scrubbed(reason))[:_REASON_CHARS])
        return [Finding(name, message, UNEXPECTED)]


def _taxonomy(settings: Settings) -> str:
    taxonomy = load_taxonomy(settings.taxonomy)
    return say("doctor.taxonomy_ok", count=len(taxonomy.categories), catch_all=taxonomy.catch_all.name)


def _database(settings: Settings) -> Iterator[Finding]:
    engines: list[Engine] = []
    names = Names(settings.table_names, settings.column_names)
    try:
        (connected,) = _look_for("database", lambda: [_connects(engines, settings)], settings)
        yield connected
        if not connected.ok:
            return
        (engine,) = engines
        schema = _look("schema", lambda: _schema(engine, names), settings)
        yield schema
        if schema.ok:
            yield from _look_for("tables", lambda: _about_tables(engine, names, settings), settings)
    finally:
        for engine in engines:
            engine.dispose()


def _connects(engines: list[Engine], settings: Settings) -> Finding:
    """Adds the engine that connects, for the checks that need it."""
    require_database(settings)
    engine = make_engine(settings.database_url, look_only=True)
    engines.append(engine)
    with reading(engine) as connection:
        connection.execute(sa.select(1))
        version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
        protection = protection_of(connection)
    found = [say("doctor.database_ok", url=redacted(settings.database_url), version=version)]
    found += [str(protection)] if protection else []
    found += [] if settings.database_is_named else [say("database.default")]
    return Finding("database", " · ".join(found), warning=protection is not None and protection.weak)


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
    yield _look("index", lambda: _index(engine, tables), settings)
    yield from _look_for("tables", lambda: _assumptions(engine, tables, settings), settings)
    yield from _look_for("without_day", lambda: [_without_day(engine, tables, settings)], settings)


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


def _hcx(settings: Settings) -> str:
    probe(replace(settings.hcx, timeout_seconds=_TIMEOUT_SECONDS))
    return say("doctor.hcx_ok", url=origin_of(settings.hcx.base_url), model=settings.hcx.model)


def _quota(settings: Settings) -> str:
    batch = settings.hcx.batch_size or 0
    return say(
        "doctor.quota_is",
        requests=settings.hcx.limits.requests,
        tokens=settings.hcx.limits.tokens,
        window=settings.hcx.limits.window,
    ) + (say("doctor.batch_large", batch=batch) if batch > _MOST_ADVISED else "")


def _closed(settings: Settings) -> str:
    """Until when HCX has shut our key out and what it said, and what was learned of it; nothing where nothing was."""
    if settings.hcx.api_key is None:
        return ""
    known = quota.looked_at(settings)
    closing = next((closing for closing in known.closings if closing.ours), None)
    learned = quota.learned_line(settings, known)
    if closing is None:
        return f". {learned}" if learned else ""
    until = settings.now() + timedelta(seconds=closing.seconds)
    return f"{say('doctor.quota_closed', until=until, reason=closing.reason)} {learned}".rstrip()


def _prices(settings: Settings) -> str:
    price = settings.hcx.price
    return say("doctor.prices_ok", model=price.model, as_of=price.as_of)


def _budget(settings: Settings, amiss: Set[str]) -> Finding:
    """Whether there is a limit to what a day costs; where there is none, one from what a usual day would cost."""
    if settings.hcx.daily_budget_krw is not None:
        return Finding("budget", say("doctor.budget_ok", krw=settings.hcx.daily_budget_krw))
    message = say("doctor.budget_none")
    if not amiss & {"taxonomy", "prices"}:
        usual, learned = (None, None) if amiss & {"database", "schema"} else usual_day(settings)
        key = "doctor.budget_supposed" if usual is None else "doctor.budget_suggested"
        questions = _SUPPOSED_QUESTIONS if usual is None else usual
        krw = suggested_budget(questions, krw_a_text(settings, learned))
        message += " " + say(key, krw=krw, questions=questions)
    return Finding("budget", message, warning=True)


def _alerts(settings: Settings) -> list[Finding]:
    channels, reported = alert_channels(settings), report_channels(settings)
    found = say("doctor.alerts_ok", **_named(channels)) if channels else say("doctor.alerts_none")
    found += say("doctor.reports_ok", **_named(reported)) if settings.report_urls else ""
    each = {channel.identity: channel for channel in (*channels, *reported)}
    return [Finding("alerts", found), *_warnings("network", guards.of_channels(list(each.values())))]


def _named(channels: Sequence[Channel]) -> dict[str, object]:
    return {"count": len(channels), "kinds": ", ".join(dict.fromkeys(channel.kind for channel in channels))}


def _dagster(settings: Settings) -> str:
    if not (settings.dagster_home_is_named or os.path.exists(settings.dagster_home) or exists(settings.database_url)):
        # Nothing speaks for this folder: nothing is left behind in it.
        return say("doctor.dagster_later", home=settings.dagster_home)
    from keyword_assets.orchestration.hosting import home, instance

    with instance.open_instance(settings) as opened:
        found = say("doctor.dagster_ok", home=settings.dagster_home, runs=opened.get_runs_count())
    if narrow := instance.narrow_columns(settings):
        raise InputError("doctor.dagster_narrow", columns=", ".join(narrow))
    if server := home.server_of(settings):
        found += say("doctor.dagster_server", url=server) + instance.protection(settings)
    elif home.ignores_mysql(settings):
        found += say("doctor.dagster_ignores")
    return found + home.advice(settings)
