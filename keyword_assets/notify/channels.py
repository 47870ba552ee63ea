"""Channels that people read, each known by a URL: Slack, Teams, Discord, e-mail, KakaoTalk, webhooks and many more.

What is said of a channel is its kind and its place in the setting: the URL is a secret.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keyword_assets import own_files
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.alerting.alerts import Notice
from keyword_assets.core.errors import InputError
from keyword_assets.core.texts import say
from keyword_assets.notify import files, services

# A whole delivery, which is three times `services.TIMEOUT_SECONDS`.
DELIVERY_SECONDS = 15.0
# The same with files: a socket's time-out counts for all that is written to it at once, which is all of them, and mail
# servers look for viruses before they answer. 10 MB take 16 s at 5 Mbit/s.
FILES_TIMEOUT_SECONDS = 20.0
FILES_DELIVERY_SECONDS = 25.0


class NotDelivered(Exception):
    """A message did not reach its channel; says why without any part of the channel's URL."""


@dataclass(frozen=True)
class Delivery:
    """What became of a message on one channel: why it did not arrive, or which of its files went with it."""

    channel: str
    failure: str | None = None
    attached: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Channel:
    """One channel; where a URL has several addresses that get mails of their own, each of them is one.

    `identity` is the hash of its URL, `kind` the service's name, `place` its number in the setting; `most_mb` is the
    upper limit of the files in one message, as they are encoded for e-mail.
    """

    identity: bytes = field(repr=False)
    kind: str
    setting: str
    place: str
    most_mb: int
    service: Any = field(repr=False)

    @property
    def name(self) -> str:
        """What it may be called where people read it."""
        return f"{self.place}. {self.kind}"

    @property
    def plain_scheme(self) -> str | None:
        """The scheme of its URL where that has others read what is sent to another machine; None for all else."""
        return services.plain_scheme(self.service)

    @property
    def verifies(self) -> bool:
        """Whether it makes sure of its server's certificate."""
        return bool(self.service.verify_certificate)

    def send(self, message: Notice) -> tuple[Path, ...]:
        """Deliver the message within `DELIVERY_SECONDS`, with files `FILES_DELIVERY_SECONDS` more, or fail.

        In their order, each file that still fits goes with it; the others are named in the body. A channel that takes
        the message, but not with these files, gets it without them: servers have limits and rules of their own.

        Returns:
            The files that went with it.

        Raises:
            NotDelivered: it did not arrive; or, where the time was up, may yet.
        """
        sizes = files.sizes_of(message.attachments)
        chosen, reason = files.chosen(sizes, self.most_mb), "size"
        if not services.takes_files(self.service):
            chosen, reason = (), "channel"
        if chosen:
            try:
                self._send(files.told(message, chosen, sizes, reason, self.most_mb), FILES_DELIVERY_SECONDS)
            except NotDelivered:
                reason = "refused"
            else:
                return chosen
        self._send(files.told(message, (), sizes, reason, self.most_mb), DELIVERY_SECONDS)
        return ()

    def deliver(self, message: Notice) -> Delivery:
        """`send`, and what became of it."""
        try:
            return Delivery(self.name, attached=self.send(message))
        except NotDelivered as error:
            return Delivery(self.name, str(error))

    def _send(self, message: Notice, seconds: float) -> None:
        """Deliver the message with all its files."""
        import apprise
        from apprise.attachment.memory import AttachMemory

        with services.quietly(), services.patient(self.service, FILES_TIMEOUT_SECONDS if message.attachments else 0):
            asset = self.service.asset
            app = apprise.Apprise(asset=asset)
            app.add(self.service)
            # What is in them, not where they are: what lies there may be another file by the time that it is read.
            contents = [
                AttachMemory(content, name=path.name, mimetype=files.kind_of(path), asset=asset)  # type: ignore[no-untyped-call]
                for path in message.attachments
                if (content := own_files.read(path, self.most_mb * files.MB)) is not None
            ]
            if len(contents) < len(message.attachments):
                raise NotDelivered(say("notify.failed"))
            result = app.notify(
                title=message.title,
                body=message.body,
                body_format=apprise.NotifyFormat.TEXT,
                attach=contents or None,
                timeout=seconds,
            )
        if not result:
            raise NotDelivered(services.cause_of(result, seconds))


def alert_channels(settings: Settings) -> list[Channel]:
    """The channels that alerts go to; connects to none.

    Raises:
        InputError: a URL is of no service that is known, or lacks something; names its place in the setting only.
    """
    return open_channels(settings.alert_urls, "KEYWORDS_ALERT_URLS", settings.report_attach_mb)


def report_channels(settings: Settings) -> list[Channel]:
    """The channels that reports go to: those of the alerts unless there are others; connects to none.

    Raises:
        InputError: as with `alert_channels`.
    """
    if not settings.report_urls:
        return alert_channels(settings)
    return open_channels(settings.report_urls, "KEYWORDS_REPORT_URLS", settings.report_attach_mb)


def open_channels(urls: Sequence[str], setting: str, most_mb: int) -> list[Channel]:
    """The channels of these URLs, those of a setting; connects to none.

    Raises:
        InputError: as with `alert_channels`.
    """
    channels: dict[bytes, Channel] = {}
    for place, url in enumerate(urls, 1):
        service = services.service_of(url)
        if service is None:
            raise InputError("settings.alert_url", name=setting, place=place)
        kind = str(service.service_name)
        for number, (address, part) in enumerate(services.parts_of(service), 1):
            identity = hashlib.sha256(f"{url}{address}".encode()).digest()
            where = f"{place}-{number}" if address else str(place)
            channels.setdefault(identity, Channel(identity, kind, setting, where, most_mb, part))
    return list(channels.values())
