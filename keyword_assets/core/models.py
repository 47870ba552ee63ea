"""The small frozen values that travel between the parts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from keyword_assets.core.outcomes import Outcome


@dataclass(frozen=True)
class Period:
    """Calendar days from `start` to `end`, both inclusive."""

    start: date
    end: date

    def days(self) -> Iterator[date]:
        """Each day, oldest first."""
        for offset in range((self.end - self.start).days + 1):
            yield self.start + timedelta(days=offset)

    @classmethod
    def of(cls, day: date) -> "Period":
        """The period of one day."""
        return cls(day, day)

    def reaching(self, other: "Period") -> "Period":
        """This period made long enough to hold the other, too."""
        return Period(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True)
class Question:
    """A text asked on a day; `count` is how many messages of that day have exactly this text."""

    day: date
    text: str
    count: int


@dataclass(frozen=True)
class Keyword:
    """One keyword of an answer, under a category of the taxonomy."""

    keyword: str
    category_id: int


Answer = tuple[Keyword, ...]


@dataclass(frozen=True)
class Quarantined:
    """A text that HCX has definitely refused, or answered unusably as often as allowed."""

    text: str
    share_key: bytes
    reason: str
    tries: int
    last_reply: str


class Slot(NamedTuple):
    """A place among the new texts of a day that may be sent on one calendar day, see `ports.DayLimit`."""

    sent_on: date
    day: date


@dataclass(frozen=True)
class DayCoverage:
    """What is true of a day at the moment of counting, from the live rows of both tables.

    `messages` counts rows of the day, `blank` those that ask nothing; `quarantined` is a part of `missing`. `orphaned`
    are texts with keyword rows but without a message that day, `miscounted` classified questions whose rows carry
    another `query_count` than they have messages: faults of rows, no gaps, and no part of what is compared. `waiting`
    are missing questions that are not sent until tomorrow, because today so many new texts of the day were; None where
    that has no limit.
    """

    day: date
    messages: int = 0
    blank: int = 0
    questions: int = 0
    classified: int = 0
    quarantined: int = 0
    orphaned: int = field(default=0, compare=False)
    miscounted: int = field(default=0, compare=False)
    waiting: int | None = field(default=None, compare=False)

    @property
    def missing(self) -> int:
        """Questions without a keyword, quarantined ones included."""
        return self.questions - self.classified

    @property
    def open(self) -> int:
        """Missing questions that may still be sent to HCX."""
        return self.missing - self.quarantined - (self.waiting or 0)

    def limited(self, left: int) -> "DayCoverage":
        """The same where so many new texts of the day may still be sent today.

        As long as it is one, nobody knows which questions have to wait: some may share an answer, or have one already.
        """
        return replace(self, waiting=0 if left else self.missing - self.quarantined)

    def counts(self) -> dict[str, int]:
        """The numbers of questions by name; those that are `waiting` only where some can be."""
        waiting = {} if self.waiting is None else {"waiting": self.waiting}
        return {
            "questions": self.questions,
            "classified": self.classified,
            "missing": self.missing,
            "quarantined": self.quarantined,
            **waiting,
        }

    @property
    def coverage(self) -> float:
        """Classified of all questions, rounded down to a tenth of a per cent; 1.0 only when nothing is missing."""
        return ratio_down(self.classified, self.questions)

    @classmethod
    def total(cls, days: Iterable["DayCoverage"], last_day: date) -> "DayCoverage":
        """The sum over days, filed under `last_day`."""
        rows = list(days)
        total = cls(last_day, *(sum(getattr(row, name) for row in rows) for name in (*COUNTS, *ROW_FAULTS)))
        waiting = [row.waiting for row in rows if row.waiting is not None]
        return replace(total, waiting=sum(waiting) if waiting else None)


@dataclass(frozen=True)
class WithoutDay:
    """Messages that are in none of `days`, all the days that are looked at, and so in no other number.

    `no_date` have no time, `impossible` one that no calendar has (0000-00-00, 2025-06-00), `before` one before the
    first day, `after` one after the last. `examples` are pairs of the time as it is stored, None where there is none,
    and the text. With `more` there are even more: of the messages before, say, only so many were counted.
    """

    days: Period
    no_date: int = 0
    impossible: int = 0
    before: int = 0
    after: int = 0
    examples: tuple[tuple[str | None, str | None], ...] = ()
    more: bool = False

    @property
    def messages(self) -> int:
        """How many they are together."""
        return self.no_date + self.impossible + self.before + self.after


@dataclass(frozen=True)
class CategoryCount:
    """The keyword rows of a day under one category id (None: rows without one).

    `questions` are the day's questions with such a row and `messages` their messages; the others count rows: `surplus`
    are those that say again what another says, `bad` those whose keyword is blank or too long. `named` is whether
    `admin_categories` has the id.
    """

    category_id: int | None
    named: bool
    questions: int = 0
    messages: int = 0
    rows: int = 0
    surplus: int = 0
    bad: int = 0


@dataclass(frozen=True)
class CategoryShare:
    """Over so many days, how many of the classified questions have a keyword under a category."""

    days: int
    questions: int
    classified: int


# The numbers that a day's coverage is made of, and what is wrong with rows, in the order in which it takes them.
COUNTS = ("messages", "blank", "questions", "classified", "quarantined")
ROW_FAULTS = ("orphaned", "miscounted")


def ratio_down(part: int, whole: int) -> float:
    """`part / whole` rounded down to three decimals, so that 99.96 % never shows as 100.0 %; 1.0 of nothing."""
    return part * 1000 // whole / 1000 if whole else 1.0


@dataclass(frozen=True)
class Usage:
    """What requests cost. `reserved` is what they were charged against the tokens of a window: input plus cap.

    `possibly_twice` counts the retries of requests whose answer was lost on the way: HCX may bill both.
    """

    requests: int = 0
    retries: int = 0
    possibly_twice: int = 0
    prompt: int = 0
    completion: int = 0
    reserved: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def __sub__(self, other: "Usage") -> "Usage":
        return Usage(*(a - b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def shared(self, weights: Mapping[date, int]) -> dict[date, "Usage"]:
        """This usage laid on days by their weights: tokens in proportion, the request itself on the heaviest day.

        The parts add up to the whole. `weights` are positive; there is at least one.
        """
        heaviest = max(weights, key=lambda day: (weights[day], day))
        whole, laid, passed = sum(weights.values()), Usage(), 0
        parts: dict[date, Usage] = {}
        for day, weight in weights.items():
            passed += weight
            so_far = Usage(
                prompt=self.prompt * passed // whole,
                completion=self.completion * passed // whole,
                reserved=self.reserved * passed // whole,
            )
            parts[day], laid = so_far - laid, so_far
        parts[heaviest] += Usage(self.requests, self.retries, self.possibly_twice)
        return parts


@dataclass(frozen=True)
class Spending:
    """What a run used of a model for the questions of one day."""

    run_id: str
    day: date
    model: str
    usage: Usage
    cost_krw: float


@dataclass
class DayTally:
    """What a run has done for one day so far, counted in questions."""

    day: date
    before: DayCoverage
    processed: int = 0
    reused: int = 0
    skipped: int = 0
    """Questions that turned out to have the rows they should have: written by another process meanwhile, for one."""
    failed: int = 0
    quarantined: int = 0
    waiting: int = 0
    """Questions that are not sent today because so many new texts of the day were."""
    usage: Usage = Usage()
    """The day's share of what the run used so far."""
    outstanding: int = 0
    finished: bool = False
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def settled(self) -> int:
        """Questions of the day that this run has dealt with, whatever became of them."""
        return self.processed + self.skipped + self.failed

    @property
    def done(self) -> int:
        """Questions of the day that need nothing more in this run."""
        return self.before.classified + self.settled

    def copy(self) -> "DayTally":
        """The tally as it stands now, for who reads it later."""
        return replace(self, reasons=dict(self.reasons))


