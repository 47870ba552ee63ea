"""Channels that people read, each known by a URL: Slack, Teams, Discord, e-mail, KakaoTalk, webhooks and many more.

A thin wrapper of apprise (https://appriseit.com lists the URLs). The URLs are secrets, for they hold tokens and
passwords, and apprise's own words may quote them: what leaves this module is a channel's kind, its place in the
setting, and an HTTP status.
"""

import hashlib
import logging
import mimetypes
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keyword_assets import own_files
from keyword_assets.addresses import is_this_machine
from keyword_assets.configuration import surroundings
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.alerting.alerts import Message
from keyword_assets.core.errors import InputError
from keyword_assets.core.texts import say

if TYPE_CHECKING:
    import apprise

# To connect, and between two signs of life. A whole delivery is cut off after three times that.
TIMEOUT_SECONDS = 5.0
DELIVERY_SECONDS = 15.0
# The same with files: a socket's time-out counts for all that is written to it at once, which is all of them, and mail
# servers look for viruses before they answer. 10 MB take 16 s at 5 Mbit/s.
FILES_TIMEOUT_SECONDS = 20.0
FILES_DELIVERY_SECONDS = 25.0
# Files named one by one in a message. Channels take no more than some 2,000 characters.
_FILES_SHOWN = 4
# What mail servers and their limits mean by it.
_MB = 1_000_000


class NotDelivered(Exception):
    """A message did not reach its channel; says why without any part of the channel's URL."""


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
        kind, plain = type(self.service), _schemes(type(self.service).protocol)
        if not plain or not _schemes(kind.secure_protocol) or is_this_machine(self.service.host):
            return None
        secure = self.service.secure
        if hasattr(self.service, "secure_mode"):
            # Mail has two ways, and some providers are known to want one of them.
            secure = self.service.secure_mode != "insecure"
        return None if secure else plain[0]

    @property
    def verifies(self) -> bool:
        """Whether it makes sure of its server's certificate."""
        return bool(self.service.verify_certificate)

    def send(self, message: Message) -> tuple[Path, ...]:
        """Deliver the message within `DELIVERY_SECONDS`, with files `FILES_DELIVERY_SECONDS` more, or fail.

        In their order, each file that still fits goes with it; the others are named in the body. A channel that takes
        the message, but not with these files, gets it without them: servers have limits and rules of their own.

        Returns:
            The files that went with it.

        Raises:
            NotDelivered: it did not arrive; or, where the time was up, may yet.
        """
        sizes = _sizes(message.attachments)
        files, reason = _chosen(sizes, self.most_mb), "size"
        if not _takes_files(self.service):
            files, reason = (), "channel"
        if files:
            try:
                self._send(_told(message, files, sizes, reason, self.most_mb), FILES_DELIVERY_SECONDS)
            except NotDelivered:
                reason = "refused"
            else:
                return files
        self._send(_told(message, (), sizes, reason, self.most_mb), DELIVERY_SECONDS)
        return ()

    def _send(self, message: Message, seconds: float) -> None:
        """Deliver the message with all its files."""
        import apprise
        from apprise.attachment.memory import AttachMemory

        with _quietly(), _patient(self.service, FILES_TIMEOUT_SECONDS if message.attachments else 0):
            asset = self.service.asset
            app = apprise.Apprise(asset=asset)
            app.add(self.service)
            # What is in them, not where they are: what lies there may be another file by the time that it is read.
            files = [
                AttachMemory(content, name=path.name, mimetype=_kind_of(path), asset=asset)  # type: ignore[no-untyped-call]
                for path in message.attachments
                if (content := own_files.read(path, self.most_mb * _MB)) is not None
            ]
            if len(files) < len(message.attachments):
                raise NotDelivered(say("notify.failed"))
            result = app.notify(
                title=message.title,
                body=message.body,
                body_format=apprise.NotifyFormat.TEXT,
                attach=files or None,
                timeout=seconds,
            )
        if not result:
            raise NotDelivered(_cause(result, seconds))


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
        service = _service(url)
        if service is None:
            raise InputError("settings.alert_url", name=setting, place=place)
        kind = str(service.service_name)
        for number, (address, part) in enumerate(_parts(service), 1):
            identity = hashlib.sha256(f"{url}{address}".encode()).digest()
            where = f"{place}-{number}" if address else str(place)
            channels.setdefault(identity, Channel(identity, kind, setting, where, most_mb, part))
    return list(channels.values())


