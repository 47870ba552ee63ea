"""`corrections`: what people answer in the model's place, shown, taken to and from a file, and taken back."""

import csv
import getpass
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from keyword_assets import privacy
from keyword_assets.cli import options, outputs, render
from keyword_assets.cli.documents import document
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.cli.importing import Imported
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.classifying.prompts import classifier_version
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import visible
from keyword_assets.core.models.questions import Answer
from keyword_assets.core.quality.corrections import Correction, reviewer_of, told
from keyword_assets.core.quality.corrections_file import HEADER, Draft, Refused, drafts, written
from keyword_assets.core.questions import Mask
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say
from keyword_assets.in_force import taxonomy_in_force
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.corrections.unheard import unheard_of
from keyword_assets.sql.loading import files
from keyword_assets.sql.opening import open_store

# Corrections that are shown one by one; the JSON has them all.
_SHOWN, _SHOWN_CHARS = 20, 60

_Names = Callable[[int], str]


@click.command("list")
@click.option("--all", "ended", is_flag=True, help="취소되거나 바뀐 것도 / also those that have ended")
@options.json
@options.lang
def list_corrections(ended: bool, as_json: bool) -> int:
    """Show the corrections that hold, and those that were withdrawn if asked for."""
    settings = Settings.from_env()
    with open_store(settings, look_only=True) as store:
        corrections, questions = store.people.all(ended=ended), store.replaced.questions_by_correction()
        name_of = _names(store, load_taxonomy(settings.taxonomy))
    mask = privacy.shown(settings.mask)
    if as_json:
        document({"corrections": [_entry(one, mask, questions, name_of) for one in corrections]})
        return DONE
    if not corrections:
        click.echo(say("correction.none"))
        return DONE
    render.out().print(_table(corrections[-_SHOWN:], mask, questions, name_of))
    click.echo(say("correction.count", count=len(corrections), shown=min(len(corrections), _SHOWN)))
    if pending := sum(one.pending for one in corrections):
        click.echo(say("correction.pending", count=pending))
    return DONE


def _names(store: SqlQuestionStore, taxonomy: Taxonomy) -> _Names:
    """What a category is called, also one that the taxonomy has no more."""
    names = {**store.category_names(), **{category.id: category.name for category in taxonomy.categories}}
    return lambda identifier: names.get(identifier, str(identifier))


def _entry(one: Correction, mask: Mask, questions: Mapping[int, int], name_of: _Names) -> dict[str, Any]:
    return {
        "id": one.id,
        "text": mask(one.text),
        "keywords": [{"keyword": said.keyword, "category": name_of(said.category_id)} for said in one.answer],
        "note": mask(one.note),
        "reviewer": one.reviewer,
        "corrected_at": one.corrected_at.isoformat(),
        "questions": questions.get(one.id, 0),
        "pending": one.pending,
        "ended_at": None if one.ended_at is None else one.ended_at.isoformat(),
        "ended_by": one.ended_by,
    }


def _table(corrections: Sequence[Correction], mask: Mask, questions: Mapping[int, int], name_of: _Names) -> Table:
    table = Table()
    for name in ("number", "question", "answer", "questions", "reviewer", "corrected_at", "note"):
        table.add_column(say(f"word.{name}"))
    for one in corrections:
        table.add_row(
            str(one.id),
            Text(visible(mask(one.text), _SHOWN_CHARS)),
            Text(visible(_said(one.answer, name_of), _SHOWN_CHARS)),
            f"{questions.get(one.id, 0):,}",
            Text(visible(one.reviewer, _SHOWN_CHARS)),
            one.corrected_at.strftime("%Y-%m-%d %H:%M"),
            Text(visible(mask(one.note), _SHOWN_CHARS)),
        )
    return table


def _said(answer: Answer, name_of: _Names) -> str:
    return "; ".join(f"{said.keyword} ({name_of(said.category_id)})" for said in answer)


@click.command()
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help="이미 있는 파일을 바꿔 씁니다 / replace a file that is there")
@options.json
@options.lang
def export(file: Path, overwrite: bool, as_json: bool) -> int:
    """Write the corrections that hold to a file that `corrections import` takes."""
    settings = Settings.from_env()
    outputs.require_free(file, overwrite=overwrite)
    with open_store(settings, look_only=True) as store:
        corrections = store.people.all()
        name_of = _names(store, load_taxonomy(settings.taxonomy))
    with outputs.replacing(file) as unfinished:
        unfinished.write_bytes(_csv(corrections, name_of))
    if as_json:
        document({"file": str(file), "corrections": len(corrections)})
    else:
        click.echo(say("correction.exported", count=len(corrections), file=file))
    return DONE


