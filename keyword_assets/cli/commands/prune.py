"""`db prune`: what is old goes, in small steps; what has gone is told by table."""

from collections.abc import Mapping

import click

from keyword_assets.cli import options
from keyword_assets.cli.documents import document
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.configuration.settings import LEAST_KEEP_DAYS, Settings
from keyword_assets.core.texts import say
from keyword_assets.sql import prune as pruning
from keyword_assets.sql.opening import open_store


@click.command()
@click.option(
    "--keep-days",
    type=click.IntRange(min=LEAST_KEEP_DAYS),
    metavar="N",
    help="최근 N일은 남깁니다 (없으면 KEYWORDS_KEEP_DAYS) / keep the last N days",
)
@click.option("--dagster", is_flag=True, help="Dagster의 끝난 실행 로그와 틱도 / also Dagster's old events and ticks")
@click.option("--dry-run", is_flag=True, help="지울 행을 세기만 합니다 / only count what would go")
@options.json
@options.lang
def prune(keep_days: int | None, dagster: bool, dry_run: bool, as_json: bool) -> int:
    """Remove what is older than so many days, some rows at a time."""
    settings = Settings.from_env()
    keep_days = keep_days or settings.keep_days
    with open_store(settings, look_only=dry_run) as store:
        work = pruning.count if dry_run else pruning.prune
        ours = work(store.engine, store.tables, settings.now(), keep_days)
    theirs = _dagsters(settings, keep_days, dry_run) if dagster else None
    if as_json:
        document({"keep_days": keep_days, "dry_run": dry_run, "rows": ours, "dagster": theirs})
    else:
        click.echo(_words({**ours, **(theirs or {})}, keep_days, dry_run))
    return DONE


def _dagsters(settings: Settings, keep_days: int, dry_run: bool) -> Mapping[str, int]:
    # Loading Dagster takes seconds.
    from keyword_assets.orchestration.hosting import instance

    return instance.prune(settings, keep_days, dry_run=dry_run)


def _words(rows: Mapping[str, int], days: int, dry_run: bool) -> str:
    shown = ", ".join(f"{table} {count:,}" for table, count in rows.items() if count)
    if not shown:
        return say("prune.nothing", days=days)
    return say("prune.would", days=days, rows=shown) if dry_run else say("prune.removed", rows=shown)
