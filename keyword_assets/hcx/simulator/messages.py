"""The rules for the messages of a request."""

from collections.abc import Mapping, Sequence
from typing import Any

from keyword_assets.configuration.hcx_models import ModelFacts
from keyword_assets.hcx.simulator.envelope import Refusal, invalid

_ROLES = frozenset({"system", "user", "assistant", "tool"})
_MOST_IMAGES = 5


def check_messages(model: ModelFacts, body: Mapping[str, Any]) -> None:
    """Refuse messages that the API or the model does not take.

    Raises:
        Refusal: 40001 for their form, 40004 for an empty text, 40009 and others for images.
    """
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise invalid("messages")
    for message in messages:
        _check_message(message)
    if sum(message["role"] == "system" for message in messages) > 1:
        raise invalid("messages")
    _check_images(model, body)


def last_user_text(messages: Sequence[Mapping[str, Any]]) -> str:
    """The text of the last user message; empty if there is none."""
    content = next((m["content"] for m in reversed(messages) if m["role"] == "user"), "")
    if isinstance(content, str):
        return content
    return "".join(part["text"] for part in content if part["type"] == "text")


def _check_message(message: object) -> None:
    role = message.get("role") if isinstance(message, Mapping) else None
    if not isinstance(message, Mapping) or not isinstance(role, str) or role not in _ROLES:
        raise invalid("messages")
    if role == "tool" and not isinstance(message.get("toolCallId"), str):
        raise invalid("messages")
    content = message.get("content")
    if isinstance(content, list) and content:
        for part in content:
            _check_part(part)
    elif not isinstance(content, str):
        raise invalid("messages")
    elif not content.strip() and not message.get("toolCalls"):
        raise Refusal("40004")


def _check_part(part: object) -> None:
    kind = part.get("type") if isinstance(part, Mapping) else None
    if not isinstance(part, Mapping) or kind not in ("text", "image_url"):
        raise invalid("messages")
    if kind == "text" and not isinstance(part.get("text"), str):
        raise invalid("messages")
    if kind == "text" and not part["text"].strip():
        raise Refusal("40004")
    if kind == "image_url" and not (part.get("imageUrl") or part.get("dataUri")):
        raise invalid("messages")


def _check_images(model: ModelFacts, body: Mapping[str, Any]) -> None:
    """Images are counted, never fetched or looked at."""
    counts = [
        sum(part["type"] == "image_url" for part in message["content"])
        for message in body["messages"]
        if isinstance(message["content"], list)
    ]
    if not any(counts):
        return
    if not model.sees:
        raise Refusal("40009", "Unsupported input format")
    if max(counts) > 1:
        raise Refusal("40000", "Each user message can contain only one image")
    if sum(counts) > _MOST_IMAGES:
        raise Refusal("40003", "Image limit exceeded")
    if body.get("tools"):
        raise Refusal("40009")
