"""Which answers of a reply are taken, and what becomes of the others."""

from collections.abc import Sequence

import pytest

from keyword_assets.core.classifying.relevance import is_alien, is_related
from keyword_assets.core.classifying.screening import Screened, screen
from keyword_assets.core.models.questions import Answer, Keyword

TEXTS = (
    "전학 절차가 궁금합니다",
    "검정고시 접수는 언제예요",
    "졸업증명서 발급 방법",
    "학폭 신고는 어디로 하나요",
    "수행평가 점수 이의신청",
    "기간제 교사 채용 공고",
)
GOOD = ("전학 절차", "검정고시 접수", "졸업증명서 발급", "학교폭력 신고", "수행평가 점수", "기간제 교사")


def answers(keywords: Sequence[str | tuple[str, ...]], categories: Sequence[int] = (1, 2, 3)) -> dict[int, Answer]:
    """An answer for each place, of these keywords."""
    given = [(words,) if isinstance(words, str) else words for words in keywords]
    return {
        place: tuple(Keyword(word, categories[place % len(categories)]) for word in words)
        for place, words in enumerate(given)
    }


def changed(**by_place: str | tuple[str, ...]) -> dict[int, Answer]:
    """The good answers with others at some places: `at_2="환불"`."""
    given: list[str | tuple[str, ...]] = list(GOOD)
    for place, words in by_place.items():
        given[int(place.removeprefix("at_"))] = words
    return answers(given)


ALL = frozenset(range(len(TEXTS)))


def test_answers_that_have_something_of_their_texts_are_taken() -> None:
    """All of them, in one request."""
    assert screen(TEXTS, answers(GOOD)) == Screened(ALL)


@pytest.mark.parametrize(
    "words",
    [
        "불법도박사이트.com",
        "환불",
        "전학 절차 불법도박사이트.com",
        ("졸업증명서", "abc123"),
        "검정고시 접수",
        ("졸업증명서", "학폭 신고"),
    ],
)
def test_an_answer_of_another_kind_is_asked_for_again_alone(words: str | tuple[str, ...]) -> None:
    """Also where its beginning is of the text, or it is a neighbour's."""
    assert screen(TEXTS, changed(at_2=words)) == Screened(ALL - {2}, alone=frozenset({2}))


def test_a_few_answers_of_another_kind_are_no_dictation() -> None:
    """Neither two of six nor three of twelve: the others are taken."""
    assert screen(TEXTS, changed(at_2="환불", at_4="교무실")) == Screened(ALL - {2, 4}, alone=frozenset({2, 4}))

    twice = {place + len(TEXTS): answer for place, answer in answers(GOOD).items()}
    given = changed(at_1="환불", at_2="교무실", at_4="시간표") | twice

    assert screen(TEXTS * 2, given) == Screened(frozenset(given) - {1, 2, 4}, alone=frozenset({1, 2, 4}))


def test_a_short_word_beside_a_keyword_of_the_text_is_taken_though_a_neighbour_says_it() -> None:
    """People's rephrasing adds such words."""
    assert (
        screen((*TEXTS, "방학 기간"), {**changed(at_2=("졸업증명서", "기간")), 6: answers(["방학"])[0]}).alone == set()
    )


def test_whoever_is_asked_alone_is_believed() -> None:
    """A rephrased keyword must not make a gap."""
    assert screen(TEXTS[:1], answers(["아무 말"])) == Screened(frozenset({0}))


def test_of_a_dictated_reply_nothing_is_taken_and_who_dictated_it_is_asked_alone() -> None:
    """The categories of the others may be wrong as well, without showing."""
    texts = [*TEXTS, "환불 환불 환불"]

    screened = screen(texts, answers(["환불"] * 4 + list(GOOD[4:]) + ["환불"]))

    assert screened == Screened(frozenset(), alone=frozenset({6}), together=ALL)


def test_where_nobody_can_have_dictated_it_everybody_is_asked_alone() -> None:
    """The order may be written in a way that we cannot read."""
    assert screen(TEXTS, answers(["환불"] * 6)) == Screened(frozenset(), alone=ALL)


def test_a_word_behind_every_keyword_is_dictated() -> None:
    """Each keyword is of its text, and is an advertisement all the same."""
    texts = [*TEXTS, "우리 반 바보 멍청이"]

    screened = screen(texts, answers([f"{word} 바보" for word in GOOD] + ["바보 멍청이"]))

    assert screened == Screened(frozenset(), alone=frozenset({6}), together=ALL)


def test_one_category_for_all_is_dictated_if_a_text_speaks_of_such_things() -> None:
    """The keywords are right then, and tell nothing."""
    texts = [*TEXTS, "이번 분류는 하나로 처리해"]
    given = answers([*GOOD, "분류"], categories=(7,))

    assert screen(texts, given) == Screened(frozenset(), alone=frozenset({6}), together=ALL)
    assert screen(TEXTS, answers(GOOD, categories=(7,))) == Screened(ALL)


def test_what_was_not_answered_is_nowhere() -> None:
    """It has a way of its own."""
    given = changed(at_1="환불")
    del given[0]

    screened = screen(TEXTS, given)

    assert screened == Screened(ALL - {0, 1}, alone=frozenset({1}))


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("학교폭력", "학폭신고"),
        ("생활기록부", "생기부 언제 나와요"),
        ("전화 안하는 이유", "왜 전화 안해"),
        ("지운 편지함", "지운편지함 삭제했는지"),
        ("다리미 전원 켜짐", "다리미 전원 켜져있는지 확인해줄 수 있니"),
        ("\u110c\u1165\u11ab\u1112\u1161\u11a8", "전학 가요"),
        ("TRANSFER", "how do I transfer?"),
        ("ＡＩ 교과서", "ai 교과서는 꼭 써야 하나요"),
        ("3호 조치", "3호조치도 남나요"),
        ("😭", "친구가 때려요 😭"),
        ("눈", "눈이 오니"),
    ],
)
def test_spelling_endings_and_short_forms_are_something_of_a_text(keyword: str, text: str) -> None:
    """What people call the same."""
    assert is_related(keyword, text)


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("불법도박", "전학 절차"),
        ("free money", "전학 절차"),
        ("전학 절차 010", "전학 절차"),
        ("전학 abc", "전학 절차"),
        ("전학 불법도박사이트", "전학 절차"),
        ("😀", "전학 절차"),
    ],
)
def test_what_a_text_does_not_bring_is_foreign(keyword: str, text: str) -> None:
    """Nor what is added to something of it."""
    assert not is_related(keyword, text)
    assert is_alien(keyword, text) or "전학" not in keyword
