"""The main job: every open question of a period asked in full requests, checked, written, accounted for by day.

Texts that share an answer are asked once in a run, whatever the number of their questions. What is wrong in a reply is
asked again in halves, alone at the end, and set aside only then. Memory holds one page of questions, the requests in
flight, and 32 bytes for each text that failed.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from keyword_assets.core.answers import check_answers
from keyword_assets.core.errors import HcxDenied, HcxError, HcxUnreachable
from keyword_assets.core.models import (
    Answer,
    DayCoverage,
    DayTally,
    Period,
    Quarantined,
    Question,
)
from keyword_assets.core.ports import (
    AskFailed,
    BudgetReached,
    ContentRefused,
    KeywordModel,
    ModelFailing,
    QuestionStore,
    Reply,
)
from keyword_assets.core.questions import prompt_text, share_key
from keyword_assets.core.taxonomy import Taxonomy

# How often a question is asked alone, at least and at most, before an unusable answer is taken for its last word.
TRIES_ALONE, MOST_TRIES_ALONE = 3, 30
# The chance, at most, that a harmless question is set aside because the model had one bad moment after another.
DOUBT = 1e-5
# So many requests in a row without one good answer raise the question who is ill, the texts or the model.
FRUITLESS_REPLIES = 30
# One bad moment must not pass for an illness either.
TRIES_KNOWN_QUESTION = 5
# Requests in a row that failed after all their retries: the model is not there to be asked.
HOPELESS_REQUESTS = 3
# Enough to use any published quota at the latencies measured; the quota's ledger is what holds requests back.
REQUESTS_IN_FLIGHT = 32


@dataclass(eq=False)
class _Ask:
    """A text to be asked about, with the questions that wait for its answer."""

    key: bytes
    text: str
    questions: list[Question]
    tries: int = 0
    problem: str | None = None
    """What was wrong with its last answer."""


@dataclass(eq=False)
class _Batch:
    asks: list[_Ask]
    room: int = 1
    first: bool = False


@dataclass(frozen=True)
class _Verdict:
    """A text to be set aside, not written before the model has shown that it can answer."""

    ask: _Ask
    reason: str
    reply: str

    def entries(self) -> list[Quarantined]:
        """One entry for each spelling of the text."""
        texts = sorted({question.text for question in self.ask.questions})
        return [Quarantined(text, self.ask.key, self.reason, self.ask.tries, self.reply) for text in texts]


@dataclass
class Classification:
    """One run over a period. Create it, await `run` once, then read `tallies`, `stopped` and `fatal`.

    Args:
        model: who is asked.
        store: where questions come from and answers go.
        taxonomy: the categories allowed.
        batch_created_at: the run's own time, written with each row.
        limit: at most so many texts are sent, the most asked first; None for all.
        day_finished: called as soon as nothing of a day is outstanding, oldest first where there is no limit.
        progressed: called after each change of a tally.
    """

    model: KeywordModel
    store: QuestionStore
    taxonomy: Taxonomy
    batch_created_at: datetime
    limit: int | None = None
    day_finished: Callable[[DayTally], None] = lambda tally: None
    progressed: Callable[[DayTally], None] = lambda tally: None

    tallies: dict[date, DayTally] = field(default_factory=dict, init=False)
    stopped: str | None = field(default=None, init=False)
    """The text key of what ended the run early: `limit`, `budget` or `failing`."""
    fatal: HcxError | None = field(default=None, init=False)
    """The denial or lost connection that ended it."""
    asked: int = field(default=0, init=False)
    """Distinct texts sent, repeats not counted."""

    def __post_init__(self) -> None:
        self._again: deque[_Batch] = deque()
        self._fresh: deque[_Ask] = deque()
        self._waiting: dict[bytes, _Ask] = {}
        self._failed: dict[bytes, str] = {}
        self._verdicts: list[_Verdict] = []
        self._just_learned: dict[bytes, Answer] = {}
        self._fruitless = 0
        self._first_replies = 0
        self._first_spoiled = 0
        self._failures_in_a_row = 0
        self._any_reply = False
        self._any_good = False
        self._doubt = asyncio.Lock()
        self._unread: deque[date] = deque()

    async def run(self, period: Period, before: Sequence[DayCoverage]) -> None:
        """Classify what is open in the period. `before` is the coverage counted at the start, day by day."""
        self.tallies = {row.day: DayTally(row.day, row) for row in before}
        self._unread = deque(sorted(self.tallies))
        pages = self.store.open_questions(period, most_asked_first=self.limit is not None)
        in_flight: set[asyncio.Task[None]] = set()
        try:
            while True:
                batch = await self._next_batch(pages)
                if batch is None and not in_flight:
                    break
                if batch is not None:
                    in_flight.add(asyncio.create_task(self._ask(batch)))
                if batch is None or len(in_flight) >= REQUESTS_IN_FLIGHT:
                    in_flight = await self._reap(in_flight)
        finally:
            for task in in_flight:
                task.cancel()
            await asyncio.gather(*in_flight, return_exceptions=True)
        await self._close_books()

    @staticmethod
    async def _reap(in_flight: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
        finished, unfinished = await asyncio.wait(in_flight, return_when=asyncio.FIRST_COMPLETED)
        for task in finished:
            task.result()
        return unfinished

    # -- what to ask next ---------------------------------------------------------------------------------------------

    async def _next_batch(self, pages: Iterator[list[Question]]) -> _Batch | None:
        """The next request to send: repeats first, then as many fresh texts as one request may hold."""
        if self._ended:
            return None
        if self._again:
            return self._again.popleft()
        # At the limit, reading goes on to the first text that would have to be sent: known answers cost nothing.
        while len(self._fresh) < self.model.batch_size and self._unread and (self._limit_left != 0 or not self._fresh):
            await self._read_page(pages)
        return self._full_batch()

    @property
    def _limit_left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.asked)

    def _full_batch(self) -> _Batch | None:
        asks: list[_Ask] = []
        texts: list[str] = []
        while self._fresh and len(asks) < self.model.batch_size and self._limit_left != 0:
            texts.append(self._fresh[0].text)
            if asks and not self.model.fits(texts):
                break
            asks.append(self._fresh.popleft())
            self.asked += 1
        return _Batch(asks, first=True) if asks else None

    async def _read_page(self, pages: Iterator[list[Question]]) -> None:
        """Sort a page: known answers are written at once, the rest waits to be asked."""
        self._just_learned.clear()
        page = await asyncio.to_thread(next, pages, None)
        if page is None:
            while self._unread:
                self._finish_if_done(self.tallies[self._unread.popleft()])
            return
        keys = [share_key(question.text) for question in page]
        stored = await asyncio.to_thread(self.store.known_answers, set(keys), self.model.version)
        aside = await asyncio.to_thread(self.store.quarantined, set(keys) - stored.keys())
        # An answer may have been written, and its text no longer be waited for, since the look-up.
        known = {**stored, **self._just_learned}
        reused: list[tuple[Question, Answer]] = []
        spellings: list[tuple[Question, Quarantined]] = []
        for question, key in zip(page, keys, strict=True):
            self.tallies[question.day].outstanding += 1
            if key in known:
                reused.append((question, known[key]))
            elif key in aside:
                spellings.append((question, replace(aside[key], text=question.text)))
            elif key in self._failed:
                self._settle_failed([question], self._failed[key])
            elif key in self._waiting:
                self._waiting[key].questions.append(question)
            else:
                ask = _Ask(key, prompt_text(question.text), [question])
                self._waiting[key] = ask
                self._fresh.append(ask)
        if reused:
            refused = await self._save(reused, {})
            self._settle_saved([question for question, _ in reused], refused, reused=True)
        if spellings:
            await asyncio.to_thread(
                self.store.quarantine,
                [entry for _, entry in spellings],
                self.model.version,
            )
            for question, entry in spellings:
                self._settle_failed([question], entry.reason, quarantined=True)
        if self.limit is None:
            while self._unread and self._unread[0] < page[-1].day:
                self._finish_if_done(self.tallies[self._unread.popleft()])

    # -- what came back -----------------------------------------------------------------------------------------------

    async def _ask(self, batch: _Batch) -> None:
        if self._ended:
            return
        try:
            reply = await self.model.ask([ask.text for ask in batch.asks], room=batch.room)
        except ContentRefused as refusal:
            self._refused(batch, refusal)
            await self._look_for_illness()
        except ModelFailing as failing:
            self._gave_up(batch, failing)
        except BudgetReached:
            self.stopped = "budget"
        except HcxDenied as denied:
            self.fatal = denied
        else:
            await self._judge(batch, reply)
            await self._look_for_illness()

    async def _judge(self, batch: _Batch, reply: Reply) -> None:
        checked = check_answers(reply.document, len(batch.asks), self.taxonomy)
        good = [(batch.asks[number], answer) for number, answer in checked.good.items()]
        self._came_back()
        if good:
            self._fruitless, self._any_good = 0, True
            counts = {ask.key: len(ask.questions) for ask, _ in good}
            rows = [(question, answer) for ask, answer in good for question in ask.questions]
            refused = await self._save(rows, {ask.key: answer for ask, answer in good})
            for ask, answer in good:
                await self._classified(ask, answer, counts[ask.key], refused)
            await self._commit_verdicts()
        bad = [batch.asks[number] for number in checked.bad]
        for number, problem in checked.bad.items():
            batch.asks[number].problem = reply.problem or problem
        if batch.first:
            self._first_replies += 1
            self._first_spoiled += bool(bad)
        if bad and reply.truncated and batch.room == 1:
            self._again.append(_Batch(bad, room=2))
        elif bad:
            self._ask_in_halves(batch, bad, str(bad[0].problem), reply.excerpt)

    async def _classified(self, ask: _Ask, answer: Answer, saved: int, refused: Mapping[Question, str]) -> None:
        """Settle a text; questions that came to wait for it while it was being written get their rows now."""
        del self._waiting[ask.key]
        self._just_learned[ask.key] = answer
        late = ask.questions[saved:]
        if late:
            refused = {**refused, **await self._save([(question, answer) for question in late], {})}
        self._settle_saved(ask.questions[:1], refused)
        self._settle_saved(ask.questions[1:], refused, reused=True)

    def _ask_in_halves(self, batch: _Batch, bad: list[_Ask], reason: str, reply: str) -> None:
        if len(bad) > 1:
            middle = (len(bad) + 1) // 2
            self._again.extend(_Batch(half, batch.room) for half in (bad[:middle], bad[middle:]))
            return
        (ask,) = bad
        ask.tries += len(batch.asks) == 1
        if ask.tries < self._tries_alone():
            self._again.append(_Batch(bad, batch.room))
        else:
            self._verdicts.append(_Verdict(ask, reason, reply))

    def _tries_alone(self) -> int:
        """How often to ask a question alone: the worse the model does with questions in general, the more often.

        If a share p of replies is spoiled whatever was asked, t tries in a row are with probability p ** t; so t is
        log(DOUBT) / log(p). The questions' own first request does not speak against the model.
        """
        share = max(0, self._first_spoiled - 1) / (self._first_replies + 9)
        needed = math.ceil(math.log(DOUBT) / math.log(share)) if share else 0
        return min(max(TRIES_ALONE, needed), MOST_TRIES_ALONE)

    def _refused(self, batch: _Batch, refusal: ContentRefused) -> None:
        """A refusal is definite: the same text alone is not asked a second time."""
        self._came_back()
        for ask in batch.asks:
            ask.problem = refusal.reason
        if len(batch.asks) > 1:
            self._ask_in_halves(batch, batch.asks, refusal.reason, refusal.reply)
        else:
            batch.asks[0].tries += 1
            self._verdicts.append(_Verdict(batch.asks[0], refusal.reason, refusal.reply))

    def _came_back(self) -> None:
        self._any_reply = True
        self._failures_in_a_row = 0
        self._fruitless += 1

    async def _look_for_illness(self) -> None:
        """After many replies without one good answer, find out by a known question whether the model can answer."""
        async with self._doubt:
            if self._fruitless >= FRUITLESS_REPLIES and not self._ended:
                if await self._model_is_well():
                    self._fruitless = 0
                    await self._commit_verdicts()
                else:
                    self.stopped = self.stopped or "failing"

    async def _model_is_well(self) -> bool:
        """Ask about an example of the taxonomy, which no one has poisoned."""
        category = self.taxonomy.categories[0]
        known = category.examples[0] if category.examples else category.name
        try:
            for _ in range(TRIES_KNOWN_QUESTION):
                reply = await self.model.ask([known])
                if check_answers(reply.document, 1, self.taxonomy).good:
                    self._any_good = True
                    return True
        except BudgetReached:
            self.stopped = "budget"
        except HcxDenied as denied:
            self.fatal = denied
        except AskFailed:
            pass
        return False

    def _gave_up(self, batch: _Batch, failing: ModelFailing) -> None:
        self._failures_in_a_row += 1
        for ask in batch.asks:
            self._give_up_on(ask, failing.reason)
        if self._failures_in_a_row < HOPELESS_REQUESTS and (self._any_reply or self._waiting or self._unread):
            return
        if failing.unreachable:
            self.fatal = HcxUnreachable("hcx.unreachable", reason=failing.reason)
        else:
            self.stopped = self.stopped or "failing"

    def _give_up_on(self, ask: _Ask, reason: str, *, quarantined: bool = False) -> None:
        del self._waiting[ask.key]
        self._failed[ask.key] = reason
        self._settle_failed(ask.questions, reason, quarantined=quarantined)

    # -- the books ----------------------------------------------------------------------------------------------------

    @property
    def _ended(self) -> bool:
        return self.stopped is not None or self.fatal is not None

    async def _save(self, rows: list[tuple[Question, Answer]], learned: dict[bytes, Answer]) -> Mapping[Question, str]:
        def write() -> Mapping[Question, str]:
            return self.store.save(
                rows, learned=learned, version=self.model.version, batch_created_at=self.batch_created_at
            )

        return await asyncio.to_thread(write)

    async def _commit_verdicts(self) -> None:
        verdicts, self._verdicts = self._verdicts, []
        entries = [entry for verdict in verdicts for entry in verdict.entries()]
        if entries:
            await asyncio.to_thread(self.store.quarantine, entries, self.model.version)
        for verdict in verdicts:
            self._give_up_on(verdict.ask, verdict.reason, quarantined=True)

    def _withdraw_verdicts(self) -> None:
        """The model could not answer anything: its verdicts say nothing about the texts, which stay missing."""
        verdicts, self._verdicts = self._verdicts, []
        for verdict in verdicts:
            self._give_up_on(verdict.ask, verdict.reason)

    def _settle_saved(
        self, questions: Sequence[Question], refused: Mapping[Question, str], *, reused: bool = False
    ) -> None:
        for question in questions:
            if question in refused:
                self._settle_failed([question], refused[question])
                continue
            tally = self.tallies[question.day]
            tally.processed += 1
            tally.reused += reused
            self._settle(tally)

    def _settle_failed(self, questions: Sequence[Question], reason: str, *, quarantined: bool = False) -> None:
        for question in questions:
            tally = self.tallies[question.day]
            tally.failed += 1
            tally.quarantined += quarantined
            tally.reasons[reason] = tally.reasons.get(reason, 0) + 1
            self._settle(tally)

    def _settle(self, tally: DayTally) -> None:
        tally.outstanding -= 1
        self.progressed(tally)
        if tally.day not in self._unread:
            self._finish_if_done(tally)

    def _finish_if_done(self, tally: DayTally) -> None:
        if tally.outstanding == 0 and not tally.finished:
            tally.finished = True
            self.day_finished(tally)

    async def _close_books(self) -> None:
        """Write or withdraw the pending verdicts, and finish the days that an early but orderly end left open."""
        if self._verdicts and not self._any_good and not self._ended and not await self._model_is_well():
            self.stopped = self.stopped or "failing"
        if self.stopped == "failing" or self.fatal is not None or not self._any_good:
            self._withdraw_verdicts()
        await self._commit_verdicts()
        for ask in list(self._waiting.values()):
            if ask.problem is not None:
                self._give_up_on(ask, ask.problem)
        if self.stopped is None and self._limit_left == 0 and self._fresh:
            self.stopped = "limit"
        if self.fatal is None:
            for tally in self.tallies.values():
                if not tally.finished:
                    tally.finished = True
                    self.day_finished(tally)
