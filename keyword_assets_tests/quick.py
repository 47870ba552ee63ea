"""`make quick`: the tests that need no server, no browser and no process of their own, as their code tells.

Nobody keeps a list. What a test uses is found by going from it, and from its fixtures, through whatever they name in
this package, until it ends or comes upon something that is started.
"""

import importlib
import sys
from functools import cache
from inspect import unwrap
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

# Whoever names one of these modules, or something that comes from one, starts something.
_STARTING = frozenset(
    (
        "aiosmtpd",
        "concurrent.futures.process",
        "http.server",
        "keyword_assets.hcx.simulator.server",
        "keyword_assets.listening",
        "multiprocessing",
        # For programs of the project that are no modules.
        "runpy",
        "selenium",
        "socket",
        "socketserver",
        "subprocess",
        "uvicorn",
    )
)
_PACKAGE = __name__.partition(".")[0]
# What Python itself tells of when it happens, however deep in whosever code.
_STARTED = frozenset(
    ("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "socket.bind", "subprocess.Popen")
)


def is_quick(item: pytest.Item) -> bool:
    """Whether a test starts nothing, and is not marked as one that goes through a great deal."""
    assert isinstance(item, pytest.Function)
    if item.get_closest_marker("thorough"):
        return False
    functions = [unwrap(item.function)]
    for definitions in item._fixtureinfo.name2fixturedefs.values():
        functions += [unwrap(definition.func) for definition in definitions]
    return not _asks_for_mysql(item, functions) and not any(map(_starts, functions))


def _asks_for_mysql(item: pytest.Function, functions: list[Any]) -> bool:
    """Whether a fixture is got by its name in the course of a test, and that of the server is among them."""
    if not any(map(_gets_by_name, functions)):
        return False
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return any("mysql" in str(value) for value in parameters)


@cache
def _gets_by_name(function: Any) -> bool:
    return "getfixturevalue" in _names(function.__code__)


@cache
def _starts(function: Any) -> bool:
    """Whether one comes, from a function, upon something that is started."""
    seen, ahead = {function}, [function]
    while ahead:
        for used in _used(ahead.pop()):
            if _is_starting(used):
                return True
            if _is_ours(used) and used not in seen:
                seen.add(used)
                ahead.append(used)
    return False


def _is_starting(thing: Any) -> bool:
    module = thing.__name__ if isinstance(thing, ModuleType) else getattr(thing, "__module__", None) or ""
    return any(f"{module}.".startswith(f"{name}.") for name in _STARTING)


def _is_ours(thing: Any) -> bool:
    return isinstance(thing, FunctionType | type) and thing.__module__.partition(".")[0] == _PACKAGE


@cache
def _used(thing: Any) -> tuple[Any, ...]:
    """What a function names, or what a class is made of."""
    if isinstance(thing, type):
        return (
            *thing.__mro__[1:],
            *(unwrap(value) for value in vars(thing).values() if isinstance(value, FunctionType)),
        )
    known = thing.__globals__
    named = [known[name] for name in _names(thing.__code__) if name in known]
    return tuple(unwrap(value) if callable(value) else value for value in named if _can_start(value))


def _can_start(value: Any) -> bool:
    return callable(value) or isinstance(value, ModuleType)


def _names(code: CodeType) -> set[str]:
    """All names in a piece of code, and in those inside it."""
    return set(code.co_names).union(*(_names(part) for part in code.co_consts if isinstance(part, CodeType)))


class Watch:
    """From when it is made until this process ends, nothing can be started; `refused` says what was to be."""

    def __init__(self) -> None:
        # These look at the machine once, with a socket and a process: what is left there is no server of ours.
        importlib.import_module("urllib3.util.connection")
        importlib.import_module("mysql.connector.utils").get_platform()
        self.refused: list[str] = []
        sys.addaudithook(self._look)

    def _look(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _STARTED:
            self.refused.append(f"{event}{arguments}")
            raise RuntimeError(f"not in `make quick`: {event}")
