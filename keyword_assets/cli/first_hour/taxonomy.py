"""The step `taxonomy`: the categories that the admin screens know already, one's own, or those of the package."""

from collections.abc import Callable, Mapping
from pathlib import Path

from keyword_assets.cli import outputs
from keyword_assets.cli.first_hour import address
from keyword_assets.cli.first_hour.asking import tell
from keyword_assets.cli.first_hour.session import Session, is_written
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.configuration.yaml_files import dumped
from keyword_assets.core.errors import InputError
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say
from keyword_assets.sql.classifying.categories import category_names
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.schema.users_tables import look_at

OPTIONS = ("taxonomy", "new_taxonomy", "catch_all")
_NAME = "KEYWORDS_TAXONOMY"
_PACKAGED, _SKELETON, _FILE = "packaged", "new", "file"
# Of the names of categories, enough to know whose they are.
_SHOWN = 5
_CATCH_ALLS = ("기타", "그 외", "그외", "etc", "other", "others", "misc")


def found(settings: Settings) -> str | None:
    """What there is, if it was chosen before."""
    return _told(load_taxonomy(settings.taxonomy)) if is_written(_NAME) else None


def _told(taxonomy: Taxonomy) -> str:
    return say("doctor.taxonomy_ok", count=len(taxonomy.categories), catch_all=taxonomy.catch_all.name)


def ask(session: Session) -> None:
    """Choose, and write a file to describe where one is needed.

    Raises:
        InputError: a file cannot be used, or is there already.
        Later: the step is left.
    """
    there = _in_database(session.settings)
    kind = _kind(session, there)
    if kind == _FILE:
        read = _usable(session.settings)
        session.keep(KEYWORDS_TAXONOMY=session.asker.value("taxonomy", "init.taxonomy_file", "", read))
    elif kind == _PACKAGED:
        session.keep(KEYWORDS_TAXONOMY="")
    else:
        _write_new(session, there)
    tell(_told(load_taxonomy(session.settings.taxonomy)), sign="✔")


def _in_database(settings: Settings) -> Mapping[int, str]:
    """The categories in the admin screens' table, by their ids; empty where there is none."""
    if not settings.database_is_named or not address.tried(settings).ok:
        return {}
    names = Names(settings.table_names, settings.column_names)
    with address.opened(settings) as engine:
        if not look_at(engine, names)["admin_categories"].is_there:
            return {}
        return category_names(engine, Tables(names))


def _kind(session: Session, there: Mapping[int, str]) -> str:
    """A file where one was named, a new one where the admin screens have categories of their own, or what is chosen."""
    asker = session.asker
    if asker.has("taxonomy"):
        return _FILE
    packaged = load_taxonomy(None)
    ours = {category.id: category.name for category in packaged.categories}
    if there and any(ours.get(number) != name for number, name in there.items()):
        tell(say("init.categories_there", count=len(there), some=_some(there)))
        return _SKELETON
    if asker.has("new_taxonomy"):
        return _SKELETON
    if there:
        return _PACKAGED
    tell(say("init.packaged", count=len(ours), some=_some(ours)))
    return asker.choice("taxonomy_kind", "init.taxonomy_kind", (_PACKAGED, _SKELETON, _FILE), _PACKAGED)


def _some(names: Mapping[int, str]) -> str:
    shown = list(names.values())[:_SHOWN]
    return ", ".join(shown) + (", …" if len(names) > len(shown) else "")


def _usable(settings: Settings) -> Callable[[str], str]:
    def read(answer: str) -> str:
        load_taxonomy(_path(settings, answer))
        return answer

    return read


def _write_new(session: Session, there: Mapping[int, str]) -> None:
    def free(answer: str) -> str:
        outputs.require_free(_path(session.settings, answer), overwrite=False)
        return answer

    names = dict(there) or dict(enumerate(say("init.skeleton_names").split(", "), 1))
    catch_all = _catch_all(session, names)
    file = session.asker.value("new_taxonomy", "init.new_taxonomy", "taxonomy.yaml", free)
    outputs.write_text(_path(session.settings, file), _as_yaml(names, catch_all))
    session.keep(KEYWORDS_TAXONOMY=file)
    tell(say("init.describe", file=file), sign="!")


def _path(settings: Settings, answer: str) -> Path:
    """As the setting is read."""
    return settings.home / Path(answer).expanduser()


def _catch_all(session: Session, names: Mapping[int, str]) -> str:
    """The one for all that fits nowhere else: known by its name, or asked for."""
    likely = next((name for name in names.values() if name.lower().strip() in _CATCH_ALLS), "")
    if likely and not session.asker.has("catch_all"):
        return likely
    if session.asker.silent and not session.asker.has("catch_all"):
        raise InputError("init.no_catch_all", names=", ".join(names.values()))
    return session.asker.choice("catch_all", "init.catch_all", tuple(names.values()), likely)


def _as_yaml(names: Mapping[int, str], catch_all: str) -> str:
    """A file in which each category waits for its description."""
    entries = [
        {"id": number, "name": name, "description": "", "examples": []}
        | ({"catch_all": True} if name == catch_all else {})
        for number, name in names.items()
    ]
    head = "".join(f"# {line}\n" for line in say("init.skeleton").splitlines())
    return head + dumped({"categories": entries})
