"""What becomes of the texts of a request: written, asked again in smaller company, given up, or quarantined."""

from dataclasses import dataclass, field

from keyword_assets.core.classifying.answers import check_answers
from keyword_assets.core.classifying.asks import Ask, Batch, Patience, Queue
from keyword_assets.core.classifying.ending import RunEnd
from keyword_assets.core.classifying.health import Health
from keyword_assets.core.classifying.pending import PendingQuarantine
from keyword_assets.core.classifying.records import Records
from keyword_assets.core.classifying.register import Register
from keyword_assets.core.classifying.screening import Screened, screen
from keyword_assets.core.models.questions import Answer
from keyword_assets.core.ports.model import AskFailed, BudgetReached, ContentRefused, ModelFailing, Reply
from keyword_assets.core.ports.store import Saved
from keyword_assets.core.taxonomy import Taxonomy


@dataclass(frozen=True)
class Judge:
    """Deals with each request when it is over, by what came back.

    Args:
        taxonomy: the categories allowed.
        queue: takes what is to be asked again.
        register: knows the texts.
        records: what is good is written there.
        health: is told how the model does, and asked whether it is to blame.
        pending: takes what has had its last try.
        end: takes a budget that is used up.
    """

    taxonomy: Taxonomy
    queue: Queue
    register: Register
    records: Records
    health: Health
    pending: PendingQuarantine
    end: RunEnd
    patience: Patience = field(default_factory=Patience, init=False)

    # -- a reply ------------------------------------------------------------------------------------------------------

    async def replied(self, batch: Batch, reply: Reply) -> None:
        """Keep the good answers and ask again about the others."""
        checked = check_answers(reply.document, reply.ids, self.taxonomy)
        screened = screen(batch.texts, checked.good)
        self.health.replied()
        if checked.good:
            self.health.answered()
        if good := [(batch.asks[place], checked.good[place]) for place in sorted(screened.taken)]:
            await self._keep(batch, good, reply)
            await self.pending.commit()
        else:
            await self.records.spent(reply.usage, batch.days)
        self._ask_apart(batch, screened)
        bad = [batch.asks[place] for place in checked.bad]
        for place, problem in checked.bad.items():
            batch.asks[place].problem = reply.problem or problem
        if batch.first:
            self.patience.learn(spoiled=bool(bad) and not reply.truncated)
        if bad:
            self._ask_again(batch, bad, reply, any_good=bool(checked.good))
        await self._look_for_illness()

    async def _keep(self, batch: Batch, good: list[tuple[Ask, Answer]], reply: Reply) -> None:
        """Write the rows of every question that waits for one of these answers."""
        counts = {ask.key: len(ask.questions) for ask, _ in good}
        rows = [(question, answer) for ask, answer in good for question in ask.questions]
        learned = {ask.key: answer for ask, answer in good}
        saved = await self.records.answered(rows, learned, reply.usage, batch.days)
        for ask, answer in good:
            await self._classified(ask, answer, counts[ask.key], saved)

    async def _classified(self, ask: Ask, answer: Answer, written: int, saved: Saved) -> None:
        """Settle a text; questions that came to wait for it while it was being written get their rows now."""
        self.register.answered(ask)
        if late := ask.questions[written:]:
            saved |= await self.records.reused([(question, answer) for question in late])
        self.register.books.saved(ask.questions[:1], saved)
        self.register.books.saved(ask.questions[1:], saved, reused=True)

    def _ask_apart(self, batch: Batch, screened: Screened) -> None:
        """What was answered, but perhaps not to its own text; the answer that comes now is the one that counts."""
        ready = [Batch([batch.asks[place]], again=True) for place in sorted(screened.alone)]
        if screened.together:
            ready.append(Batch([batch.asks[place] for place in sorted(screened.together)], again=True))
        self.queue.ready.extend(ready)

    def _ask_again(self, batch: Batch, bad: list[Ask], reply: Reply, *, any_good: bool) -> None:
        """What a reply left unanswered: see each branch for what it is taken for."""
        if reply.truncated and all(ask.cuts == 0 for ask in bad):
            # The cap was too small for what we know by now; the texts are as good as any.
            for ask in bad:
                ask.cuts, ask.room = 1, 1 if any_good else 2
            if any_good:
                self.queue.fresh.extendleft(reversed(bad))
            else:
                self.queue.ready.append(Batch(bad, again=True))
        elif len(batch.asks) == 1:
            bad[0].room = 2 if reply.truncated else bad[0].room
            self._failed_alone(bad[0], reply.excerpt())
        elif any_good:
            for ask in bad:
                ask.room = 2 if reply.truncated else ask.room
                self.queue.doubt(ask)
        elif not batch.again:
            # Most replies that are no answer at all are the model's bad moment, not a text's doing.
            self.queue.ready.append(Batch(batch.asks, again=True))
        else:
            self.queue.ready.extend(batch.halves())

    def _failed_alone(self, ask: Ask, reply: str, *, suspect: bool = False) -> None:
        ask.tries += 1
        if ask.tries < self.patience.tries_alone():
            self.queue.ready.append(Batch([ask], again=True, suspect=suspect))
        else:
            self.pending.add(ask, str(ask.problem), reply)

    # -- no reply -----------------------------------------------------------------------------------------------------

    async def failed(self, batch: Batch, failed: AskFailed, replies_before: int) -> None:
        """Account for a request without a reply, and find out what was the reason.

        Args:
            batch: what was asked.
            failed: what came instead.
            replies_before: how many replies there had been when it was sent.
        """
        await self.records.spent(failed.usage, batch.days)
        if isinstance(failed, ContentRefused):
            self._refused(batch, failed)
            await self._look_for_illness()
        elif isinstance(failed, ModelFailing) and failed.suspect:
            await self._suspect(batch, failed, replies_before)
        elif isinstance(failed, ModelFailing):
            await self._gave_up(batch, failed)
        elif isinstance(failed, BudgetReached):
            self.end.stopped = failed.which

    def _refused(self, batch: Batch, refusal: ContentRefused) -> None:
        """A refusal is definite: the same text alone is not asked a second time."""
        self.health.replied()
        for ask in batch.asks:
            ask.problem = refusal.reason
        if len(batch.asks) > 1:
            self.queue.ready.extend(batch.halves())
        else:
            batch.asks[0].tries += 1
            self.pending.add(batch.asks[0], refusal.reason, refusal.reply)

    async def _suspect(self, batch: Batch, failing: ModelFailing, replies_before: int) -> None:
        """A request that was sent and not answered: if others pass, it is one of its texts; else it is the way.

        What is suspected is taken apart, like what was refused; but alone it is asked more than once, because what
        stands on the way has moods as well.
        """
        for ask in batch.asks:
            ask.problem = failing.reason
        if not await self.health.others_pass(replies_before):
            return
        if batch.first:
            self.patience.learn(spoiled=True)
        if len(batch.asks) > 1:
            self.queue.ready.extend(batch.halves(suspect=True))
        else:
            self._failed_alone(batch.asks[0], failing.reason, suspect=True)

    async def _gave_up(self, batch: Batch, failing: ModelFailing) -> None:
        for ask in batch.asks:
            self.register.give_up(ask, failing.reason)
        more_to_come = bool(self.register.waiting or self.register.books.unread)
        self.health.gave_up(failing, more_to_come=more_to_come)
        await self.records.release([ask.key for ask in batch.asks])

    async def _look_for_illness(self) -> None:
        if await self.health.look():
            await self.pending.commit()
