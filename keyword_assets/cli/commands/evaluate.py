"""`evaluate`: how right answers are, on questions whose right category is known."""

from pathlib import Path
from typing import Any

import click

from keyword_assets.cli import against as other
from keyword_assets.cli import options
from keyword_assets.cli.against import Choice
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.days import parse_period
from keyword_assets.core.quality.golden import GoldenSet
from keyword_assets.core.texts import say
from keyword_assets.quality.golden_file import golden_set
from keyword_assets.sql.opening import open_store


@click.command(cls=other.Command)
@click.argument("golden", metavar="[GOLDEN.csv]", required=False)
@click.option(
    "--from-reviews",
    "start",
    metavar="START [END]",
    help="파일 대신 이 날들의 감사에서 판정된 질문 / in place of a file, what audits of these days judged",
)
@options.encoding
@other.configuration_options
@click.option("--repeat", type=click.IntRange(1, 100), default=1, metavar="R", help="질문마다 R번 / ask each R times")
@other.option
@click.option("--dry-run", is_flag=True, help="걸릴 요청, 비용, 시간만 / only what it would take")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="보고서 / for a report")
@options.json
@options.lang
def evaluate(
    golden: str | None,
    start: str | None,
    encoding: str | None,
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

    questions = _questions(golden, start, encoding)
    return evaluating.evaluate(
        questions, Choice(**ours), against, repeats=repeat, dry_run=dry_run, folder=out, as_json=as_json
    )


def _questions(named: str | None, start: str | None, encoding: str | None) -> GoldenSet:
    """Where the golden questions come from: a file, or reviews, whose END stands in its place.

    Raises:
        UsageError: neither is named.
        InputError: there are none, or they cannot be read.
    """
    if start is not None:
        from keyword_assets.quality.reviewed import Reviews

        settings = Settings.from_env()
        period = parse_period(start, named, lambda: settings.now().date())
        with open_store(settings, look_only=True) as store:
            return Reviews(settings, store).golden(period)
    if named is None:
        raise click.UsageError(say("usage.golden"))
    return golden_set(Path(named), encoding)
