"""`check`: counts and shows; changes nothing, sends nothing."""

import click

from keyword_assets.cli import options, render
from keyword_assets.cli.counting import counted
from keyword_assets.cli.documents import coverage_document, document
from keyword_assets.cli.exit_codes import exit_code_of
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.days import require_countable
from keyword_assets.core.models.period import Period


@click.command()
@options.with_period
@click.option("--full", is_flag=True, help="모든 글을 다시 읽어 셈 / read and count every text anew")
@options.json
@options.lang
def check(period: Period, full: bool, as_json: bool) -> int:
    """Count each day of the period live, and show its coverage."""
    settings = Settings.from_env()
    require_countable(period, settings.now().date())
    rows, undated = counted(settings, period, full=full)
    if as_json:
        document(coverage_document(period, rows, undated))
    else:
        render.coverage(period, rows, undated)
    return exit_code_of(rows)
