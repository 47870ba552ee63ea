"""`taxonomy suggest`: candidates for better descriptions of categories, from what reviewers found."""

from pathlib import Path

import click

from keyword_assets import privacy
from keyword_assets.cli import options, outputs
from keyword_assets.cli.documents import document
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.days import parse_period
from keyword_assets.core.errors import InputError
from keyword_assets.core.texts import say
from keyword_assets.quality.extra import require_extra
from keyword_assets.sql.opening import open_store


@click.command()
@click.argument("start", metavar="[START]", required=False)
@click.argument("end", metavar="[END]", required=False)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.yaml", help="화면 대신 파일로 / to a file")
@click.option("--overwrite", is_flag=True, help="이미 있는 파일을 바꿔 씁니다 / replace a file that is there")
@options.json
@options.lang
def suggest(start: str | None, end: str | None, out: Path | None, overwrite: bool, as_json: bool) -> int:
    """Write a taxonomy with candidates for the descriptions of what was confused in reviews."""
    require_extra()
    # What computes takes a while to load.
    from keyword_assets.quality.reviewed import Reviews
    from keyword_assets.quality.suggesting import as_yaml, confusions

    settings = Settings.from_env()
    period = parse_period(start, end, lambda: settings.now().date()) if start else None
    if out is not None:
        outputs.require_free(out, overwrite=overwrite)
    with open_store(settings, look_only=True) as store:
        reviews = Reviews(settings, store)
        texts = reviews.all(period)
    found = confusions(texts, reviews.taxonomy, privacy.mask)
    if not found:
        raise InputError("suggestion.nothing", reviewed=len(texts))
    text = as_yaml(reviews.taxonomy, found, len(texts))
    if out is not None:
        outputs.write_text(out, text)
    if as_json:
        pairs = [{**vars(one), "sentence": one.sentence if one.words else None} for one in found]
        document({"reviewed": len(texts), "confusions": pairs, "file": None if out is None else str(out)})
    elif out is None:
        click.echo(text, nl=False)
    else:
        click.echo(say("suggestion.wrote", confusions=len(found), reviewed=len(texts), file=out))
    return DONE
