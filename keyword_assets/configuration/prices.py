"""The price of each model, as published or from a file of the user's own."""

import math
from pathlib import Path

from keyword_assets.configuration.hcx_models import MODELS, PRICES_AS_OF
from keyword_assets.configuration.sources import scrubbed
from keyword_assets.configuration.yaml_files import read_yaml
from keyword_assets.core.errors import InputError
from keyword_assets.core.money import Price


def price_of(model: str, file: Path | None = None) -> Price:
    """KRW for a thousand tokens of this model, with the date of the list.

    Args:
        model: the model's name.
        file: YAML, `as_of: 2026-09-19` and `models: {HCX-007: {input_per_1k: 1.25, output_per_1k: 5}}`; None for what
            NAVER publishes.

    Raises:
        InputError: the file cannot be read, or has no price for this model.
    """
    if file is None:
        facts = MODELS[model]
        return Price(model, facts.input_per_1k, facts.output_per_1k, PRICES_AS_OF)
    try:
        document = read_yaml(file)
        price = Price(model, **document["models"][model], as_of=document["as_of"])
        for amount in (price.input_per_1k, price.output_per_1k):
            if isinstance(amount, bool) or not 0 <= amount < math.inf:
                raise ValueError(f"{amount} is no price")
        price.as_of.isoformat()
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        reason = " ".join(scrubbed(f"{type(error).__name__} {error}").split())[:200]
        raise InputError("prices.unreadable", path=file, model=model, reason=reason) from error
    return price
