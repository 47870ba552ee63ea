"""HCX's own count of a request's input tokens (API guide `clovastudio-tokenizerhcxv3`); it is not billed."""

import logging
from collections.abc import Mapping
from typing import Any

import httpx

log = logging.getLogger(__name__)


def path_of(model: str) -> str:
    """The path of the token counter."""
    return f"/v3/api-tools/chat-tokenize/{model}"


async def count_input(http: httpx.AsyncClient, model: str, body: Mapping[str, Any]) -> int | None:
    """The input tokens of a chat request, or None when the counter is not to be had: then the first answer tells.

    Args:
        http: a client with base URL and key.
        model: the model's name.
        body: the body of the chat request.
    """
    counted = {name: body[name] for name in ("messages", "tools", "toolChoice", "responseFormat") if name in body}
    try:
        answer = await http.post(path_of(model), json=counted)
        result = answer.raise_for_status().json()["result"]
        return sum_of_counts(result)
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        # Their words quote the address, or what the answer held.
        status = f"HTTP {error.response.status_code}" if isinstance(error, httpx.HTTPStatusError) else ""
        log.info("HCX tokenizer: %s %s", type(error).__name__, status)
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
        total += sum(int(part["count"]) for part in (content if isinstance(content, list) else [content]))
    return total + sum(int(result[name]["count"]) for name in ("tools", "responseFormat") if name in result)
