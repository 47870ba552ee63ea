"""What a file of corrections says, and which of its lines cannot be taken."""

import io

import pytest

from keyword_assets.core.errors import InputError
from keyword_assets.core.models.questions import Keyword
from keyword_assets.core.quality import corrections_file
from keyword_assets.core.quality.corrections_file import HEADER, Draft, drafts, read, written
from keyword_assets.core.questions import share_key
from keyword_assets_tests.builders import make_taxonomy

TAXONOMY = make_taxonomy()


def drafted(*lines: str, header: str = ",".join(HEADER)) -> tuple[list[Draft], list[tuple[int, str]]]:
    file = io.StringIO("".join(f"{line}\r\n" for line in (header, *lines)), newline="")
    said, refused = drafts(file, "file.csv", TAXONOMY, share_key)
    return said, [tuple(entry) for entry in refused]


def test_rows_of_the_same_text_are_its_answer_together() -> None:
    """In the order in which they stand, wherever they stand."""
    said, refused = drafted(
        '전학 절차,전학,"전학, 편입",첫 메모', "학폭 신고,학폭,학교폭력,", "전학  절차,절차,기타,둘째 메모"
    )

    assert refused == []
    assert said == [
        Draft(2, "전학 절차", (Keyword("전학", 2), Keyword("절차", 3)), "첫 메모\n둘째 메모"),
        Draft(3, "학폭 신고", (Keyword("학폭", 1),), ""),
    ]


def test_the_same_row_twice_is_one() -> None:
    said, refused = drafted("전학 절차,전학,기타,메모", "전학 절차, 전학 ,기타 ,메모")

    assert (said, refused) == ([Draft(2, "전학 절차", (Keyword("전학", 3),), "메모")], [])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("  ,전학,기타,", "질문이 비어 있음"),
        ("전학 절차,전학,전학편입,", "분류표에 없는 분류 '전학편입'. 가장 가까운 것: 전학, 편입"),
        ("전학 절차,전학,zzz,", "분류표에 없는 분류 'zzz'. 가장 가까운 것: 학교폭력 · 전학, 편입 · 기타"),
        ("전학 절차,=1+1,기타,", "=, +, -, @로 시작하는 키워드"),
        ("전학 절차,'@SUM(A1),기타,", "=, +, -, @로 시작하는 키워드"),
        ("전학 절차,,기타,", "빈 키워드"),
        (f"전학 절차,{'가' * 101},기타,", "100자를 넘는 키워드"),
        ("전학 절차,전\u202e학,기타,", "보이지 않거나"),
        (f"전학 절차,전학,기타,{'가' * 2001}", "메모가 2,000자를"),
        ("전학 절차,전학,기타", "칸이 4개가 아님"),
        ("전학 절차,전학,기타,,", "칸이 4개가 아님"),
        ('전학 "절차",전학,"기타"x,', "따옴표가 맞지 않음"),
    ],
)
def test_what_cannot_be_taken_is_told_by_its_line(line: str, reason: str) -> None:
    """And the others are taken all the same."""
    said, refused = drafted("학폭 신고,학폭,학교폭력,", line)

    assert [draft.text for draft in said] == ["학폭 신고"]
    assert [number for number, _ in refused] == [3]
    assert reason in refused[0][1]


def test_a_text_of_which_one_row_is_refused_is_not_taken_by_halves() -> None:
    said, refused = drafted("전학 절차,전학,기타,", "전학 절차,절차,없는 것,", "전학 절차,서류,기타,")

    assert (said, [line for line, _ in refused]) == ([], [3])


def test_more_than_three_keywords_are_refused_where_the_fourth_stands() -> None:
    said, refused = drafted(*(f"전학 절차,낱말{number},기타," for number in range(5)))

    assert said == []
    assert [line for line, _ in refused] == [5, 6]


def test_a_line_is_that_in_which_its_row_begins() -> None:
    """A text of several lines is one row."""
    said, refused = drafted('"전학\n절차",전학,기타,', "학폭,학폭,없는 것,", "", ",,,", "입학,입학,기타,")

    assert [draft.line for draft in said] == [2, 7]
    assert [line for line, _ in refused] == [4]


@pytest.mark.parametrize("header", ["", "text,keyword,category", "text;keyword;category;note", '"'])
def test_another_header_is_refused_at_once(header: str) -> None:
    with pytest.raises(InputError) as refusal:
        drafted(header=header)

    assert "text,keyword,category,note" in str(refusal.value)


def test_a_file_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it fills the memory."""
    monkeypatch.setattr(corrections_file, "MAX_ROWS", 3)
    monkeypatch.setattr(corrections_file, "MAX_TEXT_CHARS", 10)

    with pytest.raises(InputError):
        drafted(*["전학 절차,전학,기타,"] * 4)
    assert drafted(f"{'가' * 11},전학,기타,")[1] == [(2, "질문이 10자를 넘음")]


@pytest.mark.parametrize("value", ["=1+1", "'따옴표", "''", " +82", "\t전학", "전학 절차", "", "-", "＝1"])
def test_what_was_written_is_read_as_it_was(value: str) -> None:
    """And no spreadsheet runs it in between."""
    assert read(written(value)) == value
    assert not written(value).lstrip().startswith(("=", "+", "-", "@", "＝"))
