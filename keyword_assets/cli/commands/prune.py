"""`db prune`: what is old goes, in small steps; what has gone is told by table."""

from collections.abc import Mapping

import click

from keyword_assets.cli import render
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.texts import say
from keyword_assets.sql import prune
from keyword_assets.sql.opening import open_store


def run(settings: Settings, keep_days: int, *, dagster: bool, dry_run: bool, as_json: bool) -> None:
    """Show, or do."""
    with open_store(settings, look_only=dry_run) as store:
        work = prune.count if dry_run else prune.prune
        ours = work(store.engine, store.tables, settings.now(), keep_days)
    theirs = _dagsters(settings, keep_days, dry_run) if dagster else None
    if as_json:
        render.document({"keep_days": keep_days, "dry_run": dry_run, "rows": ours, "dagster": theirs})
        return
    click.echo(_words({**ours, **(theirs or {})}, keep_days, dry_run))


def _dagsters(settings: Settings, keep_days: int, dry_run: bool) -> Mapping[str, int]:
    # Loading Dagster takes seconds.
    from keyword_assets.orchestration.hosting import instance

    return instance.prune(settings, keep_days, dry_run=dry_run)


def _words(rows: Mapping[str, int], days: int, dry_run: bool) -> str:
    shown = ", ".join(f"{table} {count:,}" for table, count in rows.items() if count)
    if not shown:
        return say("prune.nothing", days=days)
    return say("prune.would", days=days, rows=shown) if dry_run else say("prune.removed", rows=shown)
