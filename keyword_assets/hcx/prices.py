"""The price of each model, from the packaged file."""

from importlib import resources

import yaml

from keyword_assets.core.money import Price


def price_of(model: str) -> Price:
    """KRW for a thousand tokens of this model, as of the date in `resources/prices.yaml`."""
    text = (resources.files("keyword_assets") / "resources" / "prices.yaml").read_text(encoding="utf-8")
    return Price(**yaml.safe_load(text)["models"][model])
