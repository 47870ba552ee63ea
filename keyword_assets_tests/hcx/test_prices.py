"""The price list that the cost of a run is worked out from."""

import pytest

from keyword_assets.core.models import Usage
from keyword_assets.core.money import cost_krw
from keyword_assets.hcx.prices import price_of
from keyword_assets.settings import MODELS


@pytest.mark.parametrize("model", MODELS)
def test_every_model_that_can_be_set_has_a_price(model: str) -> None:
    """Otherwise its first run would end in an error after the money was spent."""
    price = price_of(model)

    assert 0 < price.input_per_1k < price.output_per_1k


def test_the_cost_is_prompt_and_completion_at_the_models_price() -> None:
    """Reserved tokens are charged against the quota, not against the purse."""
    usage = Usage(requests=1, prompt=2_000, completion=300, reserved=9_999)

    assert cost_krw(usage, price_of("HCX-007")) == 4.0
