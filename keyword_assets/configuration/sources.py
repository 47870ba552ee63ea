"""Where settings come from: the environment, a `.env` file, and the folder that both speak of.

The folder is that of `KEYWORDS_HOME`, or of the file that `--env-file` named, or the working folder. Whatever relative
path a setting holds is seen from there, and so is `.keyword_assets`.
"""

import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from dotenv.parser import parse_stream

from keyword_assets.addresses import origin_of, split
from keyword_assets.configuration.secrecy import ADDRESSES, SECRETS, Secrets
from keyword_assets.configuration.surroundings import working_folder
from keyword_assets.core.errors import InputError, KeywordAssetsError
from keyword_assets.core.foreign import visible
from keyword_assets.core.texts import say

HOME = "KEYWORDS_HOME"
ENV_FILE = "KEYWORDS_ENV_FILE"
# They say where the file is: in the file it would be too late.
ENVIRONMENT_ONLY = (HOME, ENV_FILE)
# Of each secret setting: the path of a file that holds it, as containers and systemd hand secrets over.
IN_FILE = "_FILE"
_MOST_SECRET_BYTES = 64 * 1024
# What a name of ours could have been; anything else on the left of `=` may be a piece of a secret.
_NAME_LIKE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")

_OURS = re.compile(r"(HCX|KEYWORDS?)[_.-]", re.IGNORECASE)
# What the test suite reads, and what Kubernetes and Docker give to whatever runs beside a service of that name.
_NOT_MEANT_FOR_US = re.compile(r"KEYWORDS_TEST_\w+|\w+_SERVICE_(HOST|PORT\w*)|\w+_PORT(_\d+_(TCP|UDP)(_\w+)?)?")
_DAGSTERS = "DAGSTER_"
# How alike a name must be to one of ours that it is told although it lacks our prefix. Dagster has many variables of
# its own, and people give names such as DAGSTER_MYSQL_USER to others.
_ALIKE, _ALIKE_TO_DAGSTERS, _NEAREST = 0.85, 0.93, 0.6
# A command line is told once of a name, however long it is.
_SHOWN_CHARS = 60


@dataclass(frozen=True)
class Sources:
    """What was given, and where. `broken`: the numbers of the file's lines that are no `NAME=value`."""

    home: Path
    file: Path
    environ: Mapping[str, str]
    written: Mapping[str, str]
    broken: Sequence[int] = ()

    @classmethod
    def find(cls, environ: Mapping[str, str] | None = None, folder: Path | None = None) -> "Sources":
        """Look where the environment says.

        Args:
            environ: in place of the process's environment.
            folder: in place of the working folder.

        Raises:
            InputError: the folder or the file that was named is not there, or the file cannot be read.
        """
        environ = os.environ if environ is None else environ
        named = environ.get(ENV_FILE, "").strip()
        file = _absolute(ENV_FILE, named, folder) if named else None
        if file is not None and not os.path.isfile(file):
            raise InputError("settings.no_env_file", path=file)
        home = _home(environ, file, folder)
        file = file or home / ".env"
        written, broken = _read(file)
        return cls(home, file, environ, written, broken)

    @cached_property
    def values(self) -> Mapping[str, str]:
        """Every value; the environment wins, also with an empty one. Secrets in files come later, by `secret`."""
        return {**{name: value for name, value in self.written.items() if name not in ENVIRONMENT_ONLY}, **self.environ}

    def secret(self, name: str) -> str | None:
        """The value of a secret setting, which a file of its own may hold; the environment wins over `.env`.

        Raises:
            InputError: the same place names both the secret and a file, or the file cannot be read.
        """
        in_file = name + IN_FILE
        for given in (self.environ, {key: value for key, value in self.written.items() if key not in self.environ}):
            direct, path = given.get(name, "").strip(), given.get(in_file, "").strip()
            if direct and path:
                raise InputError("settings.twice", name=in_file, other=name)
            if direct:
                return direct
            if path:
                return secret_in(in_file, self.path(in_file, path))
        return None

    def path(self, name: str, value: str | Path) -> Path:
        """What a setting's path means.

        Raises:
            InputError: it begins with the name of a user whom nobody knows.
        """
        return self.home / _expanded(name, value)

    def origin(self, name: str) -> str | None:
        """`environment`, the file, or None for a default."""
        if name in self.environ:
            return "environment" if self.environ[name].strip() else None
        return str(self.file) if self.values.get(name, "").strip() else None


@dataclass(frozen=True)
class Origin:
    """Where a setting came from. `source`: `environment`, a file's path or `default`; no value for secrets."""

    name: str
    source: str
    value: str | None


def origins(sources: Sources, names: Sequence[str]) -> list[Origin]:
    """Where each of these settings came from."""
    found = []
    for name in names:
        source = sources.origin(name)
        given = sources.values.get(name, "").strip() if source else ""
        found.append(Origin(name, source or "default", _showable(name, given) if source else None))
    return found


def _showable(name: str, value: str) -> str | None:
    """What may be shown of a value; None for nothing."""
    if name in SECRETS or (name.removesuffix(IN_FILE) in SECRETS and not os.path.isfile(value)):
        # No file's name, but the secret itself in the wrong place.
        return None
    if name in ADDRESSES:
        parts = split(value)
        return origin_of(value) if parts and not (parts.username or parts.query or parts.fragment) else None
    return None if "://" in value and re.search("[@?#]", value) else visible(value)


def secrets() -> Secrets:
    """All that is secret of what this process was given, also of settings that cannot be used."""
    environ = dict(os.environ)
    found = Secrets.of(environ)
    with suppress(KeywordAssetsError):
        sources = Sources.find()
        values = {name: value for name, value in sources.values.items() if value.strip()}
        for name in SECRETS:
            with suppress(KeywordAssetsError):
                values[name] = sources.secret(name) or values.get(name, "")
        found |= Secrets.of(values)
    return found


