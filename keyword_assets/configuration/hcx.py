"""What HCX is to this process: where, which model, on whose account, within which limits, at what price."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from keyword_assets.configuration.hcx_models import MODELS, ModelFacts
from keyword_assets.configuration.prices import price_of
from keyword_assets.core.classifying.sizing import SizeLimits
from keyword_assets.core.errors import InputError
from keyword_assets.core.money import Price
from keyword_assets.core.quota.limits import Limits


@dataclass(frozen=True)
class Hcx:
    """Made once of the settings and handed down whole; neither key nor address is in its `repr`.

    Args:
        api_key: None as long as there is none; see `require_api_key`.
        limits: the quota.
        timeout_seconds: for one request.
        max_retries: of a request that failed in a way that another may mend.
        max_wait_seconds: a run ends rather than wait longer for HCX.
        batch_size: a fixed number of questions in one request; None lets it be chosen.
        token_budget: the most tokens that a run may reserve; None for no limit.
        daily_budget_krw: the most KRW that all runs of a day may spend; None for no limit.
        prices: a list of the user's own; None for what NAVER publishes.
    """

    base_url: str = field(repr=False)
    model: str
    api_key: str | None = field(repr=False)
    limits: Limits
    timeout_seconds: float
    max_retries: int
    max_wait_seconds: float
    batch_size: int | None = None
    token_budget: int | None = None
    daily_budget_krw: float | None = None
    prices: Path | None = None

    @property
    def facts(self) -> ModelFacts:
        """What is published about the model."""
        return MODELS[self.model]

    @property
    def size_limits(self) -> SizeLimits:
        """What a request must fit into."""
        facts = self.facts
        return SizeLimits(self.limits, facts.context_tokens, facts.output_tokens, facts.least_cap, self.batch_size)

    @cached_property
    def price(self) -> Price:
        """Of the model, read when it is first wanted: what costs nothing needs no list.

        Raises:
            InputError: the list cannot be read, or lacks the model.
        """
        return price_of(self.model, self.prices)

    def require_api_key(self) -> str:
        """The key.

        Raises:
            InputError: it is not set.
        """
        if not self.api_key:
            raise InputError("settings.no_api_key")
        return self.api_key
