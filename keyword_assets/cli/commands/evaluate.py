"""`evaluate`: how right answers are, on questions whose right category is known."""

from pathlib import Path
from typing import Any

import click

from keyword_assets.cli import against as other
from keyword_assets.cli import options
from keyword_assets.cli.against import Choice
from keyword_assets.quality.golden_file import golden_set


@click.command(cls=other.Command)
@click.argument("golden", metavar="GOLDEN.csv", type=click.Path(path_type=Path, allow_dash=True))
@other.configuration_options
@click.option("--repeat", type=click.IntRange(1, 100), default=1, metavar="R", help="질문마다 R번 / ask each R times")
@other.option
@click.option("--dry-run", is_flag=True, help="걸릴 요청, 비용, 시간만 / only what it would take")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="보고서 / for a report")
@options.json
@options.lang
def evaluate(
    golden: Path,
    repeat: int,
    against: Choice | int | None,
    dry_run: bool,
    out: Path | None,
    as_json: bool,
    **ours: Any,
) -> int:
    """Ask HCX the golden questions, and compare its answers with the right ones."""
    # What computes and draws takes a while to load.
    from keyword_assets.cli.commands import evaluating

    # Where the questions come from; whatever else may name them becomes a golden set as well.
    questions = golden_set(golden)
    return evaluating.evaluate(
        questions, Choice(**ours), against, repeats=repeat, dry_run=dry_run, folder=out, as_json=as_json
    )
