"""`keyword-assets webserver`, and what `make dev` starts: Dagster's own webserver, options and all, behind our guard.

Dagster's has no log-in, runs GraphQL mutations by GET, and looks at neither `Host` nor `Origin`: any page that somebody
opens on this machine could launch runs and read texts through it.
"""

import sys
from functools import partial
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import click
import dagster_webserver.cli as dagsters
import uvicorn

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.texts import say
from keyword_assets.orchestration.hosting.ended import ended_by
from keyword_assets.web.door import Door, door_of
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


def _serve(**options: Any) -> None:
    """What Dagster's command does, with our application in place of its own."""
    door = door_of(Settings.from_env(), options["host"])

    def run(app: App, **how: Any) -> None:
        # Addresses are those of whoever is connected: what a header says of them is up to whoever wrote it.
        uvicorn.run(guarded(app, door, options["path_prefix"]), proxy_headers=False, server_header=False, **how)

    # The one place where Dagster serves its application. Whatever it may do there one day, with this in place of
    # uvicorn it is by `run` or not at all.
    theirs: Any = dagsters
    assert theirs.uvicorn is uvicorn, "another version of Dagster's webserver than ours"
    theirs.uvicorn = SimpleNamespace(run=run)
    dagsters.dagster_webserver.callback(**options)  # type: ignore[misc]


command = click.Command(
    "webserver", callback=_serve, params=dagsters.dagster_webserver.params, help=dagsters.dagster_webserver.help
)


def main(arguments: list[str]) -> int:
    """Serve until stopped; returns the exit code."""
    run = partial(command.main, arguments, prog_name="keyword-assets webserver", auto_envvar_prefix="DAGSTER_WEBSERVER")
    return ended_by(run)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
