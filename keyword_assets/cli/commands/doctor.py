"""`doctor`: looks at everything a run needs, and says what to do about each fault."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from keyword_assets.cli import options
from keyword_assets.cli.documents import document
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.cli.render import out
from keyword_assets.configuration.sources import Origin
from keyword_assets.core.foreign import visible_lines
from keyword_assets.core.texts import say

if TYPE_CHECKING:
    # What looks takes a while to load.
    from keyword_assets.cli.doctor.findings import Finding


@click.command()
@options.json
@options.lang
def doctor(as_json: bool) -> int:
    """Look at everything, and say of each fault what to do."""
    from keyword_assets.cli.doctor.examine import examine
    from keyword_assets.cli.doctor.settings import origins

    # Before Dagster is told of its home by way of the environment.
    given = origins()
    findings = examine()
    if as_json:
        document(_document(findings, given))
    else:
        _show(findings, given)
    return max((finding.exit_code for finding in findings), default=DONE)


def _document(findings: "Sequence[Finding]", origins: Sequence[Origin]) -> dict[str, Any]:
    return {
        "ok": all(finding.ok for finding in findings),
        "checks": [{"name": f.name, "ok": f.ok, "warning": f.warning, "message": f.message} for f in findings],
        "settings": [asdict(origin) for origin in origins],
    }


def _show(findings: "Sequence[Finding]", origins: Sequence[Origin]) -> None:
    """Each with what to do; and where the settings came from."""
    for finding in findings:
        mark = Text("✔ ", style="green") if finding.ok else Text("✘ ", style="red")
        if finding.ok and finding.warning:
            mark = Text("! ", style="yellow")
        # One line each, however long: a message that is cut into pieces cannot be searched for.
        out().print(mark + Text(f"{say(f'doctor.{finding.name}')}: {visible_lines(finding.message)}"), soft_wrap=True)
        if finding.name == "settings" and origins:
            _show_origins(origins)


def _show_origins(origins: Sequence[Origin]) -> None:
    """What was set, and where; the others in one line."""
    given = [origin for origin in origins if origin.source != "default"]
    out().print(Text(say("doctor.origins", given=len(given), default=len(origins) - len(given)), style="dim"))
    for origin in given:
        value = say("doctor.secret") if origin.value is None else origin.value
        source = say("settings.environment") if origin.source == "environment" else origin.source
        out().print(Text(visible_lines(f"    {origin.name} = {value}  ({source})")), soft_wrap=True)
