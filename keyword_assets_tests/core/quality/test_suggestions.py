"""Candidates for descriptions."""

from dataclasses import replace

import pytest

from keyword_assets.core.quality.suggestions import Confusion, described, reads_descriptions
from keyword_assets_tests.builders import make_taxonomy


@pytest.mark.parametrize(
    ("given", "particle"), [("입학", "이"), ("진로", "가"), ("전학 (편입)", "이(가)"), ("A", "이(가)")]
)
def test_the_sentence_tells_the_right_category_from_the_other(given: str, particle: str) -> None:
    confusion = Confusion(given, "전학, 편입", 3, ["전학", "주소"], [])

    assert confusion.sentence == f"전학, 주소에 대한 질문은 '{given}'{particle} 아니라 '전학, 편입'"


def test_a_description_keeps_what_it_says_and_gets_what_is_known() -> None:
    category = replace(make_taxonomy().categories[1], description="학교를 옮김")
    known, unknown = (Confusion("입학", "전학, 편입", 3, words, []) for words in (["주소"], []))

    assert described(category, [unknown]) == category
    assert described(category, [known]).description == f"학교를 옮김. {known.sentence}"
    assert described(make_taxonomy().categories[0], [known]).description == ""


def test_an_instruction_of_its_own_may_leave_descriptions_out() -> None:
    taxonomy = make_taxonomy()

    assert reads_descriptions(taxonomy)
    assert reads_descriptions(replace(taxonomy, instruction="분류하라.{hints}"))
    assert not reads_descriptions(replace(taxonomy, instruction="분류하라."))
