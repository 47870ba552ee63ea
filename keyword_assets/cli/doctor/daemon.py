"""Whether what is turned on is looked after: by Dagster's daemon, and by somebody who notices when that is gone."""

from datetime import timedelta

from keyword_assets.cli import looking
from keyword_assets.cli.doctor.findings import Finding
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import InputError
from keyword_assets.core.texts import say
from keyword_assets.core.watching.hosts import SILENT_MINUTES, Hosted
from keyword_assets.core.watching.words import of_daemon

# Whose runs call the dead man's switch.
_DAILY = "daily_keywords_schedule"


def daemon(settings: Settings) -> list[Finding]:
    """What there is to say of the daemon and of the dead man's switch; nothing where nothing is on that needs them.

    Raises:
        DatabaseError: Dagster's storage cannot be reached.
    """
    try:
        hosted = looking.hosted(settings)
    except InputError as error:
        # Its storage is of a kind that only Dagster reads.
        return [Finding("daemon", str(error), warning=True)]
    if hosted is None:
        return []
    on = [one.name for one in hosted.known_and_at_first(settings.switched_on) if one.is_on]
    return [_alive(settings, hosted, on), *_noticed(settings, on)] if on else []


def _alive(settings: Settings, hosted: Hosted, on: list[str]) -> Finding:
    now = settings.now()
    silent = hosted.silent(now, timedelta(minutes=SILENT_MINUTES))
    key = "doctor.daemon_silent" if silent else "doctor.daemon_ok"
    return Finding("daemon", say(key, state=of_daemon(hosted, now), on=", ".join(on)), warning=bool(silent))


def _noticed(settings: Settings, on: list[str]) -> list[Finding]:
    if _DAILY not in on or settings.heartbeat_url is not None:
        return []
    return [Finding("heartbeat", say("doctor.heartbeat_none", name=_DAILY), warning=True)]
