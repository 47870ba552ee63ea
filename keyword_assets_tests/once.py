"""What each command does anew, and processes that do many of them need not: revisions read, statements compiled."""

from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache, immutabledict

_from_config = ScriptDirectory.from_config
_read: dict[str, ScriptDirectory] = {}


def revisions(config: Config) -> ScriptDirectory:
    """Dagster's forty revisions, which it reads anew for each file that it opens: a fifth of a command."""
    place = str(config.get_alembic_option("script_location"))
    if place not in _read:
        _read[place] = _from_config(config)
    return _read[place]


class _Compiled(LRUCache[Any, Any]):
    """Statements by what they say, and to what kind of database."""

    def get(self, key: Any, default: Any = None) -> Any:
        """The statement, if it was compiled before."""
        return super().get(_of_all_alike(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_of_all_alike(key), value)


# What a server says of itself when the first connection opens, and statements depend upon.
_SAID = ("server_version_info", "is_mariadb", "_backslash_escapes", "_server_ansiquotes", "insert_returning")


def _of_all_alike(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *statement = key
    return type(dialect), *(getattr(dialect, name, None) for name in _SAID), *statement


def patch(setattr: Any) -> None:
    """Read and compile once; each command opens engines of its own, which compile all that they say anew: a tenth.

    Args:
        setattr: what puts something in an attribute's place.
    """
    setattr(ScriptDirectory, "from_config", revisions)
    setattr(Engine, "_execution_options", immutabledict({"compiled_cache": _Compiled(2_000)}))
