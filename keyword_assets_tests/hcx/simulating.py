"""Requests to a simulator, written out only as far as a test is about them."""

import json
from collections.abc import Sequence
from typing import Any

import httpx

from keyword_assets.hcx.connection import http_client

KEY = "nv-test-0123456789"
CATEGORIES = ("학교폭력", "전학, 편입", "검정고시", "기타")


def connect(url: str, key: str = KEY, **options: Any) -> httpx.Client:
    """A client for a simulator; a loopback server is not asked through anybody's proxy."""
    # Ours, because each of httpx's own reads a file of certificates, which takes longer than most requests.
    return http_client(httpx.Client, url, headers={"Authorization": f"Bearer {key}"}, timeout=30, **options)


def schema(categories: Sequence[str] = CATEGORIES) -> dict[str, Any]:
    """The form of an answer."""
    keyword = {
        "type": "object",
        "properties": {"keyword": {"type": "string"}, "category": {"type": "string", "enum": list(categories)}},
        "required": ["keyword", "category"],
    }
    keywords = {"type": "array", "minItems": 1, "maxItems": 3, "items": keyword}
    answer = {"type": "object", "properties": {"id": {"type": "integer"}, "keywords": keywords}}
    return {"type": "object", "properties": {"answers": {"type": "array", "items": answer}}, "required": ["answers"]}


def document(*texts: str) -> str:
    """The last user message about these questions."""
    return json.dumps({"questions": [{"id": n, "text": text} for n, text in enumerate(texts)]}, ensure_ascii=False)


def structured(*texts: str, **changes: Any) -> dict[str, Any]:
    """A good request to HCX-007; a change to None leaves a field out."""
    body = {
        "messages": [{"role": "system", "content": "분류하세요."}, {"role": "user", "content": document(*texts)}],
        "thinking": {"effort": "none"},
        "maxCompletionTokens": 4096,
        "responseFormat": {"type": "json", "schema": schema()},
    }
    return _changed(body, changes)


def calling(*texts: str, **changes: Any) -> dict[str, Any]:
    """A good request to a model with tools."""
    function = {"name": "save_answers", "description": "답을 저장합니다.", "parameters": schema()}
    body = {
        "messages": [{"role": "user", "content": document(*texts)}],
        "maxTokens": 2048,
        "tools": [{"type": "function", "function": function}],
        "toolChoice": {"type": "function", "function": {"name": "save_answers"}},
    }
    return _changed(body, changes)


def plain(text: str = "안녕하세요, 전학 절차를 알려 주세요.", **changes: Any) -> dict[str, Any]:
    """A good request without questions, for any model."""
    return _changed({"messages": [{"role": "user", "content": text}]}, changes)


def _changed(body: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (body | changes).items() if value is not None}


def chat(client: httpx.Client, body: dict[str, Any], model: str = "HCX-007", **options: Any) -> httpx.Response:
    """What the simulator makes of a chat request."""
    return client.post(f"/v3/chat-completions/{model}", json=body, **options)


def refused(response: httpx.Response) -> tuple[int, str, str]:
    """HTTP status, code and message of a refusal."""
    assert response.json()["result"] is None
    status = response.json()["status"]
    return response.status_code, status["code"], status["message"]


def content(response: httpx.Response) -> str:
    """The text of a successful answer."""
    assert response.json()["status"] == {"code": "20000", "message": "OK"}, response.text
    text: str = response.json()["result"]["message"]["content"]
    return text


def answers(response: httpx.Response) -> list[dict[str, Any]]:
    """The answers of a structured output."""
    found: list[dict[str, Any]] = json.loads(content(response))["answers"]
    return found
