"""Keeps pages of others away from a webserver of ours, whatever stands behind it.

A browser sends requests for any page that it shows, also to servers of this machine and with the passwords that it
keeps for them. So it is looked at what the browser says of where a request comes from:

- `Host` must be a name of this server: else a page has led its own name here (DNS rebinding), and reads what it likes.
- `Origin`, which a browser sends along with all that writes and with every WebSocket, must be the server's own.
- `Sec-Fetch-Site`, which it sends along with the rest, must not say that another site asks; but for a person who has
  followed a link to a page.
- What is posted must be JSON: forms, which any page may send anywhere, cannot say that. A page of ours that consists of
  forms takes them instead, and has to put a secret into each.

What says nothing of its origin is no browser but curl or a program; those that can reach the server may use it, with a
log-in where one is asked for.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from keyword_assets.addresses import address_of, is_this_machine
from keyword_assets.core.foreign import visible
from keyword_assets.core.texts import say
from keyword_assets.web.door import Door

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

JSON, FORMS = "application/json", "application/x-www-form-urlencoded"

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::(?P<port>[0-9]{1,5}))?")
_OWN_SITES = frozenset({"same-origin", "none"})
_DEFAULT_PORTS = {"http": "80", "https": "443"}
# Proxies add one of these at least to what they pass on.
_OF_PROXIES = ("x-forwarded-for", "x-forwarded-proto", "x-real-ip", "forwarded", "via")
_SHOWN_CHARS = 80
# Beside what the page behind says itself: nobody may show it in a frame, keep hold of its window, or embed its answers.
_HEADERS: Mapping[str, str] = {
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
# Those that are sent once more even if the page behind has some of its own: both hold.
_ADDED = frozenset({"Content-Security-Policy"})


@dataclass(frozen=True)
class Refusal:
    """An answer in place of the page's."""

    status: HTTPStatus
    message: str
    headers: tuple[tuple[str, str], ...] = ()


class Headers:
    """Of one request."""

    def __init__(self, scope: Scope) -> None:
        self._raw: list[tuple[bytes, bytes]] = list(scope["headers"])

    def all(self, name: str) -> list[str]:
        """Each value of that name."""
        return [value.decode("latin-1") for key, value in self._raw if key.lower() == name.encode()]

    def one(self, name: str) -> str | None:
        """The value; None if there is none, and one that suits nobody if there are several."""
        found = self.all(name)
        return found[0] if len(found) == 1 else (None if not found else ", ".join(found))


class Guard:
    """An ASGI application that passes on what comes from people and programs, and refuses what comes from other pages.

    Args:
        app: what stands behind it.
        door: whom to let in.
        endpoints: first parts of paths that are no pages: nobody gets there by following a link.
        health: a path without any secret that this machine may ask without a log-in or a proxy.
        prefix: what all paths begin with.
        posted: the content type of what may be posted.
    """

    def __init__(
        self, app: App, door: Door, *, endpoints: Collection[str], health: str, prefix: str = "", posted: str = JSON
    ) -> None:
        self._app = app
        self._door = door
        self._endpoints = endpoints
        self._health = health
        self._prefix = prefix
        self._posted = posted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refuse(refusal, scope, send)
            return
        await self._app(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> Refusal | None:
        headers = Headers(scope)
        host = (headers.one("host") or "").lower()
        named = _HOST.fullmatch(host)
        if named is None or not self._door.knows(named["name"]):
            return Refusal(HTTPStatus.MISDIRECTED_REQUEST, say("web.host", host=visible(host, _SHOWN_CHARS)))
        if not self._door.opens_to(peer_of(scope)) and not is_health(scope, self._health):
            return Refusal(HTTPStatus.FORBIDDEN, say("web.peer"))
        origins = headers.all("origin")
        schemes = ("https",) if comes_by_tls(scope) else ("http", "https")
        if origins and (len(origins) > 1 or not _is_of(origins[0].lower(), host, schemes)):
            return Refusal(HTTPStatus.FORBIDDEN, say("web.origin", origin=visible(origins[0], _SHOWN_CHARS)))
        site = headers.one("sec-fetch-site")
        if site is not None and site not in _OWN_SITES and not self._is_link(scope, headers):
            return Refusal(HTTPStatus.FORBIDDEN, say("web.site"))
        if scope["type"] == "websocket" or scope["method"] in ("GET", "HEAD"):
            return None
        if scope["method"] != "POST":
            return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, say("web.method"), (("Allow", "GET, HEAD, POST"),))
        kind = (headers.one("content-type") or "").partition(";")[0].strip().lower()
        if kind != self._posted:
            return Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, say("web.posted", kind=self._posted))
        return None

    def _is_link(self, scope: Scope, headers: Headers) -> bool:
        """Whether somebody has followed a link of another site's to a page of ours, as from a message about a day."""
        first = str(scope["path"]).removeprefix(self._prefix).lstrip("/").partition("/")[0]
        return (
            scope.get("method") == "GET"
            and headers.one("sec-fetch-mode") == "navigate"
            and headers.one("sec-fetch-dest") == "document"
            and first not in self._endpoints
        )


def is_health(scope: Scope, path: str) -> bool:
    """Whether this machine asks by this path whether the server lives, and not others by a proxy of this machine's."""
    if scope["path"] != path or scope.get("method") not in ("GET", "HEAD") or not is_this_machine(peer_of(scope)):
        return False
    headers = Headers(scope)
    return not any(headers.all(name) for name in _OF_PROXIES)


def comes_by_tls(scope: Scope) -> bool:
    """Whether a request came to the proxy before us by TLS.

    Whoever writes this header makes it harder for himself, so it need not come from a proxy that is known.
    """
    return any("https" in value.lower() for value in Headers(scope).all("x-forwarded-proto"))


def visitor_of(scope: Scope, door: Door) -> str:
    """The address of whoever asks: where a proxy of the settings is connected, what it says of that.

    Of several addresses the last is what the proxy has added itself; the others are up to whoever asks.
    """
    peer = peer_of(scope)
    said = ",".join(Headers(scope).all("x-forwarded-for")).rpartition(",")[2].strip()
    return said if door.is_proxy(peer) and address_of(said) is not None else peer


def peer_of(scope: Scope) -> str:
    """The address that a request comes from."""
    client = scope.get("client")
    return str(client[0]) if client else ""


async def refuse(refusal: Refusal, scope: Scope, send: Send) -> None:
    """Answer in place of the page."""
    if scope["type"] == "websocket":
        # Before it is accepted: the server makes a 403 of it.
        await send({"type": "websocket.close", "code": 1008})
        return
    body = f"{refusal.message}\n".encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    send = _with_headers(send)
    await send(
        {
            "type": "http.response.start",
            "status": int(refusal.status),
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in (*headers, *refusal.headers)],
        }
    )
    await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})


def _is_of(origin: str, host: str, schemes: Collection[str]) -> bool:
    """Whether the origin is that of the server. A proxy before it may speak https with the browser."""
    scheme, separator, authority = origin.partition("://")
    if not separator or scheme not in schemes:
        return False
    port = _DEFAULT_PORTS[scheme]
    return authority.removesuffix(f":{port}") == host.removesuffix(f":{port}")


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            there = {name.lower() for name, _ in headers}
            headers += [
                (name.encode(), value.encode())
                for name, value in _HEADERS.items()
                if name in _ADDED or name.lower().encode() not in there
            ]
            message = {**message, "headers": headers}
        await send(message)

    return sending
