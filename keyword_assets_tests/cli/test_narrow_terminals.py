"""What tables show where a terminal is no wider than most are."""

from datetime import date

import pytest

from keyword_assets.cli import render
from keyword_assets.core import texts
from keyword_assets.core.models.coverage import DayCoverage, WithoutDay
from keyword_assets.core.models.period import Period

DAYS = Period(date(2025, 6, 11), date(2025, 6, 12))
ROWS = [
    DayCoverage(day, messages=1_234_567, blank=321, questions=234_566, classified=134_567, quarantined=12)
    for day in DAYS.days()
]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_each_day_and_number_is_whole_in_eighty_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """A day that is cut to `2025-0…` is any day, and so is a number."""
    monkeypatch.setattr(render, "PIPE_WIDTH", 80)
    texts.use(language)

    render.print_coverage(DAYS, ROWS, WithoutDay(DAYS))
    shown = capsys.readouterr().out

    assert "…" not in shown
    for whole in ("2025-06-11", "2025-06-12", "1,234,567", "2,469,134", "134,567", "99,999", "57.3 %"):
        assert whole in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_where_there_is_less_room_nothing_is_cut_off(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on in the next line."""
    monkeypatch.setattr(render, "PIPE_WIDTH", 50)

    render.print_coverage(DAYS, ROWS, WithoutDay(DAYS))

    assert "…" not in capsys.readouterr().out
