"""`make demo`: four days of demo messages, the simulator, and the real command over them."""

import os
import sys
from importlib import resources

import click
from rich.console import Console
from rich.panel import Panel

from keyword_assets.cli import console
from keyword_assets.cli.commands.simulate import demo_slips
from keyword_assets.cli.exit_codes import INTERRUPTED
from keyword_assets.cli.main import run
from keyword_assets.cli.options import keep_private
from keyword_assets.configuration.settings import SETTING_NAMES, Settings
from keyword_assets.core.texts import say
from keyword_assets.demo import DEMO_END, DEMO_START, demo_messages
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets.sql.loading.messages import insert_messages
from keyword_assets.sql.opening import open_store

# What the real service was measured at, so that the demo feels like it; and a quota that lets a minute's work through.
LATENCY_SECONDS = 0.3
QPM, TPM = 600, 1_000_000


def main() -> int:
    """Run the demo; returns the exit code of `complete`."""
    use_embedded_defaults()
    keep_private()
    Console().print(Panel(say("demo.simulated"), style="yellow", expand=False))
    load_demo()
    with simulator() as hcx:
        point_at(hcx.url)
        code = run(["complete", DEMO_START.isoformat(), DEMO_END.isoformat()]) or _evaluate()
    if code == 0:
        click.echo(say("demo.next", start=DEMO_START, end=DEMO_END))
    return code


def _evaluate() -> int:
    """How right the simulator's answers are, on questions that no day of the demo has asked."""
    with resources.as_file(resources.files("keyword_assets") / "resources" / "golden.csv") as golden:
        return run(["evaluate", str(golden)])


def simulator() -> SimulatorServer:
    """What answers in place of HCX."""
    settings = SimulatorSettings(qpm=QPM, tpm=TPM, latency_seconds=LATENCY_SECONDS, slips=demo_slips())
    return SimulatorServer(settings)


def use_embedded_defaults() -> None:
    """Let no setting of this folder's `.env` or of the environment lead the demo to somebody's real database or key."""
    # Empty is as good as unset, and the environment wins over `.env`.
    os.environ.update(dict.fromkeys(SETTING_NAMES, ""))


def point_at(url: str) -> None:
    """Send this process, and those it starts, to a simulator."""
    os.environ.update(HCX_BASE_URL=url, HCX_API_KEY="nv-simulated", HCX_QPM=str(QPM), HCX_TPM=str(TPM))


def load_demo() -> None:
    """Put the demo messages into the embedded database; those that are there stay."""
    with open_store(Settings.from_env(), create=True) as store:
        insert_messages(store.engine, store.tables, demo_messages())


if __name__ == "__main__":
    console.open_streams()
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        # While the chats were loaded, or the simulator ended; `run` sees to all others.
        sys.exit(INTERRUPTED)
