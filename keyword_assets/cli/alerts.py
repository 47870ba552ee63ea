"""Tries the alert channels out."""

import click

from keyword_assets.core.alerts import Message
from keyword_assets.core.errors import InputError, ServiceError
from keyword_assets.core.texts import say
from keyword_assets.notify import NotDelivered, open_channels
from keyword_assets.settings import Settings


def test(settings: Settings) -> int:
    """Send a test message to each channel now and say what became of it; returns the exit code.

    Raises:
        InputError: there is no channel, or a URL that cannot be used.
    """
    if not settings.alert_urls:
        raise InputError("alert.no_channels")
    code = 0
    for channel in open_channels(settings.alert_urls):
        try:
            channel.send(Message(say("alert.test_title"), say("alert.test")))
        except NotDelivered as error:
            click.echo(say("alert.test_failed", channel=channel.name, reason=error))
            code = ServiceError.exit_code
        else:
            click.echo(say("alert.test_arrived", channel=channel.name))
    return code
