"""Who asks: a browser that came by the printed address or through a log-in, and the reviewer who sits before it.

Without a log-in the address has a token, as that of a notebook has; it is exchanged for a cookie at once, and stands in
no address after that.
"""

import hmac
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from keyword_assets.core.errors import InputError
from keyword_assets.core.quality.corrections import reviewer_of
from keyword_assets.core.texts import say
from keyword_assets.web.door import Door
from keyword_assets.web.guard import App, Message, Receive, Scope, Send, comes_by_tls
from keyword_assets.web.login import USER
from keyword_assets.web.review.pages import message_page

_SESSION = "keyword_assets.session"
_NAME_COOKIE = "keyword_reviewer"
_NAME_SECONDS = 90 * 24 * 3600
# What a proxy says that does the log-in; what comes from elsewhere is not let in.
_OF_PROXY = "x-forwarded-user"


@dataclass(frozen=True)
class Session:
    """Of one browser.

    Args:
        form_key: what its forms carry, which no other page knows.
        reviewer: whose verdicts these are; None where nobody has said.
        asks: whether the page is where one says it.
    """

    form_key: str
    reviewer: str | None
    asks: bool


def session_of(request: Request) -> Session:
    """The session that a request belongs to."""
    found: Session = request.scope[_SESSION]
    return found


class Sessions:
    """An ASGI application that passes on what belongs to a session.

    Args:
        app: what stands behind it.
        door: who logs in where; where nobody does, a token is asked for.
        reviewer: whose verdicts these are where nobody logs in.
        cookie: its name, which other servers of this machine do not use.
        without: beginnings of paths that need no session.
    """

    def __init__(self, app: App, door: Door, reviewer: str | None, cookie: str, without: tuple[str, ...]) -> None:
        self._app = app
        self._by_proxy = bool(door.proxies)
        self.token = None if door.users or door.proxies else secrets.token_urlsafe(32)
        self._reviewer = reviewer
        self._cookie = cookie
        self._without = without
        self._secret = secrets.token_bytes(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http" or scope["path"].startswith(self._without):
            await self._app(scope, receive, send)
            return
        try:
            await self._with_session(scope, receive, send)
        except InputError as error:
            # Of the name under which somebody has logged in.
            await message_page(str(error), HTTPStatus.FORBIDDEN, again="/")(scope, receive, send)

    async def _with_session(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        known = self._known(request.cookies.get(self._cookie, ""))
        given = request.query_params.get("token")
        if self.token is not None and (given is not None or known is None):
            await self._admitted(request, given)(scope, receive, send)
            return
        number = known or secrets.token_urlsafe(16)
        scope[_SESSION] = self._session(request, number)
        await self._app(scope, receive, send if known else self._with_cookie(request, number, send))

    def _admitted(self, request: Request, given: str | None) -> Response:
        """Who brings the token gets a session, and goes on without it."""
        assert self.token is not None, "with a log-in there is none"
        if given is None or not hmac.compare_digest(given.encode(), self.token.encode()):
            return message_page(say("page.no_token"), HTTPStatus.FORBIDDEN, again="/")
        # Always there: a path of the request's may lead to another host.
        answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        _set(answer, request, self._cookie, self._signed(secrets.token_urlsafe(16)))
        return answer

    def _session(self, request: Request, number: str) -> Session:
        logged_in = self._logged_in(request)
        name = logged_in or self._reviewer or _named(request)
        return Session(self._digest("form", number), name, asks=logged_in is None and self._reviewer is None)

    def _logged_in(self, request: Request) -> str | None:
        """The name of whoever has logged in, at our own log-in or at a proxy's.

        Raises:
            InputError: it is none that a verdict can be under.
        """
        name = request.scope.get(USER)
        if name is None and self._by_proxy and (said := request.headers.get(_OF_PROXY)):
            name = _as_written(said)
        return None if name is None else reviewer_of(name)

    def _with_cookie(self, request: Request, number: str, send: Send) -> Send:
        answer = Response()
        _set(answer, request, self._cookie, self._signed(number))
        cookies = [header for header in answer.raw_headers if header[0] == b"set-cookie"]

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *cookies]}
            await send(message)

        return sending

    def _signed(self, number: str) -> str:
        return f"{number}.{self._digest('session', number)}"

    def _known(self, cookie: str) -> str | None:
        """The number of a session that we have begun ourselves."""
        number, _, digest = cookie.partition(".")
        is_ours = hmac.compare_digest(digest.encode(), self._digest("session", number).encode())
        return number if is_ours else None

    def _digest(self, use: str, number: str) -> str:
        return hmac.digest(self._secret, f"{use}:{number}".encode(), "sha256").hex()


def _as_written(header: str) -> str:
    """Names beyond ASCII come as UTF-8, which headers know nothing of."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def _named(request: Request) -> str | None:
    """Who the browser says that he is; nobody, where that is no name."""
    said = request.cookies.get(_NAME_COOKIE)
    if said is None:
        return None
    try:
        return reviewer_of(unquote(said))
    except InputError:
        return None


def remember_name(answer: Response, request: Request, name: str) -> None:
    """Have the browser say it from now on."""
    _set(answer, request, _NAME_COOKIE, quote(name, safe=""), max_age=_NAME_SECONDS)


def _set(answer: Response, request: Request, name: str, value: str, **more: Any) -> None:
    by_tls = comes_by_tls(request.scope)
    answer.set_cookie(name, value, httponly=True, samesite="strict", secure=by_tls, **more)
