"""Messages that are in no day are told wherever a coverage is shown, on both databases."""

from pathlib import Path

import openpyxl
import pytest

from keyword_assets_tests import straight
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.undated import add_undated_as, make_chattings
from keyword_assets_tests.world import DAY, NEXT_DAY, Chats

SAID = "어느 날에도 들지 않는 메시지"


@pytest.fixture(autouse=True)
def url(cli: CommandLine, monkeypatch: pytest.MonkeyPatch, database_url: str) -> str:
    """A database of a service whose `created_at` may be absent and, on MySQL, whose server is lax."""
    make_chattings(database_url, "TEXT" if database_url.startswith("sqlite") else "DATETIME")
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", database_url)
    assert cli("db", "upgrade").code == 0
    return database_url


def test_check_tells_how_many_they_are_and_of_which_kind(cli: CommandLine, chats: Chats, url: str) -> None:
    """Below the numbers that they are no part of; nothing can be classified about them, so the exit code stays."""
    chats.add("전학 절차")
    assert straight.basic().day.missing == 0
    add_undated_as(
        url, {"배송": None, "결제": "0000-00-00", "로그인": "2025-06-00", "옛날": "2025-05-31", "미래": "2025-06-21"}
    )

    outcome = cli("check", DAY, DAY)

    assert (outcome.code, outcome.err) == (0, "")
    assert " 합계 1 0 1 1 0 0 100.0 % " in outcome.story
    assert (
        f"{SAID} 5개 (위의 수에 없음): 날짜 없음 1, 달력에 없는 날짜 2, 첫 날(2025-06-01) 이전 1, "
        "마지막 날(2025-06-20) 이후 1"
    ) in outcome.story
    assert "예: NULL 배송" in outcome.story
    assert "예: 2025-06-21" in outcome.story
    assert "created_at을 고치거나" in outcome.story


def test_the_document_has_them_with_their_examples(cli: CommandLine, chats: Chats, url: str) -> None:
    """Monitoring reads it; the numbers of the days do not change because of them."""
    chats.add("전학 절차")
    before = cli("check", DAY, NEXT_DAY, "--json").document
    add_undated_as(url, {"배송": None, "결제": "2025-06-00"})

    after = cli("check", DAY, NEXT_DAY, "--json").document

    found = after.pop("without_day")
    nothing = before.pop("without_day")
    assert after == before
    assert nothing == {"messages": 0, "no_date": 0, "impossible": 0, "before": 0, "after": 0, "examples": []}
    assert {name: value for name, value in found.items() if name != "examples"} == {
        "messages": 2,
        "no_date": 1,
        "impossible": 1,
        "before": 0,
        "after": 0,
    }
    assert found["examples"][0] == {"created_at": None, "text": "배송"}
    assert found["examples"][1]["created_at"].startswith("2025-06-00")


def test_nothing_is_said_where_every_message_has_a_day(cli: CommandLine, chats: Chats) -> None:
    """Of any day: one that is not asked for is a day, too."""
    chats.add("전학 절차", day=DAY)
    chats.add("검정고시", day="2025-06-20")

    assert SAID not in cli("check", DAY, DAY).story


def test_days_before_the_first_that_are_counted_are_not_called_invisible(cli: CommandLine, url: str) -> None:
    """`check` may look at them, and then they are in its numbers."""
    add_undated_as(url, {"옛날": "2025-05-20", "더 옛날": "2025-05-19"})

    inside, outside = cli("check", "2025-05-20", DAY, "--json").document, cli("check", DAY, DAY, "--json").document

    assert (inside["total"]["messages"], inside["without_day"]["before"]) == (1, 1)
    assert (outside["total"]["messages"], outside["without_day"]["before"]) == (0, 2)


def test_days_after_the_last_partition_are_told_unless_they_are_counted(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """With KEYWORDS_END_DATE no run ever comes to them."""
    monkeypatch.setenv("KEYWORDS_END_DATE", "2025-06-12")
    add_undated_as(url, {"그 뒤": "2025-06-14", "오늘": "2025-06-20", "내일": "2025-06-21"})

    counted = cli("check", DAY, "2025-06-14", "--json").document
    not_counted = cli("check", DAY, NEXT_DAY, "--json").document

    assert (counted["total"]["messages"], counted["without_day"]["after"]) == (1, 2)
    assert (not_counted["total"]["messages"], not_counted["without_day"]["after"]) == (0, 3)


def test_examples_are_masked_as_elsewhere_and_harmless(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """A message without a date is somebody's message all the same."""
    add_undated_as(url, {"제 번호는 010-1234-5678\x1b[2J\n[bold]입니다[/bold] " + "길" * 500: None})

    table, document = cli("check", DAY, DAY), cli("check", DAY, DAY, "--json")
    monkeypatch.setenv("KEYWORDS_MASK", "none")
    unmasked = cli("check", DAY, DAY)

    ((example),) = document.document["without_day"]["examples"]
    assert example["text"].startswith("제 번호는 [전화번호]\\u001b[2J [bold]입니다[/bold] 길길")
    assert len(example["text"]) == 60
    assert example["text"] in table.story
    assert "\x1b" not in table.out
    assert "010-1234-5678" not in table.out + document.out
    assert "010-1234-5678" in unmasked.out


def test_a_run_tells_of_them_to_its_last_line(cli: CommandLine, chats: Chats, url: str) -> None:
    """Who reads only that everything is classified should read that this was not everything."""
    chats.add("전학 절차")
    add_undated_as(url, {"배송": None})

    outcome, again = cli("complete", DAY, DAY), cli("missing", DAY, DAY, "--json")

    assert outcome.code == 0
    assert outcome.story.count(f"{SAID} 1개") == 2
    assert outcome.story.index("100.0 %") < outcome.story.rindex(SAID)
    assert again.document["check"]["without_day"]["no_date"] == 1


def test_a_report_tells_of_them(cli: CommandLine, chats: Chats, url: str, tmp_path: Path) -> None:
    """On the page, on the first sheet, in the document and on the terminal."""
    chats.add("전학 절차")
    stem = f"keyword-report_{DAY}_{DAY}"
    without = cli("report", DAY, DAY)
    page_without = (tmp_path / f"{stem}.html").read_text(encoding="utf-8")
    add_undated_as(url, {"<b>배송</b>": None})

    outcome = cli("report", DAY, DAY, "--overwrite")
    document = cli("report", DAY, DAY, "--overwrite", "--json").document

    page = (tmp_path / f"{stem}.html").read_text(encoding="utf-8")
    assert SAID not in without.story + page_without
    assert f"{SAID} 1개" in outcome.story
    assert f"{SAID} 1개" in page
    assert "&lt;b&gt;배송&lt;/b&gt;" in page
    assert document["check"]["without_day"]["messages"] == 1
    sheet = openpyxl.load_workbook(tmp_path / f"{stem}.xlsx")["요약"]
    assert (SAID, 1) in [row[:2] for row in sheet.iter_rows(values_only=True)]
