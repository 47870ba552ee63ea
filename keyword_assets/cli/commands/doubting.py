"""What `audit doubtful` does: ranks stored answers, asks a second model if so asked, shows the list or queues it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import click
import sqlalchemy as sa
from rich.table import Table
from rich.text import Text

from keyword_assets import privacy
from keyword_assets.cli import documents, render
from keyword_assets.cli.against import Choice
from keyword_assets.cli.commands.evaluating import questioning
from keyword_assets.cli.console import note
from keyword_assets.cli.exit_codes import DONE, GAPS
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.classifying.answers import stored_form
from keyword_assets.core.classifying.plan import Plan
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import visible
from keyword_assets.core.models.period import Period
from keyword_assets.core.money import Price
from keyword_assets.core.quality.doubts import PARTS, Doubt, DoubtfulList, Part, StoredAnswer, Unit
from keyword_assets.core.quality.reviewing import Doubtful
from keyword_assets.core.questions import Mask
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say
from keyword_assets.quality import second_model
from keyword_assets.quality.asking import Asked
from keyword_assets.quality.doubtful import doubtful as ranked
from keyword_assets.quality.extra import require_extra
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.opening import open_store
from keyword_assets.sql.quality.doubtful import offer
from keyword_assets.sql.quality.stored_answers import stored_answers

_SHOWN_CHARS = 60


@dataclass(frozen=True)
class Wanted:
    """What was typed."""

    period: Period
    most: int
    by: Unit
    second_model: str | None
    sample: int | None
    seed: int
    dry_run: bool
    queue: bool

    def require_sense(self) -> None:
        """Make sure that options go together.

        Raises:
            InputError: they do not.
        """
        if self.second_model is None and (self.sample is not None or self.dry_run):
            raise InputError("doubtful.no_second")


@dataclass(frozen=True)
class _Second:
    """The second model: what asking it was to take, and what it came to; without that it was not asked."""

    plan: Plan
    price: Price
    asked: Asked | None


def doubtful(wanted: Wanted, *, as_json: bool) -> int:
    """Show the list; returns the exit code.

    Raises:
        InputError: something cannot be used; nothing was asked.
        HcxError: HCX denied or could not be reached; what was answered before is kept.
        DatabaseError: the database failed; the same.
    """
    require_extra()
    wanted.require_sense()
    settings = Settings.from_env()
    taxonomy = load_taxonomy(settings.taxonomy)
    looks_only = wanted.dry_run or not (wanted.queue or wanted.second_model)
    with open_store(settings, look_only=looks_only, about=wanted.period) as store:
        answers = _answers(store, wanted.period, taxonomy.catch_all.id)
        name_of = names(store, taxonomy)
        second = _second(wanted, store, answers, name_of, told=not as_json) if wanted.second_model else None
        if wanted.dry_run:
            return _told_beforehand(second, as_json=as_json)
        found = ranked(
            answers,
            taxonomy.catch_all.id,
            name_of,
            most=wanted.most,
            by=wanted.by,
            seed=wanted.seed,
            second=second_model.given(second.asked) if second and second.asked else None,
        )
        queued = _queue(store, settings, found) if wanted.queue else None
    mask = privacy.shown(settings.mask)
    if as_json:
        documents.document(_document(wanted, found, second, queued, name_of, mask))
    else:
        _show(found, second, queued, name_of, mask)
    return DONE if second is None or second.asked is None or second.asked.whole else GAPS


def _answers(store: SqlQuestionStore, period: Period, catch_all: int) -> list[StoredAnswer]:
    """The stored answers, those of people marked."""
    answers = stored_answers(store.engine, store.tables, period, catch_all)
    corrected = store.people.find({one.text for one in answers})
    return [replace(one, is_corrected=one.text in corrected) for one in answers]


@repeated
def names(store: SqlQuestionStore, taxonomy: Taxonomy) -> Callable[[int], str]:
    """What a category is called: by the taxonomy, else by `admin_categories`, which has those of older ones."""
    table = store.tables.admin_categories.c
    with reading(store.engine) as connection:
        rows = connection.execute(sa.select(table.category_id, table.category_name))
        known = {int(number): str(name) for number, name in rows}
    known |= {category.id: category.name for category in taxonomy.categories}
    return lambda number: known.get(number, str(number))


# -- the second model -------------------------------------------------------------------------------------------------


def _second(
    wanted: Wanted,
    store: SqlQuestionStore,
    answers: Sequence[StoredAnswer],
    name_of: Callable[[int], str],
    *,
    told: bool,
) -> _Second:
    """Ask it, its cost told before and after; of a dry run, the plan alone."""
    theirs = questioning(Choice(model=wanted.second_model))
    title = say("doubtful.questions", start=wanted.period.start, end=wanted.period.end)
    # The text of a correction is not sent again.
    asked_about = [one for one in answers if not one.is_corrected]
    some = second_model.sample(asked_about, wanted.sample, wanted.seed)
    opinion = second_model.SecondOpinion(theirs, store, title, some, name_of)
    second = _Second(opinion.plan(), theirs.settings.hcx.price, None)
    if wanted.dry_run:
        return second
    theirs.settings.hcx.require_api_key()
    if told:
        note(_plan_in_words(second))
    asked = opinion.ask()
    if told:
        note(say("doubtful.spent", requests=asked.usage.requests, cost=asked.cost_krw))
    return _Second(second.plan, second.price, asked)


def _plan_in_words(second: _Second) -> str:
    plan, price = second.plan, second.price
    told = say("evaluation.plan", texts=plan.texts, requests=plan.usage.requests, minutes=plan.minutes)
    cost = say("summary.cost_value", cost=plan.cost_krw, model=price.model, as_of=price.as_of)
    return f"{told}. {cost}"


def _told_beforehand(second: _Second | None, *, as_json: bool) -> int:
    assert second is not None, "a dry run is of a second model"
    if as_json:
        documents.document({"dry_run": True, "second_model": _second_document(second)})
        return DONE
    click.echo(_plan_in_words(second))
    click.echo(say("plan.nothing_sent"))
    return DONE


# -- the queue --------------------------------------------------------------------------------------------------------


def _queue(store: SqlQuestionStore, settings: Settings, found: DoubtfulList) -> int:
    """Hand the list to the reviewers; returns how many of it are new to them."""
    doubtful = [_item(doubt) for doubt in found.doubts]
    return offer(store.engine, store.tables, doubtful, privacy.sent(settings.mask))


def _item(doubt: Doubt) -> Doubtful:
    stored = doubt.stored
    return Doubtful(
        stored.day, stored.text, stored.messages, stored_form(stored.answer), doubt.doubt or 0.0, why(doubt)
    )


def why(doubt: Doubt) -> str:
    """In words for whoever reviews it, with what else the answer might be."""
    reasons = "; ".join(say(f"doubtful.part.{part}") for part in doubt.parts)
    # As wide as the column.
    return (f"{reasons} → {doubt.other}" if doubt.other else reasons)[:255]


# -- telling ----------------------------------------------------------------------------------------------------------


def _show(
    found: DoubtfulList, second: _Second | None, queued: int | None, name_of: Callable[[int], str], mask: Mask
) -> None:
    out = render.out()
    for part in PARTS:
        if part != "second_model" or second is not None:
            out.print(_title(part, found))
            if found.part(part):
                out.print(_table(found.part(part), name_of, mask))
    if found.unjudged:
        out.print(say("doubtful.unjudged", count=found.unjudged))
    for line in caveats():
        out.print(Text(line, style="yellow"))
    if queued is not None:
        click.echo(say("doubtful.queued", count=queued))


def caveats() -> Iterator[str]:
    """What the list is not for, wherever it is shown."""
    yield say("doubtful.not_for_estimates")
    yield say("doubtful.systematic")


def _title(part: Part, found: DoubtfulList) -> str:
    numbers = {"shown": len(found.part(part)), "found": found.found[part]}
    return say("doubtful.title", part=say(f"doubtful.part.{part}"), **numbers)


def _table(doubts: Sequence[Doubt], name_of: Callable[[int], str], mask: Mask) -> Table:
    table = Table()
    for name in ("word.day", "word.asked", "doubtful.doubt", "word.question", "doubtful.category", "doubtful.other"):
        table.add_column(say(name))
    for doubt in doubts:
        other = doubt.other or ""
        if doubt.beside is not None:
            other = f"{other}: {mask(doubt.beside)}"
        table.add_row(
            doubt.stored.day.isoformat(),
            f"{doubt.stored.messages:,}",
            "" if doubt.doubt is None else f"{doubt.doubt:.2f}",
            Text(visible(mask(doubt.stored.text), _SHOWN_CHARS)),
            Text(visible(name_of(doubt.stored.category), _SHOWN_CHARS)),
            Text(visible(other, _SHOWN_CHARS)),
        )
    return table


def _document(
    wanted: Wanted,
    found: DoubtfulList,
    second: _Second | None,
    queued: int | None,
    name_of: Callable[[int], str],
    mask: Mask,
) -> dict[str, Any]:
    return {
        "start": wanted.period.start.isoformat(),
        "end": wanted.period.end.isoformat(),
        "by": wanted.by,
        "seed": wanted.seed,
        "questions": found.questions,
        "unjudged": found.unjudged,
        "for_estimates": False,
        "notes": list(caveats()),
        "parts": [
            {
                "part": part,
                "what": say(f"doubtful.part.{part}"),
                "found": found.found[part],
                "answers": [_doubt_document(doubt, name_of, mask) for doubt in found.part(part)],
            }
            for part in PARTS
        ],
        "second_model": _second_document(second) if second else None,
        "queued": queued,
    }


def _doubt_document(doubt: Doubt, name_of: Callable[[int], str], mask: Mask) -> dict[str, Any]:
    stored = doubt.stored
    return {
        "date": stored.day.isoformat(),
        "text": mask(stored.text),
        "messages": stored.messages,
        "category": name_of(stored.category),
        "keywords": [
            {"keyword": mask(keyword.keyword), "category": name_of(keyword.category_id)} for keyword in stored.answer
        ],
        "doubt": doubt.doubt,
        "other": doubt.other,
        "beside": None if doubt.beside is None else mask(doubt.beside),
        "why": list(doubt.parts),
    }


def _second_document(second: _Second) -> dict[str, Any]:
    plan, asked = second.plan, second.asked
    return {
        "model": second.price.model,
        "planned": {"texts": plan.texts, "requests": plan.usage.requests, "cost_krw": round(plan.cost_krw, 2)},
        "asked": asked
        and {
            "answered": len(second_model.given(asked)),
            "requests": asked.usage.requests,
            "cost_krw": round(asked.cost_krw, 2),
            "whole": asked.whole,
        },
    }
