"""The price of each model, from the packaged file or one of the user's own."""

import math
from importlib import resources
from pathlib import Path
from typing import Any

from keyword_assets.core.errors import InputError
from keyword_assets.core.money import Price
from keyword_assets.sources import scrubbed
from keyword_assets.yaml_files import read_yaml


def price_of(model: str, file: Path | None = None) -> Price:
    """KRW for a thousand tokens of this model, with the date of the list.

    Args:
        model: the model's name.
        file: a file like `resources/prices.yaml`; None for that one.

    Raises:
        InputError: the file cannot be read, or has no price for this model.
    """
    source: Any = file or resources.files("keyword_assets") / "resources" / "prices.yaml"
    try:
        document = read_yaml(source)
        price = Price(model, **document["models"][model], as_of=document["as_of"])
        for amount in (price.input_per_1k, price.output_per_1k):
            if isinstance(amount, bool) or not 0 <= amount < math.inf:
                raise ValueError(f"{amount} is no price")
        price.as_of.isoformat()
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        reason = " ".join(scrubbed(f"{type(error).__name__} {error}").split())[:200]
        raise InputError("prices.unreadable", path=source, model=model, reason=reason) from error
    return price
