"""A setting is a field of a frozen dataclass, which says in one line its name, what it can be, and its default."""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from keyword_assets.configuration.secrecy import ADDRESSES, SECRETS
from keyword_assets.configuration.sources import Sources

_NAME, _KIND = "setting", "kind"


@dataclass(frozen=True)
class Given:
    """What was given for a setting: text that is not empty, without the blanks around it."""

    name: str
    text: str
    sources: Sources

    @classmethod
    def of(cls, sources: Sources, name: str) -> "Given | None":
        """What was given for this setting; an empty value is as good as none.

        Raises:
            InputError: it is a secret in a file that cannot be read.
        """
        text = (sources.secret(name) if name in SECRETS else sources.values.get(name, "").strip()) or None
        return None if text is None else cls(name, text, sources)


Kind = Callable[[Given], Any]
"""What a text can be: its value.

Raises:
    InputError: it cannot be that; the message names the setting.
"""


def setting(name: str, kind: Kind, default: Any = MISSING) -> Any:
    """A field that is read from this setting; without a default whoever makes the value has one."""
    shown = name not in SECRETS and name not in ADDRESSES
    return field(default=default, repr=shown, metadata={_NAME: name, _KIND: kind})


def names(table: type) -> list[str]:
    """The settings that a dataclass is read from."""
    return [one.metadata[_NAME] for one in fields(table) if _NAME in one.metadata]


def values(table: type, sources: Sources) -> dict[str, Any]:
    """The values of a dataclass's fields that were given.

    Raises:
        InputError: a value cannot be what it should be; the message names the setting.
    """
    settings = [one for one in fields(table) if _NAME in one.metadata]
    given = {one.name: (one.metadata[_KIND], Given.of(sources, one.metadata[_NAME])) for one in settings}
    return {field: kind(text) for field, (kind, text) in given.items() if text is not None}
