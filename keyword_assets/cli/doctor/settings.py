"""The settings themselves: which cannot be used, which were set in vain, where each came from."""

import os
from collections.abc import Iterator, Set
from contextlib import contextmanager

from keyword_assets.cli.doctor.findings import Finding
from keyword_assets.cli.exit_codes import BAD_INPUT
from keyword_assets.configuration import sources, surroundings
from keyword_assets.configuration.settings import SETTING_NAMES, Settings
from keyword_assets.configuration.sources import Origin, Sources
from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.texts import say
from keyword_assets.hcx.connection import is_local


def read() -> tuple[Settings | None, list[Finding]]:
    """The settings, each with its default in place of what cannot be used, and what cannot be.

    Returns:
        None for the settings where there is no telling which of them is at fault.
    """
    environ = dict(os.environ)
    faults: list[Finding] = []
    while True:
        try:
            return Settings.from_env(environ), faults
        except KeywordAssetsError as error:
            name = str(error.params.get("name", ""))
            faults.append(Finding("settings", str(error), error.exit_code, settings=frozenset({name})))
            # Empty is as good as unset, and the environment wins over `.env`.
            if not name or environ.get(name) == "":
                return None, faults
            environ[name] = ""


def names() -> list[Finding]:
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


def described(settings: Settings) -> str:
    """What holds, where nothing is at fault."""
    there = "doctor.env_file" if os.path.isfile(settings.env_file) else "doctor.no_env_file"
    return say(
        "doctor.settings_ok",
        model=settings.hcx.model,
        timezone=settings.timezone,
        home=settings.home,
        env_file=say(there, path=settings.env_file),
    )


def network(settings: Settings | None) -> list[Finding]:
    """What the environment says about proxies and TLS, where it matters: not for a server on this machine."""
    faults = [] if settings and is_local(settings.hcx.base_url) else list(surroundings.faults())
    if settings and settings.alert_urls + settings.report_urls:
        faults += surroundings.faults_of_alerts()
    said = dict.fromkeys((str(fault), fault.exit_code) for fault in faults)
    return [Finding("network", message, code) for message, code in said]


@contextmanager
def without(names: Set[str]) -> Iterator[None]:
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
