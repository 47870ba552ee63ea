"""`audit doubtful`: which stored answers to look at first."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.slips import Slips
from keyword_assets.sql.database.engine import make_engine
from keyword_assets_tests import straight
from keyword_assets_tests.cli.conftest import CommandLine, Once
from keyword_assets_tests.world import DAY, KEY, Chats, contents, execute, keyword_rows, questions

TEXTS = questions(60)
OTHER_MODEL = "HCX-DASH-002"


@pytest.fixture
def answered(cli: CommandLine, chats: Chats, once: Once) -> None:
    """Sixty questions of a day with their answers."""

    def answer() -> None:
        chats.add(*TEXTS, day=DAY)
        assert cli("complete", DAY, DAY).code == 0

    once(answer)


@pytest.fixture
def slipped(answered: None) -> str:
    """One of them, whose answer is in a wrong category."""
    text = TEXTS[6]
    wrong = next(row["category_id"] for row in keyword_rows() if row["query_text"] == TEXTS[1])
    execute(f"UPDATE admin_chat_keywords SET category_id = {wrong} WHERE query_text = '{text}'")
    return text


def test_a_slip_comes_first(cli: CommandLine, slipped: str) -> None:
    found = cli("audit", "doubtful", DAY, DAY, "--json").document

    parts = {part["part"]: part["answers"] for part in found["parts"]}
    first = parts["own_model"][0]
    assert found["questions"] == 60
    assert (first["text"], first["date"], first["messages"]) == (slipped, DAY, 1)
    assert first["category"] != first["other"]
    assert "same_question" in first["why"]


def test_the_list_says_what_it_is_not_for(cli: CommandLine, slipped: str) -> None:
    """A share of wrong answers among those picked for being wrong is taken for the share of all else."""
    story, english = cli("audit", "doubtful", DAY, DAY), cli("--lang", "en", "audit", "doubtful", DAY, DAY)

    assert "정확도 추정에는 쓸 수 없습니다" in story.story
    assert "다른 답들로 배운 작은 모델이 믿지 않음" in story.story
    assert "not for the estimate of accuracy" in english.story
    assert "no better than chance" in english.story
    assert cli("audit", "doubtful", DAY, DAY, "--json").document["for_estimates"] is False


def test_looking_changes_nothing_and_asks_nothing(cli: CommandLine, slipped: str, hcx: SimulatorServer) -> None:
    before, received = contents(), hcx.stats.snapshot.received

    assert cli("audit", "doubtful", DAY, DAY).code == 0

    assert (contents(), hcx.stats.snapshot.received) == (before, received)


def test_days_without_answers_have_an_empty_list(cli: CommandLine, chats: Chats) -> None:
    chats.add("전학", day=DAY)

    found = cli("audit", "doubtful", DAY, DAY, "--json").document

    assert (found["questions"], [part["answers"] for part in found["parts"]]) == (0, [[], [], [], []])


# -- a second model ---------------------------------------------------------------------------------------------------


def test_what_a_second_model_answers_otherwise_is_listed_with_what_it_cost(
    cli: CommandLine, answered: None, hcx: SimulatorServer
) -> None:
    rows = keyword_rows()
    hcx.slips = Slips(rate=0.2)

    outcome = cli("audit", "doubtful", DAY, DAY, "--second-model", OTHER_MODEL, "--json")

    found = outcome.document
    second, listed = found["second_model"], found["parts"][0]["answers"]
    kept = {row[3]: row[5] for row in contents()["keyword_evaluation_answers"]}
    assert outcome.code == 0
    assert (second["model"], second["planned"]["texts"], second["asked"]["answered"]) == (OTHER_MODEL, 60, 60)
    assert second["planned"]["cost_krw"] > 0 < second["asked"]["cost_krw"]
    assert 0 < len(listed) < 30
    assert all(one["category"] != one["other"] == kept[one["text"]] for one in listed)
    assert keyword_rows() == rows


def test_what_people_have_answered_is_neither_doubted_nor_sent(
    cli: CommandLine, slipped: str, tmp_path: Path, hcx: SimulatorServer
) -> None:
    """The others are still compared with it."""
    path = tmp_path / "corrections.csv"
    path.write_text(f'text,keyword,category,note\n"{slipped}",낱말,기타,\n', encoding="utf-8")
    assert cli("corrections", "import", str(path), "--reviewer", "김").code == 0
    hcx.slips = Slips(rate=1)

    found = cli("audit", "doubtful", DAY, DAY, "--second-model", OTHER_MODEL, "--json").document

    asked = {row[3] for row in contents()["keyword_evaluation_answers"]}
    assert (found["questions"], found["second_model"]["planned"]["texts"], len(asked - {slipped})) == (60, 59, 59)
    assert slipped not in {one["text"] for part in found["parts"] for one in part["answers"]}


def test_the_second_model_is_told_with_its_cost_before_and_after(cli: CommandLine, answered: None) -> None:
    err = cli("--lang", "en", "audit", "doubtful", DAY, DAY, "--second-model", OTHER_MODEL).err

    assert err.index("60 questions in") < err.index("KRW spent")


def test_asking_the_second_model_again_costs_nothing(cli: CommandLine, answered: None, hcx: SimulatorServer) -> None:
    cli("audit", "doubtful", DAY, DAY, "--second-model", OTHER_MODEL)
    received = hcx.stats.snapshot.received

    found = cli("audit", "doubtful", DAY, DAY, "--second-model", OTHER_MODEL, "--json").document

    assert hcx.stats.snapshot.received == received
    assert (found["second_model"]["planned"]["texts"], found["second_model"]["asked"]["cost_krw"]) == (0, 0)


def test_a_sample_is_all_that_the_second_model_is_asked_about(cli: CommandLine, answered: None) -> None:
    found = cli("audit", "doubtful", DAY, DAY, "--second-model", OTHER_MODEL, "--sample", "12", "--json").document

    assert found["second_model"]["asked"]["answered"] == 12
    assert found["questions"] == 60


def test_a_dry_run_sends_nothing(cli: CommandLine, answered: None, hcx: SimulatorServer) -> None:
    before, received = contents(), hcx.stats.snapshot.received

    found = cli("audit", "doubtful", DAY, DAY, "--second-model", OTHER_MODEL, "--dry-run", "--json").document

    assert found["second_model"]["planned"]["requests"] > 0
    assert found["second_model"]["asked"] is None
    assert (contents(), hcx.stats.snapshot.received) == (before, received)


def test_a_budget_that_ends_the_asking_is_told_by_the_exit_code(
    cli: CommandLine, answered: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list is of what was asked, and somebody should know that it was not all."""
    monkeypatch.setenv("HCX_TOKEN_BUDGET", "1")

    outcome = cli("audit", "doubtful", DAY, DAY, "--second-model", OTHER_MODEL, "--json")

    assert (outcome.code, outcome.document["second_model"]["asked"]["whole"]) == (3, False)


