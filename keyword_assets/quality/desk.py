"""The desk of reviewers: their queues, and rows that follow what they say by themselves."""

from collections.abc import Mapping, Sequence

from keyword_assets import privacy
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.classifying.answers import read_keywords
from keyword_assets.core.quality.corrections import Correction
from keyword_assets.core.quality.desk import Neighbour, Queue, Said
from keyword_assets.core.quality.reviewing import Progress, ReviewItem
from keyword_assets.core.questions import Mask
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.quality.finishing import Finishing
from keyword_assets.quality.reviewing import Reviewing
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.audits import Audits
from keyword_assets.sql.quality.neighbours import neighbours

# Enough to see what is usual.
_NEIGHBOURS = 5
# Older audits are reviewed by their number.
_AUDITS = 20


class ReviewDesk:
    """A `core.quality.desk.Desk` on the database.

    Args:
        store: the database.
        reviewing: its queues.
        audits: its audits.
        finishing: whom to tell that rows are to be replaced.
        shown: how texts are masked where people see them.
        seconds: for which an item is in one reviewer's hands.
    """

    def __init__(
        self,
        store: SqlQuestionStore,
        reviewing: Reviewing,
        audits: Audits,
        finishing: Finishing,
        shown: Mask,
        seconds: float,
    ) -> None:
        self._store = store
        self._reviewing = reviewing
        self._items = reviewing.items
        self._audits = audits
        self._finishing = finishing
        self._shown = shown
        self._seconds = seconds

    @classmethod
    def of(
        cls, settings: Settings, store: SqlQuestionStore, reviewing: Reviewing, finishing: Finishing, seconds: float
    ) -> "ReviewDesk":
        """The desk of the settings' database."""
        audits = Audits(store.engine, store.tables, settings.now, privacy.sent(settings.mask))
        return cls(store, reviewing, audits, finishing, privacy.shown(settings.mask), seconds)

    @property
    def taxonomy(self) -> Taxonomy:
        """The categories in force."""
        return self._reviewing.taxonomy

    @property
    def shown(self) -> Mask:
        """How texts are masked where people see them."""
        return self._shown

    def queues(self) -> Sequence[Queue]:
        """What there is to review, the newest audit first and the doubtful list last."""
        audits = [Queue(audit.id, audit.period, self.progress(audit.id)) for audit in self._audits.all()[:_AUDITS]]
        return [*audits, Queue(None, None, self.progress(None))]

    def queue(self, audit: int | None) -> Queue:
        """One of them, however old.

        Raises:
            InputError: there is no such audit.
        """
        period = None if audit is None else self._audits.get(audit).period
        return Queue(audit, period, self.progress(audit))

    def progress(self, audit: int | None) -> Progress:
        """How far a queue is."""
        return self._items.progress(audit)

    def category_names(self) -> Mapping[int, str]:
        """What categories are called, those of older taxonomies too."""
        of_now = {category.id: category.name for category in self.taxonomy.categories}
        return self._audits.category_names() | of_now

    def take_next(self, audit: int | None, reviewer: str) -> ReviewItem | None:
        """An item that nobody else has; None where there is none."""
        return self._items.take_next(audit, reviewer, self._seconds)

    def free_in(self, audit: int | None) -> float | None:
        """In how many seconds an item comes back from the first of those who have one."""
        return self._items.free_in(audit)

    def look(self, item_id: int) -> ReviewItem:
        """The item of this number, which there must be."""
        return self._items.get(item_id)

    def hold(self, item_id: int, reviewer: str) -> bool:
        """Have an item in one's hands (again), if it is open and nobody else has it."""
        return self._items.hold(item_id, reviewer, self._seconds)

    def held(self, item: ReviewItem) -> Correction | None:
        """The correction that holds for an item's text."""
        return self._reviewing.held(item)

    def neighbours(self, item: ReviewItem) -> Sequence[Neighbour]:
        """A few other questions of around its day that share a keyword with it."""
        words = read_keywords(item.answer)
        return neighbours(self._store.engine, self._store.tables, item.day, item.text, words, _NEIGHBOURS)

    def judge(self, item_id: int, reviewer: str, said: Said) -> ReviewItem:
        """Take what a reviewer says of an answer, and have its rows follow.

        Raises:
            InputError: as with `Reviewing.judge`.
        """
        item = self._reviewing.judge(item_id, reviewer=reviewer, **vars(said))
        if item.correction is not None:
            self._finishing.wake()
        return item

    def undo(self, item_id: int, reviewer: str) -> ReviewItem:
        """Take back what one has said oneself, and have its rows follow.

        Raises:
            InputError: another reviewer has said it.
        """
        item = self._reviewing.undo(item_id, reviewer)
        self._finishing.wake()
        return item

    def last(self, audit: int | None, reviewer: str, most: int) -> Sequence[ReviewItem]:
        """What the reviewer has said last, the newest first."""
        return self._items.last(audit, reviewer, most)

    def trouble(self) -> str | None:
        """Why rows could not be replaced when it was last tried."""
        return self._finishing.trouble
