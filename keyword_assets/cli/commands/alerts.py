"""`alert test`: sends a message to channels now, and says what became of each."""

from collections.abc import Sequence

import click

from keyword_assets.cli import options
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.alerting.alerts import Notice
from keyword_assets.core.errors import InputError, ServiceError
from keyword_assets.core.texts import say
from keyword_assets.notify.channels import Channel, Delivery, alert_channels


def code_of(deliveries: Sequence[Delivery]) -> int:
    """The exit code: that of a service that did not serve us if one has failed."""
    return ServiceError.exit_code if any(delivery.failure for delivery in deliveries) else 0


@click.command()
@options.lang
def test() -> int:
    """Send a message to each channel, and say what became of it."""
    channels = alert_channels(Settings.from_env())
    if not channels:
        raise InputError("alert.no_channels")
    return code_of(_tested(channels))


def require_arrived(channels: Sequence[Channel]) -> None:
    """Send a message to each of these channels, and say what became of it.

    Raises:
        ServiceError: one of them did not take it.
    """
    if code_of(_tested(channels)):
        raise ServiceError("alert.not_arrived")


def _tested(channels: Sequence[Channel]) -> list[Delivery]:
    message, deliveries = Notice(say("alert.test_title"), say("alert.test")), []
    for delivery in (channel.deliver(message) for channel in channels):
        key = "alert.test_failed" if delivery.failure else "alert.test_arrived"
        click.echo(say(key, channel=delivery.channel, reason=delivery.failure))
        deliveries.append(delivery)
    return deliveries
