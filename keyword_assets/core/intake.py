"""Reads the open questions page by page and sorts them: answered before, set aside before, ours to ask, or others'."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from keyword_assets.core.asks import Ask
from keyword_assets.core.books import Books
from keyword_assets.core.models import Answer, Quarantined, Question
from keyword_assets.core.ports import DayLimit, QuestionStore, Saved
from keyword_assets.core.questions import Mask, prompt_text, share_key, unmasked

# How long to wait before looking again what has become of the texts that others are asking about.
LOOK_SECONDS = 1.0
# So many of them are looked after before the end of reading, so that they do not fill the memory.
_ELSEWHERE_TEXTS = 1_000

Save = Callable[[list[tuple[Question, Answer]]], Awaitable[Saved]]


@dataclass
class Intake:
    """What this run knows of its texts.

    Args:
        store: where questions and answers are.
        version: the classifier version whose answers are reused.
        books: are told what is settled without asking.
        pages: the open questions.
        in_order: whether pages come day by day.
        save: writes answers.
        elsewhere: told when there is nothing left but to wait for others.
        mask: what hides personal data in the texts that are sent.
        day_limit: how many new texts of a day are sent; None for all.
    """

    store: QuestionStore
    version: str
    books: Books
    pages: Generator[list[Question]]
    in_order: bool
    save: Save
    elsewhere: Callable[[int, Sequence[str]], None]
    mask: Mask = unmasked
    day_limit: DayLimit | None = None

    waiting: dict[bytes, Ask] = field(default_factory=dict, init=False)
    """Texts that are ours to ask, until they have their answer."""
    failed: dict[bytes, str] = field(default_factory=dict, init=False)
    """Texts that this run has given up on, with the reason."""
    _theirs: dict[bytes, list[Question]] = field(default_factory=dict, init=False)
    _told: bool = field(default=False, init=False)
    _reading: asyncio.Future[list[Question] | None] | None = field(default=None, init=False)

    @property
    def waits_for_others(self) -> bool:
        """Whether questions depend on what other processes are asking."""
        return bool(self._theirs)

    async def read_page(self) -> list[Ask]:
        """Sort the next page; returns the texts to be asked."""
        self._reading = asyncio.ensure_future(asyncio.to_thread(next, self.pages, None))
        page = await asyncio.shield(self._reading)
        if page is None:
            self.books.read_up_to(None)
            return []
        by_key: dict[bytes, list[Question]] = {}
        for question in page:
            self.books.expect(question)
            by_key.setdefault(share_key(question.text, self.mask), []).append(question)
        if len(self._theirs) >= _ELSEWHERE_TEXTS:
            theirs, self._theirs = self._theirs, {}
            for key, questions in theirs.items():
                by_key.setdefault(key, []).extend(questions)
        asks = await self._sort(by_key)
        if self.in_order:
            self.books.read_up_to(page[-1].day)
        return asks

    async def close(self) -> None:
        """Let go of the pages, also in the middle of one being read."""
        if self._reading is not None:
            await asyncio.gather(self._reading, return_exceptions=True)
        self.pages.close()

    async def look_elsewhere(self) -> list[Ask]:
        """See what has become of the texts that others were asking about; returns those that fall to us."""
        by_key, self._theirs = self._theirs, {}
        asks = await self._sort(by_key)
        if self._theirs and not asks:
            if not self._told:
                self._told = True
                self.elsewhere(len(self._theirs), await asyncio.to_thread(self.store.others_at_work))
            await asyncio.sleep(LOOK_SECONDS)
        return asks

    async def _sort(self, by_key: Mapping[bytes, list[Question]]) -> list[Ask]:
        """Settle what can be settled without asking; claim the rest."""
        stored = await asyncio.to_thread(self.store.known_answers, by_key.keys(), self.version)
        aside = await asyncio.to_thread(self.store.quarantined, by_key.keys() - stored.keys())
        settled = stored.keys() | aside.keys() | self.failed.keys() | self.waiting.keys()
        ours: set[bytes] = set()
        days = {key: by_key[key][0].day for key in by_key if key not in settled}
        to_claim = await self._admitted(days)
        if to_claim:
            ours = await asyncio.to_thread(self.store.claim, to_claim, self.version)
            # Whoever had the claim before us wrote its answer before letting go.
            stored = {**stored, **await asyncio.to_thread(self.store.known_answers, ours, self.version)}
            await self.not_sent([days[key] for key in to_claim if key not in ours or key in stored])
        held = days.keys() - to_claim
        asks: list[Ask] = []
        reused: list[tuple[Question, Answer]] = []
        spellings: list[tuple[Question, Quarantined]] = []
        for key, questions in by_key.items():
            if key in stored:
                reused += [(question, stored[key]) for question in questions]
            elif key in aside:
                spellings += [(question, replace(aside[key], text=question.text)) for question in questions]
            elif key in self.failed:
                self.books.failed(questions, self.failed[key])
            elif key in self.waiting:
                self.waiting[key].questions += questions
            elif key in ours:
                self.waiting[key] = Ask(key, prompt_text(questions[0].text, self.mask), list(questions))
                asks.append(self.waiting[key])
            elif key in held:
                self.books.waiting(questions)
            else:
                # Or ours, and answered just now: the next look finds it.
                self._theirs.setdefault(key, []).extend(questions)
        if answered := ours & stored.keys():
            await asyncio.to_thread(self.store.release, answered, self.version)
        if reused:
            saved = await self.save(reused)
            self.books.saved([question for question, _ in reused], saved, reused=True)
        if spellings:
            await asyncio.to_thread(self.store.quarantine, [entry for _, entry in spellings], self.version)
            for question, entry in spellings:
                self.books.failed([question], entry.reason, quarantined=True)
        return asks

    async def _admitted(self, days: Mapping[bytes, date]) -> list[bytes]:
        """Those of the texts, in their order, that the limit on their day lets us send."""
        if self.day_limit is None or not days:
            return list(days)
        left = Counter(await asyncio.to_thread(self.day_limit.take, Counter(days.values())))
        admitted: list[bytes] = []
        for key, day in days.items():
            if left[day] > 0:
                left[day] -= 1
                admitted.append(key)
        return admitted

    async def not_sent(self, days: Collection[date]) -> None:
        """Texts of these days were admitted and have not been sent."""
        if self.day_limit is not None and days:
            await asyncio.to_thread(self.day_limit.give_back, Counter(days))
