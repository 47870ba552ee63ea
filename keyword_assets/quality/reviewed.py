"""What people have said of the answers in a database: golden questions, and what models get wrong."""

from collections.abc import Mapping, Sequence

from keyword_assets import privacy
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.models.period import Period
from keyword_assets.core.quality.corrections import Correction
from keyword_assets.core.quality.golden import GoldenSet
from keyword_assets.core.quality.reviewing import ReviewItem
from keyword_assets.core.quality.reviews import Look, Reviewed, correction_look, golden_of, look_of, reviewed
from keyword_assets.core.texts import say
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.review_items import ReviewItems


class Reviews:
    """The reviews of a database.

    Args:
        settings: the categories in force, and what is masked.
        store: of the database.
    """

    def __init__(self, settings: Settings, store: SqlQuestionStore) -> None:
        self.taxonomy = load_taxonomy(settings.taxonomy)
        self._mask = privacy.sent(settings.mask)
        self._people, self._replaced = store.people, store.replaced
        self._items = ReviewItems(store.engine, store.tables)

    def golden(self, period: Period) -> GoldenSet:
        """Golden questions: what was drawn for audits and judged, of questions of the period.

        Only a random sample tells of all answers; what was looked at for being doubtful would make them seem worse.

        Raises:
            InputError: there is none.
        """
        items = self._items.looked_at(period, audits_only=True)
        held = {one.id: one for one in self._people.find({item.text for item in items}).values()}
        return golden_of(
            self._reviewed(items, held, None), self.taxonomy, say("golden.reviews", start=period.start, end=period.end)
        )

    def all(self, period: Period | None = None) -> list[Reviewed]:
        """All texts that were judged or corrected, of questions of a period or of any."""
        return self._reviewed(self._items.looked_at(period), {one.id: one for one in self._people.all()}, period)

    def _reviewed(
        self, items: Sequence[ReviewItem], held: Mapping[int, Correction], period: Period | None
    ) -> list[Reviewed]:
        verdicts = filter(None, (look_of(item, held.keys()) for item in items))
        return reviewed([*verdicts, *self._corrected(held, period)], self.taxonomy.catch_all.id, self._mask)

    def _corrected(self, corrections: Mapping[int, Correction], period: Period | None) -> list[Look]:
        before = self._replaced.answers_before(period)
        asked = corrections if period is None else corrections.keys() & before.keys()
        return [correction_look(corrections[number], before.get(number, ())) for number in sorted(asked)]
