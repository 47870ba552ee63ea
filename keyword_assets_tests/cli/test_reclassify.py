"""`--reclassify`: rows of another model, prompt or taxonomy give way to today's answers, and to nothing else."""

import pytest

from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.world import DAY, NEXT_DAY, Chats, answers_to, contents, execute, keyword_rows, written

TEXTS = ["전학 절차", "검정고시 접수", "급식 문의", "방과후 신청"]


@pytest.fixture
def database(request: pytest.FixtureRequest, cli: CommandLine) -> str:
    """The kind of database in force: SQLite, where a test asks for nothing else."""
    kind = str(getattr(request, "param", "sqlite"))
    if kind == "mysql":
        request.getfixturevalue("on_mysql")
    return kind


@pytest.fixture
def old_rows(database: str) -> None:
    """Questions of two days, each with a row of the old script that no model of ours would answer."""
    chats = Chats()
    chats.add(*TEXTS, day=DAY)
    chats.add(TEXTS[0], day=NEXT_DAY, times=2)
    for text, day, count in [*((text, DAY, 1) for text in TEXTS), (TEXTS[0], NEXT_DAY, 2)]:
        execute(
            "INSERT INTO admin_chat_keywords "
            "(query_text, keyword, category_id, query_count, created_at, batch_created_at) "
            f"VALUES ('{text}', '낡은 낱말', 1, {count}, '{day} 00:00:00', '2025-06-15 01:10:00')"
        )


# How rows are replaced differs between the databases, and whether one says otherwise; what is asked does not.
on_both = pytest.mark.parametrize("database", ["sqlite", "mysql"], indirect=True)


def test_without_it_classified_questions_are_left_alone(old_rows: None, cli: CommandLine, hcx: SimulatorServer) -> None:
    """It costs money, so it is never done unasked."""
    before = keyword_rows()

    outcome = cli("complete", DAY, NEXT_DAY, "--json")

    assert (outcome.document["skipped"], outcome.document["requests"]) == (5, 0)
    assert keyword_rows() == before


@on_both
def test_rows_that_say_otherwise_are_replaced(old_rows: None, cli: CommandLine, hcx: SimulatorServer) -> None:
    """Each text is asked about once; its other days get the same answer, with their own counts."""
    outcome = cli("complete", DAY, NEXT_DAY, "--reclassify", "--json")

    done = [outcome.document[name] for name in ("processed", "reused", "skipped", "failed")]
    assert (outcome.code, done) == (0, [5, 1, 0, 0])
    assert written() == answers_to(TEXTS)
    assert {row["keyword"] for row in keyword_rows()} & {"낡은 낱말"} == set()
    assert {row["query_count"] for row in keyword_rows() if str(row["created_at"]).startswith(NEXT_DAY)} == {2}
    assert outcome.document["check"]["coverage"] == 1.0


@on_both
def test_a_second_time_there_is_nothing_to_do(old_rows: None, cli: CommandLine, hcx: SimulatorServer) -> None:
    """What was interrupted or stopped by a budget is taken up where it ended."""
    cli("basic", DAY, NEXT_DAY, "--reclassify")
    before = contents()

    outcome = cli("basic", DAY, NEXT_DAY, "--reclassify", "--json")

    done = [outcome.document[name] for name in ("processed", "skipped", "requests")]
    assert (outcome.code, done) == (0, [0, 5, 0])
    assert contents() == before


def test_a_limit_leaves_the_rest_as_it_was(old_rows: None, cli: CommandLine, hcx: SimulatorServer) -> None:
    """The most asked first; that there is more to do is in the exit code."""
    outcome = cli("basic", DAY, NEXT_DAY, "--reclassify", "--limit", "1")

    old = {row["query_text"] for row in keyword_rows() if row["keyword"] == "낡은 낱말"}
    assert (outcome.code, old) == (3, set(TEXTS[1:]))


def test_a_question_without_a_new_answer_keeps_its_rows(old_rows: None, cli: CommandLine, hcx: SimulatorServer) -> None:
    """A gap would be worse than an old answer."""
    hcx.faults.add(Fault("error", code="40005", text="급식"))

    outcome = cli("basic", DAY, NEXT_DAY, "--reclassify", "--json")

    old = {row["query_text"] for row in keyword_rows() if row["keyword"] == "낡은 낱말"}
    assert (outcome.code, outcome.document["failed"], old) == (3, 1, {"급식 문의"})
    assert outcome.document["check"]["coverage"] == 1.0


def test_what_it_would_cost_can_be_seen_first(old_rows: None, cli: CommandLine, hcx: SimulatorServer) -> None:
    """Without it a dry run finds nothing to send here."""
    before = contents()

    plain = cli("basic", DAY, NEXT_DAY, "--dry-run", "--json")
    again = cli("basic", DAY, NEXT_DAY, "--dry-run", "--reclassify", "--json")

    assert (plain.document["texts"], again.document["texts"]) == (0, 4)
    assert (hcx.stats.snapshot.received, contents()) == (0, before)


def test_missing_has_nothing_to_reclassify(cli: CommandLine) -> None:
    """Its questions have no keywords."""
    outcome = cli("missing", DAY, DAY, "--reclassify")

    assert (outcome.code, "basic과 complete" in outcome.err) == (2, True)
