"""Which texts go into the next request: fresh ones in full batches, doubtful ones in smaller ones, alone at the end."""

import math
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import date

from keyword_assets.core.models.questions import Quarantined, Question, Slot
from keyword_assets.core.ports.model import KeywordModel

# How often a question is asked alone, at least and at most, before an unusable answer is taken for its last word.
TRIES_ALONE, MOST_TRIES_ALONE = 3, 30
# The chance, at most, that a harmless question is quarantined because the model had one bad moment after another.
DOUBT = 1e-5
# By how many of the texts at hand the size of a batch is chosen.
_SAMPLE = 16


@dataclass(eq=False)
class Ask:
    """A text to be asked about, with the questions that wait for its answer.

    `rung` counts its bad answers in company: each halves the company it is asked in. `tries` counts those it got alone.
    `room` multiplies the output cap, after answers that were cut off. `problem` is what was wrong with the last one.
    `apart` is whether it may not be asked in company, because it seems to speak to the model. `slot` is what it counts
    for where the new texts of a day have a limit, and `sent` whether it may have reached the model.
    """

    key: bytes
    text: str
    questions: list[Question]
    rung: int = 0
    tries: int = 0
    cuts: int = 0
    room: int = 1
    problem: str | None = None
    apart: bool = False
    slot: Slot | None = None
    sent: bool = False

    def entries(self, reason: str, reply: str) -> list[Quarantined]:
        """One quarantine entry for each spelling of the text."""
        texts = sorted({question.text for question in self.questions})
        return [Quarantined(text, self.key, reason, self.tries, reply) for text in texts]


@dataclass(eq=False)
class Batch:
    """The texts of one request. `first` that it is the first for all of them; `again` that it has been sent before.

    `suspect` that one of them did not get through before, while others did.
    """

    asks: list[Ask]
    first: bool = False
    again: bool = False
    suspect: bool = False

    @property
    def room(self) -> int:
        """The room that the most demanding of its texts needs."""
        return max(ask.room for ask in self.asks)

    @property
    def texts(self) -> list[str]:
        """The texts, in the order of their ids."""
        return [ask.text for ask in self.asks]

    @property
    def days(self) -> dict[date, int]:
        """How many of its texts were asked for each day; a text of several days counts for its first."""
        return Counter(ask.questions[0].day for ask in self.asks)

    def halves(self, *, suspect: bool = False) -> list["Batch"]:
        """Two batches of half the texts each, to find the one that spoils the others' answers."""
        middle = (len(self.asks) + 1) // 2
        return [Batch(half, suspect=suspect) for half in (self.asks[:middle], self.asks[middle:])]


@dataclass
class Queue:
    """Texts that wait to be asked. Never holds one twice."""

    model: KeywordModel
    ready: deque[Batch] = field(default_factory=deque)
    """Whole batches to be sent as they are: repeats and halves."""
    fresh: deque[Ask] = field(default_factory=deque)
    doubtful: dict[int, deque[Ask]] = field(default_factory=dict)
    """By rung: texts whose answer was bad in a reply that had good ones."""

    def wanted(self) -> int:
        """How many fresh texts the next full batch takes."""
        return self.model.batch_size([ask.text for ask in list(self.fresh)[:_SAMPLE]])

    def doubt(self, ask: Ask) -> None:
        """Ask again in company half as large as the last time."""
        ask.rung += 1
        self.doubtful.setdefault(ask.rung, deque()).append(ask)

    def next_doubtful(self, *, fill: bool) -> Batch | None:
        """A batch of texts of one rung: a full one, or without `fill` any."""
        for rung in sorted(self.doubtful):
            asks, company = self.doubtful[rung], self._company(rung)
            if asks and (len(asks) >= company or not fill):
                return Batch(self._take(asks, company))
        return None

    def next_fresh(self, most: int | None) -> Batch | None:
        """A batch of fresh texts, at most so many; those whose answer was cut off have been counted before."""
        size = self.wanted()
        if most is not None:
            size = min(size, most + sum(ask.cuts > 0 for ask in self.fresh))
        asks = self._take(self.fresh, size)
        return Batch(asks, first=all(ask.cuts == 0 for ask in asks)) if asks else None

    def _company(self, rung: int) -> int:
        return max(1, self.wanted() >> rung)

    def _take(self, asks: deque[Ask], most: int) -> list[Ask]:
        """Texts from the front; one that is to be asked apart only by itself, or it keeps its place."""
        if asks and asks[0].apart and most:
            return [asks.popleft()]
        taken: list[Ask] = []
        passed: list[Ask] = []
        while asks and len(taken) < most:
            if asks[0].apart:
                passed.append(asks.popleft())
                continue
            taken.append(asks.popleft())
        # As a rule all of them fit together.
        while len(taken) > 1 and not self.model.fits([ask.text for ask in taken]):
            asks.appendleft(taken.pop())
        asks.extendleft(reversed(passed))
        return taken


@dataclass
class Patience:
    """How long the model is given the benefit of the doubt, by how it does with questions in general."""

    replies: int = 0
    spoiled: int = 0

    def learn(self, *, spoiled: bool) -> None:
        """A first reply came: its questions' own record does not speak against the model."""
        self.replies += 1
        self.spoiled += spoiled

    def tries_alone(self) -> int:
        """How often to ask a question alone: the worse the model does, the more often.

        If a share p of replies is spoiled whatever was asked, t tries in a row are with probability p ** t; so t is
        log(DOUBT) / log(p).
        """
        share = max(0, self.spoiled - 1) / (self.replies + 9)
        needed = math.ceil(math.log(DOUBT) / math.log(share)) if share else 0
        return min(max(TRIES_ALONE, needed), MOST_TRIES_ALONE)
