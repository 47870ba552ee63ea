"""What HCX is, as one value."""

from pathlib import Path

import pytest

from keyword_assets.configuration.hcx import Hcx
from keyword_assets.configuration.hcx_models import MODELS
from keyword_assets.configuration.sources import Sources
from keyword_assets.core.errors import InputError

PRICES = "as_of: 2026-01-01\nmodels: {HCX-007: {input_per_1k: %s, output_per_1k: 8}}\n"


def test_a_price_list_is_read_once(tmp_path: Path) -> None:
    """A list that is edited during a run must not have it budget by one price and book by another."""
    (tmp_path / "prices.yaml").write_text(PRICES % 2, encoding="utf-8")
    hcx = Hcx.of(Sources.find({"HCX_PRICES": "prices.yaml"}, tmp_path))
    first = hcx.price

    (tmp_path / "prices.yaml").write_text(PRICES % 3, encoding="utf-8")

    assert hcx.price is first


def test_a_price_list_that_cannot_be_read_hinders_only_what_costs_money(tmp_path: Path) -> None:
    """Counting does not need it."""
    hcx = Hcx.of(Sources.find({"HCX_PRICES": "nowhere.yaml"}, tmp_path))

    assert hcx.limits.requests == 60
    with pytest.raises(InputError, match=r"nowhere\.yaml"):
        _ = hcx.price


@pytest.mark.parametrize("model", MODELS)
def test_sizes_are_bounded_by_what_is_published_of_the_model(tmp_path: Path, model: str) -> None:
    """Nobody repeats its context and output."""
    limits = Hcx.of(Sources.find({"HCX_MODEL": model, "HCX_BATCH_SIZE": "3"}, tmp_path)).size_limits

    facts = MODELS[model]
    assert (limits.context_tokens, limits.output_tokens) == (facts.context_tokens, facts.output_tokens)
    assert (limits.least_cap, limits.batch_size) == (facts.least_cap, 3)
