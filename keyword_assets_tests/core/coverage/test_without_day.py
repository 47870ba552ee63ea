"""What is told of messages without a day: the kinds there are, and nothing of a text that should not be seen."""

import pytest

from keyword_assets.core import texts
from keyword_assets.core.coverage.without_day import MOST_COUNTED, examples, kinds, showable, told
from keyword_assets.core.models.coverage import WithoutDay
from keyword_assets.privacy import mask
from keyword_assets_tests.builders import BOTH_DAYS


@pytest.fixture(autouse=True)
def _korean() -> None:
    texts.use("ko")


def test_only_the_kinds_there_are_are_named() -> None:
    """With the days that they lie outside of, which are a matter of settings."""
    found = WithoutDay(BOTH_DAYS, no_date=1, impossible=2_000, before=3, after=4)

    assert told(found).startswith("어느 날에도 들지 않는 메시지 2,008개")
    assert kinds(found) == (
        "날짜 없음 1, 달력에 없는 날짜 2,000, 첫 날(2025-06-11) 이전 3, 마지막 날(2025-06-12) 이후 4"
    )
    assert kinds(WithoutDay(BOTH_DAYS, after=4)) == "마지막 날(2025-06-12) 이후 4"


def test_a_count_that_was_not_finished_is_not_told_as_the_whole() -> None:
    """A million is a number like another, and there may be ten."""
    found = WithoutDay(BOTH_DAYS, before=MOST_COUNTED, more=True)

    assert kinds(found) == "첫 날(2025-06-11) 이전 1,000,000 (각각 1,000,000개까지만 셈)"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("제 번호는 010-1234-5678 입니다", "예: NULL 제 번호는 [전화번호] 입니다"),
        ("첫 줄\r\n둘째\t줄\x1b[2J\x07", "예: NULL 첫 줄 둘째 줄\\u001b[2J\\u0007"),
        ("\u202e거꾸로\u200b 숨은", "예: NULL \\u202e거꾸로\\u200b 숨은"),
        ("가" * 1_000, f"예: NULL {'가' * 59}…"),
        (None, "예: NULL "),
    ],
)
def test_an_example_is_one_harmless_line(text: str | None, line: str) -> None:
    """It is somebody's text, in a terminal, a log or a mail."""
    found = showable(WithoutDay(BOTH_DAYS, no_date=1, examples=((None, text),)), mask)

    assert examples(found) == [line]


def test_the_time_is_as_harmless_as_the_text() -> None:
    """In SQLite it is whatever somebody wrote."""
    found = showable(WithoutDay(BOTH_DAYS, impossible=1, examples=(("언젠가\n\x1b[31m" + "!" * 99, "물음"),)), mask)

    assert found.examples == (("언젠가 \\u001b[31m" + "!" * 45 + "…", "물음"),)
