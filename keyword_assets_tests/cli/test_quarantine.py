"""A text that HCX cannot answer is quarantined with its reason, alone, until a person asks for it again."""

import logging
from pathlib import Path

import pytest

from keyword_assets.hcx.simulator.corruptions import UNKNOWN_CATEGORY
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests import straight
from keyword_assets_tests.cli.conftest import CommandLine, Once
from keyword_assets_tests.world import DAY, KEY, NEXT_DAY, Chats, answers_to, contents, questions, written

POISON = "받아들일 수 없는 질문"
REFUSED = Fault("error", code="40005", text=POISON)
UNUSABLE = Fault("unknown_category", text=POISON)


@pytest.fixture
def poisoned(chats: Chats, hcx: SimulatorServer) -> SimulatorServer:
    """Twelve questions of a day, one of which HCX refuses whenever it is in a request."""
    chats.add(*questions(6), POISON, POISON, *questions(12)[6:])
    hcx.faults.add(REFUSED)
    return hcx


@pytest.fixture
def quarantined(cli: CommandLine, once: Once, poisoned: SimulatorServer) -> SimulatorServer:
    """After a first run: that one is quarantined, the others are classified."""

    def first_run() -> None:
        cli("basic", DAY, DAY, "--json")

    once(first_run)
    poisoned.stats.reset()
    return poisoned


@pytest.mark.parametrize("fault", [REFUSED, UNUSABLE], ids=["refused", "unusable"])
def test_the_neighbours_of_a_poison_text_are_classified(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, fault: Fault
) -> None:
    """One troll must not take nine people's questions with them."""
    chats.add(*questions(6), POISON, *questions(12)[6:])
    hcx.faults.add(fault)

    outcome = cli("complete", DAY, DAY, "--json")

    assert written() == answers_to(questions(12))
    assert outcome.code == 3
    assert [outcome.document[name] for name in ("processed", "failed", "quarantined")] == [12, 1, 1]
    assert outcome.document["check"]["total"]["quarantined"] == 1


def test_the_list_shows_reason_tries_and_last_reply(cli: CommandLine, chats: Chats, hcx: SimulatorServer) -> None:
    """Whoever decides what to do about a text needs to see what HCX made of it."""
    chats.add(*questions(3), POISON)
    hcx.faults.add(UNUSABLE)
    straight.complete()

    (entry,) = cli("quarantine", "list", DAY, DAY, "--json").document["quarantined"]
    story = cli("quarantine", "list", DAY, DAY).story

    assert entry["reason"] == "category"
    assert entry["tries"] >= 3
    assert UNKNOWN_CATEGORY in entry["last_reply"]
    for shown in ("분류표에 없는 분류", str(entry["tries"]), POISON, " ".join(entry["last_reply"].split())[:30]):
        assert shown in story


@pytest.mark.parametrize("code", ["40005", "40104", "50000"])
def test_a_key_that_the_server_repeats_is_shown_and_kept_nowhere(
    cli: CommandLine,
    chats: Chats,
    hcx: SimulatorServer,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    code: str,
) -> None:
    """Its words go into the quarantine, the log, the screens and Dagster's event log; the key must not."""
    caplog.set_level(logging.DEBUG)
    chats.add(*questions(6), POISON)
    hcx.faults.add(Fault("error", code=code, message=f"Bearer {KEY} may not say that", text=POISON))

    said = [
        cli(*command, *option)
        for command in (("complete", DAY, DAY), ("quarantine", "list", DAY, DAY), ("check", DAY, DAY))
        for option in ((), ("--json",))
    ]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert "may not say that" in "".join(outcome.out + outcome.err for outcome in said)
    assert not [outcome for outcome in said if KEY in outcome.out + outcome.err]
    assert KEY not in caplog.text
    assert not [path for path in files if KEY.encode() in path.read_bytes()]


def test_the_summary_says_that_the_gap_is_quarantined(cli: CommandLine, poisoned: SimulatorServer) -> None:
    """Running again would not help, so the message must not advise it."""
    outcome = cli("complete", DAY, DAY)

    assert outcome.code == 3
    assert "누락 1개는 모두 격리되었습니다. 'keyword-assets quarantine list'로" in outcome.story


def test_a_refused_text_is_not_asked_alone_twice(poisoned: SimulatorServer) -> None:
    """A refusal is definite; asking again is money for the same words."""
    straight.basic()

    assert [record.texts for record in poisoned.stats.records].count((POISON,)) == 1


def test_an_unusable_answer_is_asked_for_again_before_it_counts(chats: Chats, hcx: SimulatorServer) -> None:
    """A model has bad moments; one of them does not make a text unanswerable."""
    chats.add(*questions(3), POISON)
    hcx.faults.add(Fault("unknown_category", text=POISON, times=3))

    assert straight.basic().day.missing == 0


