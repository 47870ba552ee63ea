"""The `result` of a chat completion, and its frames when it is streamed."""

import json
import random
import string
import time
import uuid
from collections.abc import Iterator
from typing import Any

from keyword_assets.hcx.simulator.replies import Reply
from keyword_assets.hcx.simulator.requests import ChatRequest
from keyword_assets.hcx.simulator.settings import SimulatorSettings

_CALL_ID_CHARS = string.ascii_letters + string.digits
_CHARS_IN_A_FRAME = 12
# Nothing the simulator says is ever sensitive ("2"), and the scale of the real service is this way round.
_FILTERS = (("curse", "insult"), ("curse", "discrimination"), ("unsafeContents", "sexualHarassment"))


def chat_result(request: ChatRequest, reply: Reply, settings: SimulatorSettings) -> dict[str, Any]:
    """The documented result of a chat completion."""
    message: dict[str, Any] = {"role": "assistant", "content": reply.content}
    if reply.thinking is not None:
        message["thinkingContent"] = reply.thinking
    if reply.call:
        name, arguments = reply.call
        function = {"name": name, "arguments": arguments}
        message["toolCalls"] = [{"id": _call_id(), "type": "function", "function": function}]
    usage: dict[str, Any] = {
        "promptTokens": request.input_tokens,
        "completionTokens": reply.tokens,
        "totalTokens": request.input_tokens + reply.tokens,
    }
    if reply.thinking is not None:
        usage["completionTokensDetails"] = {"thinkingTokens": reply.thinking_tokens}
    result = {
        "message": message,
        "finishReason": reply.finish_reason,
        "created": int(time.time()) if settings.created_in_seconds else time.time_ns() // 1_000_000,
        "seed": request.body.get("seed") or random.randint(1, 2**32 - 1),
        "usage": usage,
    }
    if request.body.get("includeAiFilters"):
        result["aiFilter"] = [{"groupName": g, "name": n, "score": "2", "result": "OK"} for g, n in _FILTERS]
    return result


def _call_id() -> str:
    return "call_" + "".join(random.choices(_CALL_ID_CHARS, k=24))


def stream_frames(result: dict[str, Any], settings: SimulatorSettings) -> Iterator[bytes]:
    """A result as server-sent events: its pieces, the whole once more, and the signal that it is over."""
    for delta in _deltas(result["message"]):
        head = {"message": {"role": "assistant", **delta}, "finishReason": None}
        yield frame("token", head | {"created": result["created"], "seed": result["seed"], "usage": None}, settings)
    yield frame("result", result, settings)
    if settings.stream_done_signal:
        yield frame("signal", {"data": "[DONE]"}, settings)


def frame(event: str, data: dict[str, Any], settings: SimulatorSettings) -> bytes:
    """One server-sent event."""
    colon = ": " if settings.stream_space_after_colon else ":"
    fields = {"id": uuid.uuid4(), "event": event, "data": json.dumps(data, ensure_ascii=False)}
    return ("".join(f"{name}{colon}{value}\n" for name, value in fields.items()) + "\n").encode()


def _deltas(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for piece in _cut(message.get("thinkingContent", "")):
        yield {"thinkingContent": piece}
    for piece in _cut(message["content"]):
        yield {"content": piece}
    for call in message.get("toolCalls", []):
        function = call["function"]
        yield {"toolCalls": [{"id": call["id"], "type": "function", "function": {"name": function["name"]}}]}
        for piece in _cut(json.dumps(function["arguments"], ensure_ascii=False)):
            yield {"toolCalls": [{"type": "function", "function": {"partialJson": piece}}]}


def _cut(text: str) -> Iterator[str]:
    for start in range(0, len(text), _CHARS_IN_A_FRAME):
        yield text[start : start + _CHARS_IN_A_FRAME]
