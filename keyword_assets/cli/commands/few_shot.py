"""`few-shot choose` and `few-shot show`: the reviewed questions that the model is shown with each request."""

from pathlib import Path

import click

from keyword_assets.cli import options
from keyword_assets.configuration.settings import MOST_SHOTS


@click.command("choose")
@click.option(
    "--size",
    type=click.IntRange(1, MOST_SHOTS),
    metavar="N",
    help="최대 N개; 기본 KEYWORDS_FEW_SHOT, 없으면 8 / at most N; default KEYWORDS_FEW_SHOT, else 8",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE.yaml",
    help="KEYWORDS_SHOTS 대신 / another file",
)
@click.option("--overwrite", is_flag=True, help="이미 있는 파일을 바꿔 씁니다 / replace a file that is there")
@options.json
@options.lang
def choose(size: int | None, out: Path | None, overwrite: bool, as_json: bool) -> int:
    """Choose examples of what was confused in reviews, and write them to a file."""
    # What tells orders from questions takes a while to load.
    from keyword_assets.cli.commands import choosing

    return choosing.choose_shots(size, out, overwrite=overwrite, as_json=as_json)


@click.command("show")
@options.json
@options.lang
def show_shots(as_json: bool) -> int:
    """Show the chosen examples, and which of them the model is shown."""
    from keyword_assets.cli.commands import choosing

    return choosing.show_shots(as_json=as_json)
