"""Everything as it stands, for commands that show it again and again: looked at within seconds, or told why not."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, TypeVar

from keyword_assets.aside import aside
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import DatabaseError, KeywordAssetsError
from keyword_assets.core.watching.hosts import Hosted
from keyword_assets.core.watching.snapshot import View
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.retries import at_once
from keyword_assets.sql.watching.hosted import look_at_hosted
from keyword_assets.sql.watching.looking import IMPATIENT, look, opened_to_look

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from keyword_assets.orchestration.hosting.home import Home

_Found = TypeVar("_Found")

# A look takes some hundredths of a second. A server that is frozen keeps it for as long as its connection may be
# silent, several times over.
DEADLINE_SECONDS = 10.0


def view(settings: Settings) -> View:
    """Everything as it stands now.

    Raises:
        InputError: there is no database, or its schema is not in place.
        DatabaseError: the database cannot be reached.
    """
    with at_once():
        with opened_to_look(settings) as engine:
            snapshot = look(settings, engine)
        try:
            return View(snapshot, hosted(settings), switched_on=settings.switched_on)
        except KeywordAssetsError as error:
            return View(snapshot, unknown=str(error))


def hosted(settings: Settings) -> Hosted | None:
    """What Dagster's storage tells; None where there is no instance.

    Raises:
        InputError: the instance's configuration cannot be used, or its storage is of a kind that is not ours.
        DatabaseError: its storage cannot be reached.
    """
    # Reads YAML; who only looks at the database can do without.
    from keyword_assets.orchestration.hosting.home import prepare_home

    if not (settings.dagster_home / "dagster.yaml").exists():
        return None
    home = prepare_home(settings)
    with at_once(), _storages(home) as storages:
        return None if storages is None else look_at_hosted(*storages, settings.timezone)


@contextmanager
def _storages(home: "Home") -> "Iterator[tuple[Engine, Engine] | None]":
    """Where runs, and where schedules are kept; None before there is anything."""
    with ExitStack() as opened:

        def engine(url: str) -> "Engine":
            made = make_engine(url, look_only=True, limits=IMPATIENT, setting="DAGSTER_MYSQL_URL")
            opened.callback(made.dispose)
            return made

        if home.storage_url is not None:
            server = engine(home.storage_url)
            yield server, server
            return
        files = home.files()
        yield (engine(files[0]), engine(files[1])) if files else None


def within(seconds: float, call: Callable[[], _Found]) -> _Found:
    """What the call returns, if it does in time.

    Raises:
        DatabaseError: it does not; it goes on for itself, and nobody waits for its end.
    """
    try:
        return aside(call).result(seconds)
    except TimeoutError as error:
        raise DatabaseError("status.no_answer", seconds=seconds) from error
