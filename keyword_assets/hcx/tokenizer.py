"""HCX's own count of a request's input tokens (API guide `clovastudio-tokenizerhcxv3`); it is not billed."""

import logging
from collections.abc import Mapping
from typing import Any

import httpx

from keyword_assets.hcx import exchange

log = logging.getLogger(__name__)

# Longer than any count took.
_SECONDS = 10.0
# No model takes in more.
_MOST_TOKENS = 10_000_000


def path_of(model: str) -> str:
    """The path of the token counter."""
    return f"/v3/api-tools/chat-tokenize/{model}"


async def count_input(
    http: httpx.AsyncClient, model: str, body: Mapping[str, Any], seconds: float = _SECONDS
) -> int | None:
    """The input tokens of a chat request, or None when the counter is not to be had: then the first answer tells.

    Args:
        http: a client with base URL and key.
        model: the model's name.
        body: the body of the chat request.
        seconds: after so many it is not to be had.
    """
    counted = {name: body[name] for name in ("messages", "tools", "toolChoice", "responseFormat") if name in body}
    try:
        received = await exchange.post(http, path_of(model), counted, seconds=seconds)
        answer = received.response
        if not answer.is_success or received.cut:
            log.info("HCX tokenizer: HTTP %s", answer.status_code)
            return None
        return sum_of_counts(answer.json()["result"])
    except (exchange.Unanswered, ValueError, KeyError, TypeError, RecursionError) as error:
        # Other errors quote what the answer held.
        log.info("HCX tokenizer: %s", error.name if isinstance(error, exchange.Unanswered) else type(error).__name__)
        return None


def sum_of_counts(result: Any) -> int:
    """All counts of an answer: messages part by part, tools and the response format.

    A message's content is an array of parts in most samples of the documents and one bare part in another.

    Raises:
        KeyError, TypeError, ValueError: the answer has another form.
    """
    total = 0
    for message in result["messages"]:
        content = message["content"]
        total += sum(_count(part) for part in (content if isinstance(content, list) else [content]))
    return total + sum(_count(result[name]) for name in ("tools", "responseFormat") if name in result)


def _count(part: Any) -> int:
    count = part["count"]
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= _MOST_TOKENS:
        raise ValueError("no number of tokens")
    return count
