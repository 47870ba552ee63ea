"""`simulator`: the simulated CLOVA Studio in the foreground."""

from typing import Any

import click

from keyword_assets.cli import options
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.texts import say


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8400, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--qpm", type=click.IntRange(min=1), help="requests a window; unlimited by default")
@click.option("--tpm", type=click.IntRange(min=1), help="tokens a window; unlimited by default")
@click.option("--window", type=click.Choice(["rolling", "fixed", "token-bucket"]), default="rolling", show_default=True)
@click.option("--window-seconds", type=click.FloatRange(min=0, min_open=True), default=60.0, show_default=True)
@click.option("--latency", type=click.FloatRange(min=0), default=0.3, show_default=True, help="seconds")
@options.lang
def simulator(port: int, host: str, latency: float, **quota: Any) -> int:
    """HCX 대신 쓸 모의 서버를 띄웁니다. / Run a simulated CLOVA Studio."""
    from keyword_assets.hcx.simulator.server import serve
    from keyword_assets.hcx.simulator.settings import SimulatorSettings

    taxonomy = load_taxonomy(Settings.from_env().taxonomy)
    serve(SimulatorSettings(latency_seconds=latency, **quota), taxonomy, host, port, on_ready=_announce)
    return DONE


def _announce(url: str) -> None:
    """How to point a run at it."""
    click.echo(say("simulator.ready", url=url), err=True)