@pytest.mark.parametrize("option", [("--sample", "5"), ("--dry-run",)])
def test_options_of_the_second_model_are_refused_without_it(cli: CommandLine, option: tuple[str, ...]) -> None:
    """Somebody believes that it was asked."""
    outcome = cli("audit", "doubtful", DAY, DAY, *option)

    assert outcome.code == 2
    assert "--second-model" in outcome.complaint


# -- the queue --------------------------------------------------------------------------------------------------------


@pytest.fixture
def engine(slipped: str) -> Iterator[sa.Engine]:
    """The database in force."""
    engine = make_engine(os.environ["KEYWORDS_DATABASE_URL"])
    yield engine
    engine.dispose()


def rows_of(engine: sa.Engine) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT * FROM keyword_review_items ORDER BY query_text"))
        return [dict(row._mapping) for row in rows]


def test_the_list_is_handed_to_the_reviewers_as_it_is_shown(cli: CommandLine, slipped: str, engine: sa.Engine) -> None:
    shown = cli("audit", "doubtful", DAY, DAY, "--queue", "--json").document

    rows = {row["query_text"]: row for row in rows_of(engine)}
    assert set(rows) == {one["text"] for part in shown["parts"] for one in part["answers"]}
    assert shown["queued"] == len(rows)
    assert rows[slipped]["doubt"] == max(row["doubt"] for row in rows.values())
    assert rows[slipped]["why"].startswith("다른 답들로 배운 작은 모델이 믿지 않음; 같은 질문을")


def test_handing_it_over_twice_changes_nothing(cli: CommandLine, engine: sa.Engine) -> None:
    cli("audit", "doubtful", DAY, DAY, "--queue")
    once = [{**row, "item_id": None} for row in rows_of(engine)]

    outcome = cli("audit", "doubtful", DAY, DAY, "--queue")

    assert [{**row, "item_id": None} for row in rows_of(engine)] == once
    assert "검토할 것에" in outcome.story


# -- what is shown ----------------------------------------------------------------------------------------------------


def test_personal_data_is_masked(cli: CommandLine, chats: Chats) -> None:
    chats.add(*TEXTS[:30], "010-2345-6789 이 번호로 알려 주세요", day=DAY)
    straight.complete()

    outcomes = [cli("audit", "doubtful", DAY, DAY, *more) for more in ((), ("--json",))]

    assert not [outcome for outcome in outcomes if "2345-6789" in outcome.out + outcome.err]
    assert not [outcome for outcome in outcomes if KEY in outcome.out + outcome.err]
