"""What requests use, added and laid on days."""

from datetime import timedelta

import pytest

from keyword_assets.core.models.usage import Usage
from keyword_assets_tests.builders import DAY


def test_usage_is_added_and_subtracted_field_by_field() -> None:
    """What one run used is what was used after it less what was used before."""
    before, later = Usage(1, 2, 3, 4, 5, 6), Usage(10, 20, 30, 40, 50, 60)

    assert (before + later, later - before) == (Usage(11, 22, 33, 44, 55, 66), Usage(9, 18, 27, 36, 45, 54))


@pytest.mark.parametrize("weights", [[1], [10], [1, 9], [5, 5], [3, 3, 3], [1, 2, 3, 4], [7, 1, 1]])
@pytest.mark.parametrize("whole", [Usage(1, 2, 1, 613, 87, 811), Usage(1), Usage(), Usage(prompt=1, completion=2)])
def test_usage_laid_on_days_adds_up_to_the_whole(weights: list[int], whole: Usage) -> None:
    """Ten requests rounded down each would lose a question's price."""
    by_day = {DAY + timedelta(days=number): weight for number, weight in enumerate(weights)}

    parts = whole.shared(by_day)

    assert sum(parts.values(), Usage()) == whole
    assert set(parts) == set(by_day)
    assert all(abs(part.prompt - whole.prompt * by_day[day] / sum(weights)) <= 1 for day, part in parts.items())
    heaviest = max(parts, key=lambda day: (by_day[day], day))
    assert [day for day, part in parts.items() if part.requests] == ([heaviest] if whole.requests else [])
