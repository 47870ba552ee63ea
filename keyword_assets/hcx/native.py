"""CLOVA Studio's native v3 API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx

from keyword_assets.configuration.hcx_models import ModelFacts
from keyword_assets.core.classifying.prompts import answer_schema, system_message, user_message
from keyword_assets.core.ports.model import Reply
from keyword_assets.core.questions import Mask, unmasked
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.hcx.codes import fate_of, is_code
from keyword_assets.hcx.contents import EXCERPT_CHARS, parsed, reply_of
from keyword_assets.hcx.headers import read_meters, seconds_until_reset
from keyword_assets.hcx.pages import is_page, page_of
from keyword_assets.hcx.wire import Response
from keyword_assets.hcx.words import MASK, MASKED_CHARS, MESSAGE_CHARS, hiding, words

_TOOL = "save_keywords"
_OK = "20000"
# What of a body the token counter takes (API guide `clovastudio-tokenizerhcxv3`).
_COUNTED = ("messages", "tools", "toolChoice", "responseFormat")
# No model takes in more.
_MOST_COUNTED = 10_000_000


@dataclass(frozen=True)
class NativeWire:
    """One model's requests and replies; see `Wire`."""

    model: str
    facts: ModelFacts

    @property
    def path(self) -> str:
        """Where questions go."""
        return f"/v3/chat-completions/{self.model}"

    @property
    def counter_path(self) -> str:
        """Where tokens are counted for nothing."""
        return f"/v3/api-tools/chat-tokenize/{self.model}"

    def headers(self, request_id: str) -> dict[str, str]:
        """The header by which the server's own log finds a request."""
        return {"X-NCP-CLOVASTUDIO-REQUEST-ID": request_id}

    def body(
        self, taxonomy: Taxonomy, texts: Sequence[str], cap: int, ids: Sequence[int] | None = None
    ) -> dict[str, Any]:
        """The body of a question; the model's facts say how it is made to answer in our schema."""
        body: dict[str, Any] = {
            "messages": [
                {"role": "system", "content": system_message(taxonomy)},
                {"role": "user", "content": user_message(texts, ids)},
            ],
            # As repeatable as it gets: the same question should find the same keywords tomorrow.
            "temperature": 0.0,
            self.facts.cap_name: cap,
        }
        schema = answer_schema(taxonomy)
        if self.facts.thinks:
            body["thinking"] = {"effort": "none"}
        if self.facts.structured:
            body["responseFormat"] = {"type": "json", "schema": schema}
        else:
            function = {"name": _TOOL, "description": "질문별 키워드와 분류를 저장한다", "parameters": schema}
            body |= {
                "tools": [{"type": "function", "function": function}],
                "toolChoice": {"type": "function", "function": {"name": _TOOL}},
            }
        return body

    def counted(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """What the counter is sent of a body."""
        return {name: body[name] for name in _COUNTED if name in body}

    def count(self, document: Any) -> int:
        """All counts of the counter's answer: messages part by part, tools and the response format.

        A message's content is an array of parts in most samples of the documents and one bare part in another.
        """
        total, result = 0, document["result"]
        for message in result["messages"]:
            content = message["content"]
            total += sum(_counted(part) for part in (content if isinstance(content, list) else [content]))
        return total + sum(_counted(result[name]) for name in ("tools", "responseFormat") if name in result)

    def read(
        self, response: httpx.Response, request_id: str, secret: str, mask: Mask = unmasked, *, cut: bool = False
    ) -> Response:
        """What the response says; token counts that the model's context does not hold are not believed."""
        content = response.content.replace(secret.encode(), MASK.encode()) if secret else response.content
        hide, document = hiding(secret, mask), None if cut else parsed(content)
        error = _error(response, content, document, hide)
        if error is not None:
            return error
        result = document.get("result") if isinstance(document, Mapping) else None
        code, message = _code_and_message(document, hide)
        if code is None or not isinstance(result, Mapping):
            problem = "too_long" if cut else "not_json" if document is None else "no_result"
            begins = content[: 4 * MASKED_CHARS].decode("utf-8", "replace")
            reply = Reply(None, problem, False, partial(words, begins, EXCERPT_CHARS, hide), request_id)
            return Response(response.status_code, code, message, reply)
        # Totals are not trusted: official samples do not add up.
        usage = result.get("usage")
        bill = usage if isinstance(usage, Mapping) else {}
        most = self.facts.context_tokens
        counts = {name: _billed(bill, name, most) for name in ("promptTokens", "completionTokens")}
        truncated = result.get("finishReason") == "length"
        reply, written = reply_of(_written(result), request_id, hide, secret, truncated=truncated)
        return Response(
            response.status_code,
            code,
            message,
            reply,
            counts["promptTokens"] or 0,
            counts["completionTokens"] or 0,
            meters=read_meters(response.headers),
            written=written,
            doubted={name: bill[name] for name, count in counts.items() if count is None},
        )


def _error(response: httpx.Response, content: bytes, document: Any, hide: Mask) -> Response | None:
    """What the response says if it is an error, be it of HCX or of somebody in its place; None if it is none."""
    code, message = _code_and_message(document, hide)
    page = None
    if not is_code(code) and (not response.is_success or document is not None or is_page(response, content)):
        code, message, page = None, "", page_of(response, content, hide)
    elif code is None or code == _OK:
        return None
    return Response(
        response.status_code,
        code,
        message,
        None,
        reset_seconds=seconds_until_reset(response.headers),
        page=page,
        fate=fate_of(response.status_code, code),
    )


def _code_and_message(document: Any, hide: Mask) -> tuple[str | None, str]:
    status = document.get("status") if isinstance(document, Mapping) else None
    if not isinstance(status, Mapping):
        return None, ""
    code, message = status.get("code"), status.get("message")
    number = isinstance(code, int) and not isinstance(code, bool) and 0 <= code < 100_000
    return (
        code if isinstance(code, str) else str(code) if number else None,
        words(message, MESSAGE_CHARS, hide) if isinstance(message, str) else "",
    )


def _written(result: Mapping[str, Any]) -> Any:
    """What the model wrote: the arguments of the call that it was made to make, or else the content."""
    message = result.get("message")
    message = message if isinstance(message, Mapping) else {}
    arguments = _arguments(message)
    return message.get("content") if arguments is None else arguments


def _arguments(message: Mapping[str, Any]) -> Any:
    """The arguments of the tool call, an object by the documents and a string on some servers; None without a call."""
    calls = message.get("toolCalls")
    call = calls[0] if isinstance(calls, list) and calls else None
    function = call.get("function") if isinstance(call, Mapping) else None
    return function.get("arguments") if isinstance(function, Mapping) else None


def _billed(usage: Mapping[str, Any], name: str, most: int) -> int | None:
    """A number of tokens: 0 where none is given, None where it cannot be one."""
    value = usage.get(name)
    if value is None:
        return 0
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most else None


def _counted(part: Any) -> int:
    count = part["count"]
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= _MOST_COUNTED:
        raise ValueError("no number of tokens")
    return count
