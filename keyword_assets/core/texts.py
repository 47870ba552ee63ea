"""Everything that operators read, in Korean and English, in one place."""

from typing import Literal, cast

Lang = Literal["ko", "en"]

_language: Lang = "ko"


def use(language: str) -> None:
    """Speak this language from now on, in this process."""
    global _language
    _language = cast(Lang, language)


def say(key: str, **params: object) -> str:
    """The text of a key, its places filled in, in the language in use."""
    korean, english = TEXTS[key]
    return (korean if _language == "ko" else english).format(**params)


TEXTS: dict[str, tuple[str, str]] = {
    "database.refused": ("{url} {reason}",) * 2,
    "database.unreachable": ("{url} {reason}",) * 2,
}
