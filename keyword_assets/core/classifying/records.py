"""What a run writes: rows and answers, texts quarantined, and what each request cost."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from keyword_assets.core.classifying.books import Books
from keyword_assets.core.classifying.pace import Pace
from keyword_assets.core.classifying.together import Together
from keyword_assets.core.models.questions import Answer, Quarantined, Question
from keyword_assets.core.models.usage import Spending, Usage
from keyword_assets.core.money import Price, cost_krw
from keyword_assets.core.ports.store import QuestionStore, Saved


@dataclass(frozen=True)
class _Unsaved:
    """Rows to be written, what was learned with them, and what they cost."""

    rows: Sequence[tuple[Question, Answer]]
    learned: Mapping[bytes, Answer] = field(default_factory=dict)
    spent: Sequence[Spending] = ()


@dataclass(frozen=True)
class Records:
    """The store as one run writes to it, beside the event loop.

    Args:
        store: where it is written.
        version: the classifier version whose answers they are.
        batch_created_at: the run's own time, written with each row.
        run_id: under which the run's usage is noted.
        price: what it is noted with.
        reclassify: rows that say something else than the answer are replaced.
        books: are charged with what requests cost.
        pace: is told how the writing keeps up.
    """

    store: QuestionStore
    version: str
    batch_created_at: datetime
    run_id: str
    price: Price
    reclassify: bool
    books: Books
    pace: Pace = field(default_factory=Pace)
    _together: Together[_Unsaved, Saved] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_together", Together(self._write, lambda unsaved: len(unsaved.rows), self.pace.wrote))

    async def close(self) -> None:
        """Wait until all is written that replies brought, also by those who were cancelled."""
        await self._together.close()

    async def answered(
        self,
        rows: list[tuple[Question, Answer]],
        learned: Mapping[bytes, Answer],
        usage: Usage,
        weights: Mapping[date, int],
    ) -> Saved:
        """Write what a request brought, what is learned by it, and what it cost, together."""
        return await self._together.do(_Unsaved(rows, learned, self._charge(usage, weights)))

    async def reused(self, rows: list[tuple[Question, Answer]]) -> Saved:
        """Write answers that were there already."""
        return await self._together.do(_Unsaved(rows))

    async def corrected(self, questions: Sequence[Question]) -> Saved:
        """Write what people have answered."""
        return await asyncio.to_thread(self.store.save_corrected, questions, self.batch_created_at)

    async def spent(self, usage: Usage, weights: Mapping[date, int]) -> None:
        """Account for a request that brought no answer."""
        if usage != Usage():
            await asyncio.to_thread(self.store.spend, self._charge(usage, weights))

    async def quarantine(self, entries: Sequence[Quarantined]) -> None:
        """Quarantine texts."""
        if entries:
            await asyncio.to_thread(self.store.quarantine, entries, self.version)

    async def release(self, keys: Collection[bytes]) -> None:
        """Let others ask about these."""
        if keys:
            await asyncio.to_thread(self.store.release, keys, self.version)

    def _charge(self, usage: Usage, weights: Mapping[date, int]) -> list[Spending]:
        shares = self.books.charge(usage, weights)
        return [
            Spending(self.run_id, day, self.price.model, share, cost_krw(share, self.price))
            for day, share in shares.items()
        ]

    def _write(self, parts: Sequence[_Unsaved]) -> Saved:
        return self.store.save(
            [row for part in parts for row in part.rows],
            learned={key: answer for part in parts for key, answer in part.learned.items()},
            version=self.version,
            batch_created_at=self.batch_created_at,
            spent=[spending for part in parts for spending in part.spent],
            reclassify=self.reclassify,
        )