def scrubbed(text: object) -> str:
    """What somebody else's code says, without any of our secrets."""
    return secrets().scrubbed(str(text))


@contextmanager
def env_file(path: Path | None) -> Iterator[None]:
    """Have this process, and those that it starts, read this file in place of the folder's `.env`.

    Raises:
        InputError: it is not there.
    """
    if path is None:
        yield
        return
    before = os.environ.get(ENV_FILE)
    # Absolute, for a process that is started in another folder.
    os.environ[ENV_FILE] = str(_absolute("--env-file", str(path), None))
    try:
        Sources.find()
        yield
    finally:
        if before is None:
            del os.environ[ENV_FILE]
        else:
            os.environ[ENV_FILE] = before


# -- names that nobody reads ------------------------------------------------------------------------------------------


def remarks(sources: Sources, names: tuple[str, ...]) -> list[str]:
    """What was given and has no effect, in words without any value."""
    said = [say("settings.broken_line", file=sources.file, line=line) for line in sources.broken]
    for name in ENVIRONMENT_ONLY:
        if sources.written.get(name, "").strip():
            said.append(say("settings.environment_only", name=name, file=sources.file))
    environment = say("settings.environment")
    for given, where in ((sources.written, str(sources.file)), (sources.environ, environment)):
        for name, value in given.items():
            if name in names or not value.strip() or _NOT_MEANT_FOR_US.fullmatch(name):
                continue
            in_file = given is sources.written
            # The environment is everybody's; the file is ours.
            if not (_OURS.match(name) or in_file or name.upper().startswith(_DAGSTERS)):
                continue
            nearest = _nearest(name, names)
            if _OURS.match(name) or (nearest and _is_likely(name, nearest, sources)):
                key = "settings.unknown_near" if nearest else "settings.unknown"
                said.append(say(key, name=visible(name, _SHOWN_CHARS), where=where, nearest=nearest))
    return said


@cache
def _nearest(name: str, names: tuple[str, ...]) -> str | None:
    """The one of ours that was probably meant, also without its prefix."""
    # Loaded here: a command of which all names are right can do without it.
    import difflib

    # The one word that is shorter in everybody's mouth, and then nearer to another name.
    spelled = re.sub(r"[^A-Z0-9]+", "_", name.upper()).replace("_DB_", "_DATABASE_")
    whole = difflib.get_close_matches(spelled, names, 1, _NEAREST)
    if whole and (_OURS.match(name) or _likeness(spelled, whole[0]) >= _ALIKE):
        return whole[0]
    # Not MODEL or HOME, which may be anybody's.
    bare = [known for known in names if known.split("_", 1)[1] == spelled and "_" in spelled]
    return bare[0] if len(bare) == 1 else None


def _is_likely(name: str, nearest: str, sources: Sources) -> bool:
    """Whether a name without our prefix was meant for us; if the right one is set, it was not."""
    if sources.origin(nearest):
        return False
    return not name.upper().startswith(_DAGSTERS) or _likeness(name.upper(), nearest) >= _ALIKE_TO_DAGSTERS


def _likeness(one: str, other: str) -> float:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, one, other).ratio()


# -- folders and files ------------------------------------------------------------------------------------------------


def _home(environ: Mapping[str, str], file: Path | None, folder: Path | None) -> Path:
    if named := environ.get(HOME, "").strip():
        home = _absolute(HOME, named, folder)
        if not os.path.isdir(home):
            raise InputError("settings.no_home", path=home)
        return home
    return file.parent if file else folder or working_folder()


def _absolute(name: str, value: str, folder: Path | None) -> Path:
    path = _expanded(name, value)
    return (path if path.is_absolute() else (folder or working_folder()) / path).resolve()


def _expanded(name: str, value: str | Path) -> Path:
    try:
        return Path(value).expanduser()
    except RuntimeError as error:
        raise InputError("settings.no_user", name=name, value=value) from error


def secret_in(name: str, path: Path) -> str:
    """What a secret's file holds, without the line end that editors add."""
    try:
        if not path.is_file():
            # Its name is not shown: it may be the secret itself.
            raise InputError("settings.no_secret_file", name=name)
        with path.open("rb") as file:
            value = file.read(_MOST_SECRET_BYTES + 1).decode("utf-8-sig").strip()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError("settings.secret_file", name=name, path=path, reason=reason) from error
    except UnicodeDecodeError:
        # Not from it: it holds what was read.
        raise InputError("settings.secret_file", name=name, path=path, reason="UTF-8") from None
    if not value or len(value) > _MOST_SECRET_BYTES:
        raise InputError("settings.secret_file", name=name, path=path, reason=say("settings.secret_size"))
    return value


def _read(file: Path) -> tuple[dict[str, str], tuple[int, ...]]:
    """The file's values as they are written: a dollar sign is one. A file that is not there has none."""
    try:
        # Windows' editors begin a file with a byte order mark.
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}, ()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("settings.dotenv", path=file, reason=str(error)) from error
    values, broken = {}, []
    for binding in parse_stream(io.StringIO(text)):
        named = binding.key is not None and _NAME_LIKE.fullmatch(binding.key)
        if binding.key and named and binding.value is not None:
            values[binding.key] = binding.value
        elif binding.error or (binding.key and (not named or _OURS.match(binding.key))):
            # It begins on the first line that is not empty.
            blank = len(binding.original.string) - len(binding.original.string.lstrip("\r\n"))
            broken.append(binding.original.line + binding.original.string[:blank].count("\n"))
    return values, tuple(broken)
