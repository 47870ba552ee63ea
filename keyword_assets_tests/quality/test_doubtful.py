"""Which answers are looked at first: on the packaged golden questions, some with a wrong category on purpose."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from keyword_assets.core.models.questions import Keyword
from keyword_assets.core.quality.doubts import Doubt, StoredAnswer
from keyword_assets.quality import likeness
from keyword_assets.quality.doubtful import doubtful
from keyword_assets.quality.golden_file import golden_set
from keyword_assets.quality.likeness import pairs
from keyword_assets.quality.own_model import believe, vectors
from keyword_assets_tests.test_docs import TOP

DAY = date(2025, 6, 11)
CATCH_ALL = 0


@cache
def golden() -> tuple[list[str], np.ndarray]:
    """The golden questions and the numbers of their categories, 0 for the catch-all."""
    questions = golden_set(Path(TOP / "keyword_assets/resources/golden.csv")).questions
    names = sorted({one.category for one in questions}, key=lambda name: (name != "기타", name))
    return [one.text for one in questions], np.array([names.index(one.category) for one in questions])


def with_slips(right: np.ndarray, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """A tenth of the answers in another category, and which these are."""
    random, categories = np.random.default_rng(seed), right.max() + 1
    slipped = random.choice(len(right), len(right) // 10, replace=False)
    given = right.copy()
    given[slipped] = (right[slipped] + random.integers(1, categories, len(slipped))) % categories
    return given, given != right


def answers(
    texts: Sequence[str], categories: Sequence[int], messages: Sequence[int] | None = None
) -> list[StoredAnswer]:
    numbers = messages or [1] * len(texts)
    return [
        StoredAnswer(DAY, text, number, (Keyword("낱말", int(category)),), int(category))
        for text, category, number in zip(texts, categories, numbers, strict=True)
    ]


def listed(found: Sequence[StoredAnswer], **options: object) -> list[Doubt]:
    return list(doubtful(found, CATCH_ALL, str, **{"most": 1_000, **options}).doubts)  # type: ignore[arg-type]


def doubt_of(categories: np.ndarray) -> np.ndarray:
    return np.asarray(believe(vectors(golden()[0]), categories, seed=0).doubt)


# -- our own model ----------------------------------------------------------------------------------------------------


def test_slips_come_first() -> None:
    """Whoever looks at a tenth of the answers should find most of the wrong ones."""
    given, wrong = with_slips(golden()[1])

    first = wrong[np.argsort(-doubt_of(given))[: len(given) // 10]]

    assert first.mean() > 3 * wrong.mean()


def test_errors_made_every_time_are_found_no_better_than_by_chance() -> None:
    """What the pages say about the list; who learns from wrong answers believes them."""
    right = golden()[1]
    wrong = right == 3
    given = np.where(wrong, 5, right)

    order = np.argsort(-doubt_of(given))

    assert wrong[order[: len(order) // 10]].mean() <= 1.5 * wrong.mean()


def test_an_answer_is_judged_by_models_that_have_not_seen_it() -> None:
    """One that was trained on it would believe any answer."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 4, len(golden()[0]))

    doubt = doubt_of(labels)

    assert doubt.mean() > 0.7


def test_the_same_seed_makes_the_same_list() -> None:
    """Else two people who talk about it look at different ones."""
    found = answers(golden()[0], with_slips(golden()[1])[0])

    assert listed(found, seed=7) == listed(found, seed=7)


def test_of_categories_with_too_few_texts_the_model_says_nothing() -> None:
    texts = [*(f"전학 절차 {n}" for n in range(9)), *(f"급식 시간 {n}" for n in range(9)), "교복 사는 곳", "교복 값"]

    found = doubtful(answers(texts, [1] * 9 + [2] * 9 + [3] * 2), CATCH_ALL, str, most=10)

    assert found.unjudged == 2
    assert not {doubt.stored.category for doubt in found.part("own_model")} & {3}


@pytest.mark.parametrize("texts", [[], ["전학"], ["전학", "급식"], ["\u115f"], ["?"]])
def test_of_a_handful_of_answers_there_is_nothing_to_say(texts: list[str]) -> None:
    found = doubtful(answers(texts, [1] * len(texts)), CATCH_ALL, str, most=10)

    assert (found.questions, found.unjudged, found.doubts) == (len(texts), len(texts), [])


# -- the same in other words ------------------------------------------------------------------------------------------

WORDINGS = ["전학 서류는 무엇인가요", "전학 서류는 무엇인가", "전학 서류는 무엇인지요", "전학 서류 무엇인가요"]


def test_the_one_wording_with_another_category_comes_first() -> None:
    """The others say what it should be."""
    found = [one for one in listed(answers(WORDINGS, [1, 1, 2, 1])) if one.parts[0] == "same_question"]

    assert (found[0].stored.text, found[0].other) == (WORDINGS[2], "1")
    assert found[0].beside in WORDINGS
    assert all((found[0].doubt or 0) > (one.doubt or 0) for one in found[1:])


def test_texts_that_are_not_alike_say_nothing_of_each_other() -> None:
    assert not listed(answers(["전학 서류는 무엇인가요", "오늘 급식 알려줘"], [1, 2]))


def test_blocks_of_any_size_find_the_same_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are there for the memory alone."""
    matrix = vectors(golden()[0])
    whole = [tuple(map(tuple, block)) for block in pairs(matrix)]
    monkeypatch.setattr(likeness, "_BLOCK_PLACES", 5_000)

    blocks = list(pairs(matrix))

    assert len(blocks) > 10
    assert {(row, column) for block in blocks for row, column in zip(block[0], block[1], strict=True)} == {
        (row, column) for block in whole for row, column in zip(block[0], block[1], strict=True)
    }


# -- the list ---------------------------------------------------------------------------------------------------------


def test_a_text_stands_once_with_all_that_is_said_of_it() -> None:
    given, _ = with_slips(golden()[1])

    found = listed(answers(golden()[0], given))

    assert len({doubt.stored.text for doubt in found}) == len(found)
    assert any(len(doubt.parts) > 1 for doubt in found)


def test_the_catch_all_is_a_part_of_its_own() -> None:
    texts, right = golden()
    found = doubtful(answers(texts, right), CATCH_ALL, str, most=1_000)

    in_it = {doubt.stored.text for doubt in found.doubts if "catch_all" in doubt.parts}

    assert in_it == {text for text, category in zip(texts, right, strict=True) if category == CATCH_ALL}


def test_what_another_model_answers_otherwise_comes_before_all_else() -> None:
    texts, right = golden()
    second = {texts[0]: str(right[0]), texts[1]: "another"}

    first, *_ = listed(answers(texts, right), second=second)

    assert (first.stored.text, first.parts[0], first.other) == (texts[1], "second_model", "another")


def test_each_part_has_at_most_as_many_as_wanted() -> None:
    given, _ = with_slips(golden()[1])

    found = doubtful(answers(golden()[0], given), CATCH_ALL, str, most=5)

    assert max(len(found.part(part)) for part in found.found) == 5
    assert found.found["own_model"] > 5


def test_by_messages_what_many_asked_comes_first() -> None:
    """A wrong answer that a thousand people got weighs more than one that nobody else asked for."""
    texts, right = golden()
    given, wrong = with_slips(right)
    slipped = np.flatnonzero(wrong)[3]
    messages = [1_000 if place == slipped else 1 for place in range(len(texts))]

    first = next(one for one in listed(answers(texts, given, messages), by="messages") if "own_model" in one.parts)

    assert first.stored.messages == 1_000
