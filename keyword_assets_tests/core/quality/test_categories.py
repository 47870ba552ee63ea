"""Under which category a question counts."""

import pytest

from keyword_assets.core.quality.categories import category_of


@pytest.mark.parametrize(("categories", "counts_as"), [([3, 4], 3), ([9, 4, 3], 4), ([9, 9], 9), ([4, 9], 4), ([9], 9)])
def test_a_question_counts_under_its_first_keyword_outside_the_catch_all(categories: list[int], counts_as: int) -> None:
    assert category_of(categories, catch_all=9) == counts_as
