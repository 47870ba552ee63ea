"""Where the database is: an address put together from answers, and tried before it is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy.engine import URL, Engine

from keyword_assets.addresses import is_this_machine
from keyword_assets.cli.doctor import database as looks
from keyword_assets.cli.doctor.findings import Finding, look_for
from keyword_assets.cli.first_hour.asking import Asker, tell_error
from keyword_assets.cli.first_hour.session import Session, show, tell_of_environment
from keyword_assets.configuration import kinds
from keyword_assets.configuration.settings import HOME, Settings
from keyword_assets.configuration.sources import IN_FILE, Sources, secret_in
from keyword_assets.core.errors import InputError, KeywordAssetsError
from keyword_assets.sql.database.engine import exists, make_engine

NAME = "KEYWORDS_DATABASE_URL"
OPTIONS = ("database_url_file", "database_file", "database_host", "database_name", "database_user")
_SERVER, _FILE = "server", "file"


def connected(session: Session) -> Settings:
    """The settings with a database that answers; asks for one until there is.

    Raises:
        InputError: what was given cannot be used.
        DatabaseError: it cannot be reached, and there is nobody to ask for another.
        Later: the step is left.
    """
    settings = session.settings
    if settings.database_is_named and not session.asker.has(*OPTIONS):
        found = tried(settings)
        show(found)
        if found.ok:
            tell_of_environment(NAME)
            return settings
        if session.asker.silent or Sources.find().origin(NAME) == "environment":
            looks.connect(settings)
    return _asked(session)


def tried(settings: Settings) -> Finding:
    """Whether the database of these settings answers, as `doctor` has it."""
    (found,) = look_for("database", lambda: [looks.connect(settings)])
    return found


@contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    """An engine that changes nothing, closed at the end."""
    engine = make_engine(settings.database_url, look_only=True)
    try:
        yield engine
    finally:
        engine.dispose()


def _asked(session: Session) -> Settings:
    while True:
        try:
            name, value, url = _address(session)
            found = looks.connect(replace(session.settings, database_url=url, database_is_named=True))
        except KeywordAssetsError as error:
            if session.asker.silent or session.asker.has(*OPTIONS):
                raise
            tell_error(error)
            continue
        show(found)
        (session.keep_secret_file if name.endswith(IN_FILE) else session.keep_secret)(NAME, value)
        return session.settings


def _address(session: Session) -> tuple[str, str, str]:
    """The setting to keep it in, what to keep there, and the address itself."""
    asker, home = session.asker, session.settings.home
    if asker.has("database_url_file"):
        path = str(home / Path(asker.given["database_url_file"]).expanduser())
        return NAME + IN_FILE, path, secret_in(NAME + IN_FILE, Path(path))
    url = _of_file(asker, home) if _kind(asker) == _FILE else _of_server(asker)
    return NAME, url, url


def _kind(asker: Asker) -> str:
    if asker.has("database_file"):
        return _FILE
    if asker.has("database_host") or asker.silent:
        return _SERVER
    return asker.choice("database_kind", "init.database_kind", (_SERVER, _FILE), _SERVER)


def _of_file(asker: Asker, home: Path) -> str:
    def read(answer: str) -> str:
        url = kinds.sqlite_url(home / Path(answer).expanduser())
        if not exists(url):
            raise InputError("init.no_file", file=answer)
        return url

    # What `load-chats` has made of files, where there is no other database.
    loaded = HOME / "keywords.db"
    default = str(loaded) if not asker.silent and (home / loaded).exists() else ""
    return asker.value("database_file", "init.database_file", default, read)


def _of_server(asker: Asker) -> str:
    host = asker.text("database_host", "init.database_host", "" if asker.silent else "127.0.0.1")
    port = asker.value("database_port", "init.database_port", "3306", _port)
    name = asker.text("database_name", "init.database_name")
    user = asker.text("database_user", "init.database_user")
    url = URL.create("mysql+mysqlconnector", user, _password(asker), host, port, name)
    if not is_this_machine(host) and (authority := asker.text("database_ca", "init.database_ca", needed=False)):
        verified = {"ssl_ca": authority, "ssl_verify_cert": "true", "ssl_verify_identity": "true"}
        url = url.update_query_dict(verified)
    return url.render_as_string(hide_password=False)


def _password(asker: Asker) -> str | None:
    if asker.has("database_password_file"):
        return secret_in("--database-password-file", Path(asker.given["database_password_file"]).expanduser())
    return asker.secret("init.database_password") or None


def _port(answer: str) -> int:
    if not (answer.isascii() and answer.isdigit() and 0 < int(answer) < 65536):
        raise InputError("init.port", port=answer)
    return int(answer)
