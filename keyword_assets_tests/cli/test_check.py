"""`check` counts what is there, says what is missing, and leaves everything as it was."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.world import DAY, NEXT_DAY, THIRD_DAY, Chats, contents, execute, questions


def _classify_by_hand(text: str, day: str) -> None:
    execute(
        "INSERT INTO admin_chat_keywords (query_text, keyword, category_id, query_count, created_at, batch_created_at) "
        f"VALUES ('{text}', '낱말', 1, 1, '{day} 00:00:00', '2025-06-15 01:10:00')"
    )


def test_the_json_document_holds_the_counts_of_each_day_and_their_sum(cli: CommandLine, chats: Chats) -> None:
    """Other systems read this document; its fields are the contract's, no more and no fewer."""
    chats.add("전학 절차", day=DAY, times=2)
    chats.add("검정고시", None, "  ", day=DAY)
    chats.add("전학 절차", day=NEXT_DAY)
    _classify_by_hand("전학 절차", DAY)

    outcome = cli("check", DAY, THIRD_DAY, "--json")

    day = {"messages": 5, "blank": 2, "questions": 2, "classified": 1, "missing": 1, "quarantined": 0}
    next_day = {"messages": 1, "blank": 0, "questions": 1, "classified": 0, "missing": 1, "quarantined": 0}
    none = dict.fromkeys(day, 0)
    assert (outcome.code, outcome.err) == (3, "")
    assert outcome.document == {
        "start": DAY,
        "end": THIRD_DAY,
        "coverage": 0.333,
        "total": {"messages": 6, "blank": 2, "questions": 3, "classified": 1, "missing": 2, "quarantined": 0},
        "days": [
            {"date": DAY, **day, "coverage": 0.5},
            {"date": NEXT_DAY, **next_day, "coverage": 0.0},
            {"date": THIRD_DAY, **none, "coverage": 1.0},
        ],
        "without_day": {"messages": 0, "no_date": 0, "impossible": 0, "before": 0, "after": 0, "examples": []},
    }
    assert cli("check", DAY, THIRD_DAY, "--json", "--full").document == outcome.document


def test_rows_that_do_not_fit_their_source_are_told_and_are_no_gap(cli: CommandLine, chats: Chats) -> None:
    """Their messages were deleted or came late; coverage is about questions, not about rows."""
    chats.add("전학 절차", times=2)
    _classify_by_hand("전학 절차", DAY)
    _classify_by_hand("지워진 질문", DAY)

    outcome = cli("check", DAY, DAY)

    assert outcome.code == 0
    assert "텍스트 1개에 키워드 행이 남아 있습니다" in outcome.story
    assert "질문 1개의 query_count가 메시지 수와 다릅니다" in outcome.story


def test_the_table_shows_every_number_the_document_holds(cli: CommandLine, chats: Chats) -> None:
    """People without a JSON reader take the same decisions from the same counts."""
    chats.add("전학 절차", "검정고시", "")
    _classify_by_hand("전학 절차", DAY)

    outcome = cli("check", DAY, NEXT_DAY)

    assert outcome.code == 3
    assert "기간: 2025-06-11 ~ 2025-06-12 (2일)" in outcome.story
    assert " 2025-06-11 3 1 2 1 1 0 50.0 % " in outcome.story
    assert " 2025-06-12 0 0 0 0 0 0 - " in outcome.story
    assert " 합계 3 1 2 1 1 0 50.0 % " in outcome.story
    assert "처리율 50.0 % — 누락 1개가 남았습니다 (그중 격리 0개)" in outcome.story


