"""Serves the API: admission, then quota, then faults, then the answer."""

import asyncio
import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.hcx.simulator.brain import Brain
from keyword_assets.hcx.simulator.connections import authenticate, drop, read_body
from keyword_assets.hcx.simulator.envelope import OK, Refusal, failure, success
from keyword_assets.hcx.simulator.faults import Fault, FaultPlan, Strike
from keyword_assets.hcx.simulator.meters import Clock, Meters
from keyword_assets.hcx.simulator.models import find_model
from keyword_assets.hcx.simulator.obedience import Order
from keyword_assets.hcx.simulator.replies import Completion, Mind, reply_to
from keyword_assets.hcx.simulator.requests import ChatRequest, read_chat
from keyword_assets.hcx.simulator.results import chat_result
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets.hcx.simulator.stats import RequestRecord, Stats, key_hash

_REQUEST_ID = "x-ncp-clovastudio-request-id"
_GATEWAY_PAGE = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr></body></html>"
_GATEWAY_TITLES = {502: "502 Bad Gateway", 503: "503 Service Temporarily Unavailable", 504: "504 Gateway Time-out"}
_GARBAGE = b'{"status":{"code":"200\x00\xff\xfe<'


class JsonBody(JSONResponse):
    """A JSON response in the exact media type of the documents."""

    media_type = "application/json"


@dataclass(frozen=True)
class _Admitted:
    """One admitted request on its way to its answer."""

    http: Request
    chat: ChatRequest
    headers: dict[str, str]
    strike: Strike
    record: RequestRecord


class Service:
    """The simulated service: what stays the same from one request to the next."""

    def __init__(self, settings: SimulatorSettings, taxonomy: Taxonomy, clock: Clock = time.monotonic) -> None:
        self.settings = settings
        self.faults = FaultPlan(settings.seed)
        self.orders: list[Order] = []
        """What in questions is obeyed."""
        self.stats = Stats(settings.keep_requests)
        self.meters = Meters(settings, clock)
        self.brain = Brain(taxonomy, settings.right)
        self.slips = settings.slips
        """Which of its answers are wrong."""
        self.day: date | None = None
        """The day that it takes for today; None for that of the machine's clock."""
        self._random = random.Random(settings.seed)
        self._hurry = asyncio.Event()
        # Analysing a text holds a lock and loading Kiwi takes seconds; neither may stop the event loop.
        self._thinker = ThreadPoolExecutor(1, thread_name_prefix="simulator-brain")

    def hurry(self) -> None:
        """Cut every wait short, so that the requests in flight end now; for the event loop's thread only."""
        self._hurry.set()

    def close(self) -> None:
        """Stop thinking."""
        self._thinker.shutdown(wait=False, cancel_futures=True)

    def reset(self) -> None:
        """Forget faults, orders, quota used and statistics; slips and the day are as at the start."""
        self.faults.clear()
        self.orders.clear()
        self.slips, self.day = self.settings.slips, None
        self.meters.reset()
        self.stats.reset()

    async def chat(self, http: Request, version: str = "v3") -> Response:
        """Answer a chat completion, or refuse or spoil it."""
        self.stats.enter()
        try:
            return await self._chat(http, version)
        finally:
            self.stats.leave()

    async def _chat(self, http: Request, version: str) -> Response:
        record = RequestRecord(http.headers.get(_REQUEST_ID), http.path_params["model"], "", 200, OK)
        try:
            record = replace(record, key_hash=key_hash(authenticate(http, self.settings)))
            model = find_model(record.model, self.settings.retired_models, version)
            chat = read_chat(model, await read_body(http, self.settings.max_body_bytes), self.settings)
        except Refusal as refusal:
            return self._refuse(record, refusal)
        ids, texts = tuple(q.id for q in chat.questions), chat.texts
        admission = self.meters.admit(record.key_hash, record.model, chat.charge)
        record = replace(record, ids=ids, texts=texts, cap=chat.cap, charged=admission.charged)
        if not admission.allowed:
            return self._refuse(record, Refusal("42901"), admission.headers)
        strike = self.faults.draw(texts)
        record = replace(record, faults=strike.kinds, prompt_tokens=chat.input_tokens)
        return await self._answer(_Admitted(http, chat, admission.headers, strike, record))

    async def _answer(self, turn: _Admitted) -> Response:
        if turn.strike.transport:
            return await self._fail(turn, turn.strike.transport)
        loop = asyncio.get_running_loop()
        started = loop.time()
        mind = Mind(self.brain, turn.record.model, self.day or date.today(), self.orders, self.slips)
        reply = await loop.run_in_executor(self._thinker, reply_to, turn.chat, turn.strike, mind)
        self.stats.record(replace(turn.record, completion_tokens=reply.tokens))
        # The time spent on the real answer is part of the pretended time, not on top of it.
        await self._wait(self._latency(turn.strike, reply) - (loop.time() - started))
        result = chat_result(turn.chat, reply)
        return JsonBody(success(result), headers=turn.headers)

    async def _fail(self, turn: _Admitted, fault: Fault) -> Response:
        """Let a transport fault have its way."""
        refusal = Refusal(fault.code, fault.says)
        status = {
            "error": fault.status or refusal.status,
            "gateway_html": fault.status or 502,
            "garbage": 200,
            "error_in_200": 200,
        }.get(fault.kind)
        code = refusal.code if fault.kind in ("error", "error_in_200") else fault.kind
        self.stats.record(replace(turn.record, status=status, code=code))
        await self._wait(fault.seconds if fault.kind == "hang" else self._latency(turn.strike))
        if fault.kind == "gateway_html":
            page = _gateway_page(status or 502, fault.message)
            return HTMLResponse(page, status_code=status or 502, headers=dict(fault.headers))
        if fault.kind == "garbage":
            return Response(_GARBAGE, media_type="application/json")
        if status is None:
            return await _dropped(turn.http, reset=fault.kind == "reset")
        return _failure(refusal, status, {**turn.headers, **fault.headers})

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), seconds)

    def _latency(self, strike: Strike, reply: Completion | None = None) -> float:
        jitter = self._random.uniform(0, self.settings.jitter_seconds)
        writing = self.settings.seconds_per_output_token * (reply.tokens if reply else 0)
        return self.settings.latency_seconds + jitter + writing + strike.delay

    def _refuse(self, record: RequestRecord, refusal: Refusal, headers: dict[str, str] | None = None) -> Response:
        self.stats.record(replace(record, status=refusal.status, code=refusal.code))
        return _failure(refusal, refusal.status, headers)


def _failure(refusal: Refusal, status: int, headers: dict[str, str] | None) -> Response:
    return JsonBody(failure(refusal.code, refusal.message), status_code=status, headers=headers)


def _gateway_page(status: int, title: str | None) -> str:
    return _GATEWAY_PAGE.format(title or _GATEWAY_TITLES.get(status, str(status)))


async def _dropped(http: Request, *, reset: bool) -> Response:
    drop(http, reset=reset)
    # The loop has to see the connection go before a response that nobody gets is written to it.
    await asyncio.sleep(0.01)
    return Response()
