"""The models of HyperCLOVA X that can be chosen: a new one is one entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

# CLOVA Studio's price list as it was read on this day. NAVER may change it at any time and bills by its own.
PRICES_AS_OF = date(2026, 9, 19)
# The API takes no smaller output cap beside a function call.
_LEAST_CAP_WITH_TOOLS = 1024


class Api(Enum):
    """How a model is spoken to; see `hcx.wires`."""

    NATIVE = "CLOVA Studio's own API, v3"


@dataclass(frozen=True)
class ModelFacts:
    """What NAVER publishes about a model.

    Args:
        requests_per_minute: the quota of a test key.
        tokens_per_minute: the same; it counts the prompt and the output cap.
        context_tokens: the most in, the answer included.
        output_tokens: the most out.
        cap_name: the field of the output cap.
        thinks: whether it thinks unless it is told not to, which excludes structured outputs.
        structured: whether it answers in a schema of ours; the others do in the arguments of a function call.
        input_per_1k: KRW for a thousand tokens in, VAT excluded.
        output_per_1k: the same out.
        api: how it is spoken to.
        sees: whether it takes images, which is nothing to us, and refused by a service that is to be like HCX.
    """

    requests_per_minute: int
    tokens_per_minute: int
    context_tokens: int
    output_tokens: int
    cap_name: str
    thinks: bool
    structured: bool
    input_per_1k: float
    output_per_1k: float
    api: Api = Api.NATIVE
    sees: bool = False

    @property
    def least_cap(self) -> int:
        """The smallest output cap that the API takes in the form in which we ask this model."""
        return 0 if self.structured else _LEAST_CAP_WITH_TOOLS


# User guide of CLOVA Studio, pages on models and on rate limits (numbers dated 2025-07-17).
MODELS: Mapping[str, ModelFacts] = {
    "HCX-007": ModelFacts(
        requests_per_minute=60,
        tokens_per_minute=60_000,
        context_tokens=128_000,
        output_tokens=32_768,
        cap_name="maxCompletionTokens",
        thinks=True,
        structured=True,
        input_per_1k=1.25,
        output_per_1k=5.0,
    ),
    "HCX-005": ModelFacts(
        requests_per_minute=60,
        tokens_per_minute=60_000,
        context_tokens=128_000,
        output_tokens=4_096,
        cap_name="maxTokens",
        thinks=False,
        structured=False,
        input_per_1k=1.25,
        output_per_1k=5.0,
        sees=True,
    ),
    "HCX-DASH-002": ModelFacts(
        requests_per_minute=90,
        tokens_per_minute=80_000,
        context_tokens=32_000,
        output_tokens=4_096,
        cap_name="maxTokens",
        thinks=False,
        structured=False,
        input_per_1k=0.25,
        output_per_1k=1.0,
    ),
}
