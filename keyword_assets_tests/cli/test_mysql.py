"""The main path on a MySQL-compatible server, as in production."""

import os
from collections import Counter

import pytest
import sqlalchemy as sa

from keyword_assets.core.questions import prompt_text, share_key
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.sql.database.engine import make_engine
from keyword_assets_tests import straight
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.lookalikes import LOOKALIKES, MYSQL_COLLATIONS, require_collation
from keyword_assets_tests.sql.users import IN_PARTITIONS
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


def test_tables_in_partitions_are_served_as_others_are(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, mysql_url: str, chats: Chats
) -> None:
    """Large services keep their messages by month: the key of one is then its number together with its time."""
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", mysql_url)
    for statement in IN_PARTITIONS:
        execute(statement)
    assert cli("db", "upgrade").code == 0
    texts = [*questions(6), "AI 교과서", "ai 교과서"]
    chats.add(*texts, None, texts[0])

    outcome = cli("complete", DAY, NEXT_DAY, "--json")

    assert (outcome.code, outcome.document["check"]["total"]["classified"]) == (0, len(texts))
    assert written() == answers_to(texts)
    chats.add("늦은 질문")
    assert cli("check", DAY, "--json").document["total"]["missing"] == 1


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
    straight.complete()
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
    # Of a short text the index takes all, which a long one has too much of.
    execute(
        "ALTER TABLE admin_chat_keywords DROP INDEX ix_keyword_text, "
        "MODIFY query_text LONGTEXT CHARACTER SET utf8mb4 NOT NULL"
    )
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


# The first was classified before us, by a program that stored nothing but this.
CLASSIFIED = "abc"


@pytest.fixture(params=MYSQL_COLLATIONS)
def collated(
    request: pytest.FixtureRequest, cli: CommandLine, monkeypatch: pytest.MonkeyPatch, mysql_url: str
) -> CommandLine:
    """The command line in front of the users' tables, whose texts have a collation of theirs: not upgraded yet.

    The n-th lookalike was asked n times, and one is classified already.
    """
    monkeypatch.setenv("KEYWORDS_DATABASE_URL", mysql_url)
    engine = make_engine(mysql_url)
    require_collation(engine, request.param)
    time = "DATETIME(6) NOT NULL"
    with engine.begin() as connection:
        for statement in (
            # What is made in this database without a collation, by us or for a temporary table, has it too.
            f"ALTER DATABASE {engine.url.database} COLLATE {request.param}",
            "CREATE TABLE chattings (chatting_pk INT PRIMARY KEY AUTO_INCREMENT, input_text LONGTEXT, "
            f"created_at {time}, KEY (created_at), KEY (input_text(50)))",
            "CREATE TABLE admin_categories (category_id INT PRIMARY KEY, category_name VARCHAR(255) NOT NULL UNIQUE)",
            "CREATE TABLE admin_chat_keywords (id INT PRIMARY KEY AUTO_INCREMENT, query_text LONGTEXT NOT NULL, "
            "keyword VARCHAR(100) NOT NULL, category_id INT NOT NULL, query_count INT NOT NULL, "
            f"created_at {time}, batch_created_at {time}, KEY (query_text(50)))",
        ):
            connection.execute(sa.text(statement))
        chat = sa.text(f"INSERT INTO chattings (input_text, created_at) VALUES (:text, '{DAY} 09:00:00')")
        connection.execute(chat, [{"text": text} for n, text in enumerate(LOOKALIKES, 1) for _ in range(n)])
        connection.execute(
            sa.text(
                "INSERT INTO admin_chat_keywords "
                "(query_text, keyword, category_id, query_count, created_at, batch_created_at) "
                f"VALUES (:text, '그들의 낱말', 1, 1, '{DAY}', '{DAY}')"
            ),
            {"text": CLASSIFIED},
        )
    engine.dispose()
    assert cli("db", "upgrade").code == 0
    return cli


def bytes_stored() -> dict[bytes, set[int]]:
    """The texts that have keyword rows, as the server has them, with the counts of their messages."""
    engine = make_engine(os.environ["KEYWORDS_DATABASE_URL"])
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT HEX(query_text), query_count FROM admin_chat_keywords")).all()
    engine.dispose()
    found: dict[bytes, set[int]] = {}
    for text, count in rows:
        found.setdefault(bytes.fromhex(text), set()).add(count)
    return found


def test_lookalikes_are_questions_of_their_own_under_every_collation(
    collated: CommandLine, hcx: SimulatorServer
) -> None:
    """What the users' collation takes for the same was asked, counts, is sent, stored and left alone separately."""
    before = collated("check", DAY, DAY, "--json").document["total"]
    first = collated("complete", DAY, DAY, "--json")
    sent = Counter(text for record in hcx.stats.records for text in record.texts)
    stored = contents()
    hcx.reset()
    second = collated("complete", DAY, DAY, "--json")

    number = len(LOOKALIKES)
    assert (before["questions"], before["classified"]) == (number, 1)
    assert (first.code, first.document["check"]["total"]["classified"]) == (0, number)
    # Once for each answer: spellings that differ by outer blanks or by NFC share one. What nobody sees is not sent.
    assert sent == Counter({share_key(text): prompt_text(text) for text in LOOKALIKES}.values())
    assert bytes_stored() == {text.encode(): {n} for n, text in enumerate(LOOKALIKES, 1)}
    assert written() - answers_to(LOOKALIKES) == {(CLASSIFIED, "그들의 낱말", 1)}
    assert (second.code, second.document["requests"], hcx.stats.snapshot.received) == (0, 0, 0)
    assert contents() == stored


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


def test_messages_that_are_not_numbered_are_served(server: CommandLine, chats: Chats) -> None:
    """A UUID has no order: what is new is found by counting."""
    chats.add(*questions(3))
    execute("ALTER TABLE chattings MODIFY chatting_pk VARCHAR(36) NOT NULL")
    execute("UPDATE chattings SET chatting_pk = UUID()")

    assert server("db", "upgrade", "--dry-run").code == 0
    assert server("complete", DAY, DAY, "--json").code == 0
    assert server("check", DAY, DAY, "--json").document["total"]["classified"] == 3
    assert written() == answers_to(questions(3))
