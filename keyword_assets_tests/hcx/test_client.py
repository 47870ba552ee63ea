"""HcxClient over real HTTP: what is tried again, what is not, what it counts, and what it never tells."""

import asyncio
import logging
import socket
from collections.abc import Coroutine
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any

import pytest

from keyword_assets.configuration.hcx_models import MODELS
from keyword_assets.core.classifying.budget import Budget
from keyword_assets.core.errors import HcxDenied, InputError
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.ports.model import (
    AskFailed,
    BudgetReached,
    ContentRefused,
    ModelFailing,
    NoLongerWanted,
    Reply,
)
from keyword_assets.hcx import attempts
from keyword_assets.hcx.client import HcxClient
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets_tests.hcx.asking import PRICE, hcx_at, opened, with_client
from keyword_assets_tests.world import KEY, questions

TEXTS = ["전학 절차가 궁금해요", "검정고시 접수 기간"]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between tries last seconds."""
    monkeypatch.setattr(attempts, "LONGEST_PAUSE", 0.01)
    monkeypatch.setattr("random.uniform", lambda low, high: low)


def _ask(server: SimulatorServer, texts: list[str] = TEXTS, room: int = 1, **changes: Any) -> Reply:
    return with_client(hcx_at(server.url, **changes), lambda model: model.ask(texts, room=room))


def _failed(server: SimulatorServer, texts: list[str] = TEXTS, **changes: Any) -> AskFailed:
    """What the ask failed with."""
    with pytest.raises(AskFailed) as failed:
        _ask(server, texts, **changes)
    return failed.value


async def _failing(asking: Coroutine[Any, Any, Reply]) -> AskFailed:
    with pytest.raises(AskFailed) as failed:
        await asking
    return failed.value


# -- what is asked ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_each_model_takes_the_request_and_answers_every_question(model: str) -> None:
    """The simulator refuses what the real service refuses, undocumented schema keywords included."""
    with SimulatorServer(SimulatorSettings(strict_schema=True)) as server:
        reply = _ask(server, model=model)

    assert [answer["id"] for answer in reply.document["answers"]] == reply.ids
    assert (reply.problem, reply.truncated) == (None, False)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("number", [1, 10, 30])
def test_the_output_cap_has_room_for_the_whole_answer(hcx: SimulatorServer, model: str, number: int) -> None:
    """An answer that is cut off is paid for and thrown away."""
    reply = _ask(hcx, questions(number), model=model)

    assert not reply.truncated
    assert len(reply.document["answers"]) == number


@pytest.mark.parametrize("model", ["HCX-005", "HCX-DASH-002"])
def test_with_tools_the_cap_is_never_below_what_the_api_takes(hcx: SimulatorServer, model: str) -> None:
    """1,024 is the least; a single question needs far less."""
    _ask(hcx, ["전학"], model=model)
    (record,) = hcx.stats.records

    assert record.cap == 1024


@pytest.mark.parametrize("model", MODELS)
def test_the_cap_is_never_above_what_the_model_can_put_out(hcx: SimulatorServer, model: str) -> None:
    """The API refuses such a request as a whole."""
    _ask(hcx, ["전학"] * 60, room=20, model=model)
    (record,) = hcx.stats.records

    assert (record.status, record.cap) == (200, MODELS[model].output_tokens)


def test_more_room_is_a_larger_cap(hcx: SimulatorServer) -> None:
    """How an answer that was cut off is asked for again."""
    _ask(hcx)
    _ask(hcx, room=2)
    first, second = hcx.stats.records

    assert (second.cap or 0) == 2 * (first.cap or 0)


@pytest.mark.parametrize("tries", [0, 2])
def test_what_is_not_wanted_any_more_is_not_sent_and_takes_no_quota(hcx: SimulatorServer, tries: int) -> None:
    """Somebody may have answered it while the request waited, for its turn or for another try."""
    hcx.faults.add(Fault("error", times=9))
    before = len(hcx.stats.records)

    async def wanted() -> bool:
        return len(hcx.stats.records) - before < tries

    async def ask(model: HcxClient) -> Usage:
        with pytest.raises(NoLongerWanted) as refused:
            await model.ask(["전학"], wanted=wanted)
        return refused.value.usage

    usage = with_client(hcx_at(hcx.url), ask)

    assert len(hcx.stats.records) - before == usage.requests == tries


def test_every_request_has_an_id_of_its_own(hcx: SimulatorServer) -> None:
    """It is what NAVER's support asks for; a repeated try is another request."""
    hcx.faults.add(Fault("error", times=2))

    reply = _ask(hcx)
    ids = [record.request_id for record in hcx.stats.records]

    assert len(set(ids)) == 3
    assert None not in ids
    assert ids[-1] == reply.request_id


