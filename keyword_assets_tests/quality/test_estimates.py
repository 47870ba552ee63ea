"""What verdicts tell of a population."""

from itertools import product

import pytest
from scipy.stats import beta, betabinom

from keyword_assets.core.quality.audits import Estimate, Unit
from keyword_assets.quality.estimates import Item, estimate
from keyword_assets_tests.quality.simulated_audits import Key, Tally, tallies

UNITS: tuple[Unit, ...] = ("questions", "messages")


def items(right: int, wrong: int, weight: float = 100.0, mass: float = 1.0) -> list[Item]:
    """So many that are right and wrong."""
    return [Item(mass, weight, number < right) for number in range(right + wrong)]


def test_a_simple_sample_has_jeffreys_interval() -> None:
    """Of an almost endless population: nothing is added to what the library says."""
    told = estimate({1: 1e9}, {1: items(90, 10, weight=1e7)})
    low, high = beta.interval(0.95, 90.5, 10.5)

    assert (told.n, told.accuracy) == (100, 0.9)
    assert (told.low, told.high) == pytest.approx((low, high), abs=1e-6)


def test_a_sample_that_is_most_of_a_population_leaves_only_the_rest_open() -> None:
    """The finite-population correction, exactly: 40 of 50 were seen and are right."""
    told = estimate({1: 50}, {1: items(40, 0, weight=1.25)})

    assert told == Estimate(40, 1.0, (40 + betabinom.ppf(0.025, 10, 40.5, 0.5)) / 50, 1.0)


def test_what_was_judged_as_a_whole_is_known() -> None:
    assert estimate({1: 50, 2: 10}, {1: items(45, 5, weight=1), 2: items(10, 0, weight=1)}) == Estimate(
        60, 55 / 60, 55 / 60, 55 / 60
    )


def test_nothing_judged_tells_nothing() -> None:
    assert estimate({1: 50}, {}) == Estimate(0, None, 0.0, 1.0)


def test_categories_weigh_as_they_do_in_the_population() -> None:
    """As many of the small one were judged as of the large one."""
    told = estimate({1: 9_000, 2: 1_000}, {1: items(45, 5, weight=180), 2: items(25, 25, weight=20)})

    assert told.accuracy == pytest.approx(0.9 * 0.9 + 0.1 * 0.5)


def test_skipped_ones_are_represented_by_those_of_their_category() -> None:
    """Of the second category only half was judged; it weighs as much as if all had been."""
    told = estimate({1: 5_000, 2: 5_000}, {1: items(50, 0), 2: items(15, 10)})

    assert told.accuracy == pytest.approx(0.5 * 1 + 0.5 * 0.6)


def test_a_certain_question_stands_for_itself_alone() -> None:
    """A thousand messages behind one wrong answer, and as many behind those of which ten were drawn."""
    told = estimate({1: 2_000}, {1: [Item(1_000, 1.0, False), *items(10, 0, weight=20, mass=5)]})

    assert told.accuracy == pytest.approx(0.5)
    assert told.high == pytest.approx(0.5)


def test_what_was_asked_often_does_not_answer_for_what_was_asked_once() -> None:
    """All errors that were found are of questions that were almost certain to be drawn, which leave next to nothing
    open. Of the many that were asked once twenty are right: one of ten of those that were not seen may be wrong."""
    often, once = [Item(95, 100 / 95, number >= 2) for number in range(60)], items(20, 0, weight=100)
    told = estimate({1: 8_000}, {1: [*often, *once]})
    seen, seen_right = 60 * 95 + 20, 58 * 95 + 20

    assert told.accuracy == pytest.approx(78 / 80)
    assert told.low <= (seen_right + 0.9 * (8_000 - seen)) / 8_000


@pytest.mark.parametrize(("right", "wrong"), [(1, 0), (0, 1), (1, 1), (30, 0), (0, 30), (29, 1)])
def test_an_interval_holds_its_estimate_and_lies_between_nothing_and_all(right: int, wrong: int) -> None:
    told = estimate({1: 1_000}, {1: items(right, wrong)})

    assert told.accuracy is not None
    assert 0 <= told.low <= told.accuracy <= told.high <= 1
    assert told.low < told.high


@pytest.fixture(scope="module")
def found() -> dict[Key, Tally]:
    """Of sixty audits by questions and as many by messages; the program that makes it has been run with thousands."""
    return tallies(60, 450)


@pytest.mark.thorough
@pytest.mark.parametrize("what", ["whole", "categories"])
def test_intervals_hold_the_truth_as_often_as_they_promise(found: dict[Key, Tally], what: str) -> None:
    """By questions and by messages, of categories and of keywords; `categories` are those with thirty verdicts."""
    told = [found[unit, name, what] for unit, name in product(UNITS, ("category", "keywords"))]

    assert 0.93 <= sum(tally.held for tally in told) / sum(tally.intervals for tally in told) <= 0.97


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["category", "keywords"])
@pytest.mark.parametrize("unit", UNITS)
def test_estimates_are_not_off_in_the_mean(found: dict[Key, Tally], unit: Unit, name: str) -> None:
    """The mean of sixty is off by an eighth of an interval at most, or somebody weighs wrongly."""
    tally = found[unit, name, "whole"]

    assert abs(tally.error) < tally.width / 8
