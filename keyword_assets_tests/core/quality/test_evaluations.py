"""What an evaluation is told by: its configuration, and the category of an answer."""

import json
from dataclasses import replace

import pytest

from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.models.questions import Keyword
from keyword_assets.core.quality.evaluations import Configuration, category_of

TAXONOMY = load_taxonomy()
CATCH_ALL = TAXONOMY.catch_all.id
BASE = Configuration("HCX-007", None, "packaged", None, "0123456789abcdef")


@pytest.mark.parametrize(
    ("ids", "category"),
    [
        ((5,), "전학, 편입"),
        ((CATCH_ALL, 5, 6), "전학, 편입"),
        ((6, 5), "입학 관련"),
        ((CATCH_ALL, CATCH_ALL), "기타"),
    ],
)
def test_the_first_keyword_outside_the_catch_all_gives_the_category(ids: tuple[int, ...], category: str) -> None:
    answer = tuple(Keyword(f"키워드 {number}", identifier) for number, identifier in enumerate(ids))

    assert category_of(answer, TAXONOMY) == category


@pytest.mark.parametrize("change", [{"batch_size": 10}, {"version": "fedcba9876543210"}])
def test_what_shapes_answers_makes_another_configuration(change: dict[str, object]) -> None:
    assert replace(BASE, **change).identity != BASE.identity  # type: ignore[arg-type]


def test_the_names_of_files_do_not() -> None:
    """The same taxonomy in another place has been asked before."""
    assert replace(BASE, taxonomy="elsewhere.yaml", prompt="prompt.txt").identity == BASE.identity


def test_a_configuration_is_read_as_it_was_kept() -> None:
    assert Configuration.read(BASE.stored) == BASE


def test_a_configuration_of_before_there_were_examples_showed_none() -> None:
    stored = json.loads(BASE.stored)
    del stored["few_shot"]

    assert Configuration.read(json.dumps(stored)) == BASE
    assert Configuration.read(json.dumps({**stored, "few_shot": "8"})) is None


@pytest.mark.parametrize(
    "stored", ["", "[]", "null", "{}", '{"model": "HCX-007"}', BASE.stored.replace("null", "[]"), "[" * 100_000]
)
def test_what_others_wrote_is_no_configuration(stored: str) -> None:
    """A row of theirs must not end a run."""
    assert Configuration.read(stored) is None
