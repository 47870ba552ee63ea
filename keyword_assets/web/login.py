"""Asks for name and password (HTTP's basic way, which browsers, curl and probes all speak).

A password is looked at once, which takes a fifth of a second by design; then its request is known again by a digest
that means nothing outside of this process.
"""

import asyncio
import base64
import binascii
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus

from keyword_assets.core.texts import say
from keyword_assets.web.door import Door
from keyword_assets.web.guard import (
    App,
    Headers,
    Receive,
    Refusal,
    Scope,
    Send,
    is_health,
    peer_of,
    refuse,
    visitor_of,
)
from keyword_assets.web.users import Guesses, Users

USER = "keyword_assets.user"
"""Under which the scope of a request tells who has logged in."""

# Longer than any name and password together.
_MOST_CHARS = 1_000
_MOST_KNOWN = 1_000
# So that one that passes on what its visitors say of themselves does not make guesses free.
_MOST_OF_A_PROXY = 10 * Guesses.MOST
_ASKING = (("WWW-Authenticate", 'Basic realm="keyword-assets", charset="UTF-8"'),)


class Login:
    """An ASGI application that passes on what comes with a name and password of a user.

    Args:
        app: what stands behind it.
        users: who there is.
        door: whose proxies say who asks.
        health: a path without any secret that this machine may ask without a log-in.
        clock: seconds from anywhere.
    """

    def __init__(
        self,
        app: App,
        users: Users,
        door: Door,
        health: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._users = users
        self._door = door
        self._health = health
        self._guesses = Guesses(clock)
        self._of_proxies = Guesses(clock, _MOST_OF_A_PROXY)
        self._secret = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, object] = OrderedDict()
        # One at a time: guesses may not take all of the machine.
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] in ("http", "websocket") and not is_health(scope, self._health):
            said = Headers(scope).one("authorization") or ""
            refusal = await self._refusal(said, scope)
            if refusal is not None:
                await refuse(refusal, scope, send)
                return
            scope[USER] = _credentials(said)[0]
        await self._app(scope, receive, send)

    async def _refusal(self, said: str, scope: Scope) -> Refusal | None:
        digest = hmac.digest(self._secret, said.encode("latin-1"), "sha256")
        if self._is_known(digest):
            return None
        name, password = _credentials(said)
        if not name:
            return Refusal(HTTPStatus.UNAUTHORIZED, say("web.login"), _ASKING)
        async with self._turn:
            # Somebody may have been known or refused while this one waited.
            if self._is_known(digest):
                return None
            visitor, peer = visitor_of(scope, self._door), peer_of(scope)
            if (wait := max(self._guesses.wait(visitor), self._of_proxies.wait(peer))) > 0:
                retry = (("Retry-After", str(int(wait) + 1)),)
                return Refusal(HTTPStatus.TOO_MANY_REQUESTS, say("web.guesses", seconds=int(wait) + 1), retry)
            state = self._users.state()
            if await asyncio.to_thread(self._users.has, name, password):
                self._known[digest] = state
                while len(self._known) > _MOST_KNOWN:
                    self._known.popitem(last=False)
                return None
            self._guesses.was_wrong(visitor)
            if self._door.is_proxy(peer):
                self._of_proxies.was_wrong(peer)
        return Refusal(HTTPStatus.UNAUTHORIZED, say("web.login"), _ASKING)

    def _is_known(self, digest: bytes) -> bool:
        # Whatever changed in the file, everybody is looked at anew.
        state = self._users.state()
        return state is not None and self._known.get(digest) == state


def _credentials(said: str) -> tuple[str, str]:
    """Name and password; empty ones where there are none."""
    scheme, _, coded = said.partition(" ")
    if scheme.lower() != "basic" or len(said) > _MOST_CHARS:
        return "", ""
    try:
        name, _, password = base64.b64decode(coded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return "", ""
    return name, password
