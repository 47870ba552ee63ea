"""The one door from the command line to Dagster; loaded only by commands that run something."""

import os
import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import dagster as dg
import sqlalchemy as sa
import yaml
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.events import RunFailureReason
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG
from filelock import FileLock, Timeout
from sqlalchemy.engine import Engine

from keyword_assets import own_files
from keyword_assets.core.errors import DatabaseError, InputError, KeywordAssetsError
from keyword_assets.core.models import Period
from keyword_assets.core.ports import RunWatcher
from keyword_assets.core.texts import say
from keyword_assets.definitions import build_defs
from keyword_assets.orchestration.assets import POOL
from keyword_assets.orchestration.jobs import JOB
from keyword_assets.orchestration.prune import prune_instance
from keyword_assets.orchestration.resources import HcxResource
from keyword_assets.orchestration.sqlite_storage import KeptEventLogStorage
from keyword_assets.settings import HOME, Settings
from keyword_assets.sources import scrubbed
from keyword_assets.sql import dagster_tables
from keyword_assets.sql.engine import make_engine, reading, redacted
from keyword_assets.sql.tls import protection_of

MODE_TAG = "keyword_assets/mode"
# Names the lock file that the run's process holds as long as it lives. The prefix keeps it out of the UI.
_LIFE_TAG = ".dagster/keyword_assets_command"
_LIFE = re.compile("[0-9a-f]{32}")
# Read from the configuration, because an embedded instance does without it.
_STORAGE = "keyword_assets.orchestration.mysql_storage"
_UNFINISHED = [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
# Our own console tells the story; Dagster's event log keeps every line whatever this says.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
# Where one of them is configured, nothing of ours takes its place.
_STORAGES = {"storage", "run_storage", "event_log_storage", "schedule_storage"}
# And it needs no way through a file: Dagster has processes of its own for that, which Ctrl-C ends in tracebacks.
_UNCAPTURED = {
    "compute_logs": {"module": "dagster._core.storage.noop_compute_log_manager", "class": "NoOpComputeLogManager"}
}


class _Remembering:
    """Passes everything on, and keeps the error that ended the run."""

    def __init__(self, watcher: RunWatcher) -> None:
        self.error: KeywordAssetsError | None = None
        self.waiting = watcher.waiting
        self.elsewhere = watcher.elsewhere
        self.held = watcher.held
        self.began = watcher.began
        self.progressed = watcher.progressed
        self.day_finished = watcher.day_finished
        self.ended = watcher.ended

    def failed(self, error: KeywordAssetsError) -> None:
        """Keep the error; the command says it at its end."""
        self.error = error


def classify(
    settings: Settings,
    period: Period,
    mode: str,
    limit: int | None,
    reclassify: bool,
    token_budget: int | None,
    watcher: RunWatcher,
) -> None:
    """Run the daily job over the period, in this process, on the instance in `DAGSTER_HOME`.

    Args:
        settings: the settings.
        period: the days, all of them past.
        mode: the command's name, a tag of the run.
        limit: at most so many questions are sent.
        reclassify: replace rows that are not what this model, prompt and taxonomy answer.
        token_budget: what is left of the budget for reserved tokens.
        watcher: told as the run goes on.

    Raises:
        KeywordAssetsError: what ended the run; what was finished before is kept.
        KeyboardInterrupt: somebody stopped it; the same.
    """
    remembering = _Remembering(watcher)
    hcx = HcxResource(replace(settings, hcx_token_budget=token_budget))
    definitions = build_defs(settings, watcher=remembering, hcx=hcx)
    options = {"limit": limit, "reclassify": reclassify}
    with instance(settings) as dagster_instance, _alive(settings.dagster_home) as life:
        if holder := _holder_of_pool(dagster_instance):
            watcher.waiting(holder)
        try:
            result = definitions.resolve_job_def(JOB).execute_in_process(
                instance=dagster_instance,
                raise_on_error=False,
                run_config={
                    "ops": {"daily_keywords": {"config": options}},
                    **_QUIET,
                },
                tags={
                    ASSET_PARTITION_RANGE_START_TAG: period.start.isoformat(),
                    ASSET_PARTITION_RANGE_END_TAG: period.end.isoformat(),
                    MODE_TAG: mode,
                    _LIFE_TAG: life,
                },
            )
        except DagsterExecutionInterruptedError as interrupted:
            raise KeyboardInterrupt from interrupted
        interrupted_run = _was_interrupted(result)
        if interrupted_run:
            # Dagster takes it for a failure, as it would a process that somebody else has ended.
            dagster_instance.report_run_canceled(result.dagster_run)
    if remembering.error is not None:
        raise remembering.error
    if interrupted_run:
        raise KeyboardInterrupt
    if not result.success:
        raise RuntimeError(say("run.broken", run_id=result.run_id))


def _was_interrupted(result: dg.ExecuteInProcessResult) -> bool:
    """Whether Ctrl-C or a termination ended the run: Dagster makes an event of it where it is told not to raise."""
    return any(
        event.event_type == dg.DagsterEventType.RUN_CANCELED
        or (event.is_run_failure and event.job_failure_data.failure_reason is RunFailureReason.UNEXPECTED_TERMINATION)
        for event in result.all_events
    )


@contextmanager
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """The instance in `DAGSTER_HOME`, set up there at first use."""
    home = prepare_home(settings)
    with _server(home) as server:
        if server is not None:
            # Dagster would try five times, and end in an error that names neither the server nor the setting.
            with reading(server):
                pass
        with _configuration_errors(home):
            opening = dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(home), overrides=_overrides(home)))
        with opening as dagster_instance:
            _bury_the_dead(dagster_instance, home)
            yield dagster_instance


