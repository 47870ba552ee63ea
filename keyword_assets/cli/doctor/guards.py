"""What `doctor` says of who can read what is ours: on this machine, and on the way to others."""

import os
import pwd
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from keyword_assets.addresses import host_of, is_this_machine
from keyword_assets.configuration import surroundings
from keyword_assets.configuration.secrecy import DATABASES, SECRETS
from keyword_assets.configuration.settings import HOME, Settings
from keyword_assets.configuration.sources import IN_FILE, Sources
from keyword_assets.core.errors import InputError
from keyword_assets.core.texts import say
from keyword_assets.modes import exposures
from keyword_assets.notify.channels import Channel
from keyword_assets.sql.database.engine import file_of
from keyword_assets.sql.database.urls import parse_url

# As many as somebody mends in one go.
_SHOWN = 8


def of_files(settings: Settings, sources: Sources) -> Iterator[str]:
    """What others on this machine can read or change of what holds secrets and questions."""
    allowed = 0o777 & ~settings.umask
    for exposure in exposures(_paths(settings, sources), allowed)[:_SHOWN]:
        what = say("doctor.can_change" if exposure.changeable else "doctor.can_read")
        told = {"what": what, "path": exposure.path, "mode": f"{exposure.mode:04o}"}
        if exposure.handed_in:
            yield say("doctor.exposed_handed_in", **told, uid=os.geteuid())
        else:
            yield say("doctor.exposed", **told, remedy=exposure.remedy)
    if (owner := _foreign_owner(settings.env_file)) is not None:
        yield say("doctor.of_another", path=settings.env_file, owner=owner)


def of_the_way(settings: Settings) -> Iterator[str]:
    """What goes over a network unencrypted."""
    host = host_of(settings.hcx.base_url)
    if urlsplit(settings.hcx.base_url).scheme == "http" and not is_this_machine(host):
        yield say("doctor.plain_http", host=host)
    for name, proxy in surroundings.proxies():
        if proxy.password and proxy.scheme != "https" and not is_this_machine(proxy.hostname):
            yield say("doctor.plain_proxy", name=name, host=proxy.hostname)


def of_channels(channels: list[Channel]) -> Iterator[str]:
    """Channels whose messages can be read on the way."""
    for channel in channels:
        if channel.plain_scheme:
            yield say(
                "doctor.plain_channel",
                setting=channel.setting,
                channel=channel.name,
                secure=f"{channel.plain_scheme}s",
            )
        elif not channel.verifies:
            yield say("doctor.unverified_channel", setting=channel.setting, channel=channel.name)


def _paths(settings: Settings, sources: Sources) -> Iterator[Path]:
    yield settings.env_file
    yield settings.home / HOME
    # An address that cannot be used is told by those who use it.
    with suppress(InputError):
        if (file := file_of(settings.database_url)) is not None:
            yield from (file.with_name(f"{file.name}{end}") for end in ("", "-wal", "-shm", "-journal"))
    yield from (settings.dagster_home, settings.reports)
    for name in sorted(SECRETS):
        if path := sources.values.get(name + IN_FILE, "").strip():
            yield sources.path(name + IN_FILE, path)
    for name, url in zip(
        DATABASES, (settings.database_url, settings.read_url, settings.dagster_mysql_url), strict=True
    ):
        with suppress(InputError):
            if url and (key := parse_url(url, name).query.get("ssl_key")):
                yield Path(str(key))
    if key_log := os.environ.get("SSLKEYLOGFILE"):
        # Whoever reads it reads every connection of ours.
        yield Path(key_log)


def _foreign_owner(path: Path) -> str | None:
    """Who owns a file, if it is neither we nor the system's administrator."""
    try:
        owner = path.stat().st_uid
    except OSError:
        return None
    if owner in (0, os.geteuid()):
        return None
    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:
        return str(owner)