def test_a_quarantined_text_is_not_sent_again(cli: CommandLine, quarantined: SimulatorServer) -> None:
    """Every night's run would pay for it otherwise, for ever."""
    before, sent = contents(), quarantined.stats.snapshot.received

    again = cli("complete", DAY, DAY, "--json")

    assert (again.code, again.document["requests"], again.document["skipped"]) == (3, 0, 12)
    assert contents() == before
    assert quarantined.stats.snapshot.received == sent


def test_a_quarantined_text_is_not_sent_on_another_day_either(chats: Chats, quarantined: SimulatorServer) -> None:
    """It is the text that HCX refuses, whatever the day."""
    chats.add(POISON, day=NEXT_DAY)
    sent = quarantined.stats.snapshot.received

    day = straight.complete(NEXT_DAY).day

    assert (day.missing, day.quarantined) == (1, 1)
    assert quarantined.stats.snapshot.received == sent


def test_the_list_shows_each_text_with_its_reason(cli: CommandLine, quarantined: SimulatorServer) -> None:
    """A person decides what to do about it, and needs to know what HCX said."""
    outcome = cli("quarantine", "list", DAY, NEXT_DAY)

    assert outcome.code == 0
    assert POISON in outcome.story
    assert "40005" in outcome.story
    assert "격리된 질문 1개 중 1개를 보였습니다." in outcome.story


def test_the_list_as_json_holds_all_that_is_known(cli: CommandLine, quarantined: SimulatorServer) -> None:
    """For a script that opens a ticket for each."""
    document = cli("quarantine", "list", DAY, NEXT_DAY, "--json").document
    (entry,) = document["quarantined"]

    assert (document["start"], document["end"]) == (DAY, NEXT_DAY)
    assert entry.pop("since").startswith("2025-06-20T09:30:00")
    assert entry.pop("last_reply") == entry["reason"]
    assert entry == {
        "date": DAY,
        "text": POISON,
        "count": 2,
        "reason": "HTTP 400 40005 Unavailable output",
        "tries": 1,
    }


def test_an_unusable_answer_is_kept_to_be_looked_at(cli: CommandLine, chats: Chats, hcx: SimulatorServer) -> None:
    """Only the reply itself shows whether the prompt, the taxonomy or the text is to blame."""
    chats.add(*questions(3), POISON)
    hcx.faults.add(UNUSABLE)
    straight.basic()

    (entry,) = cli("quarantine", "list", DAY, DAY, "--json").document["quarantined"]

    assert (entry["reason"], entry["tries"]) == ("category", 3)
    assert "세상에 없는 분류" in entry["last_reply"]


def test_an_empty_list_says_so(cli: CommandLine) -> None:
    """Silence could be anything."""
    assert "격리된 질문이 없습니다." in cli("quarantine", "list", DAY, DAY).out


def test_retry_sends_it_again_and_mends_the_day(cli: CommandLine, quarantined: SimulatorServer) -> None:
    """HCX's filters change; then the gap can be closed."""
    quarantined.faults.clear()

    outcome = cli("quarantine", "retry", DAY, DAY)

    assert outcome.code == 0
    assert "격리된 질문 1개를 풀었습니다." in outcome.err
    assert "100.0 % — 고유 질문 13개가 모두 처리되었습니다." in outcome.story
    assert contents()["keyword_quarantine"] == []


def test_retry_as_json_is_the_document_of_a_run(cli: CommandLine, quarantined: SimulatorServer) -> None:
    """stdout is one document here too; what was released is said on stderr."""
    quarantined.faults.clear()

    outcome = cli("quarantine", "retry", DAY, DAY, "--json")

    assert (outcome.code, outcome.document["processed"], outcome.document["requests"]) == (0, 1, 1)


def test_a_text_that_is_refused_again_is_quarantined_again(cli: CommandLine, quarantined: SimulatorServer) -> None:
    """The second refusal must not leave it to be sent every night."""
    outcome = cli("quarantine", "retry", DAY, DAY, "--json")

    assert (outcome.code, outcome.document["check"]["total"]["quarantined"]) == (3, 1)


def test_retry_releases_only_the_period_asked_for(cli: CommandLine, quarantined: SimulatorServer) -> None:
    """Somebody may still be deciding about the other days."""
    outcome = cli("quarantine", "retry", NEXT_DAY, NEXT_DAY)

    assert "격리된 질문 0개를 풀었습니다." in outcome.err
    assert cli("check", DAY, DAY, "--json").document["total"]["quarantined"] == 1
