"""The native v3 API in both directions: what a request looks like, and what a response says."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from keyword_assets.core.ports import Reply
from keyword_assets.core.prompts import answer_schema, system_message, user_message
from keyword_assets.core.questions import Mask, unmasked
from keyword_assets.core.quota import Meters
from keyword_assets.core.sizing import SizeLimits
from keyword_assets.core.taxonomy import Taxonomy

# With tools the API refuses a smaller output cap.
LEAST_CAP_WITH_TOOLS = 1024
_TOOL = "save_keywords"
_MASK = b"***"
# What of an answer is kept to explain why it could not be used.
_EXCERPT_CHARS = 500


def uses_structured_output(model: str) -> bool:
    """HCX-007 has structured outputs; the others answer in the arguments of a function call."""
    return model == "HCX-007"


def least_cap(model: str) -> int:
    """The smallest output cap that the API takes in the form in which we ask this model."""
    return 0 if uses_structured_output(model) else LEAST_CAP_WITH_TOOLS


def size_limits(
    model: str, requests: int, tokens: int, *, context_tokens: int, output_tokens: int, batch_size: int | None
) -> SizeLimits:
    """What a request to the model must fit into.

    Args:
        model: its name.
        requests: how many requests the quota of a window allows.
        tokens: how many tokens.
        context_tokens: the most that the model takes in.
        output_tokens: the most that it gives.
        batch_size: a fixed number of questions in one request, or None.
    """
    return SizeLimits(requests, tokens, context_tokens, output_tokens, least_cap(model), batch_size)


def is_local(base_url: str) -> bool:
    """Whether the server is on this machine: then the environment's proxy, meant for the world outside, is not used."""
    return urlsplit(base_url).hostname in ("127.0.0.1", "localhost", "::1")


def path_of(model: str) -> str:
    """The path of the chat endpoint."""
    return f"/v3/chat-completions/{model}"


def request_body(model: str, taxonomy: Taxonomy, texts: Sequence[str], cap: int) -> dict[str, Any]:
    """The JSON body that asks about these texts with an output cap of so many tokens."""
    body: dict[str, Any] = {
        "messages": [
            {"role": "system", "content": system_message(taxonomy)},
            {"role": "user", "content": user_message(texts)},
        ],
        # As repeatable as it gets: the same question should find the same keywords tomorrow.
        "temperature": 0.0,
    }
    schema = answer_schema(taxonomy)
    if uses_structured_output(model):
        # Thinking is on by default and excludes structured outputs; this model knows only the newer name of the cap.
        body |= {
            "maxCompletionTokens": cap,
            "thinking": {"effort": "none"},
            "responseFormat": {"type": "json", "schema": schema},
        }
    else:
        function = {"name": _TOOL, "description": "질문별 키워드와 분류를 저장한다", "parameters": schema}
        body |= {
            "maxTokens": cap,
            "tools": [{"type": "function", "function": function}],
            "toolChoice": {"type": "function", "function": {"name": _TOOL}},
        }
    return body


@dataclass(frozen=True)
class Response:
    """What a response says: an error (`code` other than 20000, or None where there was no envelope), or a reply."""

    http_status: int
    code: str | None
    message: str
    reply: Reply | None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    reset_seconds: float | None = None
    meters: Meters | None = None

    @property
    def reason(self) -> str:
        """An error in one line: `HTTP 429 42901 Too many requests`."""
        return " ".join(str(part) for part in ("HTTP", self.http_status, self.code, self.message) if part)


def read_response(response: httpx.Response, request_id: str, secret: str, mask: Mask = unmasked) -> Response:
    """Understand a response whatever it contains; never raises on what a server sent.

    The secret is masked before anything else: servers do echo what they refuse, and their words are kept and shown.
    For the same reason `mask` hides the personal data in them, and does so before they are shortened.
    """
    content = response.content.replace(secret.encode(), _MASK) if secret else response.content
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        document = None
    status = document.get("status") if isinstance(document, Mapping) else None
    code = str(status["code"]) if isinstance(status, Mapping) and "code" in status else None
    message = mask(str(status.get("message") or "")) if isinstance(status, Mapping) else ""
    if not response.is_success or (code is not None and code != "20000"):
        reset = seconds_until_reset(response.headers)
        said = message or httpx.codes.get_reason_phrase(response.status_code)
        return Response(response.status_code, code, said, None, reset_seconds=reset)
    result = document.get("result") if isinstance(document, Mapping) else None
    if code is None or not isinstance(result, Mapping):
        reply = Reply(
            None,
            "not_json" if document is None else "no_result",
            False,
            _excerpt(mask(content.decode("utf-8", "replace"))),
            request_id,
        )
        return Response(response.status_code, code, message, reply)
    usage = result.get("usage")
    # Totals are not trusted: official samples do not add up.
    return Response(
        response.status_code,
        code,
        message,
        _reply(result, request_id, mask),
        _count(usage, "promptTokens"),
        _count(usage, "completionTokens"),
        meters=read_meters(response.headers),
    )


