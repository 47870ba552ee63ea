"""Whatever HCX does, nothing is written that it did not answer, and what is missing is called missing.

Each kind of fault is gone through without Dagster, which knows nothing of them; some of each sort by whole commands.
"""

import socket

import pytest

from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets_tests import straight
from keyword_assets_tests.cli.conftest import CommandLine
from keyword_assets_tests.world import DAY, NEXT_DAY, Chats, answers_to, contents, keyword_rows, questions, written

# A text contains the empty one: so these spoil the answer of every question, and not that of one in each request.
EVERY = ""
FAULTS_THROUGHOUT = [
    # One that is tried again and one that closes the quota: which code is which is in the tests of the client.
    Fault("error", code="50000"),
    Fault("error", code="42901"),
    Fault("error_in_200", code="50000"),
    Fault("garbage"),
    Fault("not_json"),
    Fault("wrong_shape"),
    Fault("no_answers"),
    Fault("missing_id", text=EVERY),
    Fault("double_id", text=EVERY),
    Fault("foreign_id", text=EVERY),
    Fault("unknown_category", text=EVERY),
    Fault("blank_keyword", text=EVERY),
    Fault("long_keyword", text=EVERY),
    Fault("too_many_keywords", text=EVERY),
    Fault("no_keywords", text=EVERY),
]
TEN_AT_A_TENTH = [
    Fault("error", code="50000", probability=0.1),
    Fault("error", code="42902", probability=0.1),
    *(
        Fault(kind, probability=0.1)
        for kind in (
            *("reset", "garbage", "truncated", "missing_id"),
            *("double_id", "foreign_id", "unknown_category", "blank_keyword"),
        )
    ),
]
FAULTS_NOW_AND_THEN = [
    "error",
    "gateway_html",
    "garbage",
    "reset",
    "disconnect",
    "truncated",
    "not_json",
    "wrong_shape",
    "missing_id",
    "double_id",
    "foreign_id",
    "unknown_category",
    "blank_keyword",
    "long_keyword",
    "too_many_keywords",
    "no_keywords",
]


@pytest.mark.parametrize("fault", FAULTS_THROUGHOUT, ids=lambda fault: f"{fault.kind}-{fault.code}")
def test_a_fault_throughout_writes_no_row_and_leaves_every_question_missing(
    chats: Chats, hcx: SimulatorServer, fault: Fault
) -> None:
    """An outage must never look like questions that were classified, nor like questions that cannot be."""
    chats.add(*questions(5))
    hcx.faults.add(fault)

    done = straight.basic()

    assert (done.fatal, keyword_rows()) == (None, [])
    assert (done.day.missing, done.day.quarantined) == (5, 0)


def test_people_are_told_of_an_outage_as_of_questions_that_are_missing(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer
) -> None:
    """Whatever its reason is; and they see no traceback."""
    chats.add(*questions(12))
    hcx.faults.add(Fault("double_id", text=EVERY))

    outcome = cli("basic", DAY, DAY)
    total = cli("check", DAY, DAY, "--json").document["total"]

    assert outcome.code == 3
    assert (total["missing"], total["quarantined"]) == (12, 0)
    assert "처리율 0.0 % — 누락 12개가 남았습니다 (그중 격리 0개)" in outcome.story
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("kind", ["error", "blank_keyword"])
def test_a_fault_throughout_is_in_the_json_document(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, kind: str
) -> None:
    """Monitoring learns of the outage from the exit code and the numbers, not from prose."""
    chats.add(*questions(5))
    hcx.faults.add(Fault(kind, text=EVERY))

    outcome = cli("complete", DAY, DAY, "--json")

    assert outcome.code == 3
    assert [outcome.document[name] for name in ("processed", "failed", "quarantined")] == [0, 5, 0]
    assert outcome.document["requests"] > 0
    assert outcome.document["check"]["total"]["missing"] == 5


def test_what_was_asked_in_an_outage_is_told_with_its_reason(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer
) -> None:
    """Money went out for these questions."""
    chats.add(*questions(40))
    hcx.faults.add(Fault("unknown_category", text=EVERY), Fault("garbage"))

    outcome = cli("basic", DAY, DAY)

    assert "실패 이유: JSON이 아닌 답" in outcome.story


