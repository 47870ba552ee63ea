"""The main path on a MySQL-compatible server, as in production."""

import pytest

from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.world import (
    DAY,
    NEXT_DAY,
    Chats,
    answers_to,
    contents,
    execute,
    keyword_rows,
    questions,
    written,
)


@pytest.fixture
def server(cli: CommandLine, on_mysql: None) -> CommandLine:
    """The command line in front of a MySQL database that was upgraded."""
    return cli


def test_upgrade_shows_its_statements_before_it_runs_them(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, mysql_url: str
) -> None:
    """A DBA wants to read what is about to be done to production."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", mysql_url)

    outcome = cli("db", "upgrade", "--dry-run")

    assert (outcome.code, outcome.err) == (0, "")
    assert "CREATE TABLE keyword_answers" in outcome.out
    assert contents() == {}


def test_upgrading_twice_has_nothing_to_do(server: CommandLine) -> None:
    """It belongs into every deployment, whether the schema changed or not."""
    assert "이미 최신입니다" in server("db", "upgrade").out
    assert "이미 최신입니다" in server("db", "upgrade", "--dry-run").out


def test_complete_classifies_every_question(server: CommandLine, chats: Chats) -> None:
    """The database of production is not the one of the demo."""
    texts = [*questions(20), "AI 교과서", "ai 교과서", "끝 😀", "끝 😭", "빈칸", "빈칸  "]
    chats.add(*texts, None, " ")
    chats.add(*questions(3), day=NEXT_DAY)

    outcome = server("complete", DAY, NEXT_DAY, "--json")

    assert outcome.code == 0
    assert outcome.document["check"]["total"] == {
        "messages": 31,
        "blank": 2,
        "questions": 29,
        "classified": 29,
        "missing": 0,
        "quarantined": 0,
    }
    assert written() == answers_to(texts)


def test_a_second_run_sends_nothing_and_writes_nothing(server: CommandLine, chats: Chats, hcx: SimulatorServer) -> None:
    """Idempotence must not depend on the database's collation or its idea of time."""
    chats.add(*questions(12), "AI 교과서", "ai 교과서")
    server("complete", DAY, DAY, "--json")
    before, sent = contents(), hcx.stats.snapshot.received

    assert server("complete", DAY, DAY, "--json").code == 0
    assert contents() == before
    assert hcx.stats.snapshot.received == sent


def test_late_messages_are_mended(server: CommandLine, chats: Chats) -> None:
    """`query_count` follows there as well."""
    chats.add("전학 절차")
    server("complete", DAY, DAY, "--json")
    chats.add("전학 절차", "검정고시")

    assert server("check", DAY, DAY, "--json").code == 3
    assert server("complete", DAY, DAY, "--json").code == 0
    assert {(row["query_text"], row["query_count"]) for row in keyword_rows()} == {("전학 절차", 2), ("검정고시", 1)}


def test_a_poison_text_is_quarantined_and_mended(server: CommandLine, chats: Chats, hcx: SimulatorServer) -> None:
    """The quarantine is a table of the same database."""
    chats.add(*questions(5), "받아들일 수 없는 질문 😀")
    hcx.faults.add(Fault("error", code="40005", text="받아들일 수 없는"))

    assert server("complete", DAY, DAY, "--json").document["quarantined"] == 1
    hcx.faults.clear()
    assert server("quarantine", "retry", DAY, DAY, "--json").code == 0


def test_a_fault_throughout_writes_no_row(server: CommandLine, chats: Chats, hcx: SimulatorServer) -> None:
    """The last gate stands before every database."""
    chats.add(*questions(5))
    hcx.faults.add(Fault("blank_keyword", text=""))

    assert server("complete", DAY, DAY, "--json").code == 3
    assert keyword_rows() == []


def test_a_database_newer_than_the_program_is_left_alone(server: CommandLine) -> None:
    """A forgotten old worker must not write into a schema it does not know."""
    execute("UPDATE keyword_schema_version SET version_num = '0999'")

    outcome = server("check", DAY, DAY, "--json")

    assert (outcome.code, outcome.out) == (2, "")
    assert "0999" in outcome.complaint


def test_a_text_that_the_users_column_cannot_hold_costs_only_itself(
    server: CommandLine, chats: Chats, hcx: SimulatorServer
) -> None:
    """Old tables are short and know no emoji; neither may keep the other questions out, or be paid for each night."""
    execute("ALTER TABLE admin_chat_keywords MODIFY query_text VARCHAR(40) CHARACTER SET utf8mb3 NOT NULL")
    fitting = questions(5)
    chats.add(*fitting, "전학 문의 😀", "전학 서류가 무엇인지 알려 주세요. " * 5)

    first = server("complete", DAY, DAY, "--json")
    told = server("complete", DAY, DAY)
    asked_twice = hcx.stats.snapshot.questions
    execute("ALTER TABLE admin_chat_keywords MODIFY query_text LONGTEXT CHARACTER SET utf8mb4 NOT NULL")
    mended = server("complete", DAY, DAY, "--json")

    assert (first.code, first.document["check"]["total"]["missing"], first.document["failed"]) == (3, 2, 2)
    assert "Data too long for column 'query_text'" in told.out
    assert asked_twice == 7
    assert (mended.code, mended.document["requests"], mended.document["reused"]) == (0, 0, 2)


def test_a_unique_key_of_the_users_costs_only_the_question_that_breaks_it(
    server: CommandLine, chats: Chats, hcx: SimulatorServer
) -> None:
    """Under their collation two questions are one; neither may the run end there, nor be paid for again."""
    execute("ALTER TABLE admin_chat_keywords MODIFY query_text TEXT COLLATE utf8mb4_general_ci NOT NULL")
    execute("CREATE UNIQUE INDEX theirs ON admin_chat_keywords (created_at, category_id, keyword, query_text(100))")
    chats.add("전학 절차 a", "전학 절차 a  ", *questions(3))

    first = server("complete", DAY, DAY, "--json")
    hcx.reset()
    second = server("complete", DAY, DAY, "--json")

    assert (first.code, first.document["processed"], first.document["failed"]) == (3, 4, 1)
    assert (second.code, second.document["requests"]) == (3, 0)


def test_chattings_may_be_a_view(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, mysql_url: str, hcx: SimulatorServer
) -> None:
    """Read access to production is often given that way."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", mysql_url)
    execute("CREATE TABLE logs (chatting_pk INT PRIMARY KEY, input_text TEXT, created_at DATETIME)")
    execute("CREATE VIEW chattings AS SELECT * FROM logs")
    execute("INSERT INTO logs VALUES (1, '전학 절차', '2025-06-11 09:00:00')")

    assert cli("db", "upgrade").code == 0
    assert cli("doctor").code == 0
    assert cli("complete", DAY, DAY).code == 0
