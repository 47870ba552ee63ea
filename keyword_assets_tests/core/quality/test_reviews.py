"""What people have said of answers, put together text by text."""

from datetime import timedelta

import pytest

from keyword_assets.core.errors import InputError
from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.core.quality.golden import GoldenQuestion
from keyword_assets.core.quality.reviews import Look, Reviewed, golden_of, reviewed
from keyword_assets_tests.builders import BATCH_TIME, make_answer, make_taxonomy

CATCH_ALL = 3
GIVEN, RIGHT = make_answer("전학"), (Keyword("편입", 2),)


def look(
    verdict: str,
    right: Answer = (),
    *,
    text: str = "전학 절차",
    given: Answer = GIVEN,
    after: int = 0,
    category_right: bool | None = None,
) -> Look:
    return Look(text, BATCH_TIME + timedelta(days=after), verdict, given, right, category_right)


def one(*looks: Look) -> Reviewed:
    (found,) = reviewed(looks, CATCH_ALL)
    return found


def test_the_newest_verdict_counts_whatever_order_they_come_in() -> None:
    newer, older = look("wrong", RIGHT, after=1), look("right", GIVEN)

    assert one(newer, older) == one(older, newer) == Reviewed("전학 절차", "wrong", 1, 2, RIGHT)
    assert one(newer, older).confused == (1, 2)


@pytest.mark.parametrize("verdict", ["unsure", "skipped"])
def test_who_says_nothing_takes_nothing_back(verdict: str) -> None:
    assert one(look("right", GIVEN), look(verdict, after=1)).right == 1
    assert one(look(verdict)) == Reviewed("전학 절차", verdict, 1, None, ())


def test_wrong_without_an_answer_takes_back_what_was_right() -> None:
    assert one(look("right", GIVEN), look("wrong", after=1)).right is None


def test_a_category_can_be_right_where_the_keywords_are_not() -> None:
    found = one(look("wrong", category_right=True))

    assert (found.right, found.answer, found.confused) == (1, (), None)


def test_what_was_answered_first_is_what_the_model_said() -> None:
    """Later looks are at what a person has made of it."""
    found = one(look("wrong", RIGHT), look("right", RIGHT, given=RIGHT, after=1))

    assert found.confused == (1, 2)


def test_spellings_that_share_an_answer_are_one_text() -> None:
    assert one(look("right", GIVEN), look("wrong", RIGHT, text="전학  절차 ", after=1)).right == 2


def test_golden_questions_are_those_whose_category_is_known_and_the_rest_is_counted() -> None:
    texts = [
        Reviewed("가", "right", 1, 1, GIVEN),
        Reviewed("나", "wrong", 1, 2, ()),
        Reviewed("다", "wrong", 1, None, ()),
        Reviewed("라", "unsure", 1, None, ()),
        Reviewed("마", "skipped", 1, None, ()),
        Reviewed("바", "wrong", 1, 99, ()),
    ]

    golden = golden_of(texts, make_taxonomy(), "검토")

    assert golden.questions == (GoldenQuestion("가", "학교폭력", ("전학",)), GoldenQuestion("나", "전학, 편입"))
    assert golden.left_out == {"unsure": 1, "skipped": 1, "wrong": 1, "gone": 1}


def test_reviews_without_a_known_category_are_no_golden_set() -> None:
    with pytest.raises(InputError) as refusal:
        golden_of([Reviewed("다", "unsure", 1, None, ())], make_taxonomy(), "검토")

    assert refusal.value.key == "golden.no_reviews"
