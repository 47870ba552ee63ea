"""Dagster's instance as our commands open it, and the server that it is on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import sqlalchemy as sa
from dagster._core.instance.ref import InstanceRef
from dagster._serdes import ConfigurableClass
from sqlalchemy.engine import Engine

from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.sources import scrubbed
from keyword_assets.core.errors import DatabaseError, InputError
from keyword_assets.core.texts import say
from keyword_assets.orchestration.hosting.dead_runs import fail_the_killed
from keyword_assets.orchestration.hosting.home import (
    Home,
    is_on_mysql_by_settings,
    misconfigured,
    prepare_home,
)
from keyword_assets.orchestration.hosting.known_server import allow_new_tables
from keyword_assets.orchestration.hosting.sqlite_storage import (
    KeptEventLogStorage,
    KeptRunStorage,
    KeptScheduleStorage,
)
from keyword_assets.sql.database.engine import make_engine, redacted
from keyword_assets.sql.database.tls import protection_of
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.schema import dagster_tables

# Where one of them is configured, nothing of ours takes its place.
_STORAGES = {"storage", "run_storage", "event_log_storage", "schedule_storage"}
# A command needs no way of its output through a file: Dagster has processes of its own for that, which Ctrl-C ends in
# tracebacks.
_UNCAPTURED = {
    "compute_logs": {"module": "dagster._core.storage.noop_compute_log_manager", "class": "NoOpComputeLogManager"}
}


@contextmanager
def open_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """The instance in `DAGSTER_HOME`, set up there at first use."""
    with opened(prepare_home(settings)) as dagster_instance:
        yield dagster_instance


@contextmanager
def opened(home: Home) -> Iterator[dg.DagsterInstance]:
    """The instance of a home that is there."""
    with _server(home) as server:
        if server is not None:
            # Dagster would try five times, and end in an error that names neither the server nor the setting.
            with reading(server):
                pass
        with _configuration_errors(home.path):
            opening = dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(home.path), overrides=_overrides(home)))
        with opening as dagster_instance:
            fail_the_killed(dagster_instance, home.path)
            yield dagster_instance


def _overrides(home: Home) -> dict[str, Any]:
    """What a command has otherwise than the instance's configuration says."""
    if home.configured.keys() & _STORAGES:
        return _UNCAPTURED
    history = home.path / "history"
    return {
        **_UNCAPTURED,
        "run_storage": _kept(KeptRunStorage, history),
        "event_log_storage": _kept(KeptEventLogStorage, history / "runs"),
        "schedule_storage": _kept(KeptScheduleStorage, home.path / "schedules"),
    }


def _kept(storage: type[ConfigurableClass], folder: Path) -> dict[str, Any]:
    return {"module": storage.__module__, "class": storage.__name__, "config": {"base_dir": str(folder)}}


def protection(home: Home) -> str:
    """How the way to the instance's server is protected; empty where it is on no MySQL."""
    with _server(home) as server:
        if server is None:
            return ""
        with reading(server) as connection:
            return f" · {protection_of(connection)}"


def narrow_columns(home: Home) -> Sequence[str]:
    """The columns of the instance's tables that large ticks and metadata do not fit into; none where not on MySQL."""
    with _server(home) as server:
        return [] if server is None else [str(column) for column in dagster_tables.narrow_columns(server)]


def widen_columns(settings: Settings, *, dry_run: bool) -> str:
    """Widen the columns of the instance's tables, which Dagster makes first where there are none.

    Args:
        settings: the settings.
        dry_run: change nothing on the server.

    Returns:
        What was done, or the statements that would be run.

    Raises:
        InputError: the instance is not on MySQL.
        DatabaseError: the server cannot be reached, or refused.
    """
    folder = settings.dagster_home.resolve()
    configured = (folder / "dagster.yaml").exists() or is_on_mysql_by_settings(settings)
    home = prepare_home(settings) if configured else None
    with _server(home, patient=True) as server:
        if home is None or server is None:
            raise InputError("dagster.not_on_mysql", path=folder)
        if dry_run:
            if not dagster_tables.are_there(server):
                names = ", ".join(f"{table}.{column}" for table, column in dagster_tables.COLUMNS)
                return say("upgrade.dagster_first", columns=names)
            statements = [f"{column.statement};" for column in dagster_tables.narrow_columns(server)]
            return "\n".join(statements) or say("upgrade.dagster_nothing")
        allow_new_tables(home.path)
        with opened(home):
            pass
        widened = dagster_tables.widen(server)
    if not widened:
        return say("upgrade.dagster_nothing")
    return say("upgrade.dagster_done", count=len(widened), columns=", ".join(map(str, widened)))


def prune(settings: Settings, keep_days: int, *, dry_run: bool) -> dict[str, int]:
    """Remove the logs of runs that ended so many days ago, and older ticks; how many of each table."""
    # Loads Dagster's daemon, which other commands do without.
    from keyword_assets.orchestration.hosting.pruning import prune_instance

    with open_instance(settings) as dagster_instance:
        before = datetime.now(UTC) - timedelta(days=keep_days)
        return prune_instance(dagster_instance, before, dry_run=dry_run)


@contextmanager
def _server(home: Home | None, *, patient: bool = False) -> Iterator[Engine | None]:
    """The database of the instance, None where it is on no MySQL; what goes wrong with it is told as Dagster's."""
    url = home.storage_url if home else None
    if url is None:
        yield None
        return
    from dagster_mysql.utils import DagsterMySQLException

    from keyword_assets.orchestration.hosting.failover import ServerGone

    engine = make_engine(url, patient=patient, setting="DAGSTER_MYSQL_URL")
    try:
        yield engine
    except DatabaseError as error:
        raise DatabaseError("dagster.server", url=redacted(url), reason=error.params.get("reason")) from error
    except ServerGone as error:
        raise DatabaseError(error.key, **error.params) from error
    except (sa.exc.SQLAlchemyError, DagsterMySQLException) as error:
        cause = getattr(error, "orig", None) or error.__cause__ or error
        raise DatabaseError(
            "dagster.server", url=redacted(url), reason=" ".join(scrubbed(cause).split())[:300]
        ) from error
    finally:
        engine.dispose()


@contextmanager
def _configuration_errors(home: Path) -> Iterator[None]:
    """Turn what is wrong with the configuration into an `InputError` that says where, and quotes nothing of it."""
    try:
        yield
    except dg.DagsterError as error:
        # Not from it: the file may hold a password, and it quotes what it does not like.
        raise misconfigured(home, _place_of(error)) from None


def _place_of(error: dg.DagsterError) -> str:
    """What is wrong with a configuration, and where, without any of its values."""
    if isinstance(error, dg.DagsterInvalidConfigError):
        places = ["/".join(str(step) for step in _steps(fault.stack.entries)) or "/" for fault in error.errors]
        return ", ".join(
            dict.fromkeys(f"{fault.reason.value} {place}" for fault, place in zip(error.errors, places, strict=True))
        )
    return scrubbed(" ".join(str(error).split()))[:300]


def _steps(entries: Sequence[Any]) -> Iterator[str]:
    for entry in entries:
        if (name := getattr(entry, "field_name", None)) is not None:
            yield name
