"""HCX's own count of a request's input tokens; it is not billed."""

import logging
from collections.abc import Mapping
from typing import Any

import httpx

from keyword_assets.hcx import exchange
from keyword_assets.hcx.wire import Wire

log = logging.getLogger(__name__)

# Longer than any count took.
_SECONDS = 10.0


async def count_input(
    http: httpx.AsyncClient, wire: Wire, body: Mapping[str, Any], seconds: float = _SECONDS
) -> int | None:
    """The input tokens of a chat request, or None when the counter is not to be had: then the first answer tells.

    Args:
        http: a client with base URL and key.
        wire: the model's API.
        body: the body of the chat request.
        seconds: after so many it is not to be had.
    """
    try:
        received = await exchange.post(http, wire.counter_path, wire.counted(body), seconds=seconds)
        answer = received.response
        if not answer.is_success or received.cut:
            log.info("HCX tokenizer: HTTP %s", answer.status_code)
            return None
        return wire.count(answer.json())
    except (exchange.Unanswered, ValueError, KeyError, TypeError, RecursionError) as error:
        # Other errors quote what the answer held.
        log.info("HCX tokenizer: %s", error.name if isinstance(error, exchange.Unanswered) else type(error).__name__)
        return None