def test_a_coverage_just_below_all_is_not_rounded_up_to_all(cli: CommandLine, chats: Chats) -> None:
    """One question of 1,100 is still a gap; 100.0 % would hide it for good."""
    texts = questions(1_100)
    chats.add(*texts)
    execute(
        "INSERT INTO admin_chat_keywords (query_text, keyword, category_id, query_count, created_at, batch_created_at) "
        f"SELECT input_text, '낱말', 1, 1, '{DAY} 00:00:00', '2025-06-15 01:10:00' "
        "FROM chattings WHERE chatting_pk > 1"
    )

    table, document = cli("check", DAY, DAY), cli("check", DAY, DAY, "--json")

    assert " 99.9 % " in table.story
    assert "100.0 %" not in table.story
    assert (document.code, document.document["coverage"]) == (3, 0.999)


def test_a_period_without_questions_is_complete(cli: CommandLine) -> None:
    """A holiday must not raise an alarm."""
    table, document = cli("check", DAY, DAY), cli("check", DAY, DAY, "--json")

    assert (table.code, document.code) == (0, 0)
    assert " 2025-06-11 0 0 0 0 0 0 - " in table.story
    assert document.document["coverage"] == 1.0


def test_today_may_be_counted(cli: CommandLine, chats: Chats) -> None:
    """The morning's questions can be looked at before the day is over."""
    chats.add("전학 절차", day="2025-06-20")

    outcome = cli("check", "2025-06-20", "2025-06-20", "--json")

    assert (outcome.code, outcome.document["total"]["missing"]) == (3, 1)


def test_days_before_the_first_partition_may_be_counted(cli: CommandLine, chats: Chats) -> None:
    """What lies before the first partition is not classified, but nobody is kept from looking."""
    chats.add("전학 절차", day="2025-05-31")

    assert cli("check", "2025-05-31", "2025-05-31", "--json").document["total"]["questions"] == 1


def test_the_first_days_of_all_may_be_counted(cli: CommandLine) -> None:
    """Whoever means "everything" types some such day; there is none before it to calculate with."""
    assert cli("check", "0001-01-01", "0001-01-02").code == 0


def test_check_changes_nothing_and_sends_nothing(cli: CommandLine, chats: Chats, hcx: SimulatorServer) -> None:
    """It is run by monitoring every few minutes, on production."""
    chats.add("전학 절차", "검정고시")
    before = contents()

    cli("check", DAY, DAY)

    assert contents() == before
    assert hcx.stats.snapshot.received == 0


def test_texts_that_only_look_alike_are_counted_apart(cli: CommandLine, chats: Chats) -> None:
    """Byte for byte: a database's collation has no say in what a question is."""
    chats.add("AI 교과서", "ai 교과서", "가", "\u1100\u1161", "끝 😀", "끝 😭", "빈칸", "빈칸 ")

    assert cli("check", DAY, DAY, "--json").document["total"]["questions"] == 8


def test_looking_changes_no_file_that_is_there(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A database of somebody's own is set up by `db upgrade`, and by nothing else that only looks."""
    file = tmp_path / "theirs.db"
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE chattings (chatting_pk INTEGER PRIMARY KEY, input_text TEXT, created_at TEXT)")
    database.close()
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", f"sqlite:///{file}")
    before = file.read_bytes()

    looks = [cli("check", DAY, DAY), cli("db", "upgrade", "--dry-run"), cli("quarantine", "list", DAY, DAY)]

    assert [look.code for look in looks] == [2, 0, 2]
    assert "db upgrade" in looks[0].err
    assert file.read_bytes() == before
    assert [cli("db", "upgrade").code, cli("check", DAY, DAY).code] == [0, 0]


def test_dates_are_words_too_also_those_that_look_like_options(cli: CommandLine, chats: Chats) -> None:
    """`-7d` would be taken for one; what is none of either is told."""
    today = Settings.from_env().now().date()
    chats.add("전학 절차", day=(today - timedelta(days=7)).isoformat())

    one = cli("check", "-7d", "--json").document
    several = cli("check", "-7d", "어제", "--json").document

    assert [row["questions"] for row in one["days"]] == [1]
    assert [row["questions"] for row in several["days"]] == [1, 0, 0, 0, 0, 0, 0]
    assert cli("check", "-7w").code == 2
