"""Which texts speak to the model: those that attack, and next to none of what people ask."""

import time

import pytest

from keyword_assets.core.classifying.suspects import addresses_model, speaks_of_answers
from keyword_assets.core.questions import prompt_text
from keyword_assets.demo import demo_messages
from keyword_assets_tests.injections import STYLES, injections


@pytest.mark.parametrize("style", [style for style in STYLES if style != "unrecognised"])
def test_orders_are_recognised_in_whatever_letters(style: str) -> None:
    """At least nine in ten of each style; those left have to get past the screening."""
    found = [addresses_model(prompt_text(one.text)) for one in injections() if one.style == style]

    assert sum(found) >= 9


def test_no_question_of_the_demo_is_taken_for_one() -> None:
    """Each costs a request of its own."""
    assert [text for _, text, _ in demo_messages() if text and addresses_model(prompt_text(text))] == []


@pytest.mark.parametrize(
    "text",
    [
        "재활용 분류는 어떻게 하나요",
        "id를 잊어버렸어요",
        "아이디 찾기",
        "이 문제의 답을 알려 주세요",
        "교장 선생님이 규칙을 무시해요",
        "모든 학생이 받아야 하나요",
        "system 오류가 나요",
        "JSON 파일은 어떻게 여나요",
        "https://www.example.com/a/very/long/path/of/an/address/that/people/paste?with=a&query=too",
        "다음 주 시험 범위가 어디까지예요",
        "누가 ignore를 불렀나요",
        "3번부터 5번까지 숙제예요?",
        "다음 주가 시험이라 너무 답답해요",
        "😀😀😀",
        "",
    ],
)
def test_questions_with_such_words_are_no_orders(text: str) -> None:
    """It takes several of them together."""
    assert not addresses_model(text)


def test_a_hint_alone_is_no_order() -> None:
    """It counts where a reply is odd as well."""
    assert speaks_of_answers("이번 분류는 하나로 처리해")
    assert not addresses_model("이번 분류는 하나로 처리해")
    assert not speaks_of_answers("전학 절차가 궁금합니다")
    assert not speaks_of_answers("먹통이야 답답하다")


@pytest.mark.parametrize("unit", ["모든", "id", "위의 지시", "ignore", "{", "a", "\u200b가", "키워드 "])
def test_no_text_takes_long(unit: str) -> None:
    """What is sent is bounded; within that, nothing may be tried in too many ways."""
    began = time.process_time()

    addresses_model(prompt_text(unit * 1_000))

    assert time.process_time() - began < 1
