"""What a person may answer."""

import pytest

from keyword_assets.core.errors import InputError
from keyword_assets.core.quality.corrections import nearest_category, note_of, reviewer_of
from keyword_assets_tests.builders import make_taxonomy


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("전학,편입", "전학, 편입"), ("학교 폭력", "학교폭력"), ("기타 등등", "기타"), ("폭력", "학교폭력")],
)
def test_the_nearest_category_is_the_one_that_was_meant(name: str, nearest: str) -> None:
    """Whoever mistyped one should not have to look for the list."""
    assert nearest_category(name, make_taxonomy()) == nearest


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "가" * 101, "김\n선생", "김\u202e선생", "\ud800"])
def test_a_reviewer_has_a_name_that_can_be_read(name: str) -> None:
    with pytest.raises(InputError):
        reviewer_of(name)


def test_a_reviewer_is_the_same_however_it_is_composed() -> None:
    """macOS takes names apart."""
    assert reviewer_of(" 김 선생 ") == reviewer_of("김 선생") == "김 선생"


def test_half_a_character_is_no_note() -> None:
    """JSON can carry it, and no database."""
    with pytest.raises(InputError):
        note_of("\ud800")
