"""A KeywordModel over HTTP: admission by quota, retries, and errors told apart."""

import asyncio
import logging
import math
import random
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import tenacity

from keyword_assets.core.errors import HcxDenied, InputError
from keyword_assets.core.models import Usage
from keyword_assets.core.ports import BudgetReached, ContentRefused, ModelFailing, Reply
from keyword_assets.core.prompts import answer_schema, classifier_version, system_message, user_message
from keyword_assets.core.quota import QuotaLedger
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.tokens import UpperEstimate, estimate_tokens
from keyword_assets.hcx import wire
from keyword_assets.hcx.codes import Fate, fate_of

log = logging.getLogger(__name__)

# Published measurements of batch prompting lose 1 % of accuracy up to ten questions a prompt and 4 % at twenty.
DEFAULT_BATCH = 10
# An answer of three keywords with their categories, printed with indentation, stays under this. What answers really
# take is learned from the first replies on.
ANSWER_TOKENS = 120
LEAST_ANSWER_TOKENS = 30
# Opening and closing of the answer document.
ANSWER_OVERHEAD = 40
# Roles and separators of a request's messages.
MESSAGE_OVERHEAD = 30
# A server that has not answered once in this run is misnamed more often than it is restarting.
TRIES_TO_CONNECT_FIRST = 3
# The pauses double from two seconds to this; six of them last over a minute, so that a window can pass meanwhile.
LONGEST_PAUSE = 30.0


@dataclass(frozen=True)
class HcxConfig:
    """How to reach HCX, and within which limits; each field is a setting of the same name."""

    api_key: str
    base_url: str
    model: str
    requests_per_window: int
    tokens_per_window: int
    window_seconds: float
    timeout_seconds: float
    max_retries: int
    batch_size: int | None
    token_budget: int | None
    context_tokens: int
    output_tokens: int

    def __repr__(self) -> str:
        """Without the key."""
        return f"HcxConfig({self.model} at {self.base_url})"


