"""The `result` of a chat completion."""

import random
import string
import time
from typing import Any

from keyword_assets.hcx.simulator.replies import Completion
from keyword_assets.hcx.simulator.requests import ChatRequest

_CALL_ID_CHARS = string.ascii_letters + string.digits
# Nothing the simulator says is ever sensitive ("2"), and the scale of the real service is this way round.
_FILTERS = (("curse", "insult"), ("curse", "discrimination"), ("unsafeContents", "sexualHarassment"))


def chat_result(request: ChatRequest, reply: Completion) -> dict[str, Any]:
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
        "created": time.time_ns() // 1_000_000,
        "seed": request.body.get("seed") or random.randint(1, 2**32 - 1),
        "usage": usage,
    }
    if request.body.get("includeAiFilters"):
        result["aiFilter"] = [{"groupName": g, "name": n, "score": "2", "result": "OK"} for g, n in _FILTERS]
    return result


def _call_id() -> str:
    return "call_" + "".join(random.choices(_CALL_ID_CHARS, k=24))
