"""`keyword-assets simulator`: the simulated CLOVA Studio in the foreground."""

import click

from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say
from keyword_assets.hcx.simulator.server import serve
from keyword_assets.hcx.simulator.settings import SimulatorSettings


def foreground(settings: SimulatorSettings, taxonomy: Taxonomy, host: str, port: int) -> None:
    """Serve until interrupted; says on stderr how to point a run at it.

    Raises:
        InputError: the port is taken, or the morphological analyser is not installed.
    """
    serve(settings, taxonomy, host, port, on_ready=_announce)


def _announce(url: str) -> None:
    click.echo(say("simulator.ready", url=url), err=True)
