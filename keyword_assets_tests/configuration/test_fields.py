"""A setting is one line: what it is read from, what it can be, and whether it may be shown."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from keyword_assets.configuration import kinds
from keyword_assets.configuration.fields import names, setting, values
from keyword_assets.configuration.sources import Sources
from keyword_assets.core.errors import InputError


@dataclass(frozen=True, kw_only=True)
class _Table:
    """Two settings, and a field that is made elsewhere."""

    key: str = setting("HCX_API_KEY", kinds.key, "")
    window: float = setting("HCX_QUOTA_WINDOW_SECONDS", kinds.seconds, 60.0)
    made_elsewhere: int = 0


def test_what_was_not_given_keeps_the_default_of_its_field(tmp_path: Path) -> None:
    """There is no second list of defaults."""
    given = values(_Table, Sources.find({"HCX_QUOTA_WINDOW_SECONDS": " 2.5 ", "HCX_API_KEY": " "}, tmp_path))

    assert given == {"window": 2.5}
    assert _Table(**given) == _Table(key="", window=2.5)


def test_the_names_are_those_of_the_fields_that_are_settings() -> None:
    """`doctor` and the remarks about unknown names go by them."""
    assert names(_Table) == ["HCX_API_KEY", "HCX_QUOTA_WINDOW_SECONDS"]


def test_a_secret_is_read_from_its_file_and_not_shown(tmp_path: Path) -> None:
    """A `repr` ends in logs."""
    (tmp_path / "key").write_text("nv-secret\n", encoding="utf-8")

    table = _Table(**values(_Table, Sources.find({"HCX_API_KEY_FILE": "key"}, tmp_path)))

    assert table.key == "nv-secret"
    assert repr(table) == "_Table(window=60.0, made_elsewhere=0)"


def test_what_it_cannot_be_is_told_by_its_name(tmp_path: Path) -> None:
    """Whoever reads it has to find the line."""
    with pytest.raises(InputError, match="HCX_QUOTA_WINDOW_SECONDS"):
        values(_Table, Sources.find({"HCX_QUOTA_WINDOW_SECONDS": "soon"}, tmp_path))
