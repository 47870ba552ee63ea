"""When two messages are the same question, and which ask nothing."""

import sys
import unicodedata
from itertools import pairwise

import pytest

from keyword_assets.core.questions import (
    BLANK_RANGES,
    PROMPT_CHARS,
    is_blank,
    prompt_text,
    share_key,
    shared_text,
    text_hash,
)

BLANK_CATEGORIES = {"Zs", "Zl", "Zp", "Cc", "Cf"}
NFC = "전학 절차"
NFD = unicodedata.normalize("NFD", NFC)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " ",
        "\u3000",
        "\u00a0",
        "\u2028",
        "\u2029",
        "\n\r\t\v\f",
        "\x00",
        "\x7f\x85",
        "\u200b\u200d\ufeff",
        "\u00ad",
        "\u202e",
        "\U000e0041",
        " \n\u200b\x00 ",
    ],
)
def test_a_message_that_shows_nothing_is_blank(text: str | None) -> None:
    """One kind for each category: space, line, paragraph, control, format."""
    assert is_blank(text)


@pytest.mark.parametrize(
    "text", [".", "0", "가", "\u3164", "\u2800", "\u0301", "\ufe0f", "\ue000", "😀", "\u200ba", "\ud800"]
)
def test_a_message_with_anything_else_is_a_question(text: str) -> None:
    """Letters that look empty, lone marks and private characters are for HCX to judge."""
    assert not is_blank(text)


def test_the_ranges_agree_with_unicode_at_every_code_point() -> None:
    """The databases get their patterns from them."""
    by_ranges = {point for low, high in BLANK_RANGES for point in range(low, high + 1)}

    by_unicode = {p for p in range(sys.maxunicode + 1) if unicodedata.category(chr(p)) in BLANK_CATEGORIES}
    # An older Python does not know all of them.
    unknown = {point for point in by_ranges if unicodedata.category(chr(point)) == "Cn"}
    assert by_ranges - unknown == by_unicode


def test_is_blank_agrees_with_the_ranges_at_every_code_point() -> None:
    """A pattern that is put together wrongly loses the ends of its ranges."""
    by_ranges = {point for low, high in BLANK_RANGES for point in range(low, high + 1)}

    wrong = [point for point in range(sys.maxunicode + 1) if is_blank(chr(point)) != (point in by_ranges)]

    assert wrong == []


def test_the_ranges_are_apart_and_in_order() -> None:
    """Two that touch would be one, and the tests of their ends would test less."""
    ranges = BLANK_RANGES

    assert all(low <= high for low, high in ranges)
    assert all(before[1] + 1 < after[0] for before, after in pairwise(ranges))


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        (NFD, NFC),
        ("  전학 절차\n", NFC),
        ("전학   절차", NFC),
        ("전학\n\t절차", NFC),
        ("전학\u3000\u00a0절차", NFC),
        ("\u200b전학 절차\ufeff", NFC),
        ("\u200b \x00전학 절차\x00 \u200b", NFC),
        ("전\u200b학", "전\u200b학"),
        ("A b", "A b"),
        ("", ""),
        (" \u200b ", ""),
        ("가", "가"),
    ],
)
def test_the_shared_form_has_no_outer_blanks_and_single_spaces(text: str, shared: str) -> None:
    """Texts share an answer only when HCX would see no difference."""
    assert shared_text(text) == shared


@pytest.mark.parametrize("text", [NFD, "  전학 절차", "전학\n절차", "전학 절차\u200b"])
def test_texts_that_differ_only_in_what_nobody_sees_share_an_answer(text: str) -> None:
    """Each answer is paid for once."""
    assert share_key(text) == share_key(NFC)


@pytest.mark.parametrize("text", ["전학절차", "전학 절차?", "전학 절차 a", "전학\u200b 절차"])
def test_texts_that_differ_otherwise_do_not_share_an_answer(text: str) -> None:
    """The wrong keywords would be shown."""
    assert share_key(text) != share_key(NFC)


def test_case_is_a_difference() -> None:
    """`IT` and `it` may mean two things."""
    assert share_key("IT") != share_key("it")


def test_the_shared_form_of_a_shared_form_is_itself() -> None:
    """Keys are computed from stored texts, too."""
    for text in (NFD, " a \u200b b ", "\u200b\u0301 x", "e\u0301  \u1100\u1161"):
        assert shared_text(shared_text(text)) == shared_text(text)


def test_the_hash_is_of_the_bytes_themselves() -> None:
    """It is what tells questions apart, so it must not normalize anything."""
    assert len({text_hash(text) for text in (NFC, NFD, NFC + " ", NFC.upper(), "a", "A")}) == 5


def test_a_lone_surrogate_has_a_hash() -> None:
    """SQLite can hold what UTF-8 cannot; a run must not end there."""
    assert len(text_hash("\ud800")) == 32


def test_a_text_within_the_limit_is_sent_whole() -> None:
    """Shortening is for pasted documents."""
    text = "가" * PROMPT_CHARS

    assert prompt_text(text) == text


@pytest.mark.parametrize("length", [PROMPT_CHARS + 1, PROMPT_CHARS + 2, 2 * PROMPT_CHARS, 100_000])
def test_a_longer_text_is_cut_to_exactly_the_limit(length: int) -> None:
    """The size of a request is reckoned from it."""
    assert len(prompt_text("가" * length)) == PROMPT_CHARS


def test_head_and_tail_of_a_long_text_are_kept() -> None:
    """The question stands before or after the story."""
    shortened = prompt_text("처음 질문? " + "이야기 " * 5_000 + "끝 질문?")

    assert shortened.startswith("처음 질문?")
    assert shortened.endswith("끝 질문?")
    assert " … " in shortened


def test_what_is_sent_is_the_shared_form() -> None:
    """All spellings of a text are answered by one request, so it must not matter which came first."""
    assert prompt_text(f"  {NFD}\n") == NFC


MANY = 1_000_000


@pytest.mark.parametrize(
    "text", [" " * MANY + "x", "x" + " " * MANY + "y", "x" + "\u200b" * MANY, " " * MANY], ids=["1", "2", "3", "4"]
)
def test_a_megabyte_of_blanks_is_no_trouble(text: str) -> None:
    """A pattern that goes back for each blank would take hours; this one would hang the suite."""
    assert len(prompt_text(text)) <= 3


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("전\u200b학 절차", "전학 절차"),
        ("전학\u202e차절", "전학차절"),
        ("전학\x1b[2J", "전학[2J"),
        ("안녕\U000e0069\U000e0067", "안녕"),
        ("전학\u3164절차", "전학 절차"),
        ("👨\u200d👩\u200d👧 가족", "👨\u200d👩\u200d👧 가족"),
        ("\u3164", ""),
    ],
    ids=ascii,
)
def test_what_nobody_sees_is_not_sent(text: str, sent: str) -> None:
    """A model would read orders in it, and repeat it in keywords."""
    assert prompt_text(text) == sent
