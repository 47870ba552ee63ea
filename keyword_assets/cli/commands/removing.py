"""`db remove`: takes away what of ours stands in the database, or shows how."""

import click

from keyword_assets.cli import options
from keyword_assets.cli.console import note
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.texts import say
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.opening import require_database
from keyword_assets.sql.schema import removal


@click.command()
@click.option("--dry-run", is_flag=True, help="실행할 문장만 보여 줍니다 / only show the statements")
@click.option(
    "--tables",
    is_flag=True,
    help="keyword_로 시작하는 표도, 돈을 낸 답과 함께 지웁니다 / our own tables, too, with the answers in them",
)
@options.lang
def remove(dry_run: bool, tables: bool) -> int:
    """Take away what upgrades have added to the database."""
    _run(Settings.from_env(), dry_run=dry_run, tables=tables)
    return DONE


def _run(settings: Settings, *, dry_run: bool, tables: bool) -> None:
    """Show, or do.

    Args:
        settings: the settings.
        dry_run: only show the statements.
        tables: take away our own tables, too.

    Raises:
        InputError: there is no database, or a process of ours is at work on it; nothing was changed.
        DatabaseError: the server refused; what was done before stays.
    """
    require_database(settings)
    names = Names(settings.table_names, settings.column_names)
    engine = make_engine(settings.database_url, look_only=dry_run, patient=True)
    try:
        if dry_run:
            statements = removal.plan(engine, names, tables=tables)
            for statement in statements:
                click.echo(f"{statement};")
            found = len(statements)
        elif found := removal.remove(engine, names, tables=tables):
            click.echo(say("remove.done", count=found))
    finally:
        engine.dispose()
    if not found:
        click.echo(say("remove.nothing"), err=dry_run)
    if not tables:
        note(say("remove.tables_stay"))