@dataclass(frozen=True)
class RunReport:
    """What a run did.

    `processed` are questions newly classified, `reused` of them without asking HCX; `skipped` were classified before;
    `failed` were tried and are still missing, `quarantined` of them set aside by this run. `asked` counts the distinct
    texts sent. `reasons` counts the failed ones by reason, `by_day` is the usage laid on days. `stopped` is a limit, a
    budget or `FAILING` when that ended the run early; `quota_refused` says that requests were given up for the quota.
    """

    began: datetime
    processed: int = 0
    reused: int = 0
    skipped: int = 0
    failed: int = 0
    quarantined: int = 0
    asked: int = 0
    usage: Usage = Usage()
    cost_krw: float = 0.0
    model: str = ""
    seconds: float = 0.0
    stopped: Outcome | None = None
    quota_refused: bool = False
    reasons: Mapping[str, int] = field(default_factory=dict)
    by_day: Mapping[date, Usage] = field(default_factory=dict)

    def __add__(self, later: "RunReport") -> "RunReport":
        """Two runs over the same period told as one; what failed first may have been mended later."""
        return RunReport(
            began=self.began,
            processed=self.processed + later.processed,
            reused=self.reused + later.reused,
            skipped=self.skipped,
            failed=max(later.failed, self.failed - later.processed),
            quarantined=self.quarantined + later.quarantined,
            asked=self.asked + later.asked,
            usage=self.usage + later.usage,
            cost_krw=round(self.cost_krw + later.cost_krw, 4),
            model=later.model or self.model,
            seconds=self.seconds + later.seconds,
            stopped=later.stopped or self.stopped,
            quota_refused=later.quota_refused or self.quota_refused,
            reasons=later.reasons or self.reasons,
            by_day={
                day: self.by_day.get(day, Usage()) + later.by_day.get(day, Usage())
                for day in sorted({*self.by_day, *later.by_day})
            },
        )