# -- what is tried again ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        Fault("error", code="50000", times=2),
        Fault("error", code="50400", times=2),
        Fault("error", code="40800", times=2),
        Fault("error", code="42902", times=2),
        Fault("gateway_html", times=2),
        Fault("gateway_html", status=503, times=2),
        Fault("error_in_200", code="50000", times=2),
        Fault("reset", times=2),
        Fault("disconnect", times=2),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.code}",
)
def test_a_bad_moment_is_outlasted(hcx: SimulatorServer, fault: Fault) -> None:
    """Two failures and then an answer: nobody should have to notice."""
    hcx.faults.add(fault)

    async def use(model: HcxClient) -> tuple[Reply, int, int]:
        return await model.ask(TEXTS), model.usage.requests, model.usage.retries

    reply, requests, retries = with_client(hcx_at(hcx.url), use)

    assert reply.document is not None
    assert (requests, retries) == (3, 2)


def test_silence_is_broken_by_one_retry_which_may_be_paid_twice(hcx: SimulatorServer) -> None:
    """A connection that hangs must not hang the run; HCX may have answered all the same, and bills that too."""
    hcx.faults.add(Fault("hang", seconds=5, times=1))

    usage = _ask(hcx, timeout_seconds=0.3).usage

    assert (usage.requests, usage.retries, usage.possibly_twice) == (2, 1, 1)


def test_silence_that_lasts_is_not_paid_for_a_third_time(hcx: SimulatorServer) -> None:
    """However many retries are allowed of what is known not to be billed."""
    hcx.faults.add(Fault("hang", seconds=5))

    failing = _failed(hcx, timeout_seconds=0.3, max_retries=6)

    assert isinstance(failing, ModelFailing)
    assert (failing.usage.requests, failing.usage.retries, failing.usage.possibly_twice) == (2, 1, 2)
    assert len(hcx.stats.records) == 2


@pytest.mark.parametrize("kind", ["reset", "disconnect"])
def test_a_connection_lost_after_sending_may_be_paid_twice(hcx: SimulatorServer, kind: str) -> None:
    """The question had arrived; whether its answer was made nobody tells us."""
    hcx.faults.add(Fault(kind, times=1))

    assert _ask(hcx).usage.possibly_twice == 1


@pytest.mark.parametrize("fault", [Fault("error", times=1), Fault("gateway_html", times=1)], ids=lambda f: f.kind)
def test_an_error_that_was_said_is_not_paid(hcx: SimulatorServer, fault: Fault) -> None:
    """Only what got lost is in doubt."""
    hcx.faults.add(fault)
    usage = _ask(hcx).usage

    assert (usage.retries, usage.possibly_twice) == (1, 0)


def test_a_reply_that_trickles_in_times_out_too(hcx: SimulatorServer) -> None:
    """A proxy that sends a blank now and then must not hold a run for ever."""

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        with suppress(ConnectionError), closing(writer):
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)

    async def run() -> None:
        async with await asyncio.start_server(trickle, "127.0.0.1", 0) as listener:
            url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
            config = replace(hcx_at(hcx.url), base_url=url, timeout_seconds=0.2, max_retries=0)
            async with opened(config) as model:
                with pytest.raises(ModelFailing, match="TimeoutError"):
                    await model.ask(TEXTS)

    asyncio.run(run())


