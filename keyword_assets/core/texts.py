"""Says what operators read, in Korean or English; the texts stand in `core.wording`."""

from typing import Literal, cast

from keyword_assets.core.wording import (
    alerts,
    checks,
    commands,
    database,
    delivery,
    errors,
    guards,
    reports,
    story,
    surroundings,
    tables,
    ui,
    web,
)

Lang = Literal["ko", "en"]

TOPICS = (
    alerts,
    checks,
    commands,
    database,
    delivery,
    errors,
    guards,
    reports,
    story,
    surroundings,
    tables,
    ui,
    web,
)

TEXTS: dict[str, tuple[str, str]] = {
    key: texts
    for topic in TOPICS
    for key, texts in topic.TEXTS.items()
}

_language: Lang = "ko"


def use(language: str) -> None:
    """Speak this language from now on, in this process."""
    global _language
    _language = cast(Lang, language)


def say(key: str, **params: object) -> str:
    """The text of a key, its places filled in, in the language in use.

    `percent` rounds down like everything that shows a coverage, so it takes the ratio and not a formatted text.
    """
    if key == "percent":
        value = cast(float, params["value"])
        return f"{int(value * 1000 + 1e-6) / 10:.1f} %"
    korean, english = TEXTS[key]
    return (korean if _language == "ko" else english).format(**params)


def say_reason(reason: str) -> str:
    """Why a question failed: in words for what our own checks found, as it came for what a server said."""
    key = f"reason.{reason}"
    return say(key) if key in TEXTS else reason
