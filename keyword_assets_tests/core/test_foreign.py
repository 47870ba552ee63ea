"""Foreign text as it is shown: one line, nothing hidden, nothing obeyed."""

import sys
import unicodedata

import pytest

from keyword_assets.core.foreign import has_unseen, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("전학 절차가 어떻게 되나요?", "전학 절차가 어떻게 되나요?"),
        ("두\r\n줄\t과\u2028셋", "두 줄 과 셋"),
        ("\x1b[2J지움", "\\u001b[2J지움"),
        ("\x1b]0;제목\x07", "\\u001b]0;제목\\u0007"),
        ("\x9b31m", "\\u009b31m"),
        ("가\u202e나\u2066다", "가\\u202e나\\u2066다"),
        ("전\u200b학", "전\\u200b학"),
        ("널\x00", "널\\u0000"),
        ("채움\u3164문자", "채움\\u3164문자"),
        ("꼬리\U000e0041", "꼬리\\U000e0041"),
        ("반쪽\ud83d", "반쪽\\ud83d"),
        ("가족 👨\u200d👩\u200d👧 ❤️", "가족 👨\u200d👩\u200d👧 ❤️"),
        ("글\u200d자", "글\\u200d자"),
    ],
)
def test_what_cannot_be_seen_becomes_its_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_nothing_of_unicode_that_controls_or_hides_comes_through() -> None:
    shown = "".join(visible(f"가{chr(point)}나") for point in range(sys.maxunicode + 1))
    kinds = {unicodedata.category(char) for char in set(shown)}
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert {char for char in shown if unicodedata.category(char) == "Zs"} == {" "}


def test_a_long_text_is_cut_and_says_so() -> None:
    assert visible("가" * 30, 10) == "가" * 9 + "…"
    assert visible("가" * 10, 10) == "가" * 10
    assert visible("\x1b" * 1_000, 10) == "\\u001b\\u0…"
    assert len(visible(" " * 10_000 + "가", 10)) <= 10


def test_what_would_be_escaped_is_known() -> None:
    assert not has_unseen("전학 절차 👨\u200d👩\u200d👧")
    for char in "\x1b\u200b\u202e\x00\n\u3164":
        assert has_unseen(f"전학{char}절차")
