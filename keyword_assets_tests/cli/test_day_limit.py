"""KEYWORDS_MOST_NEW_TEXTS_A_DAY: so many new texts of a day are sent, the most asked first; the rest waits."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests import straight
from keyword_assets_tests.cli.conftest import CommandLine, Process
from keyword_assets_tests.cli.processes import PATIENCE, at_work, sent, wait_until
from keyword_assets_tests.world import DAY, NEXT_DAY, Chats, Clock, keyword_rows, questions

MOST = "KEYWORDS_MOST_NEW_TEXTS_A_DAY"


@pytest.fixture(autouse=True)
def _today(settings_in_force: None, clock: Clock) -> None:
    clock.tick = timedelta()


def _sent(hcx: SimulatorServer) -> list[str]:
    return [text for record in hcx.stats.records for text in record.texts]


def _rush(chats: Chats, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str]]:
    """Twenty questions of one visitor, ten that are asked more often."""
    usual, rush = questions(30)[:10], questions(30)[10:]
    chats.add(*rush)
    chats.add(*usual, times=3)
    monkeypatch.setenv(MOST, "12")
    return usual, rush


def test_the_rest_waits(
    cli: CommandLine,
    on_mysql: None,
    chats: Chats,
    hcx: SimulatorServer,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is told, not tried, not quarantined, and goes as soon as the limit allows; on a server, as in production."""
    usual, rush = _rush(chats, monkeypatch)
    chats.add(*questions(40)[30:], day=NEXT_DAY)

    first = cli("complete", DAY, NEXT_DAY, "--json")

    assert first.code == 3
    assert (first.document["processed"], first.document["failed"], first.document["stopped"]) == (22, 0, "day_limit")
    day, next_day = first.document["check"]["days"]
    assert (day["missing"], day["waiting"], day["quarantined"]) == (18, 18, 0)
    assert (next_day["missing"], next_day["waiting"]) == (0, 0)
    assert set(usual) < set(_sent(hcx))
    assert len(set(_sent(hcx)) & set(rush)) == 2

    # Again on the same day, by another run: nothing is sent, and what waits was not tried.
    hcx.reset()
    again = cli("complete", DAY, DAY, "--json")
    assert (again.code, _sent(hcx), again.document["failed"]) == (3, [], 0)
    assert cli("quarantine", "list", DAY, DAY, "--json").document["quarantined"] == []

    # Nor is it, where the rest could not be sent for want of room, told as a run's failure or a plan's cost.
    assert cli("complete", DAY, DAY, "--dry-run", "--json").document["texts"] == 0

    # A higher limit lets the difference go, and --limit stays a limit of its own.
    monkeypatch.setenv(MOST, "17")
    assert cli("complete", DAY, DAY, "--dry-run", "--json").document["texts"] == 5
    assert straight.basic(limit=3).result.processed == 3
    assert straight.basic(limit=9).result.processed == 2
    assert cli("check", DAY, DAY, "--json").document["total"]["waiting"] == 13

    # The next day's texts go the next day, and without a limit all do.
    clock.now += timedelta(days=1)
    assert cli("check", DAY, DAY, "--json").document["total"]["waiting"] == 0
    monkeypatch.setenv(MOST, "6")
    assert straight.complete().result.processed == 6
    monkeypatch.delenv(MOST)
    last = cli("complete", DAY, DAY, "--json")
    assert (last.code, last.document["processed"]) == (0, 7)
    assert "waiting" not in last.document["check"]["total"]
    assert {row["query_text"] for row in keyword_rows()} == {*questions(40)}


def test_people_are_told_what_waits_and_why(cli: CommandLine, chats: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else somebody looks for a fault."""
    _rush(chats, monkeypatch)

    story = cli("complete", DAY, DAY).story

    assert MOST in story
    assert "누락 18개 중 18개는 하루 한도" in story
    assert "18 of 18 missing wait until tomorrow" in cli("--lang", "en", "check", DAY, DAY).story
    cli("--lang", "ko", "report", DAY, DAY)
    (page,) = Path().glob("keyword-report_*.html")
    assert "하루 한도 때문에 내일을 기다림" in page.read_text(encoding="utf-8")


def test_answers_that_are_known_do_not_count(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They cost nothing."""
    chats.add(*questions(20))
    straight.complete()
    hcx.reset()
    monkeypatch.setenv(MOST, "5")
    chats.add(*questions(24), day=NEXT_DAY)

    outcome = cli("complete", NEXT_DAY, NEXT_DAY, "--json")

    assert (outcome.code, outcome.document["reused"], len(_sent(hcx))) == (0, 20, 4)


def test_what_could_not_be_sent_does_not_count(
    chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A budget that was used up, or a key that was refused, takes nothing of the day's texts."""
    _rush(chats, monkeypatch)
    hcx.faults.add(Fault("error", code="40104", message="denied"))
    assert straight.basic().fatal is not None
    hcx.faults.clear()
    monkeypatch.setenv("HCX_TOKEN_BUDGET", "0")
    assert straight.basic().result.stopped == "budget"
    monkeypatch.delenv("HCX_TOKEN_BUDGET")

    assert straight.basic().result.processed == 12


def test_two_processes_share_the_limit(
    on_mysql: None, process: Process, other_home: str, metered: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The night's run on the server and somebody's laptop: together not one text too many, and none too few."""
    texts = questions(620)
    Chats().add(*texts)
    monkeypatch.setenv(MOST, "300")

    children = [process("basic", DAY, DAY, "--json"), process("basic", DAY, DAY, "--json", DAGSTER_HOME=other_home)]
    wait_until(lambda: at_work() == 2, *children)
    metered.faults.clear()
    ended = [child.communicate(timeout=PATIENCE) for child in children]
    documents = [json.loads(out) for out, _ in ended]

    assert [child.returncode for child in children] == [3, 3]
    assert {document["stopped"] for document in documents} == {"day_limit"}
    assert set(sent(metered).values()) == {1}
    assert len(sent(metered)) == sum(document["processed"] - document["reused"] for document in documents) == 300
    assert [document["failed"] for document in documents] == [0, 0]
    assert documents[-1]["check"]["total"]["waiting"] == 320