@pytest.mark.parametrize("code", ["40009", "42400"])
def test_what_is_worth_one_more_try_gets_exactly_one(hcx: SimulatorServer, code: str) -> None:
    """Documented as passing now and then; if not, it is about the texts."""
    hcx.faults.add(Fault("error", code=code))

    with pytest.raises(ContentRefused, match=code):
        _ask(hcx)

    assert len(hcx.stats.records) == 2


def test_a_failure_that_does_not_end_is_given_up_after_the_allowed_tries(hcx: SimulatorServer) -> None:
    """HCX_MAX_RETRIES is a promise about time and money."""
    hcx.faults.add(Fault("error"))

    with pytest.raises(ModelFailing, match="HTTP 500 50000") as failing:
        _ask(hcx, max_retries=2)

    assert len(hcx.stats.records) == 3
    assert not failing.value.unreachable


def test_without_retries_there_is_one_try(hcx: SimulatorServer) -> None:
    """0 means none, not the default."""
    hcx.faults.add(Fault("error", times=1))

    with pytest.raises(ModelFailing):
        _ask(hcx, max_retries=0)

    assert len(hcx.stats.records) == 1


def test_a_server_that_is_not_there_is_told_apart_from_one_that_fails(
    hcx: SimulatorServer, caplog: pytest.LogCaptureFixture
) -> None:
    """The one needs the network, the other patience; each attempt is in the log."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))

        with pytest.raises(ModelFailing, match="ConnectError") as failing:
            _ask(hcx, base_url=f"http://127.0.0.1:{taken.getsockname()[1]}", max_retries=1)

    assert failing.value.unreachable
    assert (failing.value.usage.retries, failing.value.usage.possibly_twice) == (1, 0)
    attempts = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert sum("ConnectError" in line for line in attempts) == 2


# -- an answer that HCX did not give ----------------------------------------------------------------------------------

FIREWALL = "Blocked by policy"


@pytest.mark.parametrize(
    "status", [200, 302, 307, 400, 401, 403, 404, 405, 406, 407, 410, 413, 414, 418, 423, 451, 499]
)
def test_a_page_in_place_of_an_answer_is_told_as_one_and_not_tried_again(hcx: SimulatorServer, status: int) -> None:
    """It says nothing about our key, and comes again for the same text."""
    hcx.faults.add(Fault("gateway_html", status=status, message=FIREWALL))

    failing = _failed(hcx)

    assert isinstance(failing, ModelFailing)
    assert (failing.suspect, failing.blocked, failing.unreachable) == (True, True, True)
    assert f"HTTP {status}, " in failing.reason
    assert FIREWALL in failing.reason
    assert len(hcx.stats.records) == 1


@pytest.mark.parametrize("status", [408, 500, 501, 502, 503, 504, 511, 520, 599])
def test_a_page_of_a_gateway_that_may_be_starting_is_tried_again_first(hcx: SimulatorServer, status: int) -> None:
    """Most of them are about nobody's text."""
    hcx.faults.add(Fault("gateway_html", status=status))

    failing = _failed(hcx, max_retries=4)

    assert isinstance(failing, ModelFailing)
    assert (failing.suspect, failing.blocked, len(hcx.stats.records)) == (True, True, 5)


def test_a_redirect_is_never_followed(hcx: SimulatorServer) -> None:
    """The key and the chats would go to whoever it names."""
    with SimulatorServer() as elsewhere:
        location = f"{elsewhere.url}/v3/chat-completions/HCX-007"
        for status in (301, 302, 303, 307, 308):
            hcx.faults.add(Fault("gateway_html", status=status, headers={"Location": location}, times=1))

            failing = _failed(hcx)

            assert isinstance(failing, ModelFailing)
            assert failing.blocked
        assert elsewhere.stats.snapshot.received == 0


