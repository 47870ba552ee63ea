"""The price list that the cost of a run is worked out from."""

from datetime import date
from pathlib import Path

import pytest

from keyword_assets.configuration.hcx_models import MODELS
from keyword_assets.configuration.prices import price_of
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.money import Price, cost_krw


@pytest.mark.parametrize("model", MODELS)
def test_every_model_that_can_be_set_has_a_price(model: str) -> None:
    """Otherwise its first run would end in an error after the money was spent."""
    price = price_of(model)

    assert 0 < price.input_per_1k < price.output_per_1k


def test_the_cost_is_prompt_and_completion_at_the_models_price() -> None:
    """Reserved tokens are charged against the quota, not against the purse."""
    usage = Usage(requests=1, prompt=2_000, completion=300, reserved=9_999)

    assert cost_krw(usage, price_of("HCX-007")) == 4.0


def test_the_packaged_prices_say_of_when_they_are() -> None:
    """A figure in a summary is worth no more than its date."""
    assert date(2025, 7, 1) <= price_of("HCX-007").as_of <= date.today()


def test_a_file_of_ones_own_takes_the_place_of_the_packaged_one(tmp_path: Path) -> None:
    """Contracts differ, and prices change between our releases."""
    file = tmp_path / "mine.yaml"
    file.write_text("as_of: 2026-01-01\nmodels:\n  HCX-007: {input_per_1k: 2, output_per_1k: 8.5}\n")

    assert price_of("HCX-007", file) == Price("HCX-007", 2, 8.5, date(2026, 1, 1))


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "models: [",
        "[]",
        "as_of: 2026-01-01",
        "as_of: 2026-01-01\nmodels: {HCX-005: {input_per_1k: 1, output_per_1k: 1}}",
        "as_of: 2026-01-01\nmodels: {HCX-007: {input_per_1k: 1}}",
        "as_of: 2026-01-01\nmodels: {HCX-007: {input_per_1k: 1, output_per_1k: -1}}",
        "as_of: 2026-01-01\nmodels: {HCX-007: {input_per_1k: cheap, output_per_1k: 1}}",
        "as_of: 2026-01-01\nmodels: {HCX-007: {input_per_1k: .nan, output_per_1k: 1}}",
        "as_of: 2026-01-01\nmodels: {HCX-007: {input_per_1k: .inf, output_per_1k: 1}}",
        "as_of: 2026-01-01\nmodels: {HCX-007: {input_per_1k: true, output_per_1k: 1}}",
        "as_of: lately\nmodels: {HCX-007: {input_per_1k: 1, output_per_1k: 1}}",
        "models: {HCX-007: {input_per_1k: 1, output_per_1k: 1}}",
    ],
)
def test_a_file_that_gives_no_price_is_named_with_its_setting(tmp_path: Path, text: str | None) -> None:
    """A bill of nothing, or of nonsense, would be believed."""
    file = tmp_path / "mine.yaml"
    if text is not None:
        file.write_text(text)

    with pytest.raises(InputError, match=r"mine\.yaml") as error:
        price_of("HCX-007", file)

    assert "HCX_PRICES" in str(error.value)
