"""The numbers of a day, and of what belongs to no day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from keyword_assets.core.models.period import Period

# The numbers of a day, in the order in which they are shown.
OF_QUESTIONS = ("questions", "classified", "missing", "quarantined")
COUNTS = ("messages", "blank", *OF_QUESTIONS)
# Those that are counted; what is missing follows. Then what is wrong with rows. `DayCoverage` takes them in this order.
COUNTED = tuple(name for name in COUNTS if name != "missing")
ROW_FAULTS = ("orphaned", "miscounted")


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

    def counts(self, names: Sequence[str] = COUNTS) -> dict[str, int]:
        """The numbers by name; those that are `waiting` only where some can be."""
        waiting = {} if self.waiting is None else {"waiting": self.waiting}
        return {name: getattr(self, name) for name in names} | waiting

    @property
    def coverage(self) -> float:
        """Classified of all questions, rounded down to a tenth of a per cent; 1.0 only when nothing is missing."""
        return ratio_down(self.classified, self.questions)

    @classmethod
    def total(cls, days: Iterable["DayCoverage"], last_day: date) -> "DayCoverage":
        """The sum over days, filed under `last_day`."""
        rows = list(days)
        total = cls(last_day, *(sum(getattr(row, name) for row in rows) for name in (*COUNTED, *ROW_FAULTS)))
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


def ratio_down(part: int, whole: int) -> float:
    """`part / whole` rounded down to three decimals, so that 99.96 % never shows as 100.0 %; 1.0 of nothing."""
    return part * 1000 // whole / 1000 if whole else 1.0
