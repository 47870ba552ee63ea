"""Dagster's UI behind our guard, without Dagster: which of its routes are no pages, and GraphQL by POST alone."""

from http import HTTPStatus
from urllib.parse import parse_qs

from keyword_assets.core.texts import say
from keyword_assets.web.door import Door
from keyword_assets.web.guard import App, Guard, Headers, Receive, Refusal, Scope, Send, refuse
from keyword_assets.web.login import Login

# Tells versions, and nothing else.
_HEALTH = "/server_info"
# Dagster's routes that are no pages of its UI.
_ENDPOINTS = frozenset(
    {
        "graphql",
        "logs",
        "notebook",
        "dagit",
        "dagit_info",
        "server_info",
        "download_debug",
        "report_asset_materialization",
        "report_asset_check",
        "report_asset_observation",
    }
)


class _GraphQL:
    """Refuses GraphQL by GET, which Dagster would run, mutations too; its editor's page is all that is got there."""

    def __init__(self, app: App, prefix: str) -> None:
        self._app = app
        self._path = f"{prefix}/graphql"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] == "http" and scope["path"].rstrip("/") == self._path and not _is_harmless(scope):
            await refuse(
                Refusal(HTTPStatus.METHOD_NOT_ALLOWED, say("web.graphql_get"), (("Allow", "POST"),)), scope, send
            )
        else:
            await self._app(scope, receive, send)


def _is_harmless(scope: Scope) -> bool:
    if scope["method"] == "POST":
        return True
    asks = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    return not asks and "text/html" in (Headers(scope).one("accept") or "")


def guarded(app: App, door: Door, prefix: str = "") -> App:
    """Dagster's application behind the door."""
    health = f"{prefix}{_HEALTH}"
    behind: App = _GraphQL(app, prefix)
    if door.users is not None:
        behind = Login(behind, door.users, door, health=health)
    return Guard(behind, door, endpoints=_ENDPOINTS, health=health, prefix=prefix)
