"""`review export` and `review import`: out to a workbook, edited by other programs, and back."""

import stat
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from keyword_assets import privacy
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.classifying.answers import stored_form
from keyword_assets.core.models.questions import Answer, Keyword, Question
from keyword_assets.core.quality.review_sheet import COLUMNS
from keyword_assets.core.quality.reviewing import Doubtful, ReviewItem
from keyword_assets.core.questions import share_key
from keyword_assets.core.texts import TEXTS
from keyword_assets.sql.opening import open_store
from keyword_assets.sql.quality.doubtful import offer
from keyword_assets.sql.quality.judging import Judging
from keyword_assets.sql.quality.review_items import ReviewItems
from keyword_assets_tests.cli.conftest import CommandLine, Outcome
from keyword_assets_tests.world import DAY, NEXT_DAY, TODAY, Chats, contents, execute, keyword_rows

# What the model has said; 기타 is the category 11.
SAID: dict[str, Answer] = {
    "전학 절차 알려 주세요": (Keyword("전학 절차", 5),),
    "010-1234-5678로 전화 주세요": (Keyword("010-1234-5678 전화", 9), Keyword("요청", 11)),
    "=HYPERLINK(1) 열어 줘": (Keyword("링크", 11),),
    "학폭\u202e 신고\x01 어디서": (Keyword("학폭 신고", 1),),
    "가" * 40_000: (Keyword("가", 11),),
}
TEXTS_ASKED = list(SAID)
TRANSFER, CALL, LINK, REPORT, LONG = range(2, 7)
"""The rows of these texts."""

SAVED_BY_LIBREOFFICE = Path(__file__).with_name("saved_by_libreoffice.xlsx")

Edits = Mapping[tuple[int, str], object]


def queue(said: Mapping[str, Answer] = SAID) -> None:
    """Texts that were asked on two days, answered, and are on the doubtful list in this order."""
    settings = Settings.from_env()
    days = (date.fromisoformat(DAY), date.fromisoformat(NEXT_DAY))
    with open_store(settings) as store:
        store.sync_categories(load_taxonomy(settings.taxonomy))
        answers = [(Question(day, text, 1), answer) for text, answer in said.items() for day in days]
        learned = {share_key(text): answer for text, answer in said.items()}
        store.save(answers, learned=learned, version="", batch_created_at=TODAY)
        places = enumerate(said.items())
        doubtful = [Doubtful(days[0], text, 1, stored_form(one), 1 - place / 10, "") for place, (text, one) in places]
        offer(store.engine, store.tables, doubtful, privacy.sent(settings.mask))


@pytest.fixture
def queued(chats: Chats) -> None:
    """The list."""
    for day in (DAY, NEXT_DAY):
        chats.add(*SAID, day=day)
    queue()


@pytest.fixture
def file(cli: CommandLine, queued: None, tmp_path: Path) -> Path:
    """The list as a workbook."""
    path = tmp_path / "review.xlsx"
    assert cli("review", "export", str(path), "--doubtful", "100").code == 0
    return path


def edited(path: Path, edits: Edits, change: Callable[[Any], object] = id) -> Path:
    """The workbook as another library saves it, with cells filled in by row and column."""
    book = openpyxl.load_workbook(path)
    for (row, column), value in edits.items():
        book["검토"].cell(row, COLUMNS.index(column) + 1).value = value  # type: ignore[union-attr]
    change(book)
    book.save(path)
    return path


def taken(cli: CommandLine, path: Path, reviewer: str = "김", lang: str = "ko") -> Outcome:
    return cli("review", "import", str(path), "--reviewer", reviewer, "--json", "--lang", lang)


def counted(told: Outcome) -> tuple[int, int, int]:
    document = told.document
    return document["taken"], document["unchanged"], len(document["refused"])


def refusals(told: Outcome) -> dict[int, str]:
    return {entry["row"]: entry["reason"] for entry in told.document["refused"]}


