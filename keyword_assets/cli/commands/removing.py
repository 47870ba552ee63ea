"""`db remove`: takes away what of ours stands in the database, or shows how."""

import click

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.texts import say
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.tables import Names
from keyword_assets.sql.opening import require_database
from keyword_assets.sql.schema import removal


def run(settings: Settings, *, dry_run: bool, tables: bool) -> None:
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
        click.echo(say("remove.tables_stay"), err=True)
