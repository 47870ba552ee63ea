"""The dead man's switch: an address that is called when yesterday is done.

The service behind it raises an alarm when nothing calls for too long: the one alarm for which no process of ours has to
be alive.
"""

import asyncio
import logging
import ssl

import httpx

from keyword_assets.configuration.sources import scrubbed
from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.texts import say
from keyword_assets.hcx.connection import http_client

log = logging.getLogger(__name__)

# A whole call. The run has ended, but for this.
SECONDS = 10.0


async def call(url: str) -> bool:
    """Call the address; returns whether it took that. Where not, it is logged, and the next run calls again.

    It leads nowhere else: what answers with another address has not taken it.
    """
    try:
        status = await _status_of(url)
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, TimeoutError, KeywordAssetsError) as error:
        log.warning(say("heartbeat.failed", reason=scrubbed(str(error) or type(error).__name__)))
        return False
    if not httpx.codes.is_success(status):
        log.warning(say("heartbeat.failed", reason=f"HTTP {status}"))
        return False
    log.info(say("heartbeat.called"))
    return True


async def _status_of(url: str) -> int:
    async with (
        asyncio.timeout(SECONDS),
        http_client(httpx.AsyncClient, url, timeout=SECONDS, follow_redirects=False) as client,
        # What it says beyond that is not read.
        client.stream("GET", url) as response,
    ):
        return response.status_code
