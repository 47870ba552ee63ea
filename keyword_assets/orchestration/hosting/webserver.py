"""`keyword-assets webserver`, and what `make dev` starts: Dagster's own webserver, options and all, behind our guard.

Dagster's has no log-in, runs GraphQL mutations by GET, and looks at neither `Host` nor `Origin`: any page that somebody
opens on this machine could launch runs and read texts through it.
"""

import sys
from functools import partial
from types import SimpleNamespace
from typing import Any

import click
import dagster_webserver.cli as dagsters
import uvicorn

from keyword_assets.configuration.settings import Settings
from keyword_assets.orchestration.hosting.ended import ended_by
from keyword_assets.orchestration.hosting.guarded import guarded
from keyword_assets.web.door import door_of
from keyword_assets.web.guard import App


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
