"""What tokens cost."""

from dataclasses import dataclass
from datetime import date

from keyword_assets.core.models.usage import Usage


@dataclass(frozen=True)
class Price:
    """What a model takes for a thousand tokens, in KRW, VAT excluded, as of a date."""

    model: str
    input_per_1k: float
    output_per_1k: float
    as_of: date


def cost_krw(usage: Usage, price: Price) -> float:
    """The price of prompt and completion tokens, in KRW to the fourth decimal; reserved tokens cost nothing."""
    return round((usage.prompt * price.input_per_1k + usage.completion * price.output_per_1k) / 1000, 4)