def _overrides(home: Path) -> dict[str, Any]:
    """What a command has otherwise than the instance's configuration says."""
    if _configured(home).keys() & _STORAGES:
        return _UNCAPTURED
    files = home / "history" / "runs"
    return {
        **_UNCAPTURED,
        "event_log_storage": {
            "module": KeptEventLogStorage.__module__,
            "class": KeptEventLogStorage.__name__,
            "config": {"base_dir": str(files)},
        },
    }


def prepare_home(settings: Settings) -> Path:
    """Make `DAGSTER_HOME` a folder that Dagster accepts, with our configuration where it has none.

    Raises:
        InputError: there cannot be such a folder, or what is configured there is not what `DAGSTER_MYSQL_URL` asks for.
    """
    home = settings.dagster_home.resolve()
    file = home / "dagster.yaml"
    on_mysql = _is_on_mysql_by_settings(settings)
    parts = ["dagster.yaml", "dagster-mysql.yaml"] if on_mysql else ["dagster.yaml"]
    packaged = resources.files("keyword_assets") / "resources"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            with own_files.replacing(file) as unfinished:
                text = "".join((packaged / part).read_text(encoding="utf-8") for part in parts)
                unfinished.write_text(text, encoding="utf-8")
        elif on_mysql:
            _require_storage(home)
    except OSError as error:
        raise InputError("settings.dagster_home", home=home, reason=error.strerror) from error
    # Dagster, and the processes that it starts, know nothing of `.env` here.
    os.environ["DAGSTER_HOME"] = str(home)
    if settings.dagster_mysql_url is not None:
        os.environ["DAGSTER_MYSQL_URL"] = settings.dagster_mysql_url
        # Which it came from, or not; both together would be refused.
        os.environ.pop("DAGSTER_MYSQL_URL_FILE", None)
    return home


def ignores_mysql(settings: Settings) -> bool:
    """Whether there is a `DAGSTER_MYSQL_URL` that this home, the folder's own, does not follow."""
    return settings.dagster_mysql_url is not None and not _is_on_mysql_by_settings(settings)


def _is_on_mysql_by_settings(settings: Settings) -> bool:
    """The folder's own instance stays embedded: the demo's runs have no business on anybody's server."""
    own = (settings.home / HOME / "dagster").resolve()
    return settings.dagster_mysql_url is not None and settings.dagster_home.resolve() != own