def said(text: str) -> set[tuple[str, int]]:
    return {(row["keyword"], row["category_id"]) for row in keyword_rows() if row["query_text"] == text}


def items() -> list[ReviewItem]:
    settings = Settings.from_env()
    with open_store(settings) as store:
        return ReviewItems(store.engine, store.tables).all(None)


def corrected_by_another(text: str, answer: Answer) -> None:
    with open_store(Settings.from_env()) as store:
        assert store.people.correct(text, answer, "이").outcome == "taken"


# -- out --------------------------------------------------------------------------------------------------------------


def test_a_row_shows_an_answer_and_nothing_in_it_does_anything(file: Path) -> None:
    book = openpyxl.load_workbook(file)
    sheet: Any = book["검토"]
    header, *rows = sheet.iter_rows()

    assert [cell.value for cell in header] == list(COLUMNS)
    assert [row[0].value for row in rows] == [1, 2, 3, 4, 5]
    assert {row[1].value.date().isoformat() for row in rows} == {DAY}
    assert [cell.value for cell in rows[1][2:6]] == [
        "[전화번호]로 전화 주세요",
        1,
        "[전화번호] 전화; 요청",
        "제 증명 관련; 기타",
    ]
    assert [row[2].data_type for row in rows] == ["s"] * 5
    assert rows[2][2].value.startswith("=HYPERLINK")
    assert rows[3][2].value == r"학폭\u202e 신고\u0001 어디서"
    assert len(rows[4][2].value) == 32_767
    assert rows[4][2].value.endswith("가…")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_only_what_a_reviewer_says_can_be_written_and_is_chosen_from_lists(file: Path) -> None:
    """A list of categories in the rule itself would be cut at their commas."""
    book = openpyxl.load_workbook(file)
    sheet: Any = book["검토"]
    verdicts, categories = sheet.data_validations.dataValidation
    names = [cell.value for (cell,) in book["_categories"].iter_rows()]  # type: ignore[union-attr]

    assert [sheet.sheet_state for sheet in book] == ["visible", "visible", "veryHidden", "hidden"]
    assert book.sheetnames[:2] == ["안내", "검토"]
    assert sheet.protection.sheet
    assert [cell.protection.locked for cell in sheet[2]] == [True] * 6 + [False] * 4
    assert (verdicts.formula1, verdicts.errorStyle) == ('"맞음,틀림,판단 불가"', None)
    assert (categories.formula1, categories.errorStyle) == ("_categories!$A$1:$A$11", "information")
    assert names == list(load_taxonomy().names)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:J6")


def test_the_first_sheet_says_what_to_do_in_the_language_that_was_asked_for(
    cli: CommandLine, queued: None, tmp_path: Path
) -> None:
    """The words to be written are Korean in both, and it does not matter in which it is imported."""
    path = tmp_path / "review.xlsx"
    told = cli("review", "export", str(path), "--doubtful", "2", "--json", "--lang", "en")
    first, second, *_ = openpyxl.load_workbook(path)
    words = " ".join(str(cell.value) for row in first for cell in row)

    assert told.document == {"file": str(path), "audit": None, "items": 2, "left_out": 0}
    assert first.title == TEXTS["sheet.guide"][1]
    assert "Doubtful list" in words
    assert "틀림: one of them is not" in words
    assert second.max_row == 3

    masked = second["E3"].value.replace("; 요청", "; 상담")  # type: ignore[union-attr]
    assert masked.startswith("[")
    assert counted(taken(cli, edited(path, {(CALL, "판정"): "틀림", (CALL, "올바른 키워드"): masked}), lang="ko")) == (
        1,
        0,
        0,
    )
    assert said(TEXTS_ASKED[1]) == {("010-1234-5678 전화", 9), ("상담", 11)}


