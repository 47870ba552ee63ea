"""Channels that people read, each known by a URL: Slack, Teams, Discord, e-mail, KakaoTalk, webhooks and many more.

A thin wrapper of apprise (https://appriseit.com lists the URLs). The URLs are secrets, for they hold tokens and
passwords, and apprise's own words may quote them: what leaves this module is a channel's kind, its place in the
setting, and an HTTP status.
"""

import hashlib
import logging
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keyword_assets.core.alerts import Message
from keyword_assets.core.errors import InputError
from keyword_assets.core.texts import say

if TYPE_CHECKING:
    import apprise

SETTING = "KEYWORDS_ALERT_URLS"
# To connect, and between two signs of life. A whole delivery is cut off after three times that.
TIMEOUT_SECONDS = 5.0
DELIVERY_SECONDS = 15.0


class NotDelivered(Exception):
    """A message did not reach its channel; says why without any part of the channel's URL."""


@dataclass(frozen=True)
class Channel:
    """One channel. `identity` is the hash of its URL, `kind` the service's name, `place` its number in the setting."""

    identity: bytes
    kind: str
    place: int
    service: Any

    @property
    def name(self) -> str:
        """What it may be called where people read it."""
        return f"{self.place}. {self.kind}"

    def send(self, message: Message) -> None:
        """Deliver the message, or fail within `DELIVERY_SECONDS`.

        Raises:
            NotDelivered: it did not arrive; or, where the time was up, may yet.
        """
        import apprise

        with _quietly():
            app = apprise.Apprise(asset=self.service.asset)
            app.add(self.service)
            result = app.notify(
                title=message.title,
                body=message.body,
                body_format=apprise.NotifyFormat.TEXT,
                timeout=DELIVERY_SECONDS,
            )
        if not result:
            raise NotDelivered(_cause(result))


def open_channels(urls: Sequence[str]) -> list[Channel]:
    """The channels of these URLs; connects to none.

    Raises:
        InputError: a URL is of no service that is known, or lacks something; names its place in the setting only.
    """
    channels: dict[bytes, Channel] = {}
    for place, url in enumerate(urls, 1):
        service = _service(url)
        if service is None:
            raise InputError("settings.alert_url", name=SETTING, place=place)
        identity = hashlib.sha256(url.encode()).digest()
        channels.setdefault(identity, Channel(identity, str(service.service_name), place, service))
    return list(channels.values())


def _service(url: str) -> Any:
    with _quietly():
        import apprise

        # Without its own pictures, which would be fetched from the network by whoever reads the message.
        asset = apprise.AppriseAsset(
            app_id="keyword-assets", app_desc="keyword_assets", image_url_mask="", image_url_logo="", async_mode=False
        )
        service = apprise.Apprise.instantiate(url, asset=asset)
    if service is None:
        return None
    # The URL may ask for more, but a tick of the sensor is cut off after a minute. Trying again is the outbox's job.
    service.socket_connect_timeout = min(service.socket_connect_timeout or TIMEOUT_SECONDS, TIMEOUT_SECONDS)
    service.socket_read_timeout = min(service.socket_read_timeout or TIMEOUT_SECONDS, TIMEOUT_SECONDS)
    service.retry, service.optional = 0, False
    return service


def _cause(result: "apprise.AppriseResult") -> str:
    """Why, from what apprise logged: only a number is taken from that, for the rest may quote the URL."""
    from apprise import AppriseResultStatus

    if result.status == AppriseResultStatus.TIMEOUT:
        return say("notify.timeout", seconds=DELIVERY_SECONDS)
    said = " ".join(str(entry.message) for entry in result.logs())
    if status := re.search(r"error=(\d{3})\b", said):
        return say("notify.refused", status=status[1])
    return say("notify.failed")


@contextmanager
def _quietly() -> Iterator[None]:
    """Without a word from apprise or from the library below it: what they log may quote a URL."""
    for name in ("apprise", "urllib3.connectionpool"):
        # For good, because a delivery that was cut off may have something to say later. Warnings of apprise's are what
        # `_cause` looks through; they go no further.
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.propagate = False
    with warnings.catch_warnings():
        # Loading its hundred services, apprise looks for a module that Python 3.13 has dropped.
        warnings.simplefilter("ignore", DeprecationWarning)
        yield
