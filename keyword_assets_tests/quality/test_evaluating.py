"""The figures of evaluations: those of scikit-learn and scipy, also where there is little to compute them from."""

from collections.abc import Sequence
from datetime import date
from functools import cache

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, classification_report

from keyword_assets.core.money import Price
from keyword_assets.core.quality.evaluations import Asking, Given, Judged
from keyword_assets.core.quality.figures import NO_ANSWER
from keyword_assets.core.quality.golden import GoldenQuestion
from keyword_assets.quality.evaluating import (
    compare,
    detectable,
    figures,
    interval_of_difference,
    mcnemar_p,
    per_question,
    share,
)

NAMES = ("가", "나", "다", "라")
ALONE = Asking(0, 1, 100.0, 20.0, 0.5)


def judged(
    number: int,
    right: str,
    *given: str | None,
    keywords: tuple[str, ...] = (),
    answered: tuple[str, ...] = (),
    asking: Asking = ALONE,
) -> Judged:
    """A golden question with the categories that it was given."""
    question = GoldenQuestion(f"질문 {number}", right, keywords)
    return Judged(question, [Given(category, answered, None, asking) for category in given])


def drawn(n: int = 500, seed: int = 1) -> list[Judged]:
    """Questions of three of four categories, a fifth of them answered wrongly, some not at all."""
    dice = np.random.default_rng(seed)
    found = []
    for number in range(n):
        right = NAMES[dice.integers(3)]
        given = right if dice.random() < 0.8 else [*NAMES, None][dice.integers(5)]
        found.append(judged(number, right, given))
    return found


def test_accuracy_and_figures_by_category_are_scikit_learns() -> None:
    rows = drawn()

    found = figures(rows, NAMES)

    y, z = [row.question.category for row in rows], [row.category or NO_ANSWER for row in rows]
    theirs = classification_report(y, z, labels=list(NAMES), output_dict=True, zero_division=0)
    assert found.accuracy.share == accuracy_score(y, z)
    for one in found.categories:
        assert (one.precision, one.recall, one.f1, one.support) == tuple(theirs[one.category].values())
    assert [one.category for one in found.categories] == list(NAMES)
    assert found.macro_f1 == pytest.approx(np.mean([theirs[name]["f1-score"] for name in NAMES[:3]]))
    assert found.answered == sum(row.category is not None for row in rows)


def test_the_confusion_matrix_holds_every_question_once() -> None:
    rows = drawn()

    found = figures(rows, NAMES)

    counts = np.array(found.counts)
    assert list(found.labels) == [*NAMES, NO_ANSWER]
    assert counts.sum() == len(rows)
    assert counts.trace() == sum(row.right for row in rows)
    assert counts[:, -1].sum() == sum(row.category is None for row in rows)
    assert counts[-1].sum() == 0


def test_the_interval_is_wilsons() -> None:
    """To the digits that Newcombe (1998) prints for 81 of 263."""
    found = share(81, 263)

    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


def test_of_nothing_anything_is_possible() -> None:
    assert (share(0, 0).low, share(0, 0).high) == (0.0, 1.0)
    assert figures([], NAMES).accuracy.n == 0
    assert compare([], []).detectable == 1.0


def test_mcnemars_p_is_that_of_the_exact_test() -> None:
    """Ten against two of twelve: twice (1 + 12 + 66) of 4,096."""
    assert mcnemar_p(10, 2) == pytest.approx(0.03857421875)
    assert mcnemar_p(2, 10) == mcnemar_p(10, 2)
    assert mcnemar_p(0, 0) == 1.0


@pytest.mark.parametrize(("n", "disagreement", "points"), [(300, 0.08, 4.6), (1_000, 0.08, 2.5), (6_300, 0.08, 1.0)])
def test_a_larger_set_shows_smaller_differences(n: int, disagreement: float, points: float) -> None:
    assert round(detectable(n, disagreement) * 100, 1) == points


def test_a_difference_of_the_detectable_size_is_found_four_times_of_five() -> None:
    dice = np.random.default_rng(7)
    n, flips = 1_000, 0.08
    difference = detectable(n, flips)
    chances = [(flips + difference) / 2, (flips - difference) / 2, 1 - flips]

    tries = [dice.multinomial(n, chances) for _ in range(600)]
    found = sum(mcnemar_p(int(gained), int(lost)) < 0.05 for gained, lost, _ in tries)

    # The exact test is somewhat stricter than its 5 %.
    assert 0.72 < found / 600 < 0.86


