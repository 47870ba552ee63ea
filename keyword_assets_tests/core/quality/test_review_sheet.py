"""What a row of a review workbook says."""

import unicodedata

import pytest

from keyword_assets.core.errors import InputError
from keyword_assets.core.models.questions import Answer, Keyword
from keyword_assets.core.quality.review_sheet import Given, Said, SheetRow, digest, in_one_cell, said
from keyword_assets_tests.builders import make_taxonomy

# 학교폭력 is 1, 전학, 편입 is 2, 기타 is 3.
TAXONOMY = make_taxonomy()
ANSWER = (Keyword("학폭", 1), Keyword("010-1234-5678 본인", 2))
GIVEN = [Given("학폭", "학교폭력"), Given("010-1234-5678 본인", "전학, 편입")]
SHOWN = ["학폭", "[전화번호] 본인"]


def says(verdict: str, categories: str = "", keywords: str = "", note: str = "", answer: Answer = ANSWER) -> Said:
    row = SheetRow(2, "1", "", in_one_cell(SHOWN[: len(answer)]), verdict, categories, keywords, note)
    return said(row, GIVEN[: len(answer)], answer, TAXONOMY, lambda text: "[전화번호]" in text)


@pytest.mark.parametrize(
    ("word", "verdict"),
    [
        ("맞음", "right"),
        (" 틀림\n", "wrong"),
        ("판단 불가", "unsure"),
        ("판단불가", "unsure"),
        (unicodedata.normalize("NFD", "판단 불가"), "unsure"),
        ("Right", "right"),
    ],
)
def test_a_verdict_is_understood_however_it_is_typed(word: str, verdict: str) -> None:
    assert says(word).verdict == verdict


@pytest.mark.parametrize(
    ("categories", "keywords", "right"),
    [
        ("", "", None),
        ("기타", "", (("학폭", 3), ("010-1234-5678 본인", 3))),
        ("전학, 편입; 기타", "", (("학폭", 2), ("010-1234-5678 본인", 3))),
        ("기타", "날씨", (("날씨", 3),)),
        ("전학, 편입；기타 ;", "편입 ;날씨", (("편입", 2), ("날씨", 3))),
        (unicodedata.normalize("NFD", "학교폭력"), unicodedata.normalize("NFD", "학폭"), (("학폭", 1),)),
        ("", "편입; [전화번호]  본인", (("편입", 1), ("010-1234-5678 본인", 2))),
        ("전학, 편입", "[전화번호] 본인", (("010-1234-5678 본인", 2),)),
    ],
)
def test_what_a_row_does_not_give_is_as_it_was(categories: str, keywords: str, right: Answer | None) -> None:
    """Also what was masked: nobody's number becomes a placeholder for good."""
    expected = None if right is None else tuple(Keyword(*pair) for pair in right)

    assert says("틀림", categories, keywords).right_answer == expected


def test_keywords_alone_have_the_one_category_that_was_given() -> None:
    """With several, only where there are as many keywords as before."""
    assert says("틀림", "", "편입; 날씨", answer=ANSWER[:1]).right_answer == (Keyword("편입", 1), Keyword("날씨", 1))

    given = [Given("학폭", "학교폭력"), Given("신고", "학교폭력")]
    row = SheetRow(2, "1", "", "학폭; 신고", "틀림", "", "편입; 날씨; 눈", "")

    right = said(row, given, tuple(Keyword(one.keyword, 1) for one in given), TAXONOMY, str.isspace).right_answer
    assert right == (Keyword("편입", 1), Keyword("날씨", 1), Keyword("눈", 1))


def test_a_keyword_that_holds_the_separator_is_whole_where_it_is_unchanged() -> None:
    row = SheetRow(2, "1", "", "가; 나", "틀림", "기타", "가; 나", "")

    assert said(row, [Given("가; 나", "학교폭력")], (Keyword("가; 나", 1),), TAXONOMY, bool) == Said(
        "wrong", (Keyword("가; 나", 3),), ""
    )


@pytest.mark.parametrize(
    ("categories", "right"),
    [
        ("전학; 편입", (2, 2, 2)),
        ("전학; 편입; 편입; 학교; 폭력; 신고", (2, 3, 1)),
        ("학교;폭력; 신고;전학;편입;기타", (1, 2, 4)),
    ],
)
def test_categories_may_hold_the_separator(categories: str, right: tuple[int, ...]) -> None:
    """Whoever named them knew nothing of workbooks."""
    given = [Given(word, "기타") for word in "가나다"]
    row = SheetRow(2, "1", "", "가; 나; 다", "틀림", categories, "", "")
    taxonomy = make_taxonomy(("학교; 폭력; 신고", "전학; 편입", "편입", "기타"))

    told = said(row, given, tuple(Keyword(one.keyword, 4) for one in given), taxonomy, bool)

    assert told.right_answer == tuple(Keyword(*pair) for pair in zip("가나다", right, strict=True))


def test_two_keywords_that_look_the_same_are_not_told_apart() -> None:
    """Else the number of one would be written in place of the other's."""
    given = [Given("010-1234-5678", "학교폭력"), Given("010-9876-5432", "학교폭력")]
    row = SheetRow(2, "1", "", "[전화번호]; [전화번호]", "틀림", "기타", "[전화번호]", "")

    with pytest.raises(InputError, match=r"\[전화번호\]"):
        said(row, given, tuple(Keyword(one.keyword, 1) for one in given), TAXONOMY, lambda text: "[전화번호]" in text)


def test_who_finds_it_right_may_say_what_it_is() -> None:
    assert says("맞음", "학교폭력; 전학, 편입", "학폭; [전화번호] 본인", "확인").right_answer is None


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (("", "기타"), "틀림을 씁니다"),
        (("", "", "", "메모"), "판정이 비어"),
        (("글쎄",), "'글쎄'"),
        (("맞음", "기타"), "판정은 '맞음'"),
        (("판단 불가", "", "날씨"), "판정은 '판단 불가'"),
        (("틀림", "학교폭력; 전학, 편입"), "지금 답과 같음"),
        (("틀림", "전학,편입"), "전학, 편입"),
        (("틀림", "기타; 기타; 학교폭력"), "키워드 2개에 분류 3개"),
        (("틀림", "", "날씨"), "키워드 1개에 분류 2개"),
        (("틀림", "", "가; 나; 다"), "키워드 3개에 분류 2개"),
        (("틀림", "기타", "가; 나; 다; 라"), "쓸 수 없는 답"),
        (("틀림", "기타", "가; ; 다"), "쓸 수 없는 답"),
        (("틀림", "기타", "=1+1"), "수식"),
        (("틀림", "기타", "[전화번호] 문의"), "[전화번호] 문의"),
        (("틀림", "", "", "가" * 2_001), "2,000"),
    ],
)
def test_a_wrong_answer_is_worse_than_a_gap(cells: tuple[str, ...], words: str) -> None:
    with pytest.raises(InputError) as told:
        says(*cells)

    assert words in str(told.value)


def test_a_cell_is_the_same_however_a_program_has_saved_it() -> None:
    assert digest("가\n 나 ", "다") == digest(unicodedata.normalize("NFD", "가 나"), "다") != digest("가", "나 다")
