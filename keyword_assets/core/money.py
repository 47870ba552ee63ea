"""What tokens cost."""

from dataclasses import dataclass

from keyword_assets.core.models import Usage


@dataclass(frozen=True)
class Price:
    """KRW for a thousand tokens, VAT excluded."""

    input_per_1k: float
    output_per_1k: float


def cost_krw(usage: Usage, price: Price) -> float:
    """The price of prompt and completion tokens, in KRW to the second decimal; reserved tokens cost nothing."""
    return round((usage.prompt * price.input_per_1k + usage.completion * price.output_per_1k) / 1000, 2)
