"""The folder that `DAGSTER_HOME` names, and what the instance's configuration in it says; loads no Dagster for it."""

import os
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from keyword_assets import own_files
from keyword_assets.configuration.kinds import sqlite_url
from keyword_assets.configuration.settings import HOME, Settings
from keyword_assets.core.errors import InputError
from keyword_assets.core.texts import say
from keyword_assets.sql.database.engine import redacted

# Read from the configuration, because an embedded instance does without it.
_STORAGE = "keyword_assets.orchestration.mysql_storage"
# What dagster-mysql asks for where no URL is given.
_PARTS = {"username", "password", "hostname", "db_name"}


@dataclass(frozen=True)
class Home:
    """The folder, and what its `dagster.yaml` says, which is read when it is first asked for, and once."""

    path: Path

    @cached_property
    def configured(self) -> dict[str, Any]:
        """What `dagster.yaml` says; nothing where it is empty.

        Raises:
            InputError: it is none.
        """
        try:
            configured = yaml.safe_load((self.path / "dagster.yaml").read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            # Not from it: the file may hold a password, and both quote what they do not like.
            raise misconfigured(self.path, _place_of(error)) from None
        return configured if isinstance(configured, dict) else {}

    @cached_property
    def storage_url(self) -> str | None:
        """The URL that the instance's configuration says; None where it is on no MySQL.

        Read from the file, because Dagster tells it only of an instance that it has opened, which may make tables.

        Raises:
            InputError: a variable that it names is not set.
        """
        match self.configured:
            case {"storage": {"mysql": {"mysql_url": url}}}:
                return self._resolved(url)
            case {"storage": {"custom": {"module": module, "config": {"mysql_url": url}}}} if module == _STORAGE:
                return self._resolved(url)
            case {"storage": {"mysql": {"mysql_db": parts}}} if isinstance(parts, dict) and parts.keys() >= _PARTS:
                # Loaded here, because an embedded instance can do without it.
                from dagster_mysql.utils import get_conn_string

                user, password, host, database, port = (
                    self._resolved(parts.get(name, 3306))
                    for name in ("username", "password", "hostname", "db_name", "port")
                )
                return get_conn_string(user, password, host, database, port)
        return None

    @property
    def server(self) -> str | None:
        """The server that the instance is on, as it may be shown; None where it is on no MySQL."""
        return redacted(self.storage_url) if self.storage_url else None

    def keeps_files(self) -> bool:
        """Whether the configuration names no storage, so that runs are kept in SQLite files."""
        return not self.configured.keys() & {"storage", "run_storage"}

    def files(self) -> tuple[str, str] | None:
        """The URLs of the files with runs and with schedules; None before Dagster has made them.

        Raises:
            InputError: they are kept in some other way.
        """
        if not self.keeps_files():
            raise InputError("status.dagster_elsewhere")
        files = self.path / "history" / "runs.db", self.path / "schedules" / "schedules.db"
        return (sqlite_url(files[0]), sqlite_url(files[1])) if all(file.exists() for file in files) else None

    def advice(self) -> str:
        """What in the configuration, which is never rewritten, would better be otherwise; empty if nothing."""
        lines = "storage: {custom: {module: %s, class: MySQLStorage, config: {mysql_url: {env: DAGSTER_MYSQL_URL}}}}"
        is_plain = "mysql" in (self.configured.get("storage") or {})
        advice = say("doctor.dagster_plain", lines=lines % _STORAGE) if is_plain else ""
        advice += say("doctor.dagster_literal") if _holds_password(self.configured) else ""
        return advice + ("" if "retention" in self.configured else say("doctor.dagster_keeps_ticks"))

    def _resolved(self, value: Any) -> str:
        """A value of Dagster's configuration, which may name an environment variable in its place."""
        if not isinstance(value, dict):
            return str(value)
        name = str(value.get("env"))
        if not os.environ.get(name, "").strip():
            raise InputError("dagster.unset", path=self.path, name=name)
        return os.environ[name]


def prepare_home(settings: Settings) -> Home:
    """Make `DAGSTER_HOME` a folder that Dagster accepts, with our configuration where it has none.

    Raises:
        InputError: there cannot be such a folder, or what is configured there is not what `DAGSTER_MYSQL_URL` asks for.
    """
    home = Home(settings.dagster_home.resolve())
    file = home.path / "dagster.yaml"
    on_mysql = is_on_mysql_by_settings(settings)
    parts = ["dagster.yaml", "dagster-mysql.yaml"] if on_mysql else ["dagster.yaml"]
    packaged = resources.files("keyword_assets") / "resources"
    try:
        home.path.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            with own_files.replacing(file) as unfinished:
                text = "".join((packaged / part).read_text(encoding="utf-8") for part in parts)
                unfinished.write_text(text, encoding="utf-8")
        elif on_mysql:
            _require_storage(home)
    except OSError as error:
        raise InputError("settings.dagster_home", home=home.path, reason=error.strerror) from error
    # Dagster, and the processes that it starts, know nothing of `.env` here.
    os.environ["DAGSTER_HOME"] = str(home.path)
    if settings.dagster_mysql_url is not None:
        os.environ["DAGSTER_MYSQL_URL"] = settings.dagster_mysql_url
        # Which it came from, or not; both together would be refused.
        os.environ.pop("DAGSTER_MYSQL_URL_FILE", None)
    return home


def ignores_mysql(settings: Settings) -> bool:
    """Whether there is a `DAGSTER_MYSQL_URL` that this home, the folder's own, does not follow."""
    return settings.dagster_mysql_url is not None and not is_on_mysql_by_settings(settings)


def is_on_mysql_by_settings(settings: Settings) -> bool:
    """The folder's own instance stays embedded: the demo's runs have no business on anybody's server."""
    own = (settings.home / HOME / "dagster").resolve()
    return settings.dagster_mysql_url is not None and settings.dagster_home.resolve() != own


def _require_storage(home: Home) -> None:
    """Refuse a configuration that would quietly keep the runs in SQLite files although a server is named."""
    if home.keeps_files():
        raise InputError("dagster.keeps_files", path=home.path / "dagster.yaml")


def _holds_password(configured: Any) -> bool:
    """Whether the configuration itself has a password in it, and not the name of a variable."""
    if isinstance(configured, dict):
        if isinstance(configured.get("password"), str):
            return True
        return any(_holds_password(value) for value in configured.values())
    if isinstance(configured, list):
        return any(_holds_password(value) for value in configured)
    return isinstance(configured, str) and "://" in configured and "@" in configured


def misconfigured(home: Path, place: str) -> InputError:
    """What is wrong with the configuration: where, and nothing that it says."""
    return InputError("settings.dagster_yaml", path=home, reason=place)


def _place_of(error: yaml.YAMLError | UnicodeDecodeError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"YAML, {error.problem_mark.line + 1}:{error.problem_mark.column + 1} {error.context or ''}".strip()
    return type(error).__name__
