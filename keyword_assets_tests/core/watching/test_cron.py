"""When a schedule ticks next."""

from datetime import datetime

import pytest

from keyword_assets.core.watching.cron import next_tick

# A Friday.
NOW = datetime(2025, 6, 20, 9, 30, 15)


@pytest.mark.parametrize(
    ("cron", "tick"),
    [
        ("10 1 * * *", datetime(2025, 6, 21, 1, 10)),
        ("31 9 * * *", datetime(2025, 6, 20, 9, 31)),
        # The minute that has begun is over for a schedule.
        ("30 9 * * *", datetime(2025, 6, 21, 9, 30)),
        ("0 7 * * 1", datetime(2025, 6, 23, 7, 0)),
        ("30 4 * * 0", datetime(2025, 6, 22, 4, 30)),
        ("0 9 * * 5", datetime(2025, 6, 27, 9, 0)),
    ],
)
def test_the_next_tick_of_our_schedules_is_known(cron: str, tick: datetime) -> None:
    """Daily, and on one weekday, which cron counts from Sunday."""
    assert next_tick(cron, NOW) == tick


@pytest.mark.parametrize("cron", ["*/5 * * * *", "0 1 1 * *", "0 25 * * *", "0 1 * * 1-5", "", "@daily"])
def test_of_other_lines_nothing_is_claimed(cron: str) -> None:
    """Whoever shows it shows the line."""
    assert next_tick(cron, NOW) is None
