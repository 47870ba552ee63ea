"""`audit doubtful`: which answers to look at first."""

import click

from keyword_assets.cli import options
from keyword_assets.configuration.hcx_models import MODELS
from keyword_assets.core.models.period import Period
from keyword_assets.core.quality.doubts import Unit


@click.command()
@options.with_period
@click.option("--most", type=click.IntRange(min=1), default=50, metavar="N", help="갈래마다 최대 N개 / N of each part")
@click.option(
    "--by",
    type=click.Choice(["questions", "messages"]),
    default="questions",
    help="무엇으로 셀지 / what a text weighs as",
)
@click.option(
    "--second-model", type=click.Choice(list(MODELS)), help="다시 물을 모델. 비용이 듭니다 / asked too; costs money"
)
@click.option(
    "--sample", type=click.IntRange(min=1), metavar="N", help="그 모델에는 무작위 N개만 / ask it about N only"
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, metavar="S", help="같은 값이면 같은 목록 / the same list again"
)
@click.option("--dry-run", is_flag=True, help="두 번째 모델의 비용만 / only what the second model would cost")
@click.option("--queue", is_flag=True, help="검토할 것으로 올립니다 / hand the list to the reviewers")
@options.json
@options.lang
def doubtful(
    period: Period,
    most: int,
    by: Unit,
    second_model: str | None,
    sample: int | None,
    seed: int,
    dry_run: bool,
    queue: bool,
    as_json: bool,
) -> int:
    """Show the answers that are most likely to be wrong, or queue them for reviewers."""
    # What computes takes a while to load.
    from keyword_assets.cli.commands import doubting

    wanted = doubting.Wanted(period, most, by, second_model, sample, seed, dry_run=dry_run, queue=queue)
    return doubting.doubtful(wanted, as_json=as_json)
