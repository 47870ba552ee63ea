"""Reads a YAML file that somebody wrote by hand: whatever is wrong with it is one kind of error, with one line.

And writes what somebody is to look at and to change by hand: a list whose entries have comments.
"""

import re
from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from keyword_assets.core.foreign import visible

# A hundred times the taxonomy that comes with us.
_MOST_BYTES = 1 << 20
# PyYAML's time grows with the square of the brackets that are open at once: five thousand take many seconds.
_MOST_OPEN = 100
_WIDTH = 110
_BRACKETS = re.compile(r"[][{}]")


class NotYaml(ValueError):
    """The file is not YAML, or none that anybody would write."""


def read_yaml(source: Path | Traversable) -> Any:
    """The document in a file.

    Raises:
        OSError: it cannot be read.
        NotYaml: everything else.
    """
    try:
        with source.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except ValueError as error:
        # A path with a NUL in it.
        raise OSError(str(error)) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise OSError(str(error)) from error
    if len(content) > _MOST_BYTES:
        raise NotYaml(f"> {_MOST_BYTES:,} bytes")
    if _most_open(text) > _MOST_OPEN:
        raise NotYaml(f"> {_MOST_OPEN} x '['")
    return _parsed(text)


def _parsed(text: str) -> Any:
    # Loaded where a file is read: most settings name none.
    import yaml

    try:
        return yaml.safe_load(text)
    # What looks like a date and is none is a ValueError, a nest of lists without brackets a RecursionError.
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        raise NotYaml(str(error)) from error


def commented(entry: Mapping[str, Any], comments: Iterable[str]) -> str:
    """An entry of a list in YAML, under comments that may have come from anywhere."""
    lines = "".join(f"# {visible(comment)}\n" for comment in comments)
    return lines + dumped([dict(entry)])


def dumped(document: Any) -> str:
    """A document as people read and change it."""
    import yaml

    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=_WIDTH)


def _most_open(text: str) -> int:
    most = now = 0
    for bracket in _BRACKETS.findall(text):
        now += 1 if bracket in "[{" else -1
        most = max(most, now)
    return most
