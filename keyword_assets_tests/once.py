"""What each command does anew, and processes that do many of them need not: statements compiled, configuration read."""

import copy
import io
from contextlib import suppress
from functools import cache, lru_cache
from typing import Any

import yaml
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


# -- YAML: Dagster reads and writes its configuration a dozen times for each instance, in Python -----------------------

_load, _dump = yaml.load, yaml.dump
# What a reader of PyYAML can have otherwise than its parent, and be read by libyaml all the same.
_RULES = {"yaml_implicit_resolvers", "yaml_constructors", "yaml_multi_constructors", "remove_implicit_resolver"}


class _Named(io.StringIO):
    """A file's text, under its name."""

    name: str


@cache
def _in_c(loader: type[Any]) -> type[Any] | None:
    """The same reader by libyaml, of Dagster's only: what people write by hand is read as in production.

    None where a reader does more than to follow rules.
    """
    own = [one for one in loader.__mro__ if one.__module__.startswith("dagster")]
    if not own or not issubclass(loader, yaml.SafeLoader):
        return None
    if any({name for name in vars(one) if not name.startswith("__")} - _RULES for one in own):
        return None
    rules = {name: getattr(loader, name) for name in _RULES if name.startswith("yaml_")}
    return type(loader.__name__, (yaml.CSafeLoader,), rules)


@lru_cache(256)
def _read_yaml(text: str, name: str | None, loader: type[Any]) -> Any:
    if quick := _in_c(loader):
        # What is wrong is said below, in the words that it has in production.
        with suppress(yaml.YAMLError):
            return _load(text, quick)
    if name is None:
        return _load(text, loader)
    file = _Named(text)
    file.name = name
    return _load(file, loader)


def _yaml_loaded(stream: Any, Loader: type[Any]) -> Any:  # noqa: N803 -- PyYAML's own name
    text, name = (stream.read(), stream.name) if hasattr(stream, "name") else (stream, None)
    return copy.deepcopy(_read_yaml(text, name, Loader)) if isinstance(text, str) else _load(text, Loader)


def _yaml_dumped(data: Any, stream: Any = None, Dumper: type[Any] = yaml.Dumper, **how: Any) -> Any:  # noqa: N803
    return _dump(data, stream, Dumper=yaml.CDumper if Dumper is yaml.Dumper else Dumper, **how)


# ---------------------------------------------------------------------------------------------------------------------


def patch(setattr: Any) -> None:
    """Read and compile once; each command opens engines of its own, which compile all that they say anew: a tenth.

    Args:
        setattr: what puts something in an attribute's place.
    """
    setattr(ScriptDirectory, "from_config", revisions)
    setattr(Engine, "_execution_options", immutabledict({"compiled_cache": _Compiled(2_000)}))
    setattr(yaml, "load", _yaml_loaded)
    setattr(yaml, "dump", _yaml_dumped)


def patch_dagster(setattr: Any) -> None:
    """What a configuration may hold is worked out once, and not for each instance; loads Dagster.

    Args:
        setattr: what puts something in an attribute's place.
    """
    from dagster._core.instance import config

    setattr(config, "dagster_instance_config_schema", cache(config.dagster_instance_config_schema))
