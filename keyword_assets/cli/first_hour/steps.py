"""The steps in their order: each is asked about, or shown with what it found where it was done before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import click

from keyword_assets.cli.first_hour import address, alerts, automation, database, hcx, messages, taxonomy
from keyword_assets.cli.first_hour.asking import Later, tell, tell_error
from keyword_assets.cli.first_hour.session import Session, is_written
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.texts import say
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.opening import stored_days
from keyword_assets.sql.schema.messages_there import first_and_last_day
from keyword_assets.sql.schema.users_tables import read_tables

# The first questions that are classified, and the days that they are taken from, beside the last one.
_FIRST, _DAYS = 10, timedelta(days=6)


@dataclass(frozen=True)
class Step:
    """One step.

    `found` says what a step that was done has found, or None; `options` are those for which it is done again.
    """

    name: str
    found: Callable[[Settings], str | None]
    ask: Callable[[Session], None]
    options: tuple[str, ...]


STEPS = (
    Step("database", database.found, database.ask, (*address.OPTIONS, *messages.OPTIONS)),
    Step("tables", database.tables_found, database.ask_tables, ("upgrade",)),
    Step("taxonomy", taxonomy.found, taxonomy.ask, taxonomy.OPTIONS),
    Step("hcx", hcx.found, hcx.ask, hcx.OPTIONS),
    Step("automation", automation.found, automation.ask, automation.OPTIONS),
    Step("alerts", alerts.found, alerts.ask, alerts.OPTIONS),
)
NAMES = tuple(step.name for step in STEPS)


def go_through(session: Session, again: tuple[str, ...]) -> None:
    """Take the steps in turn, and say what comes next.

    Args:
        session: who is asked.
        again: the steps that are taken although they were done.

    Raises:
        InputError: an answer that was given cannot be used, and there is nobody to ask.
        ServiceError: a service does not serve us, and there is nobody to ask for another.
    """
    left = [step.name for step in STEPS if not _is_done(session, step, step.name in again)]
    settings = session.settings
    click.echo()
    click.echo(say("init.written", file=settings.env_file) if is_written_at_all(settings) else say("init.unwritten"))
    if left:
        tell(say("init.left", steps=", ".join(say(f"init.step.{name}") for name in left)), sign="!")
    click.echo(say("init.next"))
    for line in _next(settings):
        click.echo(f"  {line}")


def is_written_at_all(settings: Settings) -> bool:
    """Whether there is a `.env`."""
    return settings.env_file.is_file()


def _is_done(session: Session, step: Step, again: bool) -> bool:
    """Whether a step is done by the end of it."""
    click.echo(f"\n[{NAMES.index(step.name) + 1}/{len(NAMES)}] {say(f'init.step.{step.name}')}")
    said = None if again or session.asker.has(*step.options) else _found(session, step)
    if said is not None:
        tell(say("init.done", said=said), sign="✔")
        return True
    if step.name == "tables" and not session.settings.database_is_named:
        tell(say("init.needs_database"))
        return False
    return _is_answered(session, step) and _found(session, step) is not None


def _found(session: Session, step: Step) -> str | None:
    """What a step that was done has found; what has gone bad since is told, and asked about anew."""
    try:
        return step.found(session.settings)
    except KeywordAssetsError as error:
        if session.asker.silent:
            raise
        tell_error(error)
        return None


def _is_answered(session: Session, step: Step) -> bool:
    """Whether a step was gone through: whoever is asked can go on with the others without it."""
    try:
        step.ask(session)
    except Later:
        tell(say("init.later"))
        return False
    except KeywordAssetsError as error:
        if session.asker.silent:
            raise
        tell_error(error)
        return False
    except (click.Abort, KeyboardInterrupt):
        click.echo()
        tell(say("init.interrupted", file=session.settings.env_file))
        raise
    return True


def _next(settings: Settings) -> Iterator[str]:
    """What to type now, in its order."""
    if database.found(settings) is None:
        yield say("init.next.init")
        return
    if database.tables_found(settings) is None:
        yield say("init.next.dry_run")
        yield say("init.next.upgrade")
    if settings.taxonomy and not any(one.description for one in load_taxonomy(settings.taxonomy).categories):
        yield say("init.next.describe", file=settings.taxonomy)
    if settings.hcx.api_key is None:
        yield say("init.next.key")
    yield say("init.next.doctor")
    start, end = _newest_days(settings)
    yield say("init.next.complete", start=start, end=end, limit=_FIRST)
    if settings.switched_on and is_written("KEYWORDS_SWITCHED_ON"):
        yield say("init.next.dagster", home=settings.dagster_home)


def _newest_days(settings: Settings) -> tuple[date, date]:
    """The newest days that have messages and can be classified: enough of them for the first questions."""
    names = Names(settings.table_names, settings.column_names)
    with address.opened(settings) as engine:
        tables = read_tables(engine, names, stored_days(settings))
        days = first_and_last_day(engine, tables, _today_as_stored(settings))
    last = settings.last_day()
    end = min(days[1], last) if days else last
    return min(max(end - _DAYS, settings.start_date), end), end


def _today_as_stored(settings: Settings) -> datetime:
    """When today begins, as the service's clock shows it."""
    beginning = stored_days(settings).beginning(settings.now().date())
    return beginning if isinstance(beginning, datetime) else datetime.combine(beginning, time())
