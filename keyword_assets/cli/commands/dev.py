"""`make dev`: the Dagster UI and daemon over the same data as the demo, with the simulator where there is no key."""

import os
import signal
import subprocess
import sys
from contextlib import nullcontext

import click

from keyword_assets.cli import console
from keyword_assets.cli.commands.demo import load_demo, point_at, simulator, use_embedded_defaults
from keyword_assets.cli.options import keep_private, tell_remarks
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.texts import say

HOST, PORT = "127.0.0.1", 3000
DEMO_MONTH = ("2025-06-01", "2025-06-30")
# `dagster dev` with the webserver behind our guard; a process of its own, which the terminal's Ctrl-C reaches as well.
_DEV = "keyword_assets.orchestration.hosting.dev"
# `dg dev` calls the same code; what it adds is nothing that we use.
_WARNING = "ignore:Function `dev_command` is superseded"


def main(arguments: list[str]) -> int:
    """Run `dagster dev` until it is stopped; further arguments are passed on to it."""
    try:
        keep_private()
        tell_remarks()
        settings = Settings.from_env()
        simulated = settings.hcx.api_key is None
        if simulated:
            use_embedded_defaults()
            # Dagster's UI opens on the newest days and plots 120 of them; the demo's would lie far behind.
            os.environ.update(KEYWORDS_START_DATE=DEMO_MONTH[0], KEYWORDS_END_DATE=DEMO_MONTH[1])
            settings = Settings.from_env()
            load_demo()
        with simulator() if simulated else nullcontext() as hcx:
            if hcx is not None:
                point_at(hcx.url)
                click.echo(say("dev.simulated"), err=True)
            return _dagster(settings, arguments)
    except KeywordAssetsError as error:
        click.echo(say("error", message=error), err=True)
        return error.exit_code


def _dagster(settings: Settings, arguments: list[str]) -> int:
    from keyword_assets.orchestration.hosting.home import prepare_home

    prepare_home(settings)
    command = [sys.executable, "-W", _WARNING, "-m", _DEV, "--host", HOST, "--port", str(PORT), *arguments]
    # A process started in the background inherits "ignore interrupts", and Dagster makes that "ignore termination".
    signal.signal(signal.SIGINT, signal.default_int_handler)
    child = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            # The terminal has told the child too; it waits for runs in flight.
            continue


if __name__ == "__main__":
    console.open_streams()
    sys.exit(main(sys.argv[1:]))