def test_a_long_outage_is_noticed_after_a_few_requests(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asking an HCX that is down about a million questions would take days and say nothing new."""
    chats.add(*questions(300))
    monkeypatch.setenv("HCX_BATCH_SIZE", "1")
    hcx.faults.add(Fault("error"))

    outcome = cli("complete", DAY, DAY)

    assert outcome.code == 3
    assert hcx.stats.snapshot.received < 150
    assert "HCX가 쓸 수 있는 답을 주지 않아 멈췄습니다" in outcome.story


def test_an_hcx_that_answers_nonsense_is_noticed_after_a_few_requests(
    chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every nonsense is paid for, so the run has to stop; and no text is to blame for it."""
    chats.add(*questions(300))
    monkeypatch.setenv("HCX_BATCH_SIZE", "2")
    hcx.faults.add(Fault("not_json"))

    done = straight.complete()

    assert done.result.stopped
    assert hcx.stats.snapshot.received < 150
    assert (done.day.missing, done.day.quarantined) == (300, 0)


@pytest.mark.parametrize("kind", FAULTS_NOW_AND_THEN)
def test_a_fault_now_and_then_costs_requests_but_no_question(
    chats: Chats, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """One reply in five spoiled is a bad day at HCX; the day's questions are all classified at its end."""
    texts = questions(24)
    chats.add(*texts)
    monkeypatch.setenv("HCX_BATCH_SIZE", "4")
    monkeypatch.setenv("HCX_MAX_RETRIES", "6")
    # One request after the other, so that the seeded faults strike the same requests every time.
    monkeypatch.setenv("HCX_QPM", "1")
    monkeypatch.setenv("HCX_QUOTA_WINDOW_SECONDS", "0.001")
    with SimulatorServer(SimulatorSettings(seed=8)) as server:
        monkeypatch.setenv("HCX_BASE_URL", server.url)
        server.faults.add(Fault(kind, probability=0.2))

        done = straight.complete()

        assert server.faults.struck[kind] > 0
    assert (done.fatal, done.day.missing, done.result.failed) == (None, 0, 0)
    assert written() == answers_to(texts)


def test_all_faults_together_cost_no_question_either(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Troubles do not come one kind at a time, and requests do not come one after the other."""
    texts = questions(60)
    chats.add(*texts)
    monkeypatch.setenv("HCX_BATCH_SIZE", "5")
    monkeypatch.setenv("HCX_MAX_RETRIES", "6")
    hcx.faults.add(*(Fault(kind, times=1) for kind in FAULTS_NOW_AND_THEN))

    outcome = cli("complete", DAY, DAY, "--json")

    assert set(hcx.faults.struck) == set(FAULTS_NOW_AND_THEN)
    assert outcome.code == 0
    assert written() == answers_to(texts)


def test_the_good_answers_of_a_bad_reply_are_kept(chats: Chats, hcx: SimulatorServer) -> None:
    """They are paid for; only the spoiled one is asked again, alone."""
    texts = questions(8)
    chats.add(*texts)
    hcx.faults.add(Fault("unknown_category", text=texts[3], times=1))

    done = straight.basic()
    first, second = hcx.stats.records

    assert (done.day.missing, done.result.usage.requests) == (0, 2)
    assert (len(first.texts), second.texts) == (8, (texts[3],))


def test_of_an_answer_cut_off_by_the_cap_only_the_rest_is_asked_again(chats: Chats, hcx: SimulatorServer) -> None:
    """What came before the cut is whole, and paid for."""
    texts = questions(6)
    chats.add(*texts)
    hcx.faults.add(Fault("truncated", times=1))

    straight.basic()
    first, second = hcx.stats.records

    assert first.texts[-len(second.texts) :] == second.texts
    assert 0 < len(second.texts) < 6
    assert written() == answers_to(texts)


@pytest.mark.parametrize("model", ["HCX-007", "HCX-005"])
def test_an_answer_of_which_nothing_is_left_is_asked_for_with_more_room(
    chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    """The same request would be cut off in the same place."""
    monkeypatch.setenv("HCX_MODEL", model)
    chats.add("전학 절차")
    hcx.faults.add(Fault("truncated", times=1))

    done = straight.basic()
    first, second = hcx.stats.records

    assert (done.day.missing, second.texts) == (0, first.texts)
    assert (second.cap or 0) > (first.cap or 0)


def test_answers_that_are_cut_off_every_time_still_give_their_whole_parts(chats: Chats, hcx: SimulatorServer) -> None:
    """Half a reply is half the work done; what never comes whole, even alone, is quarantined in the end."""
    texts = questions(12)
    chats.add(*texts)
    hcx.faults.add(Fault("truncated"))

    result = straight.basic().result

    assert result.processed > 0
    assert result.failed > 0
    assert result.processed + result.failed == 12
    assert written() <= answers_to(texts)


def test_the_worst_of_all_nights_ends_at_a_hundred_per_cent(
    cli: CommandLine, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of ten faults strikes a tenth of what the others leave: a request in three comes back as it should."""
    texts = questions(300)
    chats.add(*texts)
    monkeypatch.setenv("HCX_MAX_RETRIES", "10")
    with SimulatorServer(SimulatorSettings(seed=11)) as server:
        monkeypatch.setenv("HCX_BASE_URL", server.url)
        server.faults.add(*TEN_AT_A_TENTH)

        outcome = cli("complete", DAY, DAY, "--json")

        assert sum(server.faults.struck.values()) > 0.5 * server.stats.snapshot.received
        assert server.stats.snapshot.received <= 2.6 * 30
    assert (outcome.code, outcome.document["check"]["coverage"], outcome.document["quarantined"]) == (0, 1.0, 0)
    assert written() == answers_to(texts)


def test_a_quota_that_hcx_enforces_is_never_run_into(chats: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused request is time lost, and on some accounts counts as one."""
    texts = questions(40)
    chats.add(*texts)
    for name, value in {"BATCH_SIZE": 2, "QPM": 8, "TPM": 20_000, "QUOTA_WINDOW_SECONDS": 0.4}.items():
        monkeypatch.setenv(f"HCX_{name}", str(value))
    with SimulatorServer(SimulatorSettings(qpm=8, tpm=20_000, window_seconds=0.4)) as server:
        monkeypatch.setenv("HCX_BASE_URL", server.url)

        done = straight.complete()

        assert server.stats.snapshot.by_status == {"200": 20}
    assert (done.fatal, done.day.missing) == (None, 0)


def test_a_quota_smaller_than_we_were_told_is_kept_to_all_the_same(
    chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first answer says how small it is."""
    texts = questions(12)
    chats.add(*texts)
    for name, value in {"BATCH_SIZE": 3, "QPM": 100, "MAX_RETRIES": 6, "QUOTA_WINDOW_SECONDS": 1}.items():
        monkeypatch.setenv(f"HCX_{name}", str(value))
    with SimulatorServer(SimulatorSettings(qpm=2, window_seconds=1)) as server:
        monkeypatch.setenv("HCX_BASE_URL", server.url)

        straight.complete()

        assert server.stats.snapshot.by_status == {"200": 4}
    assert written() == answers_to(texts)


@pytest.mark.parametrize(("mode", "number"), [("basic", 1), ("complete", 40)], ids=["one request", "many requests"])
def test_an_hcx_that_cannot_be_reached_is_said(
    cli: CommandLine, chats: Chats, monkeypatch: pytest.MonkeyPatch, mode: str, number: int
) -> None:
    """A wrong address or a firewall needs a person; gaps that come back tomorrow would hide it."""
    chats.add(*questions(number))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HCX_BASE_URL", f"http://127.0.0.1:{taken.getsockname()[1]}")

        outcome = cli(mode, DAY, DAY, "--json")

    assert (outcome.code, outcome.out) == (4, "")
    assert "HCX에 연결할 수 없습니다: ConnectError" in outcome.complaint
    assert keyword_rows() == []


def test_what_was_finished_before_the_connection_was_lost_is_kept(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run goes on from there and does not pay again; this one tells what it kept."""
    chats.add(*questions(10))
    chats.add(*[f"{text}, 다음 날" for text in questions(40)], day=NEXT_DAY)
    monkeypatch.setenv("HCX_BATCH_SIZE", "5")
    # Nothing gets through any more but the first day's questions, which are asked before.
    hcx.faults.add(Fault("reset", pattern=r"(?<!번째로 묻습니다)$"))

    lost = cli("basic", DAY, NEXT_DAY, "--json")
    kept = written()
    hcx.reset()
    mended = cli("basic", DAY, NEXT_DAY, "--json")

    assert (lost.code, lost.document["processed"], lost.document["check"]["coverage"]) == (4, 10, 0.2)
    assert kept == answers_to(questions(10))
    assert mended.code == 0
    assert not {text for record in hcx.stats.records for text in record.texts} & set(questions(10))


def test_a_fault_of_one_day_does_not_keep_the_other_from_being_finished(
    cli: CommandLine, chats: Chats, hcx: SimulatorServer
) -> None:
    """Days share requests; they must not share misfortunes."""
    chats.add(*questions(6))
    chats.add("받아들이지 않을 질문", day=NEXT_DAY)
    hcx.faults.add(Fault("error", code="40005", text="받아들이지 않을"))

    days = cli("complete", DAY, NEXT_DAY, "--json").document["check"]["days"]

    assert [day["coverage"] for day in days] == [1.0, 0.0]


def test_a_failed_run_leaves_no_answer_behind_that_was_not_given(chats: Chats, hcx: SimulatorServer) -> None:
    """The answers kept for reuse are as binding as the rows."""
    chats.add(*questions(5))
    hcx.faults.add(Fault("unknown_category", text=EVERY))

    straight.complete()
    left = contents()

    assert (left["keyword_answers"], left["keyword_quarantine"]) == ([], [])