@pytest.mark.parametrize("fault", ["gateway_html", "reset", "disconnect", "error"])
def test_while_others_pass_a_text_that_does_not_is_not_waited_for(hcx: SimulatorServer, fault: str) -> None:
    """A gateway that restarts would have stopped them, too."""
    hcx.faults.add(Fault(fault, text="독"))

    async def use(model: HcxClient) -> AskFailed:
        poisoned = asyncio.create_task(model.ask(["독"]))
        while not hcx.stats.records:
            await asyncio.sleep(0.001)
        await model.ask(TEXTS)
        with pytest.raises(ModelFailing) as failing:
            await poisoned
        return failing.value

    failing = with_client(hcx_at(hcx.url, max_retries=50), use)

    assert failing.usage.requests < 50


@pytest.mark.parametrize(("fault", "tries"), [("gateway_html", 3), ("reset", 3), ("hang", 2)])
def test_what_is_known_not_to_get_through_is_asked_briefly(hcx: SimulatorServer, fault: str, tries: int) -> None:
    """Each half of a suspected batch would otherwise take minutes."""
    hcx.faults.add(Fault(fault, seconds=5))

    failing = with_client(
        hcx_at(hcx.url, max_retries=6, timeout_seconds=0.3), lambda model: _failing(model.ask(TEXTS, briefly=True))
    )

    assert failing.usage.requests == tries


