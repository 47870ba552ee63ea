"""The simulator's answers: sensible enough for a demo, and the same every time."""

from concurrent.futures import ThreadPoolExecutor
from importlib import resources

import pytest
import yaml

from keyword_assets import morphology
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.taxonomy import Category, Taxonomy
from keyword_assets.hcx.simulator.brain import Brain
from keyword_assets.hcx.simulator.tokens import clip, count_text

ANIMALS = Category(1, "동물", "개, 고양이와 새", ("강아지 사료를 추천해 주세요", "고양이가 물을 안 마셔요"))
REST = Category(9, "나머지", "", ())


@pytest.fixture(scope="session")
def brain() -> Brain:
    """What answers with the packaged taxonomy."""
    return Brain(load_taxonomy())


def keywords(brain: Brain, text: str) -> list[str]:
    return [entry["keyword"] for entry in brain.answer(text)]


@pytest.mark.thorough
def test_most_demo_questions_get_the_category_that_they_were_written_for(brain: Brain) -> None:
    """A demo whose categories look arbitrary would not convince anybody. None of these questions is an example."""
    file = resources.files("keyword_assets") / "resources" / "demo_questions.yaml"
    questions = yaml.safe_load(file.read_text(encoding="utf-8"))["questions"]
    names = {category.id: category.name for category in load_taxonomy().categories}
    judged = [(brain.answer(text)[0]["category"], names[key]) for key, texts in questions.items() for text in texts]

    right = sum(given == wanted for given, wanted in judged)
    assert right / len(judged) > 0.75


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("전학 절차가 어떻게 되나요?", "전학 절차"),
        ("검정고시   접수\n기간은 언제인가요", "검정고시 접수 기간"),
        ("수행평가 너무 많아요", "수행평가"),
        ("오늘 급식 뭐예요?", "급식"),
    ],
)
def test_keywords_are_noun_phrases_in_the_questions_own_words(brain: Brain, text: str, first: str) -> None:
    """Administrators search for what people wrote."""
    assert keywords(brain, text)[0] == first


@pytest.mark.parametrize("text", ["ㅋㅋ", "😀", "?", " ", "\u200b", "가" * 5000, "\x00", "문의 " * 500, "a" * 3000])
def test_every_text_gets_one_to_three_keywords_that_may_be_stored(brain: Brain, text: str) -> None:
    """A simulator that breaks its own rules would look like a defect of the client."""
    found = keywords(brain, text)

    assert 1 <= len(found) <= 3
    assert all(keyword.strip() and len(keyword) <= 100 for keyword in found)


def test_a_text_without_nouns_is_its_own_keyword(brain: Brain) -> None:
    """There is nothing better to say about it."""
    assert brain.answer("ㅋㅋ") == [{"keyword": "ㅋㅋ", "category": load_taxonomy().catch_all.name}]


def test_only_categories_of_the_request_are_answered(brain: Brain) -> None:
    """The enum of the schema binds the model, whatever taxonomy the simulator was started with."""
    given = brain.answer("강아지 사료 추천", ["강아지", "우주"])[0]["category"]
    nothing_fits = brain.answer("강아지 사료 추천", ["우주", "바다"])[0]["category"]

    assert (given, nothing_fits) == ("강아지", "바다")


def test_another_taxonomy_teaches_it_other_categories() -> None:
    """Users bring their own taxonomy and try it on the simulator first."""
    brain = Brain(Taxonomy((ANIMALS, REST), REST))

    assert brain.answer("고양이 사료")[0]["category"] == "동물"
    assert brain.answer("내일 날씨")[0]["category"] == "나머지"


def test_answers_do_not_depend_on_what_is_asked_at_the_same_time(brain: Brain) -> None:
    """Two runs must agree, however their requests were cut and mixed."""
    texts = [
        f"{school} {matter} 안내"
        for school in ("초등학교", "중학교", "고등학교")
        for matter in ("전학", "입학", "성적")
    ]
    alone = [Brain(load_taxonomy()).answer(text) for text in texts]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(brain.answer, texts * 5))

    assert together == alone * 5


def test_what_was_analysed_is_remembered_within_bounds() -> None:
    """Repeated questions are most of the traffic, and the simulator may run for days."""
    morphology.nouns("기억할 만한 질문")
    before = morphology._remembered.cache_info()
    morphology.nouns("기억할 만한 질문")
    after = morphology._remembered.cache_info()

    assert (after.hits, after.misses) == (before.hits + 1, before.misses)
    assert after.maxsize is not None


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("전학 절차", 2),
        ("전학을", 2),
        ("transfer", 2),
        ("2025", 2),
        ('{"id":0}', 5),
        ("가\n    나", 3),
        ("😀", 1),
    ],
)
def test_tokens_are_counted_by_a_fixed_rule(text: str, tokens: int) -> None:
    """Tests that reckon with quotas need the same number every time."""
    assert count_text(text) == tokens


def test_clipping_keeps_exactly_the_tokens_allowed() -> None:
    """A truncated answer is billed to its cap, and not more."""
    text = '전학을 가려면 form 2025-03-01 {"id": 1}\n  끝'

    for limit in range(count_text(text) + 3):
        assert count_text(clip(text, limit)) == min(limit, count_text(text))
        assert text.startswith(clip(text, limit))
