"""A KeywordModel over HTTP: requests sized, admitted by quota, retried, and errors told apart."""

import asyncio
import logging
import random
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import httpx
import tenacity

from keyword_assets.configuration.hcx import Hcx
from keyword_assets.configuration.sources import scrubbed
from keyword_assets.core.classifying.budget import Budget
from keyword_assets.core.classifying.prompts import classifier_version, fresh_ids
from keyword_assets.core.classifying.sizing import Sizer, notes_in
from keyword_assets.core.errors import HcxDenied, InputError
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.ports.model import (
    AskFailed,
    ContentRefused,
    ModelFailing,
    NoLongerWanted,
    Reply,
    Wanted,
    always_wanted,
)
from keyword_assets.core.questions import Mask, unmasked
from keyword_assets.core.quota.governor import Governor
from keyword_assets.core.quota.places import Closing, QuotaBook
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say
from keyword_assets.hcx import exchange, tokenizer
from keyword_assets.hcx.attempts import FailedAttempt, error_of, most_attempts, pause, worth_another
from keyword_assets.hcx.codes import Fate
from keyword_assets.hcx.connection import http_clients, way_to
from keyword_assets.hcx.connections import ONE, Connections
from keyword_assets.hcx.learning import Lessons
from keyword_assets.hcx.wire import Response
from keyword_assets.hcx.wires import wire_of
from keyword_assets.hcx.words import hiding, silence

log = logging.getLogger(__name__)

# The first request may not have to wait longer than this for the tokenizer.
_CALIBRATION_SECONDS = 1.0
# A response of so many bytes is read outside the event loop, where other requests' clocks run.
_LARGE_BYTES = 64_000


@dataclass
class _Bill:
    """What one ask has used so far."""

    usage: Usage = field(default_factory=Usage)
    passed_before: int = 0
    """How many requests of this client had been answered when this ask began."""


@asynccontextmanager
async def open_client(
    hcx: Hcx,
    taxonomy: Taxonomy,
    *,
    book: QuotaBook,
    budget: Budget,
    learned: str | None = None,
    mask: Mask = unmasked,
) -> AsyncIterator["HcxClient"]:
    """A client for one run. At the end its places in the quota are settled and its connections closed.

    Args:
        hcx: what HCX is.
        taxonomy: the categories.
        book: the account's places.
        budget: what the run may spend.
        learned: what an earlier run learned about sizes, from `HcxClient.learned`.
        mask: what hides personal data in the words of HCX that are logged and kept.

    Raises:
        InputError: there is no key, or not even a request about one question fits into the quota, or the
            environment's proxies or files of TLS cannot be used.
    """
    key, sizer = hcx.require_api_key(), _sizer(hcx, taxonomy, learned)
    # Beside the event loop, for a library is loaded with the first client, and certificates are read.
    connections = await asyncio.to_thread(
        lambda: Connections(
            http_clients(
                httpx.AsyncClient,
                hcx.base_url,
                timeout=hcx.timeout_seconds,
                limits=ONE,
                headers={"Authorization": f"Bearer {key}"},
            )
        )
    )
    client = HcxClient(hcx, taxonomy, connections, sizer, book, budget, notes_in(learned), mask)
    try:
        yield client
    finally:
        try:
            await client.close()
        finally:
            await connections.close()


def _sizer(hcx: Hcx, taxonomy: Taxonomy, learned: str | None) -> Sizer:
    """What sizes the requests, by what was learned unless nothing could be sent by it.

    Raises:
        InputError: not even a request about one question fits into the quota.
    """
    sizer = Sizer(taxonomy, hcx.size_limits, learned)
    if sizer.least > hcx.limits.tokens and learned is not None:
        log.warning(say("hcx.sizes_forgotten"))
        sizer = Sizer(taxonomy, hcx.size_limits)
    if sizer.least > hcx.limits.tokens:
        raise InputError("settings.tpm_small", tokens=hcx.limits.tokens, least=sizer.least)
    return sizer


