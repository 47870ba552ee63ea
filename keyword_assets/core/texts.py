"""Says what operators read, in Korean or English; the texts stand in `core.wording`."""

from datetime import date, time, timedelta
from importlib import import_module
from numbers import Number
from pkgutil import iter_modules
from typing import Literal, cast

from keyword_assets.core import wording
from keyword_assets.core.foreign import visible, visible_line

Lang = Literal["ko", "en"]

# Each file there is a topic, so that a new one need not be named a second time.
TOPICS = tuple(import_module(f"{wording.__name__}.{found.name}") for found in iter_modules(wording.__path__))

TEXTS: dict[str, tuple[str, str]] = {key: texts for topic in TOPICS for key, texts in topic.TEXTS.items()}

_language: Lang = "ko"


def use(language: str) -> None:
    """Speak this language from now on, in this process."""
    global _language
    _language = cast(Lang, language)


def say(key: str, **params: object) -> str:
    """The text of a key, its places filled in, in the language in use.

    What fills a place is somebody else's more often than not: a question, a reply, a library's error, a file's name. It
    comes through `visible_line`, so that no text of ours can be made to say or to do more than it says here.
    `percent` rounds down like everything that shows a coverage, so it takes the ratio and not a formatted text.
    """
    if key == "percent":
        value = cast(float, params["value"])
        return f"{int(value * 1000 + 1e-6) / 10:.1f} %"
    korean, english = TEXTS[key]
    return (korean if _language == "ko" else english).format(**{name: _shown(value) for name, value in params.items()})


def _shown(value: object) -> object:
    """Numbers and times as they are, all else as text that may be shown."""
    return value if isinstance(value, Number | date | time | timedelta) else visible_line(str(value))


def say_reason(reason: str) -> str:
    """Why a question failed: in words for what our own checks found, as it came for what a server said."""
    key = f"reason.{reason}"
    return say(key) if key in TEXTS else visible(reason)
