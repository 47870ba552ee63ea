"""The main job: every open question of a period asked in full requests, checked, written, accounted for by day.

Texts that share an answer are asked once, whatever the number of their questions, by whichever process comes first.
What is wrong in a reply is asked again in smaller company, alone at the end, and quarantined only then. Memory holds
two pages of questions, the requests in flight, what others are asking about, and 32 bytes for each text that failed.

Each part knows those before it and none that come after: books, register, records; intake, health, pending; judge; and
the run, which moves texts from one to the next.
"""

import asyncio
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from keyword_assets.core.classifying.asks import Ask, Batch, Queue
from keyword_assets.core.classifying.books import Books
from keyword_assets.core.classifying.ending import RunEnd
from keyword_assets.core.classifying.health import Health
from keyword_assets.core.classifying.intake import LOOK_SECONDS, Intake
from keyword_assets.core.classifying.judge import Judge
from keyword_assets.core.classifying.pace import Pace
from keyword_assets.core.classifying.pending import PendingQuarantine
from keyword_assets.core.classifying.records import Records
from keyword_assets.core.classifying.register import Register
from keyword_assets.core.errors import HcxDenied
from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Question
from keyword_assets.core.models.runs import DayTally
from keyword_assets.core.money import Price
from keyword_assets.core.outcomes import Outcome
from keyword_assets.core.ports.model import AskFailed, BudgetReached, KeywordModel, ModelFailing, NoLongerWanted
from keyword_assets.core.ports.store import DayLimit, QuestionStore
from keyword_assets.core.questions import Mask, unmasked
from keyword_assets.core.taxonomy import Taxonomy


