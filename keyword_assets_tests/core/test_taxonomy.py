"""The rules that a taxonomy file must keep."""

from typing import Any

import pytest

from keyword_assets.core.errors import InputError
from keyword_assets.core.taxonomy import MAX_NAME_CHARS, Category, parse_taxonomy
from keyword_assets_tests.builders import CATEGORIES, make_taxonomy


def document(**changes: Any) -> dict[str, Any]:
    """Two good categories; the first one with these changes."""
    first = {"id": 1, "name": "전학", "description": " 학교를 옮김 ", "examples": ["전학 절차"], **changes}
    return {"categories": [first, {"id": 2, "name": "기타", "catch_all": True}]}


def refusal(given: Any) -> InputError:
    """Why a document is refused."""
    with pytest.raises(InputError) as refused:
        parse_taxonomy(given, "taxonomy.yaml")
    return refused.value


def test_a_good_document_becomes_categories_in_its_order() -> None:
    """The order is the one in which HCX reads them."""
    taxonomy = parse_taxonomy(document(), "taxonomy.yaml")

    assert taxonomy.categories == (Category(1, "전학", "학교를 옮김", ("전학 절차",)), Category(2, "기타", "", ()))
    assert taxonomy.catch_all.id == 2


@pytest.mark.parametrize("given", [None, [], {}, "x", {"categories": None}, {"categories": []}, {"categories": {}}])
def test_a_document_without_categories_is_refused(given: Any) -> None:
    """There would be nothing to classify by."""
    assert refusal(given).key == "taxonomy.no_categories"


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"id": "1"}, "id"),
        ({"id": None}, "id"),
        ({"id": 1.0}, "id"),
        ({"id": True}, "id"),
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "전학 "}, "name"),
        ({"name": 7}, "name"),
        ({"name": "가" * (MAX_NAME_CHARS + 1)}, "name"),
        ({"description": None}, "description"),
        ({"description": ["옮김"]}, "description"),
        ({"examples": "전학 절차"}, "examples"),
        ({"examples": ["전학", 7]}, "examples"),
        ({"examples": ["전학", " "]}, "examples"),
        ({"catch_all": "yes"}, "catch_all_flag"),
        ({"catch_all": 1}, "catch_all_flag"),
    ],
)
def test_an_entry_that_breaks_a_rule_is_refused_by_its_place(changes: dict[str, Any], key: str) -> None:
    """The person mends the file by it."""
    error = refusal(document(**changes))

    assert (error.key, error.params["place"]) == (f"taxonomy.{key}", 1)
    assert "taxonomy.yaml" in str(error)


@pytest.mark.parametrize("entry", ["전학", None, ["전학"]])
def test_an_entry_that_is_no_mapping_is_refused(entry: Any) -> None:
    """YAML makes a string of a forgotten colon."""
    assert refusal({"categories": [entry]}).key == "taxonomy.entry"


@pytest.mark.parametrize(("field", "value"), [("id", 2), ("name", "기타")])
def test_an_id_or_name_used_twice_is_refused(field: str, value: Any) -> None:
    """Keywords of two categories could not be told apart."""
    error = refusal(document(**{field: value}))

    assert (error.key, error.params["field"]) == ("taxonomy.twice", field)


@pytest.mark.parametrize("flags", [(False, False), (True, True)])
def test_there_is_exactly_one_catch_all(flags: tuple[bool, bool]) -> None:
    """Without it a question that fits nowhere has no category; two would be a coin toss."""
    given = document()
    for entry, flag in zip(given["categories"], flags, strict=True):
        entry["catch_all"] = flag

    assert refusal(given).key == "taxonomy.catch_all"


def test_the_longest_allowed_name_is_taken() -> None:
    """The limit is the column's, not one less."""
    assert parse_taxonomy(document(name="가" * MAX_NAME_CHARS), "-").names[0] == "가" * MAX_NAME_CHARS


def test_an_id_is_found_by_exactly_its_name() -> None:
    """An answer that is almost a category is none."""
    taxonomy = make_taxonomy()

    assert [taxonomy.id_of(name) for name in (CATEGORIES[1], CATEGORIES[1] + " ", "", "없음")] == [2, None, None, None]


def test_an_instruction_is_taken_as_it_is() -> None:
    given = {**document(), "instruction": "분류하라. {hints}"}

    assert parse_taxonomy(given, "-").instruction == "분류하라. {hints}"
    assert parse_taxonomy(document(), "-").instruction is None


@pytest.mark.parametrize("instruction", ["", "  ", 3, ["분류하라."], "\ud800"])
def test_an_instruction_that_is_no_text_is_refused(instruction: Any) -> None:
    """It goes out with every request."""
    assert refusal({**document(), "instruction": instruction}).key == "taxonomy.instruction"