def _csv(corrections: Sequence[Correction], name_of: _Names) -> bytes:
    """One row a keyword; with a byte order mark, without which Excel takes Korean for another encoding."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(HEADER)
    for one in corrections:
        for said in one.answer:
            writer.writerow(map(written, (one.text, said.keyword, name_of(said.category_id), one.note)))
    return file.getvalue().encode("utf-8-sig")


@click.command("import")
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--reviewer", metavar="NAME", required=True, help="누가 고쳤는지 / who corrects")
@click.option("--replace", is_flag=True, help="다른 사람이 고친 답도 바꿉니다 / also what others have corrected")
@options.encoding
@options.json
@options.lang
def import_corrections(file: Path, reviewer: str, replace: bool, encoding: str | None, as_json: bool) -> int:
    """Take the corrections of a file, and tell of each row that was refused."""
    settings, reviewer = Settings.from_env(), reviewer_of(reviewer)
    taxonomy = taxonomy_in_force(settings)
    with files.opened(file, encoding) as opened, open_store(settings) as store:
        with opened.read() as lines:
            said, refused = drafts(lines, opened.name, taxonomy, lambda text: store.people.keys_of(text)[0])
        done = Imported(refused=[*refused])
        store.sync_categories(taxonomy)
        _take(store, said, reviewer, replace, done)
        _finish(settings, store, taxonomy)
        name = opened.name
    return done.tell("line", name, as_json=as_json)


def _take(store: SqlQuestionStore, said: Sequence[Draft], reviewer: str, replace: bool, done: Imported) -> None:
    """Correct text by text; what somebody else corrects in between is not replaced."""
    seen = store.people.find([draft.text for draft in said])
    others = [draft.text for draft in said if draft.text not in seen]
    unheard = unheard_of(store.engine, store.tables, store.people, others)
    for draft in said:
        if draft.text in unheard:
            done.refused.append(Refused(draft.line, say("correction.unheard")))
            continue
        held = seen.get(draft.text)
        replaces = held.id if held is not None and (replace or held.reviewer == reviewer) else None
        outcome, holds = store.people.correct(draft.text, draft.answer, reviewer, draft.note, replaces=replaces)
        if outcome == "conflict":
            done.refused.append(Refused(draft.line, f"{told(holds)}. {say('correction.how_to_replace')}"))
        done.taken += outcome == "taken"
        done.unchanged += outcome == "unchanged"


def _finish(settings: Settings, store: SqlQuestionStore, taxonomy: Taxonomy) -> None:
    """Also what an earlier command was stopped at."""
    store.finish_corrections(classifier_version(settings.hcx.model, taxonomy), taxonomy)


@click.command()
@click.argument("which", metavar="TEXT|ID")
@click.option("--reviewer", metavar="NAME", help="누가 취소하는지; 기본은 로그인 이름 / who withdraws it")
@options.json
@options.lang
def withdraw(which: str, reviewer: str | None, as_json: bool) -> int:
    """End a correction, so that what the model answered holds again."""
    settings, by = Settings.from_env(), reviewer_of(reviewer or getpass.getuser())
    taxonomy = taxonomy_in_force(settings)
    with open_store(settings) as store:
        held = _named(store, which)
        ended = None if held is None else store.people.withdraw(held.id, by)
        _finish(settings, store, taxonomy)
    if ended is None:
        raise InputError("correction.not_holding", which=privacy.shown(settings.mask)(which))
    if as_json:
        document({"withdrawn": ended.id, "text": privacy.shown(settings.mask)(ended.text), "by": by})
    else:
        click.echo(say("correction.withdrawn", id=ended.id))
    return DONE


def _named(store: SqlQuestionStore, which: str) -> Correction | None:
    """The correction that holds for a text or, where that has none, has the number."""
    if held := store.people.find([which]).get(which):
        return held
    # More digits than any number of ours has.
    return store.people.get(int(which)) if which.isascii() and which.isdigit() and len(which) < 19 else None
