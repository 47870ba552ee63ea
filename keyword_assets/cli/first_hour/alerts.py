"""The step `alerts`: where people are told, tried with a test message."""

from pathlib import Path

from keyword_assets.cli.commands import alerts
from keyword_assets.cli.first_hour.asking import tell, tell_error
from keyword_assets.cli.first_hour.session import Session, is_written
from keyword_assets.configuration import kinds
from keyword_assets.configuration.fields import Given
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.sources import IN_FILE, Sources, secret_in
from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.texts import say
from keyword_assets.notify.channels import Channel, alert_channels, open_channels

OPTIONS = ("alert_urls_file",)
_NAME = "KEYWORDS_ALERT_URLS"


def found(settings: Settings) -> str | None:
    """What there is, if that was decided before."""
    if not is_written(_NAME) and not is_written(_NAME + IN_FILE):
        return None
    kinds_of = ", ".join(dict.fromkeys(channel.kind for channel in alert_channels(settings)))
    return say("init.channels", kinds=kinds_of) if kinds_of else say("doctor.alerts_none")


def ask(session: Session) -> None:
    """Ask for channels until a test message arrives; nothing is an answer, too.

    Raises:
        InputError: what was given cannot be used.
        ServiceError: a channel did not take the message, and there is nobody to ask again.
        Later: the step is left.
    """
    asker, settings = session.asker, session.settings
    if asker.has("alert_urls_file"):
        path = settings.home / Path(asker.given["alert_urls_file"]).expanduser()
        alerts.require_arrived(_channels(settings, secret_in(_NAME + IN_FILE, path)))
        session.keep_secret_file(_NAME, path)
        return
    if asker.silent:
        if settings.alert_urls:
            alerts.require_arrived(alert_channels(settings))
        return
    tell(say("init.alerts_are"))
    while urls := asker.secret("init.alert_urls"):
        try:
            alerts.require_arrived(_channels(settings, urls))
        except KeywordAssetsError as error:
            tell_error(error)
        else:
            break
    session.keep_secret(_NAME, urls)


def _channels(settings: Settings, urls: str) -> list[Channel]:
    given = kinds.channels(Given(_NAME, urls, Sources.find()))
    return open_channels(given, _NAME, settings.report_attach_mb)
