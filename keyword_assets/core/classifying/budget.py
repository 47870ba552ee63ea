"""What a run may spend: tokens reserved in all, and money on a calendar day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from keyword_assets.core.models.usage import Usage
from keyword_assets.core.money import Price, cost_krw
from keyword_assets.core.outcomes import Outcome
from keyword_assets.core.ports.model import BudgetReached


@dataclass
class Budget:
    """Says no before a request could pass a limit. One budget serves one run.

    Args:
        price: of the model.
        tokens: the most tokens that the run may reserve; None for no limit.
        krw_a_day: the most KRW that all runs together may spend on a calendar day; None for no limit.
        today: the calendar day now.
        spent_by_others: KRW that other runs have spent on a day, blocking; asked by `look`.
    """

    price: Price
    tokens: int | None = None
    krw_a_day: float | None = None
    today: Callable[[], date] = date.today
    spent_by_others: Callable[[date], float] = lambda day: 0.0

    _reserved: int = field(default=0, init=False)
    _spent: dict[date, float] = field(default_factory=dict, init=False)
    _at_stake: float = field(default=0.0, init=False)
    _others: tuple[date, float] = field(default=(date.min, 0.0), init=False)

    @property
    def must_look(self) -> bool:
        """Whether what others spend matters."""
        return self.krw_a_day is not None

    def look(self) -> None:
        """See what others have spent today; before each `reserve`, and not where blocking is forbidden."""
        if self.must_look:
            today = self.today()
            self._others = (today, self.spent_by_others(today))

    def reserve(self, prompt: int, cap: int) -> float:
        """Set aside what a request costs at most; returns it, for `settle`.

        Raises:
            BudgetReached: it would pass a limit.
        """
        if self.tokens is not None and self._reserved + prompt + cap > self.tokens:
            raise BudgetReached(Outcome.BUDGET)
        most = cost_krw(Usage(prompt=prompt, completion=cap), self.price)
        if self.krw_a_day is not None:
            today = self.today()
            day, others = self._others
            spent = self._spent.get(today, 0.0) + self._at_stake + (others if day == today else 0.0)
            if spent + most > self.krw_a_day:
                raise BudgetReached(Outcome.BUDGET_KRW)
        self._reserved += prompt + cap
        self._at_stake += most
        return most

    def settle(self, most: float, used: Usage) -> None:
        """The request that `most` was set aside for has come to its end, and used this."""
        today = self.today()
        self._at_stake -= most
        self._spent[today] = self._spent.get(today, 0.0) + cost_krw(used, self.price)