def _require_storage(home: Path) -> None:
    """Refuse a configuration that would quietly keep the runs in SQLite files although a server is named."""
    if not _configured(home).keys() & {"storage", "run_storage"}:
        raise InputError("dagster.keeps_files", path=home / "dagster.yaml")


def server_of(settings: Settings) -> str | None:
    """The server that the instance is on, as it may be shown; None where it is on no MySQL."""
    url = _storage_url(prepare_home(settings))
    return redacted(url) if url else None


def protection(settings: Settings) -> str:
    """How the way to the instance's server is protected; empty where it is on no MySQL."""
    with _server(prepare_home(settings)) as server:
        if server is None:
            return ""
        with reading(server) as connection:
            return f" · {protection_of(connection)}"


def narrow_columns(settings: Settings) -> Sequence[str]:
    """The columns of the instance's tables that large ticks and metadata do not fit into; none where not on MySQL."""
    with _server(prepare_home(settings)) as server:
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
    home = settings.dagster_home.resolve()
    configured = (home / "dagster.yaml").exists() or _is_on_mysql_by_settings(settings)
    with _server(prepare_home(settings) if configured else None, patient=True) as server:
        if server is None:
            raise InputError("dagster.not_on_mysql", path=home)
        if dry_run:
            if not dagster_tables.are_there(server):
                names = ", ".join(f"{table}.{column}" for table, column in dagster_tables.COLUMNS)
                return say("upgrade.dagster_first", columns=names)
            statements = [f"{column.statement};" for column in dagster_tables.narrow_columns(server)]
            return "\n".join(statements) or say("upgrade.dagster_nothing")
        with instance(settings):
            pass
        widened = dagster_tables.widen(server)
    if not widened:
        return say("upgrade.dagster_nothing")
    return say("upgrade.dagster_done", count=len(widened), columns=", ".join(map(str, widened)))


def prune(settings: Settings, keep_days: int, *, dry_run: bool) -> dict[str, int]:
    """Remove the logs of runs that ended so many days ago, and older ticks; how many of each table."""
    with instance(settings) as dagster_instance:
        before = datetime.now(UTC) - timedelta(days=keep_days)
        return prune_instance(dagster_instance, before, dry_run=dry_run)


def advice(settings: Settings) -> str:
    """What in the instance's configuration, which is never rewritten, would better be otherwise; empty if nothing."""
    configured = _configured(prepare_home(settings))
    lines = "storage: {custom: {module: %s, class: MySQLStorage, config: {mysql_url: {env: DAGSTER_MYSQL_URL}}}}"
    plain = say("doctor.dagster_plain", lines=lines % _STORAGE) if "mysql" in (configured.get("storage") or {}) else ""
    plain += say("doctor.dagster_literal") if _holds_password(configured) else ""
    return plain + ("" if "retention" in configured else say("doctor.dagster_keeps_ticks"))


def _holds_password(configured: Any) -> bool:
    """Whether the configuration itself has a password in it, and not the name of a variable."""
    if isinstance(configured, dict):
        if isinstance(configured.get("password"), str):
            return True
        return any(_holds_password(value) for value in configured.values())
    if isinstance(configured, list):
        return any(_holds_password(value) for value in configured)
    return isinstance(configured, str) and "://" in configured and "@" in configured


def _configured(home: Path) -> dict[str, Any]:
    with _configuration_errors(home):
        configured = yaml.safe_load((home / "dagster.yaml").read_text(encoding="utf-8"))
    return configured if isinstance(configured, dict) else {}


def _storage_url(home: Path) -> str | None:
    """The URL that the instance's configuration says; None where it is on no MySQL.

    Read from the file, because Dagster tells it only of an instance that it has opened, which may make tables.
    """
    match _configured(home):
        case {"storage": {"mysql": {"mysql_url": url}}}:
            return _resolved(home, url)
        case {"storage": {"custom": {"module": module, "config": {"mysql_url": url}}}} if module == _STORAGE:
            return _resolved(home, url)
        case {"storage": {"mysql": {"mysql_db": {"username": _, "password": _, "hostname": _, "db_name": _} as parts}}}:
            # Loaded here, because an embedded instance can do without it.
            from dagster_mysql.utils import get_conn_string

            user, password, host, database, port = (
                _resolved(home, parts.get(name, 3306))
                for name in ("username", "password", "hostname", "db_name", "port")
            )
            return get_conn_string(user, password, host, database, port)
    return None


