"""What a run may spend."""

from collections import defaultdict
from datetime import date

import pytest

from keyword_assets.core.classifying.budget import Budget
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.ports.model import BudgetReached
from keyword_assets_tests.builders import DAY, NEXT_DAY, PRICE

# A token in costs a tenth of a won, one out a whole.


class Wallet:
    """A budget on a calendar that stands still unless told otherwise."""

    def __init__(self, tokens: int | None = None, krw: float | None = None) -> None:
        self.today = DAY
        self.others: dict[date, float] = defaultdict(float)
        self.budget = Budget(PRICE, tokens, krw, lambda: self.today, lambda day: self.others[day])

    def spend(self, prompt: int, cap: int, completion: int | None = None) -> None:
        """A request from beginning to end."""
        most = self.reserve(prompt, cap)
        self.budget.settle(most, Usage(prompt=prompt, completion=cap if completion is None else completion))

    def reserve(self, prompt: int, cap: int) -> float:
        """The beginning of a request."""
        self.budget.look()
        return self.budget.reserve(prompt, cap)

    def reached(self, prompt: int, cap: int) -> str | None:
        """Which limit a request would pass."""
        try:
            self.budget.settle(self.reserve(prompt, cap), Usage())
        except BudgetReached as reached:
            return reached.which
        return None


def test_without_limits_everything_may_be_spent() -> None:
    """Nobody is asked what others have spent either."""
    budget = Budget(PRICE, spent_by_others=lambda day: pytest.fail("asked for nothing"))

    budget.look()

    assert budget.reserve(10**9, 10**9) > 0


def test_tokens_are_counted_as_reserved() -> None:
    """Input and cap, as the quota counts them; an answer that is shorter gives nothing back."""
    wallet = Wallet(tokens=1_000)
    wallet.spend(400, 200, completion=1)

    assert wallet.reached(200, 201) == "budget"
    assert wallet.reached(200, 200) is None
    assert wallet.reached(1, 0) == "budget"


def test_money_is_counted_as_spent() -> None:
    """An answer that is shorter than its cap costs less than was set aside for it."""
    wallet = Wallet(krw=100)
    wallet.spend(100, 80, completion=10)

    assert wallet.reached(100, 71) == "budget_krw"
    assert wallet.reached(100, 70) is None


def test_money_at_stake_counts_until_it_is_settled() -> None:
    """Twenty requests in flight could pass the limit together."""
    wallet = Wallet(krw=100)
    most = wallet.reserve(100, 50)

    during = wallet.reached(100, 50)
    wallet.budget.settle(most, Usage(prompt=100, completion=5))

    assert (most, during, wallet.reached(100, 50)) == (60.0, "budget_krw", None)


def test_a_request_that_was_not_sent_gives_its_money_back() -> None:
    """It was interrupted, or never answered."""
    wallet = Wallet(krw=100)

    wallet.budget.settle(wallet.reserve(0, 100), Usage())

    assert wallet.reached(0, 100) is None


def test_what_others_spent_today_counts() -> None:
    """The limit is of the day, not of a run; others spend while we do."""
    wallet = Wallet(krw=100)
    wallet.spend(0, 40)
    before = wallet.reached(0, 60)
    wallet.others[DAY] = 1

    assert (before, wallet.reached(0, 60), wallet.reached(0, 59)) == (None, "budget_krw", None)


def test_a_new_day_has_a_new_budget() -> None:
    """A run may go on over midnight: yesterday's money is ours and others' no more."""
    wallet = Wallet(krw=100)
    wallet.spend(0, 60)
    wallet.others[DAY] = 40
    assert wallet.reached(0, 1) == "budget_krw"

    wallet.today = NEXT_DAY

    assert wallet.reached(0, 100) is None


def test_what_others_spend_after_midnight_counts_for_the_new_day() -> None:
    """And what we spent before midnight does not come back with it."""
    wallet = Wallet(krw=100)
    wallet.spend(0, 60)
    wallet.today = NEXT_DAY
    wallet.others[NEXT_DAY] = 30

    assert (wallet.reached(0, 71), wallet.reached(0, 70)) == ("budget_krw", None)


def test_a_request_over_midnight_is_paid_on_the_day_of_its_answer() -> None:
    """That is when it is noted; until then it is at stake on either day."""
    wallet = Wallet(krw=100)
    most = wallet.reserve(0, 60)
    wallet.today = NEXT_DAY
    at_stake = wallet.reached(0, 41)
    wallet.budget.settle(most, Usage(completion=50))

    assert (at_stake, wallet.reached(0, 51), wallet.reached(0, 50)) == ("budget_krw", "budget_krw", None)


def test_midnight_between_looking_and_reserving_leaves_yesterdays_money_behind() -> None:
    """What others spent yesterday is no part of today's."""
    wallet = Wallet(krw=100)
    wallet.others[DAY] = 100
    wallet.budget.look()
    wallet.today = NEXT_DAY

    assert wallet.budget.reserve(0, 100) == 100.0


@pytest.mark.parametrize(("limits", "which"), [({"tokens": 0}, "budget"), ({"krw": 0}, "budget_krw")])
def test_a_limit_of_nothing_lets_nothing_out(limits: dict[str, int], which: str) -> None:
    """It is not the same as no limit."""
    assert Wallet(**limits).reached(1, 1) == which