def test_a_full_quota_and_a_server_that_is_not_there_are_no_texts_doing(hcx: SimulatorServer) -> None:
    """They must not be taken apart for it."""
    hcx.faults.add(Fault("error", code="42901"))
    full = _failed(hcx, max_retries=0)
    hcx.reset()
    hcx.faults.add(Fault("gateway_html", status=429))
    full_page = _failed(hcx, max_retries=0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        gone = _failed(hcx, base_url=f"http://127.0.0.1:{taken.getsockname()[1]}", max_retries=0)

    for failing in (full, full_page, gone):
        assert isinstance(failing, ModelFailing)
        assert not failing.suspect


# Each header with each number; each of both from HCX and from a page on the way.
@pytest.mark.parametrize(
    ("header", "value", "kind"),
    [
        (header, value, ("error", "gateway_html")[(row + column) % 2])
        for row, header in enumerate(("Retry-After", "x-ratelimit-reset-requests", "x-ratelimit-reset-tokens"))
        for column, value in enumerate(("86400", "9" * 400, "1" + "0" * 30))
    ],
)
def test_no_number_of_a_server_is_waited_for_longer_than_the_setting(
    hcx: SimulatorServer, header: str, value: str, kind: str
) -> None:
    """A second here; the run goes on as soon as HCX lets it."""
    hcx.faults.add(Fault(kind, code="42901", status=429, headers={header: value}, times=2))

    reply = _ask(hcx, max_wait_seconds=0.2)

    assert (reply.usage.requests, reply.document is not None) == (3, True)


# -- what is never tried again --------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["40000", "40001", "40003", "40004", "40005", "40055", "41300"])
def test_a_refused_text_is_not_sent_again(hcx: SimulatorServer, code: str) -> None:
    """The same words draw the same refusal, and are paid for again."""
    hcx.faults.add(Fault("error", code=code))

    with pytest.raises(ContentRefused, match=f"HTTP {code[:3]} {code}"):
        _ask(hcx)

    assert len(hcx.stats.records) == 1


@pytest.mark.parametrize("code", ["40080", "40082", "40084", "40100", "40104", "40170", "40300", "40400", "50100"])
def test_a_denial_is_not_argued_with(hcx: SimulatorServer, code: str) -> None:
    """Accounts are locked for less; only a person can help."""
    hcx.faults.add(Fault("error", code=code))

    with pytest.raises(HcxDenied) as denied:
        _ask(hcx)

    assert len(hcx.stats.records) == 1
    assert f"HTTP {code[:3]} {code}" in str(denied.value)


def test_an_answer_that_cannot_be_read_is_handed_over_as_one(hcx: SimulatorServer) -> None:
    """It was paid for; whether to ask again, and about how many, is the caller's to decide."""
    hcx.faults.add(Fault("not_json", times=1))

    reply = _ask(hcx)

    assert (reply.document, reply.problem) == (None, "not_json")
    assert reply.excerpt()
    assert len(hcx.stats.records) == 1


def test_the_whole_answers_of_one_that_was_cut_off_are_kept(hcx: SimulatorServer) -> None:
    """They are paid for, and as good as any."""
    texts = questions(10)
    whole = [answer["keywords"] for answer in _ask(hcx, texts).document["answers"]]
    hcx.faults.add(Fault("truncated", times=1))

    reply = _ask(hcx, texts)
    kept = reply.document["answers"]

    assert reply.truncated
    assert 0 < len(kept) < 10
    assert [answer["id"] for answer in kept] == reply.ids[: len(kept)]
    assert [answer["keywords"] for answer in kept] == whole[: len(kept)]


def test_every_request_has_ids_of_its_own(hcx: SimulatorServer) -> None:
    """A repeat of a request that failed as well: no text can have been told them."""
    hcx.faults.add(Fault("error", code="50000", times=1))

    _ask(hcx, questions(10), max_retries=1)
    _ask(hcx, questions(10))

    asked = [record.ids for record in hcx.stats.records]
    assert len(set(asked)) == len(asked) == 3
    assert {len(str(id_)) for ids in asked for id_ in ids} == {4}


@pytest.mark.parametrize("model", ["HCX-005", "HCX-DASH-002"])
def test_a_tool_call_that_was_cut_off_is_none_at_all(hcx: SimulatorServer, model: str) -> None:
    """Its arguments are an object, which cannot be cut in the middle."""
    hcx.faults.add(Fault("truncated", times=1))

    reply = _ask(hcx, model=model)

    assert (reply.truncated, reply.document, reply.problem) == (True, None, "truncated")


# -- what is counted --------------------------------------------------------------------------------------------------


def test_usage_is_what_hcx_counted_and_what_was_reserved(hcx: SimulatorServer) -> None:
    """The bill and the quota are two different sums."""

    async def use(model: HcxClient) -> Any:
        await model.ask(TEXTS)
        return model.usage

    usage = with_client(hcx_at(hcx.url), use)
    (record,) = hcx.stats.records

    assert (usage.requests, usage.retries) == (1, 0)
    assert (usage.prompt, usage.completion) == (record.prompt_tokens, record.completion_tokens)
    assert usage.reserved >= record.charged


def test_the_estimate_follows_what_hcx_counts() -> None:
    """The hosted tokenizer is not public: where it counts more than we do, the next reservation has to be larger."""
    with SimulatorServer(SimulatorSettings(token_drift=4.0)) as server:

        async def use(model: HcxClient) -> list[int]:
            reserved = []
            for _ in range(2):
                await model.ask(TEXTS)
                reserved.append(model.usage.reserved)
            return [reserved[0], reserved[1] - reserved[0]]

        first, second = with_client(hcx_at(server.url), use)
        charged = [record.charged for record in server.stats.records]

    assert first < charged[0]
    assert second >= charged[1]


def test_the_cap_comes_down_to_what_answers_take(hcx: SimulatorServer) -> None:
    """A cap is charged whether it is used or not: room that nobody needs is quota left idle."""
    texts = questions(60)

    async def ask(model: HcxClient) -> None:
        for start in range(0, 60, 10):
            reply = await model.ask(texts[start : start + 10])
            assert not reply.truncated

    with_client(hcx_at(hcx.url), ask)
    caps = [record.cap or 0 for record in hcx.stats.records]

    assert caps == sorted(caps, reverse=True)
    assert caps[-1] < 0.8 * caps[0]


def test_an_answer_that_was_cut_off_raises_the_cap_of_the_next(hcx: SimulatorServer) -> None:
    """It costs one more request; the same mistake twice would cost two."""

    async def ask(model: HcxClient) -> None:
        for _ in range(3):
            await model.ask(["전학"])
        # Answers twenty times as long as all before them do not fit.
        assert (
            await model.ask(["전학 절차와 검정고시 접수 기간과 졸업증명서 발급 방법과 학교폭력 신고"] * 5)
        ).truncated
        await model.ask(["전학"] * 5)

    with_client(hcx_at(hcx.url), ask)
    *_, cut, after = [record.cap or 0 for record in hcx.stats.records]

    assert after > cut


def test_the_budget_stops_before_it_is_passed(hcx: SimulatorServer) -> None:
    """Also by a repeated try, which reserves as much as the first."""
    hcx.faults.add(Fault("error"))

    async def use(model: HcxClient) -> Usage:
        with pytest.raises(BudgetReached) as reached:
            await model.ask(TEXTS)
        return reached.value.usage

    usage = with_client(hcx_at(hcx.url, max_retries=50), use, Budget(PRICE, tokens=4_000))

    assert 0 < hcx.stats.snapshot.tokens_charged <= usage.reserved <= 4_000
    assert usage.requests == hcx.stats.snapshot.received


@pytest.mark.parametrize(
    ("code", "requests"), [("40005", 1), ("40009", 2), ("50000", 3)], ids=["refused", "refused twice", "failing"]
)
def test_what_a_failed_ask_has_used_is_told_all_the_same(hcx: SimulatorServer, code: str, requests: int) -> None:
    """Tries that came to nothing are in the quota, and some of them on the bill."""
    hcx.faults.add(Fault("error", code=code))

    usage = _failed(hcx, max_retries=2).usage

    assert (usage.requests, usage.retries) == (requests, requests - 1)
    assert usage.reserved >= hcx.stats.snapshot.tokens_charged > 0


def test_a_quota_too_small_for_one_question_is_said_before_anything_is_sent(hcx: SimulatorServer) -> None:
    """Each request would be refused for ever; the message names the setting."""
    with pytest.raises(InputError, match="HCX_TPM"):
        _ask(hcx, tokens=300)

    assert hcx.stats.snapshot.received == 0


def test_a_request_that_would_not_fit_the_quota_is_not_offered(hcx: SimulatorServer) -> None:
    """The caller fills a request only as far as a window has room for it."""

    async def use(model: HcxClient) -> tuple[bool, bool]:
        return model.fits(TEXTS), model.fits(["긴 질문 " * 200] * 20)

    assert with_client(hcx_at(hcx.url, tokens=6_000), use) == (True, False)


def test_the_version_changes_with_the_model(hcx: SimulatorServer) -> None:
    """Answers are reused under the same version only."""

    async def version(model: HcxClient) -> str:
        return model.version

    assert len({with_client(hcx_at(hcx.url, model=model), version) for model in MODELS}) == 3


# -- what is never told -------------------------------------------------------------------------------------------


def test_the_key_is_in_no_log(hcx: SimulatorServer, caplog: pytest.LogCaptureFixture) -> None:
    """Logs are kept for years and read by many; httpx and httpcore log too."""
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "keyword_assets", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    hcx.faults.add(Fault("error", times=1), Fault("reset", times=1))

    _ask(hcx)

    assert len(caplog.records) > 3
    assert KEY not in caplog.text
    assert KEY not in "".join(repr(record.args) for record in caplog.records)


def test_the_key_is_in_no_error(hcx: SimulatorServer) -> None:
    """Tracebacks are pasted into tickets."""
    hcx.faults.add(Fault("error", code="40104"))

    with pytest.raises(HcxDenied) as denied:
        _ask(hcx)

    assert KEY not in str(denied.value) + repr(denied.value) + repr(denied.value.params)


@pytest.mark.parametrize("code", ["40005", "50000", "40104"])
def test_a_key_that_the_server_repeats_is_not_repeated_by_us(
    hcx: SimulatorServer, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    """Gateways do say what they did not like; their words are kept, logged and shown."""
    caplog.set_level(logging.DEBUG)
    hcx.faults.add(Fault("error", code=code, message=f"Bearer {KEY} may not"))

    with pytest.raises((AskFailed, HcxDenied)) as error:
        _ask(hcx, max_retries=1)

    assert "may not" in str(error.value)
    assert KEY not in str(error.value) + repr(vars(error.value)) + caplog.text


def test_the_key_is_not_shown_by_the_configuration(hcx: SimulatorServer) -> None:
    """A debugger or a log line prints it sooner or later."""
    assert KEY not in repr(hcx_at(hcx.url)) + str(hcx_at(hcx.url))