@dataclass
class Classification:
    """One run over a period. Await `run` once, then read `tallies`, `end` and `asked`.

    Args:
        before: the days, with the coverage counted at the start, oldest first.
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

    before: Sequence[DayCoverage]
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

    end: RunEnd = field(default_factory=RunEnd, init=False)
    """What ended the run early, if anything did."""
    asked: int = field(default=0, init=False)
    """Distinct texts sent, repeats not counted."""

    def __post_init__(self) -> None:
        version = self.model.version
        self._books = Books(self.before, self.day_finished, self.progressed)
        self._register = Register(self._books)
        self._pace = Pace()
        self._page: asyncio.Task[list[Ask]] | None = None
        self._records = records = Records(
            self.store,
            version,
            self.batch_created_at,
            self.run_id,
            self.price,
            self.reclassify,
            self._books,
            self._pace,
        )
        self._queue = Queue(self.model)
        self._intake = Intake(
            self.store,
            version,
            self.taxonomy,
            self._register,
            records,
            self._open_questions(),
            in_order=self.limit is None,
            elsewhere=self.elsewhere,
            mask=self.mask,
            day_limit=self.day_limit,
        )
        self._health = Health(self.model, self.taxonomy, records, self.end)
        self._pending = PendingQuarantine(records, self._register)
        self._judge = Judge(self.taxonomy, self._queue, self._register, records, self._health, self._pending, self.end)

    def _open_questions(self) -> Generator[list[Question]]:
        """The questions of the days on which some were open when these were counted; no text of the others is read."""
        days = [row.day for row in self.before if self.reclassify or row.missing > row.quarantined]
        by_number = self.limit is not None
        for period in [Period(days[0], days[-1])] if by_number and days else Period.stretches(days):
            yield from self.store.open_questions(period, most_asked_first=by_number, reclassify=self.reclassify)

    @property
    def tallies(self) -> dict[date, DayTally]:
        """What was done, day by day."""
        return self._books.tallies

    async def run(self) -> None:
        """Classify what is open in the period."""
        in_flight: set[asyncio.Task[None]] = set()
        try:
            while True:
                batch = await self._next_batch(idle=not in_flight)
                if batch is not None:
                    in_flight.add(asyncio.create_task(self._ask(batch)))
                elif in_flight:
                    in_flight = await self._reap(in_flight)
                elif self.end.has_come or self._at_limit or not self._intake.waits_for_others:
                    break
                else:
                    self._queue.fresh.extend(await self._intake.look_elsewhere())
                self._pace.open = len(in_flight)
                while len(in_flight) >= self._most_open:
                    in_flight = await self._reap(in_flight)
        finally:
            for task in in_flight:
                task.cancel()
            await asyncio.gather(*in_flight, return_exceptions=True)
            await self._records.close()
            if self._page is not None:
                # To its end, so that what was admitted by it is known.
                await asyncio.gather(self._page, return_exceptions=True)
            await self._intake.close()
        await self._close_books()

    @staticmethod
    async def _reap(in_flight: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
        finished, unfinished = await asyncio.wait(in_flight, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for task in finished:
            task.result()
        return unfinished

    async def _next_batch(self, *, idle: bool) -> Batch | None:
        """The next request to send: repeats first, then as many texts as one request should hold.

        Doubtful texts that do not fill a request wait until nothing else is left to do (`idle`): their company may
        still come.
        """
        if self.end.has_come:
            return None
        queue = self._queue
        if queue.ready:
            return queue.ready.popleft()
        if batch := queue.next_doubtful(fill=True):
            return batch
        # At the limit, reading goes on to the first text that would have to be sent: known answers cost nothing.
        while len(queue.fresh) < queue.wanted() and self._books.unread and (self._limit_left != 0 or not queue.fresh):
            queue.fresh.extend(await self._next_page())
        self._read_ahead()
        if batch := queue.next_fresh(self._limit_left):
            self.asked += sum(ask.cuts == 0 for ask in batch.asks)
            return batch
        return queue.next_doubtful(fill=False) if idle else None

    async def _next_page(self) -> list[Ask]:
        self._page = self._page or asyncio.create_task(self._intake.read_page())
        asks = await asyncio.shield(self._page)
        self._page = None
        return asks

    def _read_ahead(self) -> None:
        """Begin with the next page when the texts at hand are half of what may be on its way at once.

        Not sooner, for other processes want some, too; and not up to a limit, which may end the run before.
        """
        if self._page is not None or self.limit is not None or not self._books.unread:
            return
        if len(self._queue.fresh) < self._queue.wanted() * self._most_open / 2:
            self._page = asyncio.create_task(self._intake.read_page())

    @property
    def _most_open(self) -> float:
        """How many requests may be open, by the quota and by how fast replies are written."""
        return min(self.model.worth_asking, self._pace.most)

    @property
    def _at_limit(self) -> bool:
        """Whether there are texts that the limit does not let us send."""
        return self._limit_left == 0 and bool(self._queue.fresh)

    @property
    def _limit_left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.asked)

    async def _ask(self, batch: Batch) -> None:
        if self.end.has_come:
            return
        replies_before = self._health.replies
        sent = [ask.sent for ask in batch.asks]
        for ask in batch.asks:
            ask.sent = True
        try:
            reply = await self.model.ask(
                batch.texts,
                room=batch.room,
                briefly=batch.suspect,
                wanted=lambda: self._intake.is_wanted(batch),
            )
        except (AskFailed, HcxDenied) as failed:
            if not _got_through(failed):
                for ask, before in zip(batch.asks, sent, strict=True):
                    ask.sent = before
            if isinstance(failed, HcxDenied):
                self.end.fatal = failed
            elif isinstance(failed, NoLongerWanted):
                await self._drop_corrected(batch, failed)
            else:
                await self._judge.failed(batch, failed, replies_before)
        else:
            await self._judge.replied(batch, reply)

    async def _drop_corrected(self, batch: Batch, failed: NoLongerWanted) -> None:
        """Somebody answered some of the texts while the request waited for its turn: send the others."""
        await self._records.spent(failed.usage, batch.days)
        if await self._intake.without_corrected(batch):
            self._queue.ready.append(batch)

    async def _close_books(self) -> None:
        """Write or withdraw what is pending, and finish the days that an early but orderly end left open."""
        if self._pending and not self._health.any_good and not self.end.has_come:
            await self._health.proves_well()
        if self.end.stopped is Outcome.FAILING or self.end.fatal is not None or not self._health.any_good:
            self._pending.withdraw()
        await self._pending.commit()
        for ask in list(self._register.waiting.values()):
            if ask.problem is not None:
                self._register.give_up(ask, ask.problem)
        if self.end.stopped is None and self._at_limit:
            self.end.stopped = Outcome.LIMIT
        if self.end.stopped is None and any(tally.waiting for tally in self.tallies.values()):
            self.end.stopped = Outcome.DAY_LIMIT
        if self.end.fatal is None:
            self._books.close()


def _got_through(failed: AskFailed | HcxDenied) -> bool:
    """Whether the texts of a request may have reached the model all the same."""
    if isinstance(failed, ModelFailing):
        return failed.suspect or not failed.unreachable
    if isinstance(failed, BudgetReached | NoLongerWanted):
        return failed.usage.requests > 0
    return not isinstance(failed, HcxDenied)
