"""What runs have done, told together."""

from datetime import datetime

from keyword_assets.core.models.runs import DayTally, RunResult
from keyword_assets.core.models.usage import Usage
from keyword_assets_tests.builders import DAY, NEXT_DAY, make_coverage

BEGAN = datetime(2025, 6, 20)


def test_a_tally_counts_everything_that_needs_nothing_more() -> None:
    """The progress bar ends at the day's questions."""
    tally = DayTally(DAY, make_coverage(classified=5), processed=3, reused=2, failed=1, quarantined=1)

    assert tally.done == 9


def test_two_runs_are_told_as_one() -> None:
    """`complete` is a basic run and a missing one; its summary is of both."""
    basic = RunResult(
        BEGAN, processed=8, reused=1, skipped=5, failed=2, asked=9, usage=Usage(3), cost_krw=0.1, seconds=2
    )
    missing = RunResult(BEGAN, processed=2, reused=1, skipped=13, asked=2, usage=Usage(1), cost_krw=0.2, seconds=1)

    both = basic + missing

    assert both == RunResult(
        BEGAN, processed=10, reused=2, skipped=5, failed=0, asked=11, usage=Usage(4), cost_krw=0.3, seconds=3
    )


def test_what_the_second_run_did_not_try_again_stays_failed() -> None:
    """A quarantined question of the first run is not tried by the second."""
    both = RunResult(BEGAN, failed=3, quarantined=1) + RunResult(BEGAN, processed=2)

    assert (both.failed, both.quarantined) == (1, 1)
    assert (both.processed, both.reused, both.skipped, both.asked) == (2, 0, 0, 0)


def test_two_runs_used_what_both_used_on_each_day() -> None:
    """The summary of `complete` tells it by day."""
    basic = RunResult(BEGAN, model="HCX-007", by_day={NEXT_DAY: Usage(1), DAY: Usage(2)})

    both = basic + RunResult(BEGAN, by_day={DAY: Usage(4)})

    assert both.model == "HCX-007"
    assert list(both.by_day.items()) == [(DAY, Usage(6)), (NEXT_DAY, Usage(1))]


def test_the_reason_of_an_early_end_is_not_lost() -> None:
    """A limit that stopped the first run stopped the whole."""
    assert (RunResult(BEGAN, stopped="limit") + RunResult(BEGAN)).stopped == "limit"
