"""What HCX is to this process: where, which model, on whose account, within which limits, at what price."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from keyword_assets.configuration import kinds
from keyword_assets.configuration.fields import Given, setting, values
from keyword_assets.configuration.hcx_models import MODELS, ModelFacts
from keyword_assets.configuration.prices import price_of
from keyword_assets.configuration.sources import Sources
from keyword_assets.core.classifying.sizing import SizeLimits
from keyword_assets.core.errors import InputError
from keyword_assets.core.money import Price
from keyword_assets.core.quota.limits import MAX_WAIT_SECONDS, Limits

# A day: whoever wants to wait longer for HCX had better run again.
MOST_WAIT_SECONDS = 86_400


def _model(given: Given) -> str:
    if given.text not in MODELS:
        raise InputError("settings.model", name=given.name, value=given.text, models=", ".join(MODELS))
    return given.text


@dataclass(frozen=True)
class Quota:
    """The settings that `Limits` are made of; what is not set is published for the model's test keys."""

    requests: int = setting("HCX_QPM", kinds.whole(least=1))
    tokens: int = setting("HCX_TPM", kinds.whole(least=1))
    window: float = setting("HCX_QUOTA_WINDOW_SECONDS", kinds.seconds, 60.0)


@dataclass(frozen=True, kw_only=True)
class Hcx:
    """Made once of the settings and handed down whole; neither key nor address is in its `repr`.

    Args:
        api_key: None as long as there is none; see `require_api_key`.
        limits: the quota; that of the model's test key where it is not set.
        timeout_seconds: for one request.
        max_retries: of a request that failed in a way that another may mend.
        max_wait_seconds: a run ends rather than wait longer for HCX.
        batch_size: a fixed number of questions in one request; None lets it be chosen.
        token_budget: the most tokens that a run may reserve; None for no limit.
        daily_budget_krw: the most KRW that all runs of a day may spend; None for no limit.
        prices: a list of the user's own; None for what NAVER publishes.
    """

    api_key: str | None = setting("HCX_API_KEY", kinds.key, None)
    base_url: str = setting(
        "HCX_BASE_URL", kinds.service(plain="KEYWORDS_ALLOW_PLAIN_HTTP"), "https://clovastudio.stream.ntruss.com"
    )
    model: str = setting("HCX_MODEL", _model, "HCX-007")
    limits: Limits
    timeout_seconds: float = setting("HCX_TIMEOUT_SECONDS", kinds.seconds, 60.0)
    max_retries: int = setting("HCX_MAX_RETRIES", kinds.whole(least=0), 6)
    max_wait_seconds: float = setting(
        "HCX_MAX_WAIT_SECONDS", kinds.whole(least=1, most=MOST_WAIT_SECONDS), MAX_WAIT_SECONDS
    )
    batch_size: int | None = setting("HCX_BATCH_SIZE", kinds.whole(least=1), None)
    token_budget: int | None = setting("HCX_TOKEN_BUDGET", kinds.whole(least=0), None)
    daily_budget_krw: float | None = setting("HCX_DAILY_BUDGET_KRW", kinds.amount, None)
    prices: Path | None = setting("HCX_PRICES", kinds.path, None)

    @classmethod
    def of(cls, sources: Sources) -> "Hcx":
        """What was given, completed by what is published about the model.

        Raises:
            InputError: a value cannot be what it should be; the message names the setting.
        """
        given, quota = values(cls, sources), values(Quota, sources)
        facts = MODELS[given.get("model", cls.model)]
        published = {"requests": facts.requests_per_minute, "tokens": facts.tokens_per_minute, "window": Quota.window}
        return cls(limits=Limits(**published | quota), **given)

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