class HcxClient:
    """Asks HCX about batches of questions; see `open_client`."""

    def __init__(
        self,
        hcx: Hcx,
        taxonomy: Taxonomy,
        connections: Connections,
        sizer: Sizer,
        book: QuotaBook,
        budget: Budget,
        doubted: dict[str, str],
        mask: Mask,
    ) -> None:
        self.version = classifier_version(hcx.model, taxonomy)
        self.usage = Usage()
        self.hcx = hcx
        self._wire = wire_of(hcx.model)
        self._taxonomy = taxonomy
        self._connections = connections
        self._sizer = sizer
        self._governor = Governor(
            book,
            hcx.limits,
            hcx.timeout_seconds,
            warm=sizer.knows_answers,
            max_wait=hcx.max_wait_seconds,
        )
        self._lessons = Lessons(sizer, doubted, budget.today)
        self._governor.stated.doubted = self._lessons.doubt
        self._mask = mask
        self._hide = hiding(hcx.require_api_key(), mask)
        self._budget = budget
        # Of the operating system: what it gave before says nothing about what comes.
        self._dice: random.Random = random.SystemRandom()
        self._calibration: asyncio.Task[None] | None = None
        self._answered = False
        self._passed = 0

    @property
    def learned(self) -> str | None:
        """What was learned, for the next run and for who looks; None when nothing was."""
        said, limits = self._governor.limits, self.hcx.limits
        notes = {
            **({"limits": {"requests": said.requests, "tokens": said.tokens}} if said != limits else {}),
            **({"doubted": self._lessons.doubted} if self._lessons.doubted else {}),
        }
        return self._sizer.dump(notes) if self._sizer.knows_answers or notes else None

    @property
    def worth_asking(self) -> int:
        """How many requests are worth having open now; see `Governor`."""
        return self._governor.worth_asking

    def when_held(self, told: Callable[[Closing], None]) -> None:
        """Have somebody told when no request may go out for a while, and why."""
        self._governor.held = told

    def batch_size(self, texts: Sequence[str]) -> int:
        """How many questions like these one request should ask."""
        return self._sizer.batch_size(texts)

    def fits(self, texts: Sequence[str]) -> bool:
        """Whether one request about these texts stays inside the quota of a window and the model's context."""
        return self._sizer.fits(texts)

    async def close(self) -> None:
        """Settle the places of what was sent."""
        if self._calibration is not None:
            self._calibration.cancel()
            await asyncio.gather(self._calibration, return_exceptions=True)
        await self._governor.close()

    async def ask(
        self, texts: Sequence[str], *, room: int = 1, briefly: bool = False, wanted: Wanted = always_wanted
    ) -> Reply:
        """Ask about texts under ids of this request alone; see `KeywordModel`."""
        # As if others had passed already.
        bill = _Bill(passed_before=-1 if briefly else self._passed)
        retrying = tenacity.AsyncRetrying(
            retry=worth_another,
            stop=lambda state: state.attempt_number >= self._most_attempts(error_of(state), bill),
            wait=pause,
            sleep=self._governor.pause,
            before_sleep=lambda _: self._note_retry(bill),
            reraise=True,
        )
        try:
            await self._calibrate(texts)
            reply: Reply = await retrying(self._attempt, texts, room, bill, wanted)
        except FailedAttempt as failed:
            if failed.fate is Fate.RETRY_ONCE:
                raise _billed(ContentRefused(failed.reason, failed.reason), bill) from failed
            raise _billed(self._failing(failed), bill) from failed
        except AskFailed as failed:
            raise _billed(failed, bill) from failed.__cause__
        return replace(reply, usage=bill.usage)

    def _failing(self, failed: FailedAttempt) -> ModelFailing:
        return ModelFailing(
            failed.reason,
            unreachable=failed.unreachable,
            suspect=failed.suspect,
            blocked=failed.blocked,
            quota=failed.fate is Fate.QUOTA,
            way=way_to(self.hcx.base_url),
        )

    async def _calibrate(self, texts: Sequence[str]) -> None:
        """Before the very first request under a classifier, let HCX count one: its tokenizer costs nothing."""
        if self._calibration is None:
            self._calibration = asyncio.create_task(self._count(texts))
        await asyncio.wait([self._calibration], timeout=_CALIBRATION_SECONDS)

    async def _count(self, texts: Sequence[str]) -> None:
        if self._sizer.knows_answers:
            return
        async with self._connections.one() as http:
            counted = await tokenizer.count_input(http, self._wire, self._wire.body(self._taxonomy, texts, 1))
        if counted is not None:
            self._lessons.believed_input(self._sizer.estimate(texts), counted, "chat-tokenize")

    async def _attempt(self, texts: Sequence[str], room: int, bill: _Bill, wanted: Wanted) -> Reply:
        prompt = cap = 0

        def size() -> int:
            # When its turn comes, with what the requests before it have taught.
            nonlocal prompt, cap
            prompt = self._sizer.prompt(texts)
            cap = self._sizer.cap(len(texts), room, prompt=prompt)
            return prompt + cap

        place = await self._governor.admit(size)
        try:
            if self._budget.must_look:
                await asyncio.to_thread(self._budget.look)
            if not await wanted():
                raise NoLongerWanted
            at_stake = self._budget.reserve(prompt, cap)
        except BaseException:
            await self._governor.give_back(place)
            raise
        self._charge(bill, Usage(requests=1, reserved=place.tokens))
        charged, meters, used, served = None, None, Usage(), False
        ids = fresh_ids(texts, self._dice)
        try:
            response = await self._send(self._wire.body(self._taxonomy, texts, cap, ids))
            served = response.reply is not None
            if served:
                used, charged = self._lessons.learn(response, texts, cap)
            meters = response.meters
        except FailedAttempt as failed:
            # Not the request got lost but its answer: whoever asks again may pay twice.
            used = Usage(possibly_twice=int(failed.connected))
            raise
        finally:
            self._governor.settled(place, charged, meters, served=served)
            self._budget.settle(at_stake, used)
            self._charge(bill, used)
        if response.reply is None:
            raise await self._error(response)
        self._passed += 1
        self._governor.served()
        return replace(response.reply, ids=ids)

    def _charge(self, bill: _Bill, usage: Usage) -> None:
        bill.usage += usage
        self.usage += usage

    async def _send(self, body: dict[str, Any]) -> Response:
        request_id = str(uuid.uuid4())
        try:
            async with self._connections.one() as http:
                answer, cut = await exchange.post(
                    http,
                    self._wire.path,
                    body,
                    seconds=self.hcx.timeout_seconds,
                    headers=self._wire.headers(request_id),
                )
        except exchange.Unanswered as error:
            reason = scrubbed(silence(error, self._hide))
            log.warning("HCX request %s: %s", request_id, reason)
            fate = Fate.SILENT if error.silent else Fate.RETRY
            raise FailedAttempt(reason, fate, unreachable=True, connected=error.connected) from None
        self._answered = True
        read = partial(self._wire.read, answer, request_id, self.hcx.require_api_key(), self._mask, cut=cut)
        # An ordinary answer takes less time than the way to a thread.
        response = read() if len(answer.content) < _LARGE_BYTES else await asyncio.to_thread(read)
        if response.reply is None:
            log.warning("HCX request %s: %s", request_id, response.reason)
        else:
            log.debug("HCX request %s: %s", request_id, response.reply.problem or "OK")
        return response

    async def _error(self, response: Response) -> Exception:
        """The exception that an error response calls for."""
        fate = response.fate
        assert fate is not None
        if fate is Fate.DENIED:
            return HcxDenied("hcx.denied", reason=response.reason, model=self.hcx.model)
        if fate is Fate.CONTENT:
            return ContentRefused(response.reason, response.reason)
        if fate is Fate.QUOTA:
            # Nothing else of ours would pass either.
            await self._governor.refused(response.reset_seconds, response.reason)
        elif fate is Fate.OVERLOADED:
            self._governor.overloaded()
        page = response.page is not None
        return FailedAttempt(response.reason, fate, unreachable=page and fate is not Fate.QUOTA, blocked=page)

    def _most_attempts(self, error: BaseException | None, bill: _Bill) -> int:
        others_pass = self._passed > bill.passed_before
        return most_attempts(error, self.hcx.max_retries + 1, answered=self._answered, others_pass=others_pass)

    def _note_retry(self, bill: _Bill) -> None:
        self._charge(bill, Usage(retries=1))


def _billed(failed: AskFailed, bill: _Bill) -> AskFailed:
    failed.usage = bill.usage
    return failed