def _reply(result: Mapping[str, Any], request_id: str, mask: Mask) -> Reply:
    message = result.get("message")
    message = message if isinstance(message, Mapping) else {}
    truncated = result.get("finishReason") == "length"
    raw = _arguments(message)
    if raw is None:
        raw = message.get("content")
    if isinstance(raw, str):
        try:
            return Reply(json.loads(raw), None, truncated, _excerpt(mask(raw)), request_id)
        except (ValueError, RecursionError):
            document = _whole_answers(raw) if truncated else None
            return Reply(document, "truncated" if truncated else "not_json", truncated, _excerpt(mask(raw)), request_id)
    if raw is None:
        return Reply(None, "truncated" if truncated else "no_content", truncated, "", request_id)
    return Reply(raw, None, truncated, _excerpt(mask(json.dumps(raw, ensure_ascii=False))), request_id)


_ANSWERS_BEGIN = re.compile(r'\s*\{\s*"answers"\s*:\s*\[')
_SEPARATOR = re.compile(r"[\s,]*")


def _whole_answers(raw: str) -> dict[str, Any] | None:
    """The answers that were complete when the output cap cut the document off; None when there is none."""
    if (begin := _ANSWERS_BEGIN.match(raw)) is None:
        return None
    decoder, at, answers = json.JSONDecoder(), begin.end(), []
    while separator := _SEPARATOR.match(raw, at):
        try:
            answer, at = decoder.raw_decode(raw, separator.end())
        except (ValueError, RecursionError):
            break
        answers.append(answer)
    # A bare number at the cut may have lost its end; an object has its closing brace.
    whole = [answer for answer in answers if isinstance(answer, dict)]
    ids = [repr(answer.get("id")) for answer in whole]
    # Where ids come twice, the second one of the last may be what was cut off.
    return {"answers": whole} if whole and len(set(ids)) == len(ids) else None


def _arguments(message: Mapping[str, Any]) -> Any:
    """The arguments of the tool call, an object by the documents and a string on some servers; None without a call."""
    calls = message.get("toolCalls")
    call = calls[0] if isinstance(calls, list) and calls else None
    function = call.get("function") if isinstance(call, Mapping) else None
    return function.get("arguments") if isinstance(function, Mapping) else None


def _count(usage: Any, name: str) -> int:
    value = usage.get(name) if isinstance(usage, Mapping) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def _excerpt(text: str) -> str:
    return text[:_EXCERPT_CHARS]


def read_meters(headers: Mapping[str, str]) -> Meters | None:
    """What `x-ratelimit-limit-*` and `-remaining-*` say, or None when they say nothing.

    A meter whose reset is negative is not believed: that is how the service was seen to speak when its books were not
    in order.
    """
    read: dict[str, int | None] = {}
    for meter in ("requests", "tokens"):
        reset = _seconds(headers.get(f"x-ratelimit-reset-{meter}", ""))
        for what in ("limit", "remaining"):
            text = headers.get(f"x-ratelimit-{what}-{meter}", "").strip()
            credible = text.isascii() and text.isdigit() and (reset is None or reset >= 0)
            read[f"{what}_{meter}"] = int(text) if credible else None
    meters = Meters(**read)
    return None if meters == Meters() else meters


_DURATION = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(ms|s|m|h)?\s*")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}


def seconds_until_reset(headers: Mapping[str, str]) -> float | None:
    """How long until the fuller meter is free again, from `x-ratelimit-reset-*` or `Retry-After`.

    The values come as `42s`, `2.5s`, `1m30s` or a bare number. A negative one says nothing (they are seen together with
    nothing remaining), so it counts as absent.
    """
    resets = [
        seconds
        for name in ("x-ratelimit-reset-requests", "x-ratelimit-reset-tokens", "retry-after")
        if (seconds := _seconds(headers.get(name, ""))) is not None and seconds > 0
    ]
    return max(resets, default=None)


def _seconds(text: str) -> float | None:
    parts = list(_DURATION.finditer(text))
    if not parts or "".join(part.group(0) for part in parts) != text:
        return None
    return sum(float(part.group(1)) * _UNITS[part.group(2)] for part in parts)
