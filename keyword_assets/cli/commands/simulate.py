"""`keyword-assets simulator`: the simulated CLOVA Studio in the foreground."""

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import click

from keyword_assets.configuration.yaml_files import NotYaml, read_yaml
from keyword_assets.core.errors import InputError
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say
from keyword_assets.hcx.simulator.server import serve
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets.hcx.simulator.slips import Slips, read_slips
from keyword_assets.quality.golden_file import golden_set


def foreground(settings: SimulatorSettings, taxonomy: Taxonomy, host: str, port: int) -> None:
    """Serve until interrupted; says on stderr how to point a run at it.

    Raises:
        InputError: the port is taken, or the morphological analyser is not installed.
    """
    serve(settings, taxonomy, host, port, on_ready=_announce)


def mistakes(slips: Path | None, right: Path | None) -> dict[str, Any]:
    """The settings of a simulator that is wrong as these files say.

    Raises:
        InputError: one of them cannot be used.
    """
    found: dict[str, Any] = {}
    if slips is not None:
        found["slips"] = slips_in(slips)
    if right is not None:
        found["right"] = {question.text: question.category for question in golden_set(right).questions}
    return found


def slips_in(source: Path | Traversable) -> Slips:
    """The slips of a YAML file.

    Raises:
        InputError: it cannot be read, or holds none.
    """
    try:
        return read_slips(read_yaml(source))
    except (OSError, NotYaml, ValueError) as error:
        raise InputError("simulator.slips", file=str(source), reason=str(error)) from error


def demo_slips() -> Slips:
    """Those of the demo, small enough for its answers to make sense."""
    return slips_in(resources.files("keyword_assets") / "resources" / "demo_slips.yaml")


def _announce(url: str) -> None:
    click.echo(say("simulator.ready", url=url), err=True)