def test_the_newest_audit_with_something_left_is_written(cli: CommandLine, queued: None, tmp_path: Path) -> None:
    for size in ("3", "2"):
        assert cli("audit", "draw", DAY, NEXT_DAY, "--size", size, "--seed", "1").code == 0
    path = tmp_path / "review.xlsx"
    export = ("review", "export", str(path), "--overwrite", "--json")

    first = cli(*export).document
    judged = counted(taken(cli, edited(path, {(2, "판정"): "맞음", (3, "판정"): "맞음"})))
    second = cli(*export).document
    judged_too = counted(taken(cli, edited(path, {(2, "판정"): "판단 불가"})))

    assert (first["audit"], first["items"], judged) == (2, 2, (2, 0, 0))
    assert (second["audit"], second["items"], judged_too) == (1, 3, (1, 0, 0))
    assert (cli(*export).document["items"], cli(*export).document["left_out"]) == (2, 1)
    assert "감사 2" in cli(*export, "--audit", "2").complaint


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--audit", "1", "--doubtful", "5"), "--doubtful"),
        (("--audit", "7"), "7"),
        ((), "audit draw"),
    ],
)
def test_what_is_not_there_is_not_written(
    cli: CommandLine, chats: Chats, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    chats.add("전학")
    told = cli("review", "export", str(tmp_path / "review.xlsx"), *options)

    assert told.code == 2
    assert words in told.complaint
    assert not list(tmp_path.glob("*.xlsx"))


@pytest.mark.parametrize("name", ["review.csv", "review"])
def test_a_workbook_is_called_one(cli: CommandLine, queued: None, tmp_path: Path, name: str) -> None:
    """Under another name Excel does not open it."""
    told = cli("review", "export", str(tmp_path / name), "--doubtful", "5")

    assert (told.code, list(tmp_path.glob("review*"))) == (2, [])
    assert ".xlsx" in told.complaint


def test_a_file_that_is_there_is_replaced_only_where_that_is_said(cli: CommandLine, file: Path) -> None:
    assert cli("review", "export", str(file), "--doubtful", "1").code == 2
    assert cli("review", "export", str(file), "--doubtful", "1", "--overwrite").code == 0
    assert cli("review", "export", str(file.parent / "none" / "a.xlsx"), "--doubtful", "1").code == 2


# -- back -------------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "mariadb"])
def on_both(request: pytest.FixtureRequest) -> None:
    """The same on both kinds of database."""
    if request.param == "mariadb":
        request.getfixturevalue("on_mysql")


def test_what_was_said_is_taken_once_and_told_row_by_row(cli: CommandLine, on_both: None, file: Path) -> None:
    """On all days; the second of two people is told who was first."""
    edited(
        file,
        {
            (TRANSFER, "판정"): "맞음",
            (CALL, "판정"): "틀림",
            (CALL, "올바른 분류"): "전학, 편입; 기타",
            (CALL, "메모"): "전학 문의",
            (LINK, "판정"): "판단불가",
            (REPORT, "판정"): "모름",
        },
    )
    first = taken(cli, file)
    before = contents()
    again, other = taken(cli, file), taken(cli, file, "이")

    assert (first.code, counted(first)) == (3, (3, 0, 1))
    assert refusals(first) == {REPORT: "판정 '모름'은(는) 맞음, 틀림, 판단 불가 가운데 없음"}
    assert [(item.verdict, item.reviewer) for item in items()] == [
        ("right", "김"),
        ("wrong", "김"),
        ("unsure", "김"),
        (None, None),
        (None, None),
    ]
    assert said(TEXTS_ASKED[1]) == {("010-1234-5678 전화", 5), ("요청", 11)}
    assert len([row for row in keyword_rows() if row["query_text"] == TEXTS_ASKED[1]]) == 4
    assert (again.code, counted(again)) == (2, (0, 3, 1))
    assert (other.code, counted(other)) == (2, (0, 0, 4))
    assert "김이(가) 이미 '틀림'(으)로 판정함" in refusals(other)[CALL]
    assert contents() == before


def test_people_read_each_row_that_was_refused(cli: CommandLine, file: Path) -> None:
    told = cli("review", "import", str(edited(file, {(CALL, "판정"): "모름"})), "--reviewer", "김", "--lang", "en")

    assert (told.code, told.out) == (2, "")
    assert "review.xlsx, row 3: the verdict '모름' is none of" in told.err


def test_what_libreoffice_has_saved_is_taken(cli: CommandLine, file: Path) -> None:
    """The same workbook, opened and filled in there: what it was made from stands above."""
    told = taken(cli, SAVED_BY_LIBREOFFICE)

    assert (told.code, counted(told)) == (0, (4, 0, 0))
    assert [item.verdict for item in items()] == ["right", "wrong", "unsure", None, "wrong"]
    assert [item.note for item in items()][1] == "두 줄로\n쓴 메모"
    assert said(TEXTS_ASKED[1]) == {("010-1234-5678 전화", 5), ("119", 11)}


def test_an_answer_that_has_changed_since_is_shown_and_not_overwritten(cli: CommandLine, file: Path) -> None:
    """Classified anew, corrected by another, or judged by another; each exported anew can be judged."""
    everything: Edits = {(row, "판정"): "틀림" for row in range(2, 6)} | {
        (row, "올바른 분류"): "정보공개" for row in range(2, 6)
    }
    execute(f"UPDATE admin_chat_keywords SET category_id = 7 WHERE query_text = '{TEXTS_ASKED[0]}'")
    corrected_by_another(TEXTS_ASKED[1], (Keyword("전화", 11),))
    edited(file, {(LINK, "판정"): "맞음"})
    assert counted(taken(cli, file, "이")) == (1, 0, 0)

    told = taken(cli, edited(file, everything))

    assert (told.code, counted(told)) == (3, (1, 0, 3))
    assert refusals(told)[TRANSFER] == "내보낸 뒤에 답이 바뀜. 지금은 전학 절차 (검정고시). 다시 내보내 판정합니다"
    assert refusals(told)[CALL].startswith("내보낸 뒤에 이이(가) 답을 고침. 지금은 전화 (기타).")
    assert "이이(가) 이미 '맞음'" in refusals(told)[LINK]
    assert [said(text) for text in TEXTS_ASKED[:4]] == [
        {("전학 절차", 7)},
        {("전화", 11)},
        {("링크", 11)},
        {("학폭 신고", 10)},
    ]

    assert cli("review", "export", str(file), "--doubtful", "9", "--overwrite").code == 0
    seen = taken(cli, edited(file, {(2, "판정"): "틀림", (3, "판정"): "틀림", (3, "올바른 분류"): "정보공개"}))
    assert counted(seen) == (2, 0, 0)
    assert said(TEXTS_ASKED[1]) == {("010-1234-5678 전화", 10), ("요청", 10)}


def test_a_row_that_is_not_what_was_exported_is_refused(cli: CommandLine, file: Path) -> None:
    """Somebody has sorted one column, copied a row, or typed a number."""
    told = taken(
        cli,
        edited(
            file,
            {
                **{(row, "판정"): "맞음" for row in range(2, 9)},
                (TRANSFER, "질문"): "다른 질문",
                (LINK, "id"): 4,
                (LONG, "id"): 77,
                (LONG + 1, "질문"): "id 없음",
                (LONG + 2, "id"): "=1+1",
            },
        ),
    )

    assert (told.code, told.document["taken"]) == (3, 1)
    assert "잠긴 칸이 바뀜" in refusals(told)[TRANSFER]
    assert refusals(told)[LINK] == refusals(told)[REPORT] == "id 4이(가) 4, 5행에 있음. 하나만 남깁니다"
    assert "'77'" in refusals(told)[LONG]
    assert "''" in refusals(told)[LONG + 1]
    assert "수식" in refusals(told)[LONG + 2]
    assert [item.verdict for item in items()] == [None, "right", None, None, None]


def test_categories_that_contradict_the_database_are_told_before_anything_is_taken(
    cli: CommandLine, file: Path
) -> None:
    execute("UPDATE admin_categories SET category_name = '다른 이름' WHERE category_id = 5")

    told = taken(cli, edited(file, {(TRANSFER, "판정"): "맞음", (CALL, "판정"): "틀림", (CALL, "올바른 분류"): "기타"}))

    assert (told.code, told.out) == (2, "")
    assert {item.verdict for item in items()} == {None}


def test_a_file_of_another_database_says_nothing_here(cli: CommandLine, file: Path) -> None:
    """There the same numbers are other questions; or the list was made anew."""
    execute("UPDATE keyword_review_items SET query_text = '다른 질문' WHERE item_id = 1")
    execute("DELETE FROM keyword_review_items WHERE item_id = 2")
    told = refusals(taken(cli, edited(file, {(TRANSFER, "판정"): "맞음", (CALL, "판정"): "맞음"})))

    assert "다른 데이터베이스" in told[TRANSFER]
    assert "의심 목록을 새로 만들면" in told[CALL]


def test_columns_may_be_moved_and_the_sheet_that_nobody_sees_be_missing(cli: CommandLine, file: Path) -> None:
    """Then what is shown is compared with what stands here. So do data frames write it, and texts as formulas."""

    def change(book: Any) -> None:
        del book["_exported"]
        book["검토"].cell(LINK, COLUMNS.index("질문") + 1).data_type = "f"
        book["검토"].insert_cols(1, 2)
        book["검토"].cell(1, 1).value = "담당"

    edits = {(TRANSFER, "판정"): "맞음", (CALL, "판정"): "맞음", (CALL, "키워드"): "전화", (LINK, "판정"): "맞음"}
    execute(f"UPDATE admin_chat_keywords SET category_id = 7 WHERE query_text = '{TEXTS_ASKED[2]}'")
    told = taken(cli, edited(file, edits, change))

    assert counted(told) == (1, 0, 2)
    assert "잠긴 칸이 바뀜" in refusals(told)[CALL]
    assert "답이 바뀜" in refusals(told)[LINK]


def test_an_import_that_was_killed_is_completed_by_the_next(
    cli: CommandLine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At its worst moment: the answer is corrected, and its verdict not yet written."""
    edited(file, {(row, "판정"): "틀림" for row in (TRANSFER, CALL)} | {(CALL, "올바른 키워드"): "전화; 요청"})
    calls: list[int] = []

    def killed(*_: object) -> bool:
        calls.append(1)
        raise SystemExit(137)

    edited(file, {(TRANSFER, "판정"): None})
    with monkeypatch.context() as patch:
        patch.setattr(Judging, "_judge", killed)
        with pytest.raises(SystemExit):
            taken(cli, file)
    half = said(TEXTS_ASKED[1])
    told = taken(cli, file)

    assert calls == [1]
    assert half == {("010-1234-5678 전화", 9), ("요청", 11)}
    assert counted(told) == (1, 0, 0)
    assert said(TEXTS_ASKED[1]) == {("전화", 9), ("요청", 11)}
    assert items()[1].correction is not None


def test_a_note_that_came_later_is_not_lost_in_silence(cli: CommandLine, file: Path) -> None:
    taken(cli, edited(file, {(TRANSFER, "판정"): "맞음"}))

    assert TRANSFER in refusals(taken(cli, edited(file, {(TRANSFER, "메모"): "그런데"})))


def test_a_workbook_in_which_nothing_was_said_changes_nothing(cli: CommandLine, file: Path) -> None:
    before = contents()
    told = taken(cli, file)

    assert (told.code, counted(told)) == (0, (0, 0, 0))
    assert contents() == before