def _parts(service: Any) -> list[tuple[str, Any]]:
    """The service for each address that gets a mail of its own: one that is refused is tried again without the others.

    Those that get a copy get it with the first mail.
    """
    from apprise.plugins.email.base import NotifyEmail

    if not isinstance(service, NotifyEmail) or len(service.targets) < 2:
        return [("", service)]
    parts = [(str(target[1]), copy(service)) for target in service.targets]
    for (_, part), target in zip(parts, service.targets, strict=True):
        part.targets = [target]
    for _, part in parts[1:]:
        part.cc, part.bcc = set(), set()
    return parts


def _service(url: str) -> Any:
    with _quietly():
        import apprise

        # Without its own pictures, which would be fetched from the network by whoever reads the message.
        asset = apprise.AppriseAsset(
            app_id="keyword-assets",
            app_desc="keyword_assets",
            image_url_mask="",
            image_url_logo="",
            async_mode=False,
            http_redirects=False,
        )
        service = apprise.Apprise.instantiate(url, asset=asset)
    if service is None:
        return None
    # The URL may ask for more, but a tick of the sensor is cut off after a minute. Trying again is the outbox's job.
    service.socket_connect_timeout = min(service.socket_connect_timeout or TIMEOUT_SECONDS, TIMEOUT_SECONDS)
    service.socket_read_timeout = min(service.socket_read_timeout or TIMEOUT_SECONDS, TIMEOUT_SECONDS)
    service.retry, service.optional = 0, False
    # Whatever the URL says: a message and its token, sent on to where an answer says, are somebody else's.
    service.redirects = False
    return service


def _schemes(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else list(given or ())


def _takes_files(service: Any) -> bool:
    # Incoming webhooks of Slack and Webex leave files out and say nothing of it.
    return bool(service.attachment_support) and "hook" not in str(getattr(service, "mode", ""))


def _sizes(paths: Sequence[Path]) -> dict[Path, int]:
    """The files that are there and ours, with their bytes."""
    return {path: size for path in paths if (size := own_files.size(path)) is not None}


def _kind_of(path: Path) -> str:
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def _chosen(sizes: Mapping[Path, int], most_mb: int) -> tuple[Path, ...]:
    """In their order, each file that still fits."""
    chosen: list[Path] = []
    left = most_mb * _MB
    for path, size in sizes.items():
        # Four characters for three bytes, and a line break after 76 of them.
        encoded = -(-size // 3) * 4 * 78 // 76
        if encoded <= left:
            chosen.append(path)
            left -= encoded
    return tuple(chosen)


def _told(message: Message, files: tuple[Path, ...], sizes: Mapping[Path, int], reason: str, most_mb: int) -> Message:
    """The message with these of its files; it says where the others are, and why they are not with it."""
    lines = [message.body]
    if there := [path for path in sizes if path not in files]:
        lines += ["", say(f"notify.left_out_{reason}", most=most_mb)]
        # Rounded up to a tenth.
        lines += [say("notify.file", path=path, mb=-(-sizes[path] * 10 // _MB) / 10) for path in there[:_FILES_SHOWN]]
        if (more := len(there) - _FILES_SHOWN) > 0:
            lines.append(say("notify.more_files", count=more))
    if gone := [path.name for path in message.attachments if path not in sizes]:
        lines += ["", say("notify.gone", names=", ".join(gone))]
    return replace(message, body="\n".join(lines), attachments=files)


def _cause(result: "apprise.AppriseResult", seconds: float) -> str:
    """Why, from what apprise logged: only a number is taken from that, for the rest may quote the URL."""
    from apprise import AppriseResultStatus

    if result.status == AppriseResultStatus.TIMEOUT:
        return say("notify.timeout", seconds=seconds)
    said = " ".join(str(entry.message) for entry in result.logs())
    if status := re.search(r"error=(3\d\d)\b", said):
        return say("notify.redirected", status=status[1])
    if status := re.search(r"error=(\d{3})\b", said):
        return say("notify.refused", status=status[1])
    # What the environment says and requests cannot use, where there is anything: its own words may quote a password.
    return next((str(fault) for fault in surroundings.faults_of_alerts()), say("notify.failed"))


@contextmanager
def _patient(service: Any, seconds: float) -> Iterator[None]:
    """With no less than so many seconds to connect, and between two signs of life."""
    usual = service.socket_connect_timeout, service.socket_read_timeout
    service.socket_connect_timeout, service.socket_read_timeout = (max(seconds, wait) for wait in usual)
    try:
        yield
    finally:
        service.socket_connect_timeout, service.socket_read_timeout = usual


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
