"""Tokens and money: rules of a few lines each."""

from dataclasses import replace

import pytest

from keyword_assets.core.classifying.tokens import estimate_tokens
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.money import cost_krw
from keyword_assets_tests.builders import PRICE

# -- tokens -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("가", 1),
        ("가나다라", 3),
        ("abcdefghij", 3),
        ("12345", 3),
        (" " * 20, 3),
        ("😀😀", 2),
        ('{"":}', 3),
        ("·", 1),
    ],
)
def test_tokens_are_estimated_by_kind_of_character_and_rounded_up(text: str, tokens: int) -> None:
    """A request that costs more than was reserved breaks the quota."""
    assert estimate_tokens(text) == tokens


def test_a_longer_text_never_has_fewer_tokens() -> None:
    """Batches are filled by it."""
    text = "전학 abc 123 !? 😀 " * 5
    estimates = [estimate_tokens(text[:length]) for length in range(len(text))]

    assert estimates == sorted(estimates)


# -- money ------------------------------------------------------------------------------------------------------------


def test_a_cost_is_of_prompt_and_completion_at_their_own_prices() -> None:
    """The bill has two lines."""
    assert cost_krw(Usage(prompt=2_000, completion=1_500), PRICE) == 1_700.0


def test_what_is_only_reserved_costs_nothing() -> None:
    """The output cap counts against the quota, not on the bill."""
    assert cost_krw(Usage(requests=9, retries=9, reserved=1_000_000), PRICE) == 0.0


def test_a_cost_has_four_decimals() -> None:
    """A question costs hundredths of a won: rounded to less, the days of a run would not add up to its sum."""
    assert cost_krw(Usage(prompt=1, completion=1), replace(PRICE, input_per_1k=0.12345, output_per_1k=0.5)) == 0.0006
