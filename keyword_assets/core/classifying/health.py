"""Who is ill, the texts or the model: told by how replies come in, and by questions whose answer is known."""

import asyncio
from dataclasses import dataclass, field

from keyword_assets.core.classifying.answers import check_answers
from keyword_assets.core.classifying.ending import RunEnd
from keyword_assets.core.classifying.records import Records
from keyword_assets.core.errors import HcxDenied
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.ports.model import AskFailed, BudgetReached, KeywordModel, ModelFailing
from keyword_assets.core.taxonomy import Taxonomy

# So many requests in a row without one good answer raise the question who is ill, the texts or the model.
FRUITLESS_REPLIES = 30
# One bad moment must not pass for an illness either, nor one example that a firewall takes for an attack.
TRIES_KNOWN_QUESTION = 5
# Requests in a row that failed after all their retries: the model is not there to be asked.
HOPELESS_REQUESTS = 3


@dataclass
class Health:
    """The model's, as far as one run can tell. A model that turns out to be ill ends the run.

    Args:
        model: who is asked.
        taxonomy: has the examples that are asked about, which no one has poisoned.
        records: note what asking about them costs.
        end: is told of an illness.
    """

    model: KeywordModel
    taxonomy: Taxonomy
    records: Records
    end: RunEnd

    replies: int = field(default=0, init=False)
    """Requests that the model has replied to, well or badly."""
    any_good: bool = field(default=False, init=False)
    """Whether there was a good answer, so that what the model says of texts is to be taken for its word."""
    _fruitless: int = field(default=0, init=False)
    _failures_in_a_row: int = field(default=0, init=False)
    _failing: ModelFailing | None = field(default=None, init=False)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    def replied(self) -> None:
        """A reply came, or a refusal, which is one as well."""
        self.replies += 1
        self._failures_in_a_row = 0
        self._fruitless += 1

    def answered(self) -> None:
        """The reply had a good answer."""
        self._fruitless, self.any_good = 0, True

    def gave_up(self, failing: ModelFailing, *, more_to_come: bool) -> None:
        """A request failed after all its retries: too many of them, or one that is all there is, end the run."""
        self._failures_in_a_row += 1
        self.end.quota_refused |= failing.quota
        if self._failures_in_a_row >= HOPELESS_REQUESTS or not (self.replies or more_to_come):
            self.end.by_model(failing)

    async def look(self) -> bool:
        """After many replies without one good answer, find out who is ill; whether the model is known to be well."""
        async with self._asking:
            if self._fruitless < FRUITLESS_REPLIES or self.end.has_come or not await self.proves_well():
                return False
            self._fruitless = 0
            return True

    async def others_pass(self, replies_before: int) -> bool:
        """Whether other requests get through to the model: some did since there were so many, or a known question does.

        If none does, it is the way that is closed, and the run ends.
        """
        async with self._asking:
            if self.end.has_come:
                return False
            return self.replies != replies_before or await self.proves_well()

    async def proves_well(self) -> bool:
        """Whether the model can answer a known question; the run ends if not."""
        well = await self._is_well()
        if not well:
            self.end.by_model(self._failing)
        return well

    async def _is_well(self) -> bool:
        """Ask about examples of the taxonomy. `_failing` tells what came instead of an answer."""
        try:
            for known in self._known_questions():
                if await self._answers(known):
                    self.any_good = True
                    return True
                if self._failing is not None and not _may_be_about_texts(self._failing):
                    return False
        except BudgetReached as reached:
            self.end.stopped = reached.which
        except HcxDenied as denied:
            self.end.fatal = denied
        except AskFailed as failed:
            await self._spent(failed.usage)
        return False

    def _known_questions(self) -> list[str]:
        """An example of each category, as many as are asked at most."""
        examples = [(*category.examples, category.name)[0] for category in self.taxonomy.categories]
        return (examples * TRIES_KNOWN_QUESTION)[:TRIES_KNOWN_QUESTION]

    async def _answers(self, known: str) -> bool:
        """Whether there is a good answer to a question that has one."""
        self._failing = None
        try:
            reply = await self.model.ask([known])
        except ModelFailing as failing:
            self._failing = failing
            await self._spent(failing.usage)
            return False
        self.replies += 1
        await self._spent(reply.usage)
        return bool(check_answers(reply.document, reply.ids, self.taxonomy).good)

    async def _spent(self, usage: Usage) -> None:
        """A known question is nobody's; the last day of the run pays for it."""
        await self.records.spent(usage, {max(self.records.books.tallies): 1})


def _may_be_about_texts(failing: ModelFailing) -> bool:
    """Whether another known question could fare better; what was tried again for minutes is not about the question."""
    return failing.suspect and not failing.usage.retries
