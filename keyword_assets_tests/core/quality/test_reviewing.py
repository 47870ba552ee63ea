"""What follows from a verdict."""

import pytest

from keyword_assets.core.errors import InputError
from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.core.quality.categories import category_of
from keyword_assets.core.quality.reviewing import Judgement, with_category

CATCH_ALL = 3
GIVEN: Answer = (Keyword("전학", 1), Keyword("날씨", 3))


def flags(verdict: str, **said: object) -> tuple[bool | None, bool | None]:
    """Whether category and keywords are right."""
    judgement = Judgement.of(GIVEN, CATCH_ALL, verdict, **said)  # type: ignore[arg-type]
    return judgement.category_right, judgement.keywords_right


@pytest.mark.parametrize(("categories", "category"), [((1, 2), 1), ((3, 2, 1), 2), ((3, 3), 3), ((), 3)])
def test_a_question_has_the_category_of_its_first_keyword_outside_the_catch_all(
    categories: tuple[int, ...], category: int
) -> None:
    assert category_of(categories, CATCH_ALL) == category


def test_what_is_right_is_right_in_both() -> None:
    assert flags("right") == (True, True)


@pytest.mark.parametrize("verdict", ["unsure", "skipped"])
def test_what_was_not_judged_is_neither_right_nor_wrong(verdict: str) -> None:
    assert flags(verdict) == (None, None)


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        ((Keyword("전학", 2),), (False, False)),
        ((Keyword("편입", 1),), (True, False)),
        ((Keyword("전학", 2), Keyword("날씨", 3)), (False, True)),
        ((Keyword("날씨", 3), Keyword("편입", 1)), (True, False)),
        # What is wrong is the category of a keyword that does not tell the question's.
        ((Keyword("전학", 1), Keyword("날씨", 2)), (True, False)),
    ],
)
def test_the_right_answer_tells_what_of_a_wrong_one_is_wrong(right: Answer, expected: tuple[bool, bool]) -> None:
    assert flags("wrong", right_answer=right) == expected


def test_what_the_reviewer_says_comes_before_what_follows() -> None:
    """Other words for the same thing may be right, too."""
    right = (Keyword("전학 절차", 2),)

    assert flags("wrong", right_answer=right, keywords_right=True) == (False, True)


@pytest.mark.parametrize(
    ("said", "expected"),
    [({}, (False, False)), ({"category_right": True}, (True, False)), ({"keywords_right": True}, (False, True))],
)
def test_of_a_wrong_answer_is_wrong_what_nobody_says_is_right(
    said: dict[str, bool], expected: tuple[bool, bool]
) -> None:
    assert flags("wrong", **said) == expected


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("right", {"category_right": False}),
        ("right", {"right_answer": (Keyword("편입", 2),)}),
        ("wrong", {"category_right": True, "keywords_right": True}),
        ("skipped", {"category_right": True}),
        ("unsure", {"right_answer": (Keyword("편입", 2),)}),
        ("good", {}),
    ],
)
def test_a_verdict_that_says_two_things_is_refused(verdict: str, said: dict[str, object]) -> None:
    with pytest.raises(InputError, match=verdict):
        flags(verdict, **said)


@pytest.mark.parametrize(
    ("given", "category", "expected"),
    [
        ((("가", 1), ("나", 1), ("다", 2)), 4, (("가", 4), ("나", 4), ("다", 2))),
        ((("가", 3), ("나", 1)), 2, (("가", 3), ("나", 2))),
        ((("가", 3), ("나", 3)), 2, (("가", 2), ("나", 2))),
        # In the catch-all a question is only with all of its keywords.
        ((("가", 1), ("나", 2)), 3, (("가", 3), ("나", 3))),
        ((("가", 1), ("가", 2)), 2, (("가", 2),)),
    ],
)
def test_another_category_is_that_of_the_question(
    given: tuple[tuple[str, int], ...], category: int, expected: tuple[tuple[str, int], ...]
) -> None:
    changed = with_category(tuple(Keyword(*pair) for pair in given), category, CATCH_ALL)

    assert changed == tuple(Keyword(*pair) for pair in expected)
    assert category_of((one.category_id for one in changed), CATCH_ALL) == category
