"""Apprise, which knows a hundred services by their URLs (https://appriseit.com lists them), made safe to use.

The URLs are secrets, for they hold tokens and passwords, and apprise's own words may quote them: what leaves this
module is a service, its scheme, and an HTTP status.
"""

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any

from keyword_assets.addresses import is_this_machine
from keyword_assets.configuration import surroundings
from keyword_assets.core.texts import say

if TYPE_CHECKING:
    import apprise

# To connect, and between two signs of life.
TIMEOUT_SECONDS = 5.0


def service_of(url: str) -> Any:
    """The service of a URL; None if it is of none that is known, or lacks something."""
    with quietly():
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


def parts_of(service: Any) -> list[tuple[str, Any]]:
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


def plain_scheme(service: Any) -> str | None:
    """The scheme of its URL where that has others read what is sent to another machine; None for all else."""
    kind, plain = type(service), _schemes(type(service).protocol)
    if not plain or not _schemes(kind.secure_protocol) or is_this_machine(service.host):
        return None
    secure = service.secure
    if hasattr(service, "secure_mode"):
        # Mail has two ways, and some providers are known to want one of them.
        secure = service.secure_mode != "insecure"
    return None if secure else plain[0]


def _schemes(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else list(given or ())


def takes_files(service: Any) -> bool:
    """Whether files arrive with a message."""
    # Incoming webhooks of Slack and Webex leave files out and say nothing of it.
    return bool(service.attachment_support) and "hook" not in str(getattr(service, "mode", ""))


def cause_of(result: "apprise.AppriseResult", seconds: float) -> str:
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
def patient(service: Any, seconds: float) -> Iterator[None]:
    """With no less than so many seconds to connect, and between two signs of life."""
    usual = service.socket_connect_timeout, service.socket_read_timeout
    service.socket_connect_timeout, service.socket_read_timeout = (max(seconds, wait) for wait in usual)
    try:
        yield
    finally:
        service.socket_connect_timeout, service.socket_read_timeout = usual


@contextmanager
def quietly() -> Iterator[None]:
    """Without a word from apprise or from the library below it: what they log may quote a URL."""
    for name in ("apprise", "urllib3.connectionpool"):
        # For good, because a delivery that was cut off may have something to say later. Warnings of apprise's are what
        # `cause_of` looks through; they go no further.
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.propagate = False
    with warnings.catch_warnings():
        # Loading its hundred services, apprise looks for a module that Python 3.13 has dropped.
        warnings.simplefilter("ignore", DeprecationWarning)
        yield
