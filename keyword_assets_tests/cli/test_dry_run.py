"""`--dry-run`: what a run would take, told without a key, a request or a change."""

from pathlib import Path
from typing import Any

import pytest

from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests import straight
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.world import DAY, NEXT_DAY, Chats, contents, execute, questions

NUMBERS = ("questions", "reused", "texts", "requests")


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _numbers(document: dict[str, Any]) -> list[int]:
    return [document[name] for name in NUMBERS]


@pytest.mark.parametrize("mode", ["basic", "missing", "complete"])
@pytest.mark.parametrize("options", [[], ["--json"], ["--limit", "5"], ["--limit", "5", "--json"]], ids=" ".join)
def test_it_needs_no_key_and_leaves_no_trace(
    cli: CommandLine,
    chats: Chats,
    hcx: SimulatorServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    mode: str,
    options: list[str],
) -> None:
    """It is asked for before anybody has decided to spend anything."""
    chats.add(*questions(25))
    monkeypatch.delenv("HCX_API_KEY")
    before = _files(tmp_path)

    outcome = cli(mode, DAY, DAY, "--dry-run", *options)

    assert (outcome.code, outcome.err) == (3, "")
    assert _files(tmp_path) == before
    assert hcx.stats.snapshot.received == 0


def test_on_mysql_it_changes_nothing_either(cli: CommandLine, on_mysql: None, chats: Chats) -> None:
    """The account that only looks may not be allowed to write."""
    chats.add(*questions(25))
    before = contents()

    outcome = cli("complete", DAY, DAY, "--dry-run", "--json")

    assert (outcome.code, _numbers(outcome.document)) == (3, [25, 0, 25, 3])
    assert contents() == before


def test_where_nothing_is_missing_there_is_nothing_to_do(cli: CommandLine, chats: Chats) -> None:
    """The exit code is that of check, so that a script can decide by it."""
    chats.add(*questions(5))
    straight.complete()

    outcome = cli("complete", DAY, DAY, "--dry-run", "--json")

    assert (outcome.code, _numbers(outcome.document)) == (0, [0, 0, 0, 0])
    assert [outcome.document[name] for name in ("cost_krw", "minutes")] == [0, 0]
    assert set(outcome.document["tokens"].values()) == {0}


def test_the_document_holds_what_the_decision_needs(cli: CommandLine, chats: Chats) -> None:
    """Questions, requests, tokens, money and time, with the model and the date of its price."""
    chats.add(*questions(5))

    document = cli("missing", DAY, DAY, "--dry-run", "--json").document

    assert set(document) == {
        *("start", "end", "mode", "dry_run", *NUMBERS, "batch_size"),
        *("tokens", "cost_krw", "minutes", "model", "price_as_of"),
    }
    assert (document["mode"], document["dry_run"], document["model"]) == ("missing", True, "HCX-007")
    assert set(document["tokens"]) == {"prompt", "completion", "reserved"}
    assert document["cost_krw"] > 0


def test_people_are_told_the_same(cli: CommandLine, chats: Chats) -> None:
    """In their words, and that nothing has happened yet."""
    chats.add(*questions(25))
    document = cli("complete", DAY, DAY, "--dry-run", "--json").document

    korean, english = (cli("complete", DAY, DAY, "--dry-run", *options) for options in ([], ["--lang", "en"]))

    assert "HCX에 보낼 질문 25개" in korean.story
    assert "3회 (한 번에 10개)" in korean.story
    assert f"{document['cost_krw']:,.2f}원 (HCX-007, {document['price_as_of']} 단가)" in korean.story
    assert "아무것도 보내거나 바꾸지 않았습니다" in korean.story
    assert "nothing was sent or changed" in english.story
    assert not [character for character in english.out if "가" <= character <= "힣"]


def test_known_answers_other_spellings_and_quarantine_cost_nothing(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer
) -> None:
    """What is counted is what would be sent."""
    chats.add(*questions(3), "독이 든 질문")
    hcx.faults.add(Fault("error", code="40005", text="독이 든"))
    straight.basic()
    chats.add(*questions(5), f"{questions(5)[4]} ", "독이 든 질문", day=NEXT_DAY)

    outcome = cli("complete", DAY, NEXT_DAY, "--dry-run", "--json")

    # Three known ones, two new ones, another spelling of one of these; the quarantined one is not for us.
    assert (outcome.code, _numbers(outcome.document)) == (3, [6, 4, 2, 1])


@pytest.mark.parametrize(("limit", "texts"), [(0, 0), (7, 7), (100, 25)])
def test_a_limit_holds_for_the_texts_that_would_be_sent(cli: CommandLine, chats: Chats, limit: int, texts: int) -> None:
    """As it does in the run itself."""
    chats.add(*questions(25))

    document = cli("complete", DAY, DAY, "--dry-run", "--limit", str(limit), "--json").document

    assert document["texts"] == texts


def test_the_run_takes_what_was_told(cli: CommandLine, chats: Chats, hcx: SimulatorServer) -> None:
    """Once a run has taught what answers take, the next can be told beforehand within a few per cent."""
    chats.add(*questions(100))
    straight.complete()
    execute("DELETE FROM keyword_answers")
    chats.add(*questions(100), day=NEXT_DAY)

    told = cli("complete", NEXT_DAY, NEXT_DAY, "--dry-run", "--json").document
    took = cli("complete", NEXT_DAY, NEXT_DAY, "--json").document

    assert (told["texts"], told["requests"]) == (100, 10)
    assert took["requests"] <= 12
    # What an answer cut short costs in addition cannot be told beforehand.
    assert told["tokens"]["prompt"] == pytest.approx(took["tokens"]["prompt"], rel=0.15)
    assert told["cost_krw"] == pytest.approx(took["cost_krw"], rel=0.15)


def test_the_time_is_what_the_quota_takes(cli: CommandLine, chats: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six requests, of which two may go out in a minute: the last two after two minutes."""
    chats.add(*questions(60))
    for name, value in {"BATCH_SIZE": 10, "QPM": 2, "QUOTA_WINDOW_SECONDS": 60}.items():
        monkeypatch.setenv(f"HCX_{name}", str(value))

    assert cli("complete", DAY, DAY, "--dry-run", "--json").document["minutes"] == 2.0
