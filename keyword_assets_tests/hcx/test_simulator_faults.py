"""Failures on demand: that each really happens, to the requests it should, and to no others."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from keyword_assets.hcx.simulator.faults import KINDS, Fault, FaultPlan, read_faults
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.hcx.simulating import CATEGORIES, answers, calling, chat, content, refused, structured

ASKED = ("전학 절차", "검정고시 과목", "학교폭력 신고")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("40005", 400),
        ("40082", 400),
        ("40104", 401),
        ("40800", 408),
        ("42400", 424),
        ("42900", 429),
        ("42901", 429),
        ("42902", 429),
        ("42903", 429),
        ("50000", 500),
        ("50400", 504),
    ],
)
def test_every_code_of_the_table_can_be_had(
    client: httpx.Client, simulator: SimulatorServer, code: str, status: int
) -> None:
    """What a client does after an error is only worth trusting once it has been seen doing it."""
    simulator.faults.add(Fault("error", code=code, times=1))

    response = chat(client, structured(*ASKED))

    assert refused(response)[:2] == (status, code)
    assert chat(client, structured(*ASKED)).status_code == 200


def test_an_error_can_come_with_http_200(client: httpx.Client, simulator: SimulatorServer) -> None:
    """Success is HTTP 2xx and the code, not one of them."""
    simulator.faults.add(Fault("error_in_200", code="50000", times=1))

    assert refused(chat(client, structured(*ASKED))) == (200, "50000", "Internal server error")


@pytest.mark.parametrize("status", [502, 503])
def test_a_gateway_answers_in_html(client: httpx.Client, simulator: SimulatorServer, status: int) -> None:
    """What stands in front of the service knows nothing of its envelope."""
    simulator.faults.add(Fault("gateway_html", status=status, times=1))

    response = chat(client, structured(*ASKED))

    assert (response.status_code, response.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert response.text.startswith("<html>")


def test_a_body_can_be_garbage(client: httpx.Client, simulator: SimulatorServer) -> None:
    """HTTP 200 with the right content type, and still nothing to be read."""
    simulator.faults.add(Fault("garbage", times=1))

    response = chat(client, structured(*ASKED))

    assert response.status_code == 200
    with pytest.raises((json.JSONDecodeError, UnicodeDecodeError)):
        response.json()


@pytest.mark.parametrize(("kind", "error"), [("reset", httpx.ReadError), ("disconnect", httpx.RemoteProtocolError)])
def test_a_connection_can_break_without_an_answer(
    client: httpx.Client, simulator: SimulatorServer, kind: str, error: type[Exception]
) -> None:
    """The client cannot know whether it was billed, but the next request has to work."""
    simulator.faults.add(Fault(kind, times=1))

    with pytest.raises(error):
        chat(client, structured(*ASKED))

    assert chat(client, structured(*ASKED)).status_code == 200
    assert [(record.status, record.code) for record in simulator.stats.records] == [(None, kind), (200, "20000")]


def test_a_hanging_request_runs_into_the_clients_timeout(client: httpx.Client, simulator: SimulatorServer) -> None:
    """A client without a time-out would wait for ever."""
    simulator.faults.add(Fault("hang", seconds=1, times=1))

    with pytest.raises(httpx.ReadTimeout):
        chat(client, structured(*ASKED), timeout=0.1)

    assert chat(client, structured(*ASKED)).status_code == 200


def test_a_slow_answer_is_still_a_good_one(client: httpx.Client, simulator: SimulatorServer) -> None:
    """Slowness adds to whatever else happens."""
    simulator.faults.add(Fault("slow", seconds=0.05), Fault("missing_id", times=1))

    assert len(answers(chat(client, structured(*ASKED)))) == 2
    assert len(answers(chat(client, structured(*ASKED)))) == 3
    assert simulator.faults.struck == {"slow": 2, "missing_id": 1}


@pytest.mark.parametrize("kind", ["truncated", "not_json"])
def test_an_answer_can_be_no_json(client: httpx.Client, simulator: SimulatorServer, kind: str) -> None:
    """The finish reason tells the two apart: one wants a larger cap, the other just another try."""
    simulator.faults.add(Fault(kind, times=1))

    response = chat(client, structured(*ASKED))

    assert response.json()["result"]["finishReason"] == ("length" if kind == "truncated" else "stop")
    with pytest.raises(json.JSONDecodeError):
        json.loads(content(response))


def test_a_tool_call_can_be_truncated_or_be_no_object(client: httpx.Client, simulator: SimulatorServer) -> None:
    """The same faults, in the form that a tool call gives them."""
    simulator.faults.add(Fault("truncated", times=1), Fault("not_json", times=1))

    truncated = chat(client, calling(*ASKED), "HCX-005").json()["result"]
    broken = chat(client, calling(*ASKED), "HCX-005").json()["result"]

    assert (truncated["finishReason"], truncated["message"].get("toolCalls")) == ("length", None)
    assert isinstance(broken["message"]["toolCalls"][0]["function"]["arguments"], str)


@pytest.mark.parametrize("kind", ["wrong_shape", "no_answers"])
def test_an_answer_can_have_the_wrong_shape(client: httpx.Client, simulator: SimulatorServer, kind: str) -> None:
    """JSON alone does not make an answer."""
    simulator.faults.add(Fault(kind, times=1))

    found = json.loads(content(chat(client, structured(*ASKED))))

    assert not isinstance(found.get("answers"), list)


Check = Callable[[list[dict[str, Any]]], bool]
# What is wrong with the answers when the middle question is poisoned.
SPOILED: dict[str, Check] = {
    "missing_id": lambda found: [a["id"] for a in found] == [0, 2],
    "double_id": lambda found: [a["id"] for a in found] == [0, 1, 1, 2],
    "foreign_id": lambda found: len(found) == 3 and found[1]["id"] not in (0, 1, 2),
    "unknown_category": lambda found: found[1]["keywords"][0]["category"] not in CATEGORIES,
    "blank_keyword": lambda found: not found[1]["keywords"][0]["keyword"].strip(),
    "long_keyword": lambda found: len(found[1]["keywords"][0]["keyword"]) == 101,
    "too_many_keywords": lambda found: len(found[1]["keywords"]) == 4,
    "no_keywords": lambda found: found[1]["keywords"] == [],
}


@pytest.mark.parametrize("kind", SPOILED)
def test_one_poisoned_question_is_spoiled_and_its_neighbours_are_not(
    client: httpx.Client, simulator: SimulatorServer, kind: str
) -> None:
    """Good answers of a bad reply are to be kept, so they have to be really good here."""
    good = answers(chat(client, structured(*ASKED)))
    simulator.faults.add(Fault(kind, text="검정고시"))

    found = answers(chat(client, structured(*ASKED)))

    assert SPOILED[kind](found)
    assert (found[0], found[-1]) == (good[0], good[2])
    assert answers(chat(client, structured("전학 절차"))) == good[:1]


def test_every_kind_of_fault_is_tested_here() -> None:
    """A kind added without a test is a promise nobody has checked."""
    others = {"error", "error_in_200", "gateway_html", "garbage", "reset", "disconnect", "hang", "slow"}

    assert {*SPOILED, *others, "truncated", "not_json", "wrong_shape", "no_answers"} == KINDS


def test_poison_makes_a_whole_request_fail_wherever_it_is(client: httpx.Client, simulator: SimulatorServer) -> None:
    """A text that the service refuses drags down all that is asked beside it, until it is asked alone."""
    simulator.faults.add(Fault("error", code="40005", text='금지된 "말"'))

    assert refused(chat(client, structured(*ASKED, '금지된 "말"인가요')))[1] == "40005"
    assert chat(client, structured(*ASKED)).status_code == 200


def test_several_poisoned_questions_are_each_spoiled_in_their_own_way(
    client: httpx.Client, simulator: SimulatorServer
) -> None:
    """One batch can hold more than one of them."""
    simulator.faults.add(Fault("missing_id", text="전학"), Fault("no_keywords", text="검정고시"))

    found = answers(chat(client, structured(*ASKED)))

    assert [answer["id"] for answer in found] == [1, 2]
    assert found[0]["keywords"] == []


def test_a_firewall_blocks_what_its_pattern_finds_with_a_page_of_its_own(
    client: httpx.Client, simulator: SimulatorServer
) -> None:
    """The way to HCX leads through boxes that read along."""
    page = {"kind": "gateway_html", "status": 403, "message": "Blocked", "headers": {"X-Box": "waf-1"}}
    client.post("/_simulator/faults", json=[{**page, "pattern": "drop +table"}])

    blocked = chat(client, structured("전학", "what does drop  table mean?"))
    passed = chat(client, structured("전학", "what does drop the table mean?"))

    assert (blocked.status_code, blocked.headers["x-box"], passed.status_code) == (403, "waf-1", 200)
    assert "<title>Blocked</title>" in blocked.text


def test_an_error_can_ask_to_wait_in_any_words(client: httpx.Client, simulator: SimulatorServer) -> None:
    """Whatever the real one was never seen to say."""
    simulator.faults.add(Fault("error", code="42901", headers={"Retry-After": "86400"}, times=1))

    assert chat(client, structured(*ASKED)).headers["retry-after"] == "86400"


def test_faults_with_times_play_like_a_script(client: httpx.Client, simulator: SimulatorServer) -> None:
    """Tests of retries write down what happens to the first, second and third try."""
    simulator.faults.add(Fault("error", code="42902", times=2), Fault("gateway_html", times=1))

    statuses = [chat(client, structured(*ASKED)).status_code for _ in range(4)]

    assert statuses == [429, 429, 502, 200]


def test_a_probability_strikes_that_share_the_same_way_every_time() -> None:
    """A run with random failures has to be repeatable."""
    plans = [FaultPlan(seed=3), FaultPlan(seed=3), FaultPlan(seed=4)]
    for plan in plans:
        plan.add(Fault("error", probability=0.2))

    first, again, other = ([bool(plan.draw(["a"]).transport) for _ in range(2000)] for plan in plans)

    assert first == again != other
    assert 300 < sum(first) < 500


def test_a_fault_without_a_text_spoils_one_question_at_random() -> None:
    """Over many requests every place is hit."""
    plan = FaultPlan()
    plan.add(Fault("missing_id"))

    places = {plan.draw(["a", "b", "c"]).corruptions for _ in range(100)}

    assert places == {(("missing_id", (place,)),) for place in range(3)}


def test_a_fault_is_charged_to_the_quota(client: httpx.Client, simulator: SimulatorServer) -> None:
    """The harder reading of the rules: what was let in counts, even if nothing came of it."""
    simulator.faults.add(Fault("error", times=1))

    chat(client, structured(*ASKED))

    assert simulator.stats.snapshot.tokens_charged > 4096


def test_faults_can_be_set_over_http(client: httpx.Client) -> None:
    """The simulator of the command line is a process of its own."""
    made = client.post("/_simulator/faults", json=[{"kind": "error", "code": "50000", "times": 2}])
    first = chat(client, structured(*ASKED)).status_code
    left = client.get("/_simulator/stats").json()["faults"]["in_force"]
    cleared = client.delete("/_simulator/faults")

    assert (made.status_code, first, cleared.status_code) == (201, 500, 204)
    assert [(fault["kind"], fault["times"]) for fault in left] == [("error", 1)]
    assert chat(client, structured(*ASKED)).status_code == 200


def test_a_reset_over_http_forgets_everything(client: httpx.Client, simulator: SimulatorServer) -> None:
    """Two demos in a row must not see each other."""
    simulator.faults.add(Fault("error"))
    chat(client, structured(*ASKED))

    assert client.post("/_simulator/reset").status_code == 204
    assert (simulator.stats.snapshot.received, simulator.faults.in_force) == (0, [])


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        [1],
        [{"kind": "nonsense"}],
        [{"code": "50000"}],
        [{"kind": "error", "when": "now"}],
        [{"kind": "error", "code": "5"}],
        [{"kind": "error", "probability": 2}],
        [{"kind": "error", "probability": "often"}],
        [{"kind": "slow", "seconds": "long"}],
        [{"kind": "error", "times": "twice"}],
        [{"kind": "error", "text": 1}],
        [{"kind": ["error"]}],
        [{"kind": None}],
        [{"kind": "error", "times": 0}],
        [{"kind": "slow", "seconds": -1}],
        [{"kind": "error", "pattern": "("}],
        [{"kind": "error", "headers": {"Retry-After": 1}}],
        [{"kind": "error", "headers": {"Retry-After": "내일"}}],
        [{"kind": "error", "headers": "Retry-After: 1"}],
    ],
)
def test_a_fault_that_makes_no_sense_is_not_set(client: httpx.Client, simulator: SimulatorServer, wrong: Any) -> None:
    """A mistyped fault that never strikes would make a test pass for no reason."""
    assert client.post("/_simulator/faults", json=wrong).status_code == 400
    assert simulator.faults.in_force == []
    with pytest.raises(ValueError, match=r"fault|code|probability|times|cannot|expression|headers"):
        read_faults(wrong)
