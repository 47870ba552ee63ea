"""Reads the open questions page by page and sorts them: answered or quarantined before, ours to ask, or others'."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from keyword_assets.core.classifying.answers import read_stored
from keyword_assets.core.classifying.asks import Ask, Batch
from keyword_assets.core.classifying.records import Records
from keyword_assets.core.classifying.register import Register
from keyword_assets.core.classifying.suspects import addresses_model
from keyword_assets.core.classifying.together import Together
from keyword_assets.core.foreign import visible
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Answer, Quarantined, Question, Slot
from keyword_assets.core.ports.store import DayLimit, QuestionStore
from keyword_assets.core.questions import Mask, prompt_text, share_key, unmasked
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.core.texts import say, say_reason

log = logging.getLogger(__name__)

# How long to wait before looking again what has become of the texts that others are asking about.
LOOK_SECONDS = 1.0
# So many of them are looked after before the end of reading, so that they do not fill the memory.
_ELSEWHERE_TEXTS = 1_000
# What of a text is told to have it recognised.
_EXCERPT_CHARS = 40


@dataclass
class Intake:
    """Where a run's texts come in, and are entered into its register.

    Args:
        store: where questions and answers are.
        version: the classifier version whose answers are reused.
        taxonomy: the categories that they may have.
        register: takes the texts that are ours to ask; its books are told what is settled without asking.
        records: write what is settled so.
        pages: the open questions.
        in_order: whether pages come day by day.
        elsewhere: told when there is nothing left but to wait for others.
        mask: what hides personal data in the texts that are sent.
        day_limit: how many new texts of a day are sent today; None for all.
    """

    store: QuestionStore
    version: str
    taxonomy: Taxonomy
    register: Register
    records: Records
    pages: Generator[list[Question]]
    in_order: bool
    elsewhere: Callable[[int, Sequence[str]], None]
    mask: Mask = unmasked
    day_limit: DayLimit | None = None

    _looking: Together[Collection[str], Mapping[str, str]] = field(init=False)
    _theirs: dict[bytes, list[Question]] = field(default_factory=dict, init=False)
    _told: bool = field(default=False, init=False)
    _reading: asyncio.Future[list[tuple[bytes, Question]] | None] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._looking = Together(lambda many: self.store.corrections(set().union(*many)), len)

    @property
    def waits_for_others(self) -> bool:
        """Whether questions depend on what other processes are asking."""
        return bool(self._theirs)

    async def read_page(self) -> list[Ask]:
        """Sort the next page; returns the texts to be asked."""
        self._reading = asyncio.ensure_future(asyncio.to_thread(self._next_page))
        page = await asyncio.shield(self._reading)
        if page is None:
            self.register.books.read_up_to(None)
            return []
        by_key: dict[bytes, list[Question]] = {}
        for key, question in page:
            self.register.books.expect(question)
            by_key.setdefault(key, []).append(question)
        if len(self._theirs) >= _ELSEWHERE_TEXTS:
            theirs, self._theirs = self._theirs, {}
            for key, questions in theirs.items():
                by_key.setdefault(key, []).extend(questions)
        asks = await self._sort(by_key)
        if self.in_order:
            self.register.books.read_up_to(page[-1][1].day)
        return asks

    def _next_page(self) -> list[tuple[bytes, Question]] | None:
        """The questions of the next page with their share keys."""
        page = next(self.pages, None)
        return None if page is None else [(share_key(question.text, self.mask), question) for question in page]

    async def close(self) -> None:
        """Let go of the pages, also in the middle of one being read; others may send what was admitted and not sent."""
        if self._reading is not None:
            await asyncio.gather(self._reading, return_exceptions=True)
        self.pages.close()
        if self.day_limit is not None and (unsent := self.register.unsent()):
            await asyncio.to_thread(self.day_limit.give_back, unsent)

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
        by_key = await self._without_corrected(by_key)
        stored = await self._known(by_key.keys(), by_key)
        quarantined = await asyncio.to_thread(self.store.quarantined, by_key.keys() - stored.keys())
        register = self.register
        settled = stored.keys() | quarantined.keys() | register.failed.keys() | register.waiting.keys()
        free = {key: questions for key, questions in by_key.items() if key not in settled}
        to_claim, held = await self._with_room(free)
        ours: set[bytes] = set()
        admitted: dict[bytes, Slot | None] = {}
        if to_claim:
            ours = await asyncio.to_thread(self.store.claim, to_claim, self.version)
            # Whoever had the claim before us wrote its answer before letting go.
            stored = {**stored, **await self._known(ours, by_key)}
            admitted = await self._admitted({key: free[key] for key in free if key in ours and key not in stored})
            held |= ours - stored.keys() - admitted.keys()
        # In a thread, as with the keys: what is looked for in a page of texts would hold up who waits for a reply.
        new = await asyncio.to_thread(self._asks_about, admitted, by_key) if admitted else {}
        asks: list[Ask] = []
        reused: list[tuple[Question, Answer]] = []
        spellings: list[tuple[Question, Quarantined]] = []
        for key, questions in by_key.items():
            if key in stored:
                reused += [(question, stored[key]) for question in questions]
            elif key in quarantined:
                spellings += [(question, replace(quarantined[key], text=question.text)) for question in questions]
            elif key in register.failed:
                register.books.failed(questions, register.failed[key])
            elif key in register.waiting:
                register.waiting[key].questions += questions
            elif key in new:
                register.waiting[key] = new[key]
                asks.append(new[key])
            elif key in held:
                register.books.waiting(questions)
            else:
                # Or ours, and answered just now: the next look finds it.
                self._theirs.setdefault(key, []).extend(questions)
        await self.records.release(ours - admitted.keys())
        await self._settle(reused, spellings)
        return asks

    def _asks_about(
        self, admitted: Mapping[bytes, Slot | None], by_key: Mapping[bytes, Sequence[Question]]
    ) -> dict[bytes, Ask]:
        """What is to be sent about these keys."""
        asks = {}
        for key, slot in admitted.items():
            text = prompt_text(by_key[key][0].text, self.mask)
            asks[key] = Ask(key, text, list(by_key[key]), apart=addresses_model(text), slot=slot)
        return asks

    async def _settle(
        self, reused: list[tuple[Question, Answer]], spellings: list[tuple[Question, Quarantined]]
    ) -> None:
        """Write what is known of other spellings: their answers, or that they are quarantined."""
        if reused:
            saved = await self.records.reused(reused)
            self.register.books.saved([question for question, _ in reused], saved, reused=True)
        await self.records.quarantine([entry for _, entry in spellings])
        for question, entry in spellings:
            self.register.books.failed([question], entry.reason, quarantined=True)

    # -- what people have answered ------------------------------------------------------------------------------------

    async def is_wanted(self, batch: Batch) -> bool:
        """Whether no person has answered any of these texts: such a one is never sent."""
        texts = {question.text for ask in batch.asks for question in ask.questions}
        return texts.isdisjoint(await self._looking.do(texts))

    async def without_corrected(self, batch: Batch) -> bool:
        """Settle what people have answered of the texts that are about to be sent; whether any are left."""
        corrected = await self._corrected(question for ask in batch.asks for question in ask.questions)
        if not corrected:
            return True
        settled: list[Question] = []
        answered: list[Ask] = []
        for ask in batch.asks:
            settled += [question for question in ask.questions if question.text in corrected]
            ask.questions = [question for question in ask.questions if question.text not in corrected]
            if not ask.questions:
                answered.append(ask)
                self.register.withdraw(ask)
        batch.asks = [ask for ask in batch.asks if ask.questions]
        await self.records.release([ask.key for ask in answered])
        await self._settle_corrected(settled, corrected)
        return bool(batch.asks)

    async def _without_corrected(self, by_key: Mapping[bytes, list[Question]]) -> Mapping[bytes, list[Question]]:
        """Settle what people have answered; returns the rest."""
        everything = [question for questions in by_key.values() for question in questions]
        corrected = await self._corrected(everything)
        if not corrected:
            return by_key
        await self._settle_corrected([question for question in everything if question.text in corrected], corrected)
        rest = {key: [q for q in questions if q.text not in corrected] for key, questions in by_key.items()}
        return {key: questions for key, questions in rest.items() if questions}

    async def _corrected(self, questions: Iterable[Question]) -> Mapping[str, str]:
        return await asyncio.to_thread(self.store.corrections, {question.text for question in questions})

    async def _settle_corrected(self, questions: Sequence[Question], corrected: Mapping[str, str]) -> None:
        """Write what people have answered. What may not be written any more leaves its questions open, and is told."""
        faults = {
            text: reason
            for text, stored in corrected.items()
            if isinstance(reason := read_stored(stored, self.taxonomy), str)
        }
        for text, reason in faults.items():
            shown = visible(self.mask(text), _EXCERPT_CHARS)
            log.warning(say("correction.unfit_now", text=shown, reason=say_reason(reason)))
        good = [question for question in questions if question.text not in faults]
        if good:
            self.register.books.saved(good, await self.records.corrected(good), reused=True)
        self.register.books.failed([question for question in questions if question.text in faults], "corrected")

    async def _known(self, keys: Collection[bytes], by_key: Mapping[bytes, Sequence[Question]]) -> dict[bytes, Answer]:
        """The kept answers that may be used. The others are told and dropped, so that their texts are asked anew."""
        good: dict[bytes, Answer] = {}
        bad: list[bytes] = []
        for key, stored in (await asyncio.to_thread(self.store.known_answers, keys, self.version)).items():
            answer = read_stored(stored, self.taxonomy)
            if isinstance(answer, str):
                bad.append(key)
                text = visible(self.mask(by_key[key][0].text), _EXCERPT_CHARS)
                log.warning(say("answers.unfit", text=text, reason=say_reason(answer)))
            else:
                good[key] = answer
        if bad:
            await asyncio.to_thread(self.store.drop_answers, bad, self.version)
        return good

    # -- the limit of a day -------------------------------------------------------------------------------------------

    async def _with_room(self, free: Mapping[bytes, Sequence[Question]]) -> tuple[list[bytes], set[bytes]]:
        """The texts that may be sent as far as can be seen now, and those that the limit of their days holds back.

        Others that have no room are being asked about by another process, which has counted them.
        """
        if self.day_limit is None or not free:
            return list(free), set()
        days = [question.day for questions in free.values() for question in questions]
        left = await asyncio.to_thread(self.day_limit.left, Period(min(days), max(days)))
        with_room = [key for key, questions in free.items() if any(left[question.day] for question in questions)]
        full = free.keys() - with_room
        if full:
            full -= await asyncio.to_thread(self.store.asked_by_others, full, self.version)
        return with_room, full

    async def _admitted(self, ours: Mapping[bytes, Sequence[Question]]) -> dict[bytes, Slot | None]:
        """Which of the texts that nobody else asks about may be sent, and what each counts for."""
        if self.day_limit is None:
            return dict.fromkeys(ours)
        admitted: dict[bytes, Slot | None] = {}
        # A text that was asked on several days may go for any of them.
        days = {key: iter(dict.fromkeys(question.day for question in ours[key])) for key in ours}
        while wanted := {key: day for key in days.keys() - admitted.keys() if (day := next(days[key], None))}:
            slots = await asyncio.to_thread(self.day_limit.take, Counter(wanted.values()))
            left = {slot.day: [slot] * number for slot, number in slots.items()}
            # In the order of the page, which begins with what is asked most.
            for key in days:
                if key in wanted and left.get(wanted[key]):
                    admitted[key] = left[wanted[key]].pop()
        return admitted