class _Attempt(Exception):
    """One attempt failed in a way that another may mend."""

    def __init__(
        self,
        reason: str,
        fate: Fate,
        wait: float | None = None,
        *,
        unreachable: bool = False,
        no_connection: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fate = fate
        self.wait = wait
        self.unreachable = unreachable
        self.no_connection = no_connection


@asynccontextmanager
async def open_client(config: HcxConfig, taxonomy: Taxonomy) -> AsyncIterator["HcxClient"]:
    """A client whose connections are closed at the end."""
    async with httpx.AsyncClient(
        base_url=config.base_url,
        timeout=config.timeout_seconds,
        trust_env=not wire.is_local(config.base_url),
        headers={"Authorization": f"Bearer {config.api_key}"},
    ) as http:
        yield HcxClient(config, taxonomy, http)


class HcxClient:
    """Asks HCX about batches of questions. One client serves one run.

    Raises:
        InputError: not even a request about one question fits into the quota.
    """

    def __init__(self, config: HcxConfig, taxonomy: Taxonomy, http: httpx.AsyncClient) -> None:
        self.version = classifier_version(config.model, taxonomy)
        self.usage = Usage()
        self._config = config
        self._taxonomy = taxonomy
        self._http = http
        self._ledger = QuotaLedger(config.requests_per_window, config.tokens_per_window, config.window_seconds)
        self._overhead = (
            estimate_tokens(system_message(taxonomy)) + estimate_tokens(str(answer_schema(taxonomy))) + MESSAGE_OVERHEAD
        )
        # HCX's own count of the input, as a multiple of our estimate.
        self._input_ratio = UpperEstimate(1.0)
        self._answer_tokens = UpperEstimate(ANSWER_TOKENS)
        self._turn = asyncio.Lock()
        self._answered = False
        least = self._input_tokens([""]) + self._cap(1, 1)
        if least > config.tokens_per_window:
            raise InputError("settings.tpm_small", tpm=config.tokens_per_window, least=least)
        self.batch_size = config.batch_size or DEFAULT_BATCH

    def fits(self, texts: Sequence[str]) -> bool:
        """Whether one request about these texts stays inside the quota of a window and the model's context."""
        cap = self._cap(len(texts), 1)
        tokens = self._input_tokens(texts) + cap
        return tokens <= min(self._config.tokens_per_window, self._config.context_tokens)

    async def ask(self, texts: Sequence[str], *, room: int = 1) -> Reply:
        """Ask about texts with ids 0, 1, …; see `KeywordModel`."""
        retrying = tenacity.AsyncRetrying(
            retry=_worth_another,
            stop=self._enough,
            wait=_pause,
            before_sleep=self._note_retry,
            reraise=True,
        )
        try:
            return await retrying(self._attempt, texts, room)
        except _Attempt as failed:
            if failed.fate is Fate.RETRY_ONCE:
                raise ContentRefused(failed.reason, failed.reason) from failed
            raise ModelFailing(failed.reason, unreachable=failed.unreachable) from failed

    async def _attempt(self, texts: Sequence[str], room: int) -> Reply:
        estimate = self._input_tokens(texts)
        # A request is sized when its turn comes, with what the ones before it have taught.
        async with self._turn:
            cap = self._cap(len(texts), room)
            tokens = math.ceil(estimate * self._input_ratio.bound) + cap
            budget = self._config.token_budget
            if budget is not None and self.usage.reserved + tokens > budget:
                raise BudgetReached
            place = await self._ledger.admit(tokens)
            self.usage += Usage(requests=1, reserved=tokens)
        charged = None
        try:
            response = await self._send(wire.request_body(self._config.model, self._taxonomy, texts, cap))
            if response.prompt_tokens:
                charged = response.prompt_tokens + cap
        finally:
            self._ledger.answered(place, charged)
        if response.reply is None:
            raise self._error(response)
        self.usage += Usage(prompt=response.prompt_tokens, completion=response.completion_tokens)
        self._learn(response, estimate, cap, len(texts))
        return response.reply

    def _learn(self, response: wire.Response, estimate: int, cap: int, questions: int) -> None:
        """Size the next requests by what this one took."""
        if response.prompt_tokens:
            self._input_ratio.learn(response.prompt_tokens / estimate)
        if response.reply is not None and response.reply.truncated:
            # The whole answer would have been longer than the cap; nobody knows by how much.
            self._answer_tokens.learn(1.5 * cap / questions)
        elif response.completion_tokens:
            self._answer_tokens.learn(response.completion_tokens / questions)

    async def _send(self, body: dict[str, Any]) -> wire.Response:
        request_id = str(uuid.uuid4())
        try:
            # httpx counts its time-out from byte to byte; a reply that trickles in must end too.
            async with asyncio.timeout(self._config.timeout_seconds):
                answer = await self._http.post(
                    wire.path_of(self._config.model),
                    json=body,
                    headers={"X-NCP-CLOVASTUDIO-REQUEST-ID": request_id},
                )
        except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
            reason = f"{type(error).__name__} {error}".strip()
            log.warning("HCX request %s: %s", request_id, reason)
            no_connection = isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout))
            raise _Attempt(reason, Fate.RETRY, unreachable=True, no_connection=no_connection) from error
        self._answered = True
        response = wire.read_response(answer, request_id)
        if response.reply is None:
            log.warning("HCX request %s: %s", request_id, response.reason)
        else:
            log.debug("HCX request %s: %s", request_id, response.reply.problem or "OK")
        return response

    def _error(self, response: wire.Response) -> Exception:
        """The exception that an error response calls for."""
        fate, wait = fate_of(response.http_status, response.code), response.reset_seconds
        if fate is Fate.DENIED:
            return HcxDenied("hcx.denied", reason=response.reason, model=self._config.model)
        if fate is Fate.CONTENT:
            return ContentRefused(response.reason, response.reason)
        if fate is Fate.QUOTA:
            # Nothing else of ours would pass either.
            wait = wait or self._config.window_seconds
            self._ledger.close_for(wait)
        return _Attempt(response.reason, fate, wait)

    def _enough(self, state: tenacity.RetryCallState) -> bool:
        """Whether this attempt was the last one allowed."""
        error = state.outcome.exception() if state.outcome else None
        most = self._config.max_retries + 1
        if isinstance(error, _Attempt) and error.no_connection and not self._answered:
            most = min(most, TRIES_TO_CONNECT_FIRST)
        return state.attempt_number >= most

    def _note_retry(self, _state: tenacity.RetryCallState) -> None:
        self.usage += Usage(retries=1)

    def _cap(self, questions: int, room: int) -> int:
        """Room for so many answers of the length that answers have had, and for one of the longest kind besides."""
        each = max(LEAST_ANSWER_TOKENS, self._answer_tokens.bound)
        cap = (ANSWER_OVERHEAD + ANSWER_TOKENS + math.ceil(each * questions)) * room
        if not wire.uses_structured_output(self._config.model):
            cap = max(cap, wire.LEAST_CAP_WITH_TOOLS)
        return min(cap, self._config.output_tokens)

    def _input_tokens(self, texts: Sequence[str]) -> int:
        return self._overhead + estimate_tokens(user_message(texts))


def _worth_another(state: tenacity.RetryCallState) -> bool:
    error = state.outcome.exception() if state.outcome else None
    return isinstance(error, _Attempt) and (error.fate is not Fate.RETRY_ONCE or state.attempt_number == 1)


def _pause(state: tenacity.RetryCallState) -> float:
    """Seconds before the next attempt: what the server asked for, else doubling, with jitter of half up or down."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _Attempt) and error.fate is Fate.QUOTA and error.wait is not None:
        # The ledger is closed for that long; a little on top, so that not all come back in the same instant.
        return error.wait + random.uniform(0, 1)
    return min(LONGEST_PAUSE, 2.0**state.attempt_number) * random.uniform(0.5, 1.5)
