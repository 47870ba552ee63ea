"""Files of golden questions: whatever a spreadsheet writes is read, and a wrong row is named."""

from collections.abc import Iterator

import pytest

from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core import texts
from keyword_assets.core.errors import InputError
from keyword_assets.core.quality.golden import GoldenQuestion, GoldenSet, read_golden
from keyword_assets.core.taxonomy import Shot


@pytest.fixture
def english() -> Iterator[None]:
    texts.use("en")
    yield
    texts.use("ko")


def read(content: str) -> GoldenSet:
    return read_golden(content.splitlines(keepends=True), "golden.csv")


def test_keywords_are_parted_by_semicolons_and_need_not_be_there() -> None:
    golden = read('text,category,keywords\n전학 절차,"전학, 편입",전학 절차; 서류 ;\n점수,기타,\n')

    assert golden.questions == (
        GoldenQuestion("전학 절차", "전학, 편입", ("전학 절차", "서류"), 2),
        GoldenQuestion("점수", "기타", (), 3),
    )


def test_columns_may_come_in_any_order_beside_others() -> None:
    assert read("note,category,text\n-,기타,점수\n").questions == (GoldenQuestion("점수", "기타", (), 2),)


def test_blank_lines_are_no_questions() -> None:
    assert len(read("text,category\n\n점수,기타\n,\n").questions) == 1


@pytest.mark.parametrize("content", ["", "text\n점수\n", "질문,분류\n점수,기타\n", '"text,category\n점수,기타\n'])
def test_another_header_is_refused(content: str) -> None:
    with pytest.raises(InputError) as refusal:
        read(content)

    assert refusal.value.key == "csv.header"


def test_a_file_without_questions_is_refused() -> None:
    with pytest.raises(InputError) as refusal:
        read("text,category\n")

    assert refusal.value.key == "golden.empty"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("점수", "line 3 has not as many columns as the first line"),
        ("점수,기타,더", "line 3 has not as many columns as the first line"),
        (" ,기타", "line 3 has no text"),
        ("점수, ", "line 3 has no category"),
        (" 전학  절차 ,기타", "line 3 says a text again"),
        ('"점수,기타', "line 3 quotes do not match"),
    ],
)
@pytest.mark.usefixtures("english")
def test_a_row_that_is_no_question_is_named(row: str, reason: str) -> None:
    with pytest.raises(InputError) as refusal:
        read(f"text,category\n전학 절차,기타\n{row}\n")

    assert reason in str(refusal.value)


@pytest.mark.usefixtures("english")
def test_all_faults_are_told_at_once_and_counted_where_they_are_many() -> None:
    with pytest.raises(InputError, match=r"line 6 has no category \(2 more\)"):
        read("text,category\n" + "".join(f"점수 {number},\n" for number in range(7)))


@pytest.mark.usefixtures("english")
def test_a_category_that_the_taxonomy_lacks_is_refused() -> None:
    golden = read("text,category\n점수,기타\n전학,이사\n")

    with pytest.raises(InputError, match="line 3 has a category that the taxonomy lacks"):
        golden.require_categories(load_taxonomy())


def test_the_set_is_another_when_a_text_or_its_category_is() -> None:
    one = read("text,category\n점수,기타\n전학,이사\n")

    assert one.identity == read("text,category\n전학,이사\n점수,기타\n").identity
    assert one.identity != read("text,category\n점수,기타\n전학,기타\n").identity


def test_what_a_model_is_shown_is_not_asked_and_the_set_stays_the_same() -> None:
    """Else the check that compares two classifiers would find no set that both have answered."""
    golden = read("text,category\n전학 절차,기타\n점수,기타\n")

    left = golden.without([Shot("전학  절차", (("전학", "기타"),)), Shot("급식", (("급식", "기타"),))])

    assert [question.text for question in left.questions] == ["점수"]
    assert [question.text for question in left.shown] == ["전학 절차"]
    assert left.identity == golden.identity


def test_a_set_that_is_shown_as_a_whole_is_none() -> None:
    with pytest.raises(InputError) as refusal:
        read("text,category\n점수,기타\n").without([Shot("점수", (("점수", "기타"),))])

    assert refusal.value.key == "golden.all_shown"
