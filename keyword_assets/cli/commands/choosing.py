"""What `few-shot` does: reviewed questions chosen for the model, and shown to people."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from keyword_assets import privacy
from keyword_assets.cli import outputs, render
from keyword_assets.cli.console import note
from keyword_assets.cli.documents import document
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
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


def choose_shots(size: int | None, out: Path | None, *, overwrite: bool, as_json: bool) -> int:
    """Choose and write; returns the exit code.

    Raises:
        InputError: there is nothing to choose, or the file cannot be written.
        DatabaseError: the database failed.
    """
    settings = Settings.from_env()
    path = out or settings.shots
    outputs.require_free(path, overwrite=overwrite)
    chosen = _written(settings, size or settings.few_shot or _USUAL, path)
    mask = privacy.shown(settings.mask)
    if as_json:
        counts = {"confused": chosen.confused, "left_out": chosen.unfit}
        document({"file": str(path), **counts, **_document(chosen.shots, mask)})
        return DONE
    _show(chosen.shots, mask)
    for line in _lines(chosen, path, settings):
        click.echo(line)
    return DONE


def choose_once(settings: Settings) -> None:
    """Choose what the settings want the model to be shown, where nobody has chosen yet, and tell it.

    Raises:
        InputError: there is nothing to choose, or the file cannot be written.
        DatabaseError: the database failed.
    """
    if settings.few_shot and not settings.shots.exists():
        chosen = _written(settings, settings.few_shot, settings.shots)
        for line in _lines(chosen, settings.shots, settings):
            note(line)


def _written(settings: Settings, most: int, path: Path) -> Chosen:
    with open_store(settings, look_only=True) as store:
        reviews = Reviews(settings, store)
        texts = reviews.all()
    chosen = choose(texts, reviews.taxonomy, privacy.mask_in_korean, most=most, tokens=settings.few_shot_tokens)
    if not chosen.candidates:
        raise InputError("shots.nothing", reviewed=len(texts), confused=chosen.confused, **chosen.unfit)
    outputs.write_text(path, as_yaml(chosen))
    return chosen


def _lines(chosen: Chosen, path: Path, settings: Settings) -> Iterator[str]:
    count = len(chosen.candidates)
    yield say("shots.chosen", count=count, confused=chosen.confused, tokens=chosen.tokens, file=path)
    if any(chosen.unfit.values()):
        yield say("shots.left_out", **chosen.unfit)
    if settings.few_shot and path == settings.shots:
        yield say("shots.in_force")
    else:
        yield say("shots.next", count=count)


def show_shots(*, as_json: bool) -> int:
    """Show what was chosen; returns the exit code.

    Raises:
        InputError: there is no file, or it cannot be used.
    """
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
