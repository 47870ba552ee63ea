"""The few calls that the core makes outward, and what an ask can come back with."""

from collections.abc import Callable, Collection, Generator, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.models import (
    Answer,
    DayCoverage,
    DayTally,
    Period,
    Quarantined,
    Question,
    RunReport,
    Slot,
    Spending,
    Usage,
)
from keyword_assets.core.outcomes import Outcome
from keyword_assets.core.quota.governor import Closing
from keyword_assets.core.taxonomy import Taxonomy


@dataclass(frozen=True)
class Reply:
    """What came back for one request.

    `document` is the parsed JSON of the answer, or None when there was none to parse; then `problem` says why.
    `truncated` means that the output cap cut the answer off. `excerpt` is the beginning of the raw answer.
    """

    document: Any
    problem: str | None
    truncated: bool
    excerpt: str
    request_id: str
    usage: Usage = field(default_factory=Usage)
    """What this reply cost, retries included."""
    ids: Sequence[int] = ()
    """Under which the texts were asked, in their order."""


class AskFailed(Exception):
    """One request to the model did not come back with a reply. `usage` is what it cost all the same."""

    usage: Usage = Usage()


class ContentRefused(AskFailed):
    """The model refuses something in this request (its texts), not the caller: asking the same again cannot help."""

    def __init__(self, reason: str, reply: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.reply = reply


class ModelFailing(AskFailed):
    """No usable response after every allowed retry; `unreachable` when nothing came from the model itself.

    `suspect` says that the request had been sent, so that its texts may be the reason: a firewall that does not let
    one of them pass, a text on which the model itself breaks down. `blocked` says that somebody else answered in the
    model's place. `quota` says that requests or tokens were used up, up to the last retry. `way` is how requests reach
    the model, in words.
    """

    def __init__(
        self,
        reason: str,
        *,
        unreachable: bool,
        suspect: bool = False,
        blocked: bool = False,
        quota: bool = False,
        way: str = "",
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.unreachable = unreachable
        self.suspect = suspect
        self.blocked = blocked
        self.quota = quota
        self.way = way


class BudgetReached(AskFailed):
    """The next request could pass a limit: `BUDGET` for the run's tokens, `BUDGET_KRW` for the day's money."""

    def __init__(self, which: Outcome) -> None:
        super().__init__(which)
        self.which = which


class KeywordModel(Protocol):
    """Something that answers batches of questions. Denials come as `errors.HcxDenied`."""

    version: str
    """Changes with the model, the prompt or the taxonomy: answers are reused only under the same version."""

    @property
    def usage(self) -> Usage:
        """What was used since the model was opened."""

    @property
    def worth_asking(self) -> int:
        """How many requests are worth having open now; it follows the quota and the latency."""

    def when_held(self, told: Callable[[Closing], None]) -> None:
        """Have somebody told when no request may go out for a while, and why."""

    def batch_size(self, texts: Sequence[str]) -> int:
        """How many questions like these one request should ask."""

    def fits(self, texts: Sequence[str]) -> bool:
        """Whether these prompt texts may go into one request."""

    async def ask(self, texts: Sequence[str], *, room: int = 1, briefly: bool = False) -> Reply:
        """Ask about texts under ids that none of them can know; `room` multiplies the output cap.

        `briefly` gives up sooner where nothing gets through: others do, so that there is no bad moment to wait for.

        Raises:
            AskFailed: one of its kinds.
            HcxDenied: the key, the subscription or the model is refused.
        """


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

    def open_questions(
        self, period: Period, *, most_asked_first: bool, classified_too: bool = False
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
        replace_rows: bool = False,
    ) -> Saved:
        """Write the keyword rows of questions that have none yet, and keep the learned answers for reuse.

        With `replace_rows`, rows that say something else than the answer are replaced, whoever wrote them. In the same
        transaction, what they cost is noted and the claims on the learned keys are released.
        """

    def quarantine(self, entries: Sequence[Quarantined], version: str) -> None:
        """Set texts aside, or renew the reason of those that are; claims on them are released."""

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


class RunWatcher(Protocol):
    """Who is told how a run is getting on: one call at a time, in order, not always in the same thread."""

    def waiting(self, run_id: str) -> None:
        """Another run has the HCX account; ours begins when that one ends."""

    def elsewhere(self, texts: int, workers: Sequence[str]) -> None:
        """Other processes are asking about so many of our texts; we wait for their answers."""

    def held(self, until: datetime, reason: str) -> None:
        """No request goes out before that time, or then one to see; the reason is mostly HCX's own."""

    def began(self, before: list[DayCoverage]) -> None:
        """The coverage of each day before anything is sent."""

    def progressed(self, tally: DayTally) -> None:
        """A day's tally changed."""

    def day_finished(self, tally: DayTally, after: DayCoverage) -> None:
        """Nothing of a day is outstanding; `after` is its coverage counted now."""

    def ended(self, report: RunReport) -> None:
        """What the run did, also when it ended early."""

    def failed(self, error: KeywordAssetsError) -> None:
        """The error that ends the run."""
