"""`export`: everything of ours as files, for whoever leaves, or looks at it with other programs."""

from pathlib import Path

import click

from keyword_assets.cli import options, outputs
from keyword_assets.cli.documents import document
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import InputError
from keyword_assets.core.texts import say
from keyword_assets.sql.opening import open_store
from keyword_assets.sql.schema.export import export, files_of


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option("--overwrite", is_flag=True, help="이미 있는 파일을 바꿔 씁니다 / replace files that are there")
@options.json
@options.lang
def export_all(folder: Path, overwrite: bool, as_json: bool) -> int:
    """Write all rows of ours, one table a file."""
    found = _export(Settings.from_env(), folder, overwrite=overwrite)
    if as_json:
        document({"folder": str(folder), "tables": found})
    else:
        for table, rows in found.items():
            click.echo(say("export.table", table=table, rows=rows))
        click.echo(say("export.done", folder=folder))
    return DONE


def _export(settings: Settings, folder: Path, *, overwrite: bool) -> dict[str, int]:
    with open_store(settings, look_only=True) as store:
        files = files_of(store.tables, folder)
        for file in files:
            outputs.require_free(file, overwrite=overwrite)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError("file.unwritable", file=folder, reason=error.strerror or error) from error
        return export(store.engine, files)