def _resolved(home: Path, value: Any) -> str:
    """A value of Dagster's configuration, which may name an environment variable in its place."""
    if not isinstance(value, dict):
        return str(value)
    name = str(value.get("env"))
    if not os.environ.get(name, "").strip():
        raise InputError("dagster.unset", path=home, name=name)
    return os.environ[name]


@contextmanager
def _configuration_errors(home: Path) -> Iterator[None]:
    try:
        yield
    except (yaml.YAMLError, UnicodeDecodeError, dg.DagsterError) as error:
        # Not from it: the file may hold a password, and both quote what they do not like.
        raise InputError("settings.dagster_yaml", path=home, reason=_place_of(error)) from None


def _place_of(error: Exception) -> str:
    """What is wrong with a configuration, and where, without any of its values."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"YAML, {error.problem_mark.line + 1}:{error.problem_mark.column + 1} {error.context or ''}".strip()
    if isinstance(error, dg.DagsterInvalidConfigError):
        places = ["/".join(str(step) for step in _steps(fault.stack.entries)) or "/" for fault in error.errors]
        return ", ".join(
            dict.fromkeys(f"{fault.reason.value} {place}" for fault, place in zip(error.errors, places, strict=True))
        )
    return scrubbed(type(error).__name__ if isinstance(error, UnicodeDecodeError) else " ".join(str(error).split()))[
        :300
    ]


def _steps(entries: Sequence[Any]) -> Iterator[str]:
    for entry in entries:
        if (name := getattr(entry, "field_name", None)) is not None:
            yield name


@contextmanager
def _server(home: Path | None, *, patient: bool = False) -> Iterator[Engine | None]:
    """The database of the instance, None where it is on no MySQL; what goes wrong with it is told as Dagster's."""
    url = _storage_url(home) if home else None
    if url is None:
        yield None
        return
    from dagster_mysql.utils import DagsterMySQLException

    engine = make_engine(url, patient=patient, setting="DAGSTER_MYSQL_URL")
    try:
        yield engine
    except DatabaseError as error:
        raise DatabaseError("dagster.server", url=redacted(url), reason=error.params.get("reason")) from error
    except (sa.exc.SQLAlchemyError, DagsterMySQLException) as error:
        cause = getattr(error, "orig", None) or error.__cause__ or error
        raise DatabaseError(
            "dagster.server", url=redacted(url), reason=" ".join(scrubbed(cause).split())[:300]
        ) from error
    finally:
        engine.dispose()


@contextmanager
def _alive(home: Path) -> Iterator[str]:
    """Hold a lock that the system itself lets go of when this process ends, however it ends."""
    life = uuid.uuid4().hex
    lock = FileLock(_life_file(home, life))
    with lock:
        yield life
    Path(lock.lock_file).unlink(missing_ok=True)


def _life_file(home: Path, life: str) -> Path:
    folder = home / "commands"
    folder.mkdir(exist_ok=True)
    return folder / f"{life}.lock"


def _holder_of_pool(dagster_instance: dg.DagsterInstance) -> str | None:
    """The run that has the HCX account now, so that ours will wait for it."""
    info = dagster_instance.event_log_storage.get_concurrency_info(POOL)
    return next((slot.run_id for slot in info.claimed_slots), None)


def _bury_the_dead(dagster_instance: dg.DagsterInstance, home: Path) -> None:
    """Fail the runs of commands that were killed: else they would hold their place in the pool for ever."""
    for run in dagster_instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED)):
        life = run.tags.get(_LIFE_TAG)
        # Anybody may write tags, and this one names a file.
        if life is None or not _LIFE.fullmatch(life):
            continue
        path = _life_file(home, life)
        try:
            with FileLock(path, timeout=0):
                dagster_instance.report_run_failed(run, message=say("run.killed"))
                dagster_instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
        except Timeout:
            continue
        path.unlink(missing_ok=True)
