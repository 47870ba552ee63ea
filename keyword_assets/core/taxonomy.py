"""The categories that a question can be given, and the rules that a taxonomy file must keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import is_text

MAX_NAME_CHARS = 100
# The largest INTEGER of a database.
_MOST_ID = 2**31 - 1


@dataclass(frozen=True)
class Category:
    """One category. `name` is what HCX answers and what `admin_categories` holds under `id`."""

    id: int
    name: str
    description: str
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Shot:
    """A reviewed question with its right answer, which the model is shown with every request.

    `text` is as it is sent; `answer` are pairs of a keyword and the name of its category.
    """

    text: str
    answer: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Taxonomy:
    """The closed list of categories, and how the model is told to use it.

    `catch_all` is the category for whatever fits nowhere else. `instruction` stands in place of our own words to the
    model, see `prompts.system_message`; None leaves those. `shots` are shown beside it.
    """

    categories: tuple[Category, ...]
    catch_all: Category
    instruction: str | None = None
    shots: tuple[Shot, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The category names, in the file's order."""
        return tuple(category.name for category in self.categories)

    def id_of(self, name: str) -> int | None:
        """The id of the category with exactly this name, or None."""
        return next((category.id for category in self.categories if category.name == name), None)


def parse_taxonomy(document: Any, source: str) -> Taxonomy:
    """A taxonomy from the loaded YAML document.

    Args:
        document: `{"categories": [{"id", "name", "description", "examples", "catch_all"?}, …], "instruction"?}`.
        source: the file's name, for messages.

    Raises:
        InputError: the document breaks a rule; the message names the entry and the rule.
    """

    def bad(reason: str, **params: object) -> InputError:
        return InputError(f"taxonomy.{reason}", source=source, **params)

    entries = document.get("categories") if isinstance(document, Mapping) else None
    if not isinstance(entries, list) or not entries:
        raise bad("no_categories")
    categories = [_parse_category(entry, place, bad) for place, entry in enumerate(entries, 1)]
    for field in ("id", "name"):
        seen: set[object] = set()
        for category in categories:
            value = getattr(category, field)
            if value in seen:
                raise bad("twice", field=field, value=value)
            seen.add(value)
    catch_alls = [c for c, entry in zip(categories, entries, strict=True) if entry.get("catch_all") is True]
    if len(catch_alls) != 1:
        raise bad(
            "catch_all",
            count=len(catch_alls),
            names=", ".join(c.name for c in catch_alls) or "-",
        )
    instruction = document.get("instruction")
    if instruction is not None and not (isinstance(instruction, str) and instruction.strip() and is_text(instruction)):
        raise bad("instruction")
    return Taxonomy(tuple(categories), catch_alls[0], instruction)


def _parse_category(entry: Any, place: int, bad: Any) -> Category:
    if not isinstance(entry, Mapping):
        raise bad("entry", place=place)
    identifier, name = entry.get("id"), entry.get("name")
    description, examples = entry.get("description", ""), entry.get("examples") or []
    if not isinstance(identifier, int) or isinstance(identifier, bool) or not -_MOST_ID <= identifier <= _MOST_ID:
        raise bad("id", place=place)
    if (
        not isinstance(name, str)
        or not name.strip()
        or name != name.strip()
        or len(name) > MAX_NAME_CHARS
        or not is_text(name)
    ):
        raise bad("name", place=place, limit=MAX_NAME_CHARS)
    if not isinstance(description, str) or not is_text(description):
        raise bad("description", place=place)
    if not isinstance(examples, list) or not all(isinstance(e, str) and e.strip() and is_text(e) for e in examples):
        raise bad("examples", place=place)
    if not isinstance(entry.get("catch_all", False), bool):
        raise bad("catch_all_flag", place=place)
    return Category(identifier, name, description.strip(), tuple(examples))
