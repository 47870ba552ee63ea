"""Every check in order; one that needs what an earlier one missed is left out."""

import os
from collections.abc import Sequence
from dataclasses import replace

from keyword_assets.cli.doctor import guards, hcx
from keyword_assets.cli.doctor.daemon import daemon
from keyword_assets.cli.doctor.database import database
from keyword_assets.cli.doctor.findings import Finding, look, look_for, warnings
from keyword_assets.cli.doctor.listeners import bare_webservers
from keyword_assets.cli.doctor.settings import described, names, network, read, without
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.sources import Sources
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.errors import InputError
from keyword_assets.core.texts import say
from keyword_assets.in_force import taxonomy_in_force
from keyword_assets.notify.channels import Channel, alert_channels, report_channels
from keyword_assets.sql.database.engine import exists

_OF_ALERTS = ("KEYWORDS_ALERT_URLS", "KEYWORDS_REPORT_URLS")


def examine() -> list[Finding]:
    """All that is found."""
    settings, faults = read()
    if settings is None:
        return [*faults, *names(), *network(None)]
    fine = [] if faults else [Finding("settings", described(settings))]
    findings = [*fine, *faults, *names()]
    findings += _of_all(settings, _faulty(faults))
    # What a check that failed has told already, so that Dagster's definitions need not end at it once more.
    with without(_faulty(findings)):
        hosting = look("dagster", lambda: _dagster(settings))
    attended = look_for("daemon", lambda: daemon(settings)) if hosting.ok else []
    return [*findings, hosting, *attended]


def _faulty(findings: Sequence[Finding]) -> frozenset[str]:
    """The settings that these are the fault of."""
    return frozenset().union(*(finding.settings for finding in findings if not finding.ok))


def _of_all(settings: Settings, faulty: frozenset[str]) -> list[Finding]:
    """What is found under these settings, some of which may be faulty and have their defaults."""
    way = network(settings)
    taxonomy = look("taxonomy", lambda: _taxonomy(settings), "KEYWORDS_TAXONOMY")
    shots = look_for("shots", lambda: _shots(settings), "KEYWORDS_FEW_SHOT") if taxonomy.ok else []
    if _faulty(shots):
        # Told once; all that is about requests would end at it again.
        settings = replace(settings, few_shot=0)
    of_database, usable = database(settings)
    findings = [
        *way,
        *look_for("network", lambda: warnings("network", guards.of_the_way(settings))),
        *look_for("ui", lambda: warnings("ui", bare_webservers())),
        *look_for("files", lambda: warnings("files", guards.of_files(settings, Sources.find()))),
        taxonomy,
        *shots,
        *of_database,
    ]
    # What is wrong already would be missed again, or asked of a server that nobody named.
    if not way and not any(name.startswith("HCX_") for name in faulty):
        findings.append(look("hcx", lambda: hcx.answers(settings)))
    findings.append(look("quota", lambda: hcx.limits(settings, usable=usable)))
    prices = look("prices", lambda: hcx.prices(settings), "HCX_PRICES")
    findings.append(prices)
    if "HCX_DAILY_BUDGET_KRW" not in faulty:
        priced = taxonomy.ok and prices.ok
        findings += look_for("budget", lambda: [hcx.budget(settings, priced=priced, usable=usable)])
    if not faulty.intersection(_OF_ALERTS):
        findings += look_for("alerts", lambda: _alerts(settings), *_OF_ALERTS)
    return findings


def _taxonomy(settings: Settings) -> str:
    taxonomy = load_taxonomy(settings.taxonomy)
    return say("doctor.taxonomy_ok", count=len(taxonomy.categories), catch_all=taxonomy.catch_all.name)


def _shots(settings: Settings) -> list[Finding]:
    """Whether there are as many as are wanted, where any are."""
    if not settings.few_shot:
        return []
    shown = len(taxonomy_in_force(settings).shots)
    counts = {"shown": shown, "wanted": settings.few_shot, "file": settings.shots}
    return [Finding("shots", say("doctor.shots_ok", **counts), warning=shown < settings.few_shot)]


def _alerts(settings: Settings) -> list[Finding]:
    channels, reported = alert_channels(settings), report_channels(settings)
    found = say("doctor.alerts_ok", **_named(channels)) if channels else say("doctor.alerts_none")
    found += say("doctor.reports_ok", **_named(reported)) if settings.report_urls else ""
    each = {channel.identity: channel for channel in (*channels, *reported)}
    return [Finding("alerts", found), *warnings("network", guards.of_channels(list(each.values())))]


def _named(channels: Sequence[Channel]) -> dict[str, object]:
    return {"count": len(channels), "kinds": ", ".join(dict.fromkeys(channel.kind for channel in channels))}


def _dagster(settings: Settings) -> str:
    if not (settings.dagster_home_is_named or os.path.exists(settings.dagster_home) or exists(settings.database_url)):
        # Nothing speaks for this folder: nothing is left behind in it.
        return say("doctor.dagster_later", home=settings.dagster_home)
    from keyword_assets.orchestration.hosting import instance
    from keyword_assets.orchestration.hosting.home import ignores_mysql, prepare_home

    home = prepare_home(settings)
    with instance.opened(home) as opened:
        found = say("doctor.dagster_ok", home=settings.dagster_home, runs=opened.get_runs_count())
    if narrow := instance.narrow_columns(home):
        raise InputError("doctor.dagster_narrow", columns=", ".join(narrow))
    if home.server:
        found += say("doctor.dagster_server", url=home.server) + instance.protection(home)
    elif ignores_mysql(settings):
        found += say("doctor.dagster_ignores")
    return found + home.advice()