@pytest.mark.parametrize(
    ("n", "gained", "lost"),
    [(100, 0.08, 0.04), (300, 0.06, 0.02), (660, 0.10, 0.02), (100, 0.05, 0.0), (60, 0.02, 0.02)],
)
def test_the_interval_of_a_difference_holds_the_truth(n: int, gained: float, lost: float) -> None:
    dice = np.random.default_rng(11)
    # Of four hundred draws few are unlike all before them.
    interval = cache(interval_of_difference)
    held = 0
    for _ in range(400):
        up, down, _ = dice.multinomial(n, [gained, lost, 1 - gained - lost])
        low, high = interval(int(up), int(down), n)
        held += low <= gained - lost <= high

    assert held / 400 > 0.92


def test_two_evaluations_are_compared_over_what_both_have_asked() -> None:
    ours = [judged(n, "가", "가" if n < 8 else "나") for n in range(10)]
    theirs = [judged(n, "가", "가" if n < 3 else None) for n in range(2, 12)]

    found = compare(ours, theirs)

    assert (found.n, len(found.flips)) == (8, 5)
    assert found.difference == pytest.approx(5 / 8)
    assert found.mcnemar_p == binomtest(5, 5).pvalue
    assert {flip.ours.question.text for flip in found.flips} == {f"질문 {n}" for n in range(3, 8)}


def test_a_change_from_one_wrong_answer_to_another_is_no_flip() -> None:
    assert compare([judged(1, "가", "나")], [judged(1, "가", "다")]).flips == []


def test_keywords_are_compared_whole_and_by_their_morphemes() -> None:
    """Spaces say nothing; of '전학 절차' and '전학 서류' one noun of two is the same."""
    same = judged(1, "가", "가", keywords=("전학 절차",), answered=("전학절차",))
    half = judged(2, "가", "가", keywords=("전학 절차",), answered=("전학 서류",))
    none = judged(3, "가", None, keywords=("전학 절차",))
    unknown = judged(4, "가", "가", answered=("급식",))

    found = figures([same, half, none, unknown], NAMES).keywords

    assert found is not None
    assert found.n == 3
    assert found.exact == pytest.approx(1 / 3)
    assert found.morphemes == pytest.approx((1 + 0.5 + 0) / 3)


def test_without_golden_keywords_there_is_no_overlap() -> None:
    assert figures([judged(1, "가", "가", answered=("급식",))], NAMES).keywords is None


def test_steadiness_is_the_share_of_questions_that_got_one_category() -> None:
    rows = [judged(1, "가", "가", "가", "가"), judged(2, "가", "나", "나", "나"), judged(3, "가", "가", None, "가")]

    found = figures(rows, NAMES).steadiness

    assert found is not None
    assert (found.repeats, found.same.n, found.same.share) == (3, 3, pytest.approx(2 / 3))
    assert [one.share for one in found.accuracies] == [pytest.approx(hits / 3) for hits in (2, 1, 2)]


def test_places_are_thirds_of_requests_that_have_three() -> None:
    def asked(place: int, questions: int, given: str) -> Judged:
        return judged(place * 100 + questions, "가", given, asking=Asking(place, questions, 0, 0, 0))

    rows = [
        asked(0, 1, "나"),
        asked(0, 2, "나"),
        asked(0, 3, "가"),
        asked(1, 3, "나"),
        asked(2, 3, "나"),
        asked(3, 10, "가"),
    ]

    places = figures(rows, NAMES).places

    assert [(one.part, one.accuracy.n, one.accuracy.share) for one in places] == [
        ("first", 2, 1.0),
        ("middle", 1, 0.0),
        ("last", 1, 0.0),
    ]


def test_what_a_question_takes_is_the_mean_of_all_askings() -> None:
    rows: Sequence[Judged] = [
        judged(1, "가", "가", asking=Asking(0, 1, 100, 20, 1.0)),
        judged(2, "가", "가", asking=Asking(0, 1, 300, 40, 2.0)),
    ]

    found = per_question(rows, Price("HCX-007", 1.25, 5.0, date(2026, 9, 19)))

    assert (found.tokens, found.seconds) == (230.0, 1.5)
    assert found.cost_krw == pytest.approx(0.2 * 1.25 + 0.03 * 5.0)
