"""The database as the rules see it."""

from collections.abc import Collection, Generator, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.questions import Answer, Quarantined, Question, Slot
from keyword_assets.core.models.usage import Spending
from keyword_assets.core.taxonomy import Taxonomy


@dataclass(frozen=True)
class Saved:
    """What became of questions that were to be written, but for those that were.

    `refused` are those that the database cannot hold, with its reason; `skipped` have rows that stay.
    """

    refused: Mapping[Question, str] = field(default_factory=dict)
    skipped: Set[Question] = frozenset()

    def __or__(self, other: "Saved") -> "Saved":
        return Saved({**self.refused, **other.refused}, self.skipped | other.skipped)


class QuestionStore(Protocol):
    """The database as the rules see it. Calls block; each is a transaction of its own."""

    def coverage(self, period: Period) -> list[DayCoverage]:
        """Each day of the period, oldest first, counted live."""

    def recount(self, period: Period) -> list[DayCoverage]:
        """The same counted anew, whatever is remembered of the days, and remembered from now on."""

    def open_questions(
        self, period: Period, *, most_asked_first: bool, reclassify: bool = False
    ) -> Generator[list[Question]]:
        """Missing questions that are not quarantined (and, if so asked, the classified ones), in pages of bounded size.

        By day and then most asked first; over the whole period most asked first if so asked.
        """

    def sync_categories(self, taxonomy: Taxonomy) -> None:
        """Make `admin_categories` hold the taxonomy; raises InputError where a name or id there differs."""

    def at_work(self, period: Period) -> AbstractContextManager[None]:
        """Be known as a process at work on these days.

        Its claims hold; at the end, or if the process dies, they lapse.
        """

    def claim(self, keys: Collection[bytes], version: str) -> set[bytes]:
        """Those of the share keys that nobody else is asking about; they are ours now."""

    def release(self, keys: Collection[bytes], version: str) -> None:
        """Let others ask about these: no answer came."""

    def asked_by_others(self, keys: Collection[bytes], version: str) -> set[bytes]:
        """Those of the share keys that another process is asking about."""

    def others_at_work(self) -> list[str]:
        """The other processes at work, as they may be shown: `host, process 123, since 09:30`."""

    def corrections(self, texts: Collection[str]) -> Mapping[str, str]:
        """What people have answered to these texts, as it is kept: `read_stored` judges. They are never sent."""

    def finish_corrections(self, version: str, taxonomy: Taxonomy) -> None:
        """Have all rows say what people have answered by now, or what the model had before they took it back.

        The kept answers of this version stand in where there were no rows before.
        """

    def known_answers(self, keys: Collection[bytes], version: str) -> Mapping[bytes, str]:
        """Stored answers by share key, given under this classifier version, as they are kept: `read_stored` judges."""

    def drop_answers(self, keys: Collection[bytes], version: str) -> None:
        """Keep these answers no longer: they are not fit to be used."""

    def quarantined(self, keys: Collection[bytes]) -> Mapping[bytes, Quarantined]:
        """Quarantined texts by share key."""

    def save(
        self,
        classified: Sequence[tuple[Question, Answer]],
        *,
        learned: Mapping[bytes, Answer],
        version: str,
        batch_created_at: datetime,
        spent: Sequence[Spending] = (),
        reclassify: bool = False,
    ) -> Saved:
        """Write the keyword rows of questions that have none yet, and keep the learned answers for reuse.

        With `reclassify`, rows that say something else than the answer are replaced, whoever wrote them. In the same
        transaction, what they cost is noted and the claims on the learned keys are released. Questions that a person
        has answered by then get his answer.
        """

    def save_corrected(self, questions: Sequence[Question], batch_created_at: datetime) -> Saved:
        """Write the keyword rows that people have answered; refused are those that nobody has any more."""

    def quarantine(self, entries: Sequence[Quarantined], version: str) -> None:
        """Quarantine texts, or renew the reason of those that are; claims on them are released."""

    def spend(self, spent: Sequence[Spending]) -> None:
        """Note what requests cost that brought no answer."""

    def refresh_counts(self, day: date) -> int:
        """Bring the day's `query_count` up to date where messages came or went; returns the rows changed."""


class DayLimit(Protocol):
    """On a calendar day at most so many new texts of each day are sent, by all runs together. Calls block."""

    def left(self, period: Period) -> Mapping[date, int]:
        """How many texts of each day of the period may still be sent today."""

    def take(self, wanted: Mapping[date, int]) -> Mapping[Slot, int]:
        """How many of so many texts of each day may be sent today; they count as sent."""

    def give_back(self, unsent: Mapping[Slot, int]) -> None:
        """So many texts were taken and not sent."""
