"""`simulator`: the simulated CLOVA Studio in the foreground."""

from collections.abc import Collection, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keyword_assets.cli import options
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.configuration.yaml_files import NotYaml, read_yaml
from keyword_assets.core.errors import InputError
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say
from keyword_assets.quality.golden_file import golden_set

if TYPE_CHECKING:
    from keyword_assets.hcx.simulator.slips import Slips


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8400, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--qpm", type=click.IntRange(min=1), help="requests a window; unlimited by default")
@click.option("--tpm", type=click.IntRange(min=1), help="tokens a window; unlimited by default")
@click.option("--window", type=click.Choice(["rolling", "fixed", "token-bucket"]), default="rolling", show_default=True)
@click.option("--window-seconds", type=click.FloatRange(min=0, min_open=True), default=60.0, show_default=True)
@click.option("--latency", type=click.FloatRange(min=0), default=0.3, show_default=True, help="seconds")
@click.option(
    "--slips", type=click.Path(path_type=Path), metavar="FILE.yaml", help="어떤 답을 틀릴지 / which answers are wrong"
)
@click.option(
    "--right", type=click.Path(path_type=Path), metavar="FILE.csv", help="맞는 분류: text,category / right categories"
)
@options.encoding
@options.lang
def simulator(
    port: int,
    host: str,
    latency: float,
    slips: Path | None,
    right: Path | None,
    encoding: str | None,
    **quota: Any,
) -> int:
    """Serve until somebody stops it."""
    from keyword_assets.hcx.simulator.server import serve
    from keyword_assets.hcx.simulator.settings import SimulatorSettings

    taxonomy = load_taxonomy(Settings.from_env().taxonomy)
    settings = SimulatorSettings(latency_seconds=latency, **quota, **mistakes(slips, right, taxonomy, encoding))
    serve(settings, taxonomy, host, port, on_ready=_announce)
    return DONE


def mistakes(slips: Path | None, right: Path | None, taxonomy: Taxonomy, encoding: str | None = None) -> dict[str, Any]:
    """The settings of a simulator that is wrong as these files say.

    Raises:
        InputError: one of them cannot be used.
    """
    found: dict[str, Any] = {}
    if slips is not None:
        found["slips"] = slips_in(slips)
        _require_known(slips, found["slips"].categories, [category.name for category in taxonomy.categories])
    if right is not None:
        found["right"] = {question.text: question.category for question in golden_set(right, encoding).questions}
    return found


def _require_known(file: Path, named: Collection[str], known: Sequence[str]) -> None:
    """A name that is mistyped would slip never, and look as if the model were right."""
    if strange := sorted(set(named) - set(known)):
        reason = say("simulator.slips_unknown", names=", ".join(strange), known=", ".join(known))
        raise InputError("simulator.slips", file=str(file), reason=reason)


def slips_in(source: Path | Traversable) -> "Slips":
    """The slips of a YAML file.

    Raises:
        InputError: it cannot be read, or holds none.
    """
    from keyword_assets.hcx.simulator.slips import read_slips

    try:
        return read_slips(read_yaml(source))
    except (OSError, NotYaml, ValueError) as error:
        raise InputError("simulator.slips", file=str(source), reason=str(error)) from error


def demo_slips() -> "Slips":
    """Those of the demo, small enough for its answers to make sense."""
    return slips_in(resources.files("keyword_assets") / "resources" / "demo_slips.yaml")


def _announce(url: str) -> None:
    """How to point a run at it."""
    click.echo(say("simulator.ready", url=url), err=True)
