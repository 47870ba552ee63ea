"""The queues of reviewers, with what their verdicts change: the answer of a text, on all its days."""

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.classifying.prompts import classifier_version
from keyword_assets.core.models.questions import Answer
from keyword_assets.core.quality.corrections import Correction
from keyword_assets.core.quality.reviewing import ReviewItem
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.in_force import taxonomy_in_force
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.judging import Judging
from keyword_assets.sql.quality.review_items import ReviewItems


class Reviewing:
    """What reviewers do.

    Args:
        store: the database.
        items: its queues.
        judging: what becomes of verdicts on them.
        taxonomy: the categories in force.
        version: of the classifier in force.
    """

    def __init__(
        self, store: SqlQuestionStore, items: ReviewItems, judging: Judging, taxonomy: Taxonomy, version: str
    ) -> None:
        self.items = items
        self.taxonomy = taxonomy
        self._store = store
        self._judging = judging
        self._version = version

    @classmethod
    def of(cls, settings: Settings, store: SqlQuestionStore) -> "Reviewing":
        """The reviewing of the settings' database."""
        taxonomy = taxonomy_in_force(settings)
        items = ReviewItems(store.engine, store.tables)
        judging = Judging(store.engine, store.tables, items, settings.now)
        return cls(store, items, judging, taxonomy, classifier_version(settings.hcx.model, taxonomy))

    def held(self, item: ReviewItem) -> Correction | None:
        """The correction that holds for an item's text."""
        return self._store.people.find([item.text]).get(item.text)

    def judge(
        self,
        item_id: int,
        verdict: str,
        reviewer: str,
        *,
        category_right: bool | None = None,
        keywords_right: bool | None = None,
        right_answer: Answer | None = None,
        note: str = "",
        seen: int | None = None,
    ) -> ReviewItem:
        """Say what an answer is, as `Judging.judge` has it. A right answer holds at once for all that is written;
        the rows that are there already follow with `finish`.

        Raises:
            InputError: as with `Judging.judge`.
        """
        if right_answer is not None:
            self._store.sync_categories(self.taxonomy)
        return self._judging.judge(
            item_id,
            verdict,
            reviewer,
            catch_all=self.taxonomy.catch_all.id,
            category_right=category_right,
            keywords_right=keywords_right,
            right_answer=right_answer,
            note=note,
            corrections=self._store.people,
            seen=seen,
        )

    def undo(self, item_id: int, reviewer: str) -> ReviewItem:
        """Take back what one has said oneself; its rows follow with `finish`.

        Raises:
            InputError: another reviewer has said it.
        """
        return self._judging.undo(item_id, reviewer, self._store.people)

    def finish(self) -> None:
        """Replace or restore the rows of all that was corrected or taken back. Can be interrupted, and called again."""
        self._store.finish_corrections(self._version, self.taxonomy)
