"""`few-shot choose` and `few-shot show`: the reviewed questions that the model is shown with each request."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from keyword_assets import privacy
from keyword_assets.cli import options, render
from keyword_assets.cli.documents import document
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.configuration.settings import MOST_SHOTS, Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.configuration.yaml_files import require_free, write_yaml
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import visible
from keyword_assets.core.quality.shots import Chosen, choose, fitting, shots_tokens
from keyword_assets.core.questions import Mask
from keyword_assets.core.taxonomy import Shot
from keyword_assets.core.texts import say
from keyword_assets.in_force import load_shots
from keyword_assets.quality.reviewed import Reviews
from keyword_assets.quality.shots_file import as_yaml
from keyword_assets.sql.opening import open_store

# Of those who have set none.
_USUAL = 8
_SHOWN_CHARS = 60


@click.command("choose")
@click.option(
    "--size",
    type=click.IntRange(1, MOST_SHOTS),
    metavar="N",
    help="최대 N개; 기본 KEYWORDS_FEW_SHOT, 없으면 8 / at most N; default KEYWORDS_FEW_SHOT, else 8",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE.yaml",
    help="KEYWORDS_SHOTS 대신 / another file",
)
@click.option("--overwrite", is_flag=True, help="이미 있는 파일을 바꿔 씁니다 / replace a file that is there")
@options.json
@options.lang
def choose_shots(size: int | None, out: Path | None, overwrite: bool, as_json: bool) -> int:
    """검토에서 가장 자주 헷갈린 분류의 질문을 예로 골라 파일에 씁니다. 보내는 것은 없습니다.

    / Choose examples from reviews, and write them to a file; nothing is sent.
    """
    settings = Settings.from_env()
    path = out or settings.shots
    require_free(path, overwrite=overwrite)
    with open_store(settings, look_only=True) as store:
        reviews = Reviews(settings, store)
        texts = reviews.all()
    most = size or settings.few_shot or _USUAL
    chosen = choose(texts, reviews.taxonomy, privacy.mask_in_korean, most=most, tokens=settings.few_shot_tokens)
    if not chosen.candidates:
        raise InputError("shots.nothing", reviewed=len(texts), confused=chosen.confused, **chosen.unfit)
    write_yaml(as_yaml(chosen), path)
    mask = privacy.shown(settings.mask)
    if as_json:
        counts = {"confused": chosen.confused, "left_out": chosen.unfit}
        document({"file": str(path), **counts, **_document(chosen.shots, mask)})
        return DONE
    _show(chosen.shots, mask)
    for line in _lines(chosen, path, settings):
        click.echo(line)
    return DONE


def _lines(chosen: Chosen, path: Path, settings: Settings) -> Iterator[str]:
    count = len(chosen.candidates)
    yield say("shots.chosen", count=count, confused=chosen.confused, tokens=chosen.tokens, file=path)
    if any(chosen.unfit.values()):
        yield say("shots.left_out", **chosen.unfit)
    if settings.few_shot and path == settings.shots:
        yield say("shots.in_force")
    else:
        yield say("shots.next", count=count)


@click.command("show")
@options.json
@options.lang
def show_shots(as_json: bool) -> int:
    """고른 예와 그 가운데 모델에 보이는 것. / The chosen examples, and which of them the model is shown."""
    settings = Settings.from_env()
    shots = load_shots(settings, load_taxonomy(settings.taxonomy))
    in_force = fitting(shots, settings.few_shot, settings.few_shot_tokens)
    mask = privacy.shown(settings.mask)
    if as_json:
        document({"file": str(settings.shots), "in_force": len(in_force), **_document(shots, mask)})
        return DONE
    _show(shots, mask)
    counts = {"count": len(shots), "in_force": len(in_force), "wanted": settings.few_shot}
    click.echo(say("shots.shown", file=settings.shots, tokens=shots_tokens(in_force), **counts))
    return DONE


def _document(shots: Sequence[Shot], mask: Mask) -> dict[str, Any]:
    return {
        "examples": [
            {
                "text": mask(shot.text),
                "keywords": [{"keyword": mask(word), "category": name} for word, name in shot.answer],
            }
            for shot in shots
        ],
        "tokens_a_request": shots_tokens(shots),
    }


def _show(shots: Sequence[Shot], mask: Mask) -> None:
    table = Table()
    table.add_column(say("word.question"))
    table.add_column(say("word.answer"))
    for shot in shots:
        said = "; ".join(f"{keyword} ({name})" for keyword, name in shot.answer)
        table.add_row(*(Text(visible(mask(text), _SHOWN_CHARS)) for text in (shot.text, said)))
    render.out().print(table)
