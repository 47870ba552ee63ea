"""The main job: every open question of a period asked in full requests, checked, written, accounted for by day.

Texts that share an answer are asked once, whatever the number of their questions, by whichever process comes first.
What is wrong in a reply is asked again in smaller company, alone at the end, and set aside only then. Memory holds one
page of questions, the requests in flight, what others are asking about, and 32 bytes for each text that failed.
"""

import asyncio
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from keyword_assets.core.classifying.answers import check_answers
from keyword_assets.core.classifying.asks import Ask, Batch, Patience, Queue
from keyword_assets.core.classifying.books import Books, spendings
from keyword_assets.core.classifying.intake import LOOK_SECONDS, Intake
from keyword_assets.core.classifying.screening import Screened, screen
from keyword_assets.core.errors import HcxDenied, HcxError, HcxUnreachable
from keyword_assets.core.models import Answer, DayCoverage, DayTally, Period, Question, Usage
from keyword_assets.core.money import Price
from keyword_assets.core.outcomes import Outcome
from keyword_assets.core.ports import (
    AskFailed,
    BudgetReached,
    ContentRefused,
    DayLimit,
    KeywordModel,
    ModelFailing,
    QuestionStore,
    Reply,
    Saved,
)
from keyword_assets.core.questions import Mask, unmasked
from keyword_assets.core.taxonomy import Taxonomy

# So many requests in a row without one good answer raise the question who is ill, the texts or the model.
FRUITLESS_REPLIES = 30
# One bad moment must not pass for an illness either, nor one example that a firewall takes for an attack.
TRIES_KNOWN_QUESTION = 5
# Requests in a row that failed after all their retries: the model is not there to be asked.
HOPELESS_REQUESTS = 3


@dataclass(frozen=True)
class _Verdict:
    """A text to be set aside, not written before the model has shown that it can answer."""

    ask: Ask
    reason: str
    reply: str


