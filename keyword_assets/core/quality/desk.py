"""What a page of reviewers needs of the rest, whatever stands behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Answer
from keyword_assets.core.quality.corrections import Correction
from keyword_assets.core.quality.reviewing import Progress, ReviewItem
from keyword_assets.core.questions import Mask
from keyword_assets.core.taxonomy import Taxonomy


@dataclass(frozen=True)
class Queue:
    """What reviewers work on: an audit of a period, or the doubtful list, which has neither."""

    audit: int | None
    period: Period | None
    progress: Progress


@dataclass(frozen=True)
class Neighbour:
    """A question that shares a keyword with another one, as it stands answered."""

    day: date
    text: str
    answer: Answer


@dataclass(frozen=True)
class Said:
    """What a reviewer says of an answer: see `Reviewing.judge`."""

    verdict: str
    category_right: bool | None = None
    keywords_right: bool | None = None
    right_answer: Answer | None = None
    note: str = ""
    seen: int | None = None


class Desk(Protocol):
    """The queues, and what is done with them. `audit` is None for the doubtful list everywhere.

    All of it looks into the database, and waits for one that restarts.
    """

    @property
    def taxonomy(self) -> Taxonomy:
        """The categories in force."""

    @property
    def shown(self) -> Mask:
        """How texts are masked where people see them."""

    def queues(self) -> Sequence[Queue]:
        """What there is to review, the newest audit first and the doubtful list last."""

    def progress(self, audit: int | None) -> Progress:
        """How far a queue is."""

    def category_names(self) -> Mapping[int, str]:
        """What categories are called, those of older taxonomies too."""

    def take_next(self, audit: int | None, reviewer: str) -> ReviewItem | None:
        """An item that nobody else has; None where there is none."""

    def free_in(self, audit: int | None) -> float | None:
        """In how many seconds an item comes back from the first of those who have one; None where nobody does."""

    def look(self, item_id: int) -> ReviewItem:
        """The item of this number.

        Raises:
            InputError: there is none.
        """

    def hold(self, item_id: int, reviewer: str) -> bool:
        """Have an item in one's hands (again), if it is open and nobody else has it."""

    def held(self, item: ReviewItem) -> Correction | None:
        """The correction that holds for an item's text."""

    def neighbours(self, item: ReviewItem) -> Sequence[Neighbour]:
        """A few other questions of around its day that share a keyword with it."""

    def judge(self, item_id: int, reviewer: str, said: Said) -> ReviewItem:
        """Take what a reviewer says of an answer; with a right one, it is corrected. Rows follow by themselves.

        Raises:
            InputError: it may not be said (any more); nothing was changed.
        """

    def undo(self, item_id: int, reviewer: str) -> ReviewItem:
        """Take back what one has said oneself. Rows follow by themselves.

        Raises:
            InputError: another reviewer has said it.
        """

    def last(self, audit: int | None, reviewer: str, most: int) -> Sequence[ReviewItem]:
        """What the reviewer has said last, the newest first."""

    def trouble(self) -> str | None:
        """Why rows could not be replaced when it was last tried; None where all is well."""
