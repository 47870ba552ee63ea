"""The sample of an audit: random, reproducible, and with known probabilities."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from keyword_assets.core.quality.audits import Candidate, Unit
from keyword_assets.core.questions import text_hash
from keyword_assets.quality.sampling import Goal, allocate
from keyword_assets_tests.quality.simulated_audits import sample_of

DAY = date(2025, 6, 11)


def make_candidates(*sizes: int, messages: int | None = None) -> list[Candidate]:
    """So many questions of the categories 1, 2, …; asked so often, or the first once, the second twice and so on."""
    return [
        Candidate(
            DAY + timedelta(number % 3), text_hash(f"{category} {number}"), messages or number + 1, category, "[]"
        )
        for category, questions in enumerate(sizes, 1)
        for number in range(questions)
    ]


@pytest.mark.parametrize("unit", ["questions", "messages"])
def test_a_seed_draws_the_same_questions_in_whatever_order_they_come(unit: Unit) -> None:
    """Databases give rows in the order that suits them, and the sample is to be drawn again by whoever doubts it."""
    candidates = make_candidates(200, 50, messages=3)
    shuffled = random.Random(1).sample(candidates, len(candidates))

    assert sample_of(candidates, 7, unit, Goal(40)) == sample_of(shuffled, 7, unit, Goal(40))


def test_another_seed_draws_others() -> None:
    candidates = make_candidates(200)
    first, second = (sample_of(candidates, seed, "questions", Goal(20)) for seed in (1, 2))

    assert {one.candidate for one in first.drawn} != {one.candidate for one in second.drawn}


@pytest.mark.parametrize("unit", ["questions", "messages"])
@pytest.mark.parametrize("size", [1, 10, 137, 449, 450])
def test_as_many_are_drawn_as_were_asked_for(unit: Unit, size: int) -> None:
    sample = sample_of(make_candidates(300, 120, 30), 1, unit, Goal(size))

    assert len(sample.drawn) == size == sum(stratum.sampled for stratum in sample.strata)


def test_no_more_are_drawn_than_there_are() -> None:
    sample = sample_of(make_candidates(20, 3), 1, "messages", Goal(400))

    assert len(sample.drawn) == 23
    assert {one.weight for one in sample.drawn} == {1.0}
    assert sample.expected_margin == 0


def test_of_nothing_nothing_is_drawn() -> None:
    assert sample_of([], 1, "questions", Goal(10)).drawn == ()


@pytest.mark.thorough
def test_each_question_of_a_category_is_as_likely_as_the_others() -> None:
    """Over many seeds, which stand for the chance of one."""
    candidates = make_candidates(40)
    drawn = Counter(
        one.candidate for seed in range(2_000) for one in sample_of(candidates, seed, "questions", Goal(10)).drawn
    )

    # Each is drawn 500 times in the mean; four standard deviations are 77.
    assert len(drawn) == 40
    assert all(abs(times - 500) < 77 for times in drawn.values())


@pytest.mark.thorough
def test_by_messages_weights_add_up_to_the_messages_in_the_mean() -> None:
    """What inverse probabilities are for: the estimate of a total has no bias."""
    candidates = make_candidates(60)
    messages = sum(one.messages for one in candidates)
    totals = [
        sum(one.weight * one.candidate.messages for one in sample_of(candidates, seed, "messages", Goal(15)).drawn)
        for seed in range(1_000)
    ]

    assert sum(totals) / 1_000 == pytest.approx(messages, rel=0.01)


def test_by_messages_a_question_behind_which_most_of_them_stand_is_certain() -> None:
    candidates = [*make_candidates(50, messages=1), Candidate(DAY, text_hash("often"), 1_000, 1, "[]")]
    drawn = {one.candidate.text_hash: one.weight for one in sample_of(candidates, 3, "messages", Goal(10)).drawn}

    assert drawn[text_hash("often")] == 1


def test_small_categories_get_half_an_even_share() -> None:
    """In proportion they would get one or none, and nothing could be said of them."""
    assert allocate(100, {1: (10_000, 10_000), 2: (300, 300), 3: (5, 5)}) == {1: 79, 2: 16, 3: 5}


def test_a_margin_is_met_with_as_few_as_will_do() -> None:
    candidates = make_candidates(4_000, 1_000, 500)
    sample = sample_of(candidates, 1, "questions", Goal(margin=0.03))
    one_less = sample_of(candidates, 1, "questions", Goal(len(sample.drawn) - 1))

    assert sample.expected_margin <= 0.03 < one_less.expected_margin
    assert 330 < len(sample.drawn) < 400


def test_the_order_of_a_sample_says_nothing_of_messages() -> None:
    """Whoever stops half-way has judged a random half."""
    drawn = sample_of(make_candidates(2_000), 5, "messages", Goal(400)).drawn
    halves = [sum(one.candidate.messages for one in part) / 200 for part in (drawn[:200], drawn[200:])]

    assert halves[0] == pytest.approx(halves[1], rel=0.15)