@dataclass
class Classification:
    """One run over a period. Create it, await `run` once, then read `tallies`, `stopped` and `fatal`.

    Args:
        model: who is asked.
        store: where questions come from and answers go.
        taxonomy: the categories allowed.
        batch_created_at: the run's own time, written with each row.
        run_id: under which the run's usage is noted.
        price: what it is noted with.
        limit: at most so many texts are sent, the most asked first; None for all.
        day_limit: how many new texts of a day are sent today, by all runs together; None for all.
        mask: what hides personal data in the texts that are sent.
        reclassify: bring classified questions to this classifier version, too: rows that say otherwise are replaced.
        day_finished: called as soon as nothing of a day is outstanding, oldest first where there is no limit.
        progressed: called after each change of a tally.
        elsewhere: called when nothing is left but to wait for other processes' answers to so many of our texts.
    """

    model: KeywordModel
    store: QuestionStore
    taxonomy: Taxonomy
    batch_created_at: datetime
    run_id: str
    price: Price
    limit: int | None = None
    day_limit: DayLimit | None = None
    mask: Mask = unmasked
    reclassify: bool = False
    day_finished: Callable[[DayTally], None] = lambda tally: None
    progressed: Callable[[DayTally], None] = lambda tally: None
    elsewhere: Callable[[int, Sequence[str]], None] = lambda texts, workers: None

    stopped: Outcome | None = field(default=None, init=False)
    """What ended the run early: a limit, a budget, or `FAILING`."""
    quota_refused: bool = field(default=False, init=False)
    """Whether requests were given up because the quota was used up."""
    fatal: HcxError | None = field(default=None, init=False)
    """The denial or lost connection that ended it."""
    asked: int = field(default=0, init=False)
    """Distinct texts sent, repeats not counted."""

    def __post_init__(self) -> None:
        self._queue = Queue(self.model)
        self._patience = Patience()
        self._books = Books((), self.day_finished, self.progressed)
        self._intake = self._take_in(_nothing())
        self._verdicts: list[_Verdict] = []
        self._fruitless = 0
        self._failures_in_a_row = 0
        self._replies = 0
        self._any_good = False
        self._known_failed: ModelFailing | None = None
        self._doubt = asyncio.Lock()

    @property
    def tallies(self) -> dict[date, DayTally]:
        """What was done, day by day."""
        return self._books.tallies

    async def run(self, period: Period, before: Sequence[DayCoverage]) -> None:
        """Classify what is open in the period. `before` is the coverage counted at the start, day by day."""
        self._books = Books(before, self.day_finished, self.progressed)
        pages = self.store.open_questions(
            period, most_asked_first=self.limit is not None, classified_too=self.reclassify
        )
        self._intake = self._take_in(pages)
        in_flight: set[asyncio.Task[None]] = set()
        try:
            while True:
                batch = await self._next_batch(idle=not in_flight)
                if batch is not None:
                    in_flight.add(asyncio.create_task(self._ask(batch)))
                elif in_flight:
                    in_flight = await self._reap(in_flight)
                elif self._ended or self._at_limit or not self._intake.waits_for_others:
                    break
                else:
                    self._queue.fresh.extend(await self._intake.look_elsewhere())
                while len(in_flight) >= self.model.worth_asking:
                    in_flight = await self._reap(in_flight)
        finally:
            for task in in_flight:
                task.cancel()
            await asyncio.gather(*in_flight, return_exceptions=True)
            await self._intake.close()
            await self._intake.give_back()
        await self._close_books()

    def _take_in(self, pages: Generator[list[Question]]) -> Intake:
        async def save(reused: list[tuple[Question, Answer]]) -> Saved:
            return await self._save(reused, {}, {})

        in_order = self.limit is None
        return Intake(
            self.store,
            self.model.version,
            self.taxonomy,
            self._books,
            pages,
            in_order,
            save,
            self.elsewhere,
            self.mask,
            self.day_limit,
        )

    @staticmethod
    async def _reap(in_flight: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
        finished, unfinished = await asyncio.wait(in_flight, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for task in finished:
            task.result()
        return unfinished

    # -- what to ask next ---------------------------------------------------------------------------------------------

    async def _next_batch(self, *, idle: bool) -> Batch | None:
        """The next request to send: repeats first, then as many texts as one request should hold.

        Doubtful texts that do not fill a request wait until nothing else is left to do (`idle`): their company may
        still come.
        """
        if self._ended:
            return None
        queue = self._queue
        if queue.ready:
            return queue.ready.popleft()
        if batch := queue.next_doubtful(fill=True):
            return batch
        # At the limit, reading goes on to the first text that would have to be sent: known answers cost nothing.
        while len(queue.fresh) < queue.wanted() and self._books.unread and (self._limit_left != 0 or not queue.fresh):
            queue.fresh.extend(await self._intake.read_page())
        if batch := queue.next_fresh(self._limit_left):
            self.asked += sum(ask.cuts == 0 for ask in batch.asks)
            return batch
        return queue.next_doubtful(fill=False) if idle else None

    @property
    def _at_limit(self) -> bool:
        """Whether there are texts that the limit does not let us send."""
        return self._limit_left == 0 and bool(self._queue.fresh)

    @property
    def _limit_left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.asked)

    # -- what came back -----------------------------------------------------------------------------------------------

    async def _ask(self, batch: Batch) -> None:
        if self._ended:
            return
        replies = self._replies
        sent = [ask.sent for ask in batch.asks]
        for ask in batch.asks:
            ask.sent = True
        try:
            reply = await self.model.ask(batch.texts, room=batch.room, briefly=batch.suspect)
        except (AskFailed, HcxDenied) as failed:
            if not _got_through(failed):
                for ask, before in zip(batch.asks, sent, strict=True):
                    ask.sent = before
            if isinstance(failed, HcxDenied):
                self.fatal = failed
                return
            await self._spend(batch, failed.usage)
            await self._not_answered(batch, failed, replies)
        else:
            await self._judge(batch, reply)
            await self._look_for_illness()

    async def _not_answered(self, batch: Batch, failed: AskFailed, replies_before: int) -> None:
        if isinstance(failed, ContentRefused):
            self._refused(batch, failed)
            await self._look_for_illness()
        elif isinstance(failed, ModelFailing) and failed.suspect:
            await self._suspect(batch, failed, replies_before)
        elif isinstance(failed, ModelFailing):
            await self._gave_up(batch, failed)
        elif isinstance(failed, BudgetReached):
            self.stopped = failed.which

    async def _judge(self, batch: Batch, reply: Reply) -> None:
        checked = check_answers(reply.document, reply.ids, self.taxonomy)
        screened = screen(batch.texts, checked.good)
        good = [(batch.asks[number], checked.good[number]) for number in sorted(screened.taken)]
        self._came_back()
        shares = self._books.charge(reply.usage, _weights(batch))
        if checked.good:
            self._fruitless, self._any_good = 0, True
        if good:
            counts = {ask.key: len(ask.questions) for ask, _ in good}
            rows = [(question, answer) for ask, answer in good for question in ask.questions]
            saved = await self._save(rows, {ask.key: answer for ask, answer in good}, shares)
            for ask, answer in good:
                await self._classified(ask, answer, counts[ask.key], saved)
            await self._commit_verdicts()
        else:
            await self._note(shares)
        self._ask_apart(batch, screened)
        bad = [batch.asks[number] for number in checked.bad]
        for number, problem in checked.bad.items():
            batch.asks[number].problem = reply.problem or problem
        if batch.first:
            self._patience.learn(spoiled=bool(bad) and not reply.truncated)
        if bad:
            self._ask_again(batch, bad, reply, any_good=bool(checked.good))

    def _ask_apart(self, batch: Batch, screened: Screened) -> None:
        """What was answered, but perhaps not to its own text; the answer that comes now is the one that counts."""
        ready = [Batch([batch.asks[place]], again=True) for place in sorted(screened.alone)]
        if screened.together:
            ready.append(Batch([batch.asks[place] for place in sorted(screened.together)], again=True))
        self._queue.ready.extend(ready)

    async def _classified(self, ask: Ask, answer: Answer, written: int, saved: Saved) -> None:
        """Settle a text; questions that came to wait for it while it was being written get their rows now."""
        del self._intake.waiting[ask.key]
        late = ask.questions[written:]
        if late:
            saved |= await self._save([(question, answer) for question in late], {}, {})
        self._books.saved(ask.questions[:1], saved)
        self._books.saved(ask.questions[1:], saved, reused=True)

    def _ask_again(self, batch: Batch, bad: list[Ask], reply: Reply, *, any_good: bool) -> None:
        """What a reply left unanswered: see each branch for what it is taken for."""
        if reply.truncated and all(ask.cuts == 0 for ask in bad):
            # The cap was too small for what we know by now; the texts are as good as any.
            for ask in bad:
                ask.cuts, ask.room = 1, 1 if any_good else 2
            if any_good:
                self._queue.fresh.extendleft(reversed(bad))
            else:
                self._queue.ready.append(Batch(bad, again=True))
        elif len(batch.asks) == 1:
            bad[0].room = 2 if reply.truncated else bad[0].room
            self._failed_alone(bad[0], reply.excerpt)
        elif any_good:
            for ask in bad:
                ask.room = 2 if reply.truncated else ask.room
                self._queue.doubt(ask)
        elif not batch.again:
            # Most replies that are no answer at all are the model's bad moment, not a text's doing.
            self._queue.ready.append(Batch(batch.asks, again=True))
        else:
            self._queue.ready.extend(batch.halves())

    def _failed_alone(self, ask: Ask, reply: str, *, suspect: bool = False) -> None:
        ask.tries += 1
        if ask.tries < self._patience.tries_alone():
            self._queue.ready.append(Batch([ask], again=True, suspect=suspect))
        else:
            self._verdicts.append(_Verdict(ask, str(ask.problem), reply))

    def _refused(self, batch: Batch, refusal: ContentRefused) -> None:
        """A refusal is definite: the same text alone is not asked a second time."""
        self._came_back()
        for ask in batch.asks:
            ask.problem = refusal.reason
        if len(batch.asks) > 1:
            self._queue.ready.extend(batch.halves())
        else:
            batch.asks[0].tries += 1
            self._verdicts.append(_Verdict(batch.asks[0], refusal.reason, refusal.reply))

    def _came_back(self) -> None:
        self._replies += 1
        self._failures_in_a_row = 0
        self._fruitless += 1

    # -- who is ill, the texts or the model ---------------------------------------------------------------------------

    async def _look_for_illness(self) -> None:
        """After many replies without one good answer, find out by a known question whether the model can answer."""
        async with self._doubt:
            if self._fruitless >= FRUITLESS_REPLIES and not self._ended:
                if await self._model_is_well():
                    self._fruitless = 0
                    await self._commit_verdicts()
                else:
                    self._end_of(self._known_failed)

    async def _model_is_well(self) -> bool:
        """Ask about examples of the taxonomy, which no one has poisoned. `_known_failed` tells what came instead."""
        try:
            for known in self._known_questions():
                if await self._answers(known):
                    self._any_good = True
                    return True
                if self._known_failed is not None and not _may_be_about_texts(self._known_failed):
                    return False
        except BudgetReached as reached:
            self.stopped = reached.which
        except HcxDenied as denied:
            self.fatal = denied
        except AskFailed as failed:
            await self._note(self._books.charge(failed.usage, {max(self.tallies): 1}))
        return False

    def _known_questions(self) -> list[str]:
        """An example of each category, as many as are asked at most."""
        examples = [(*category.examples, category.name)[0] for category in self.taxonomy.categories]
        return (examples * TRIES_KNOWN_QUESTION)[:TRIES_KNOWN_QUESTION]

    async def _answers(self, known: str) -> bool:
        """Whether there is a good answer to a question that has one."""
        self._known_failed = None
        try:
            reply = await self.model.ask([known])
        except ModelFailing as failing:
            self._known_failed = failing
            await self._note(self._books.charge(failing.usage, {max(self.tallies): 1}))
            return False
        self._replies += 1
        await self._note(self._books.charge(reply.usage, {max(self.tallies): 1}))
        return bool(check_answers(reply.document, reply.ids, self.taxonomy).good)

    def _end_of(self, failing: ModelFailing | None) -> None:
        """End the run, because it is not its texts that are ill: the model, or the way to it."""
        if self._ended:
            return
        if failing is not None and failing.unreachable:
            key = "hcx.blocked" if failing.blocked else "hcx.unreachable"
            self.fatal = HcxUnreachable(key, reason=failing.reason, way=failing.way)
        else:
            self.stopped = Outcome.FAILING

    async def _suspect(self, batch: Batch, failing: ModelFailing, replies_before: int) -> None:
        """A request that was sent and not answered: if others pass, it is one of its texts; else it is the way.

        Those that pass are seen meanwhile, or else a known question is asked. What is suspected is taken apart, like
        what was refused; but alone it is asked more than once, because what stands on the way has moods as well.
        """
        for ask in batch.asks:
            ask.problem = failing.reason
        async with self._doubt:
            if self._ended:
                return
            if self._replies == replies_before and not await self._model_is_well():
                self._end_of(self._known_failed)
                return
        if batch.first:
            self._patience.learn(spoiled=True)
        if len(batch.asks) > 1:
            self._queue.ready.extend(batch.halves(suspect=True))
        else:
            self._failed_alone(batch.asks[0], failing.reason, suspect=True)

    async def _gave_up(self, batch: Batch, failing: ModelFailing) -> None:
        self._failures_in_a_row += 1
        self.quota_refused |= failing.quota
        for ask in batch.asks:
            self._give_up_on(ask, failing.reason)
        await asyncio.to_thread(self.store.release, [ask.key for ask in batch.asks], self.model.version)
        if self._failures_in_a_row < HOPELESS_REQUESTS and (
            self._replies or self._intake.waiting or self._books.unread
        ):
            return
        self._end_of(failing)

    def _give_up_on(self, ask: Ask, reason: str, *, quarantined: bool = False) -> None:
        self._intake.given_up(ask, reason)
        self._books.failed(ask.questions, reason, quarantined=quarantined)

    # -- the books ----------------------------------------------------------------------------------------------------

    @property
    def _ended(self) -> bool:
        return self.stopped is not None or self.fatal is not None

    async def _save(
        self, rows: list[tuple[Question, Answer]], learned: dict[bytes, Answer], shares: Mapping[date, Usage]
    ) -> Saved:
        def write() -> Saved:
            return self.store.save(
                rows,
                learned=learned,
                version=self.model.version,
                batch_created_at=self.batch_created_at,
                spent=spendings(shares, self.run_id, self.price),
                replace_rows=self.reclassify,
            )

        return await asyncio.to_thread(write)

    async def _spend(self, batch: Batch, usage: Usage) -> None:
        """Account for a request that brought no reply."""
        if usage != Usage():
            await self._note(self._books.charge(usage, _weights(batch)))

    async def _note(self, shares: Mapping[date, Usage]) -> None:
        spent = spendings(shares, self.run_id, self.price)
        await asyncio.to_thread(self.store.spend, spent)

    async def _commit_verdicts(self) -> None:
        verdicts, self._verdicts = self._verdicts, []
        entries = [entry for verdict in verdicts for entry in verdict.ask.entries(verdict.reason, verdict.reply)]
        if entries:
            await asyncio.to_thread(self.store.quarantine, entries, self.model.version)
        for verdict in verdicts:
            self._give_up_on(verdict.ask, verdict.reason, quarantined=True)

    def _withdraw_verdicts(self) -> None:
        """The model could not answer anything: its verdicts say nothing about the texts, which stay missing."""
        verdicts, self._verdicts = self._verdicts, []
        for verdict in verdicts:
            self._give_up_on(verdict.ask, verdict.reason)

    async def _close_books(self) -> None:
        """Write or withdraw the pending verdicts, and finish the days that an early but orderly end left open."""
        if self._verdicts and not self._any_good and not self._ended and not await self._model_is_well():
            self._end_of(self._known_failed)
        if self.stopped is Outcome.FAILING or self.fatal is not None or not self._any_good:
            self._withdraw_verdicts()
        await self._commit_verdicts()
        for ask in list(self._intake.waiting.values()):
            if ask.problem is not None:
                self._give_up_on(ask, ask.problem)
        if self.stopped is None and self._at_limit:
            self.stopped = Outcome.LIMIT
        if self.stopped is None and any(tally.waiting for tally in self.tallies.values()):
            self.stopped = Outcome.DAY_LIMIT
        if self.fatal is None:
            self._books.close()


def _nothing() -> Generator[list[Question]]:
    """No pages at all: before the run has begun."""
    yield from ()


def _may_be_about_texts(failing: ModelFailing) -> bool:
    """Whether another known question could fare better; what was tried again for minutes is not about the question."""
    return failing.suspect and not failing.usage.retries


def _got_through(failed: AskFailed | HcxDenied) -> bool:
    """Whether the texts of a request may have reached the model all the same."""
    if isinstance(failed, ModelFailing):
        return failed.suspect or not failed.unreachable
    if isinstance(failed, BudgetReached):
        return failed.usage.requests > 0
    return not isinstance(failed, HcxDenied)


def _weights(batch: Batch) -> dict[date, int]:
    """How many of a request's texts were asked for each day; a text of several days counts for its first."""
    weights: dict[date, int] = {}
    for ask in batch.asks:
        day = ask.questions[0].day
        weights[day] = weights.get(day, 0) + 1
    return weights
