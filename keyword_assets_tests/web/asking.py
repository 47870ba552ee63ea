"""Requests as a server hands them to an ASGI application, without the server."""

import asyncio
import base64
from dataclasses import dataclass, field
from typing import Any

from keyword_assets.web.guard import App

JSON = {"content-type": "application/json"}


@dataclass
class Answer:
    """What came back."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def all(self, name: str) -> list[str]:
        """Each header of that name."""
        return [value for key, value in self.headers if key.lower() == name]


async def page(scope: Any, receive: Any, send: Any) -> None:
    """What stands behind: says 200 to everything, accepts every WebSocket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    headers = [(b"content-security-policy", b"object-src 'none'"), (b"referrer-policy", b"no-referrer")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"page"})


def scope_of(
    method: str = "GET",
    target: str = "/",
    headers: dict[str, str] | list[tuple[str, str]] | None = None,
    peer: str = "127.0.0.1",
) -> dict[str, Any]:
    """A request; with the method WS, a WebSocket's. Without a `host` it has the server's own."""
    given = list((headers or {}).items()) if not isinstance(headers, list) else headers
    if not any(name == "host" for name, _ in given):
        given = [("host", "127.0.0.1:3000"), *given]
    path, _, query = target.partition("?")
    return {
        "type": "websocket" if method == "WS" else "http",
        **({} if method == "WS" else {"method": method}),
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given if value],
        "client": (peer, 50_000),
    }


async def asked(app: App, scope: dict[str, Any]) -> Answer:
    """One request and its answer; a WebSocket's status is 101 or 403, as servers make it."""
    answer = Answer()

    async def send(message: Any) -> None:
        match message["type"]:
            case "http.response.start":
                answer.status = message["status"]
                answer.headers = [(name.decode(), value.decode()) for name, value in message["headers"]]
            case "http.response.body":
                answer.body += message["body"]
            case "websocket.accept":
                answer.status = 101
            case "websocket.close":
                answer.status = 403

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    await app(scope, receive, send)
    return answer


def ask(app: App, *request: Any, **more: Any) -> Answer:
    """The same from a test without a loop of its own."""
    return asyncio.run(asked(app, scope_of(*request, **more)))


def basic(name: str, password: str) -> dict[str, str]:
    """A log-in."""
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}
