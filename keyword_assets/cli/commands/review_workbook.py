"""`review export` and `review import`: a queue of reviewers out to a workbook, and what people say in it back."""

from pathlib import Path
from typing import Any

import click

from keyword_assets.cli import options, outputs
from keyword_assets.cli.documents import document
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.cli.importing import Imported
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import InputError
from keyword_assets.core.quality.corrections import reviewer_of
from keyword_assets.core.quality.review_sheet import Refused
from keyword_assets.core.texts import say
from keyword_assets.sql.opening import open_store


@click.command("export")
@click.argument("file", metavar="FILE.xlsx", type=click.Path(path_type=Path))
@click.option("--audit", type=click.IntRange(min=1), metavar="ID", help="감사 ID / this audit")
@click.option(
    "--doubtful", type=click.IntRange(min=1), metavar="N", help="의심 목록의 앞 N개 / the first N of the doubtful list"
)
@click.option("--overwrite", is_flag=True, help="이미 있는 파일을 바꿔 씁니다 / replace a file that is there")
@options.json
@options.lang
def export_review(file: Path, audit: int | None, doubtful: int | None, overwrite: bool, as_json: bool) -> int:
    """Write the answers of a queue to a workbook that `review import` takes."""
    # What reads and writes workbooks takes a while to load.
    from keyword_assets.quality.review_workbooks import ReviewWorkbooks
    from keyword_assets.reports.review_workbook import About, write_review

    settings = Settings.from_env()
    if audit is not None and doubtful is not None:
        raise InputError("sheet.which")
    if file.suffix.lower() != ".xlsx":
        raise InputError("sheet.suffix", file=file)
    outputs.require_free(file, overwrite=overwrite)
    with open_store(settings, look_only=True) as store:
        workbooks = ReviewWorkbooks.of(settings, store)
        exported = workbooks.to_export(audit, doubtful)
        about = About(exported.queue, settings.now(), len(exported.items))
        with outputs.replacing(file) as unfinished:
            write_review(unfinished, about, workbooks.categories, workbooks.lines(exported))
    counts: dict[str, Any] = {"items": len(exported.items), "left_out": exported.left_out}
    if as_json:
        document({"file": str(file), "audit": exported.audit, **counts})
        return DONE
    click.echo(say("sheet.exported", queue=exported.queue, file=file, **counts))
    if settings.mask == "none":
        click.echo(say("sheet.personal"))
    return DONE


@click.command("import")
@click.argument("file", metavar="FILE.xlsx", type=click.Path(path_type=Path))
@click.option("--reviewer", metavar="NAME", required=True, help="누가 판정했는지 / who has judged")
@options.json
@options.lang
def import_review(file: Path, reviewer: str, as_json: bool) -> int:
    """Take the verdicts of a workbook, and tell of each row that was refused."""
    from keyword_assets.quality.review_workbooks import ReviewWorkbooks
    from keyword_assets.reports.review_workbook import read_review

    settings, reviewer = Settings.from_env(), reviewer_of(reviewer)
    sent = read_review(file)
    done = Imported(refused=[*sent.refused])
    with open_store(settings) as store:
        workbooks = ReviewWorkbooks.of(settings, store)
        for outcome in workbooks.take(sent.rows, sent.marks, reviewer):
            if isinstance(outcome, Refused):
                done.refused.append(outcome)
            done.taken += outcome == "taken"
            done.unchanged += outcome == "unchanged"
        workbooks.finish()
    return done.tell("row", file.name, as_json=as_json)
