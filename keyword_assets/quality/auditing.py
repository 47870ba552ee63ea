"""Draws an audit of what stands in the database, and says what reviewers have found."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from keyword_assets import privacy
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.classifying.prompts import classifier_version
from keyword_assets.core.errors import InputError
from keyword_assets.core.models.period import Period
from keyword_assets.core.quality.audits import Audit, AuditResult, Drawn, Unit
from keyword_assets.core.questions import Mask
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.in_force import taxonomy_in_force
from keyword_assets.quality.estimates import result
from keyword_assets.quality.sampling import Goal, Sampler
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.audits import Audits
from keyword_assets.sql.quality.population import Answered
from keyword_assets.sql.quality.review_items import ReviewItems


class Auditing:
    """The audits of a database.

    Args:
        store: the database.
        clock: local wall-clock time.
        taxonomy: the categories in force.
        mask: what hides personal data in the texts that are sent.
        version: of the classifier in force.
    """

    def __init__(
        self, store: SqlQuestionStore, clock: Callable[[], datetime], taxonomy: Taxonomy, mask: Mask, version: str
    ) -> None:
        self.audits = Audits(store.engine, store.tables, clock, mask)
        self._items = ReviewItems(store.engine, store.tables)
        self._answered = Answered(store.engine, store.tables, taxonomy.catch_all.id)
        self._version = version

    @classmethod
    def of(cls, settings: Settings, store: SqlQuestionStore) -> "Auditing":
        """The audits of the settings' database."""
        taxonomy = taxonomy_in_force(settings)
        version = classifier_version(settings.hcx.model, taxonomy)
        return cls(store, settings.now, taxonomy, privacy.sent(settings.mask), version)

    def draw(self, period: Period, unit: Unit, goal: Goal, seed: int) -> Audit:
        """Draw a sample of the period's answered questions, and keep it for review.

        Raises:
            InputError: no question of the period has an answer, or one that was drawn is gone already.
        """
        sampler = Sampler(seed, unit, goal)
        self._answered.each(period, sampler.add)
        sample = sampler.sample()
        if not sample.drawn:
            raise InputError("audit.nothing", start=period.start, end=period.end)
        texts = self._texts(sample.drawn)
        if len(texts) < len(sample.drawn):
            raise InputError("audit.moved", questions=len(sample.drawn) - len(texts))
        return self.audits.keep(period, seed, unit, sample, texts, self._version)

    def _texts(self, drawn: Iterable[Drawn]) -> dict[tuple[date, bytes], str]:
        days: dict[date, set[bytes]] = {}
        for one in drawn:
            days.setdefault(one.candidate.day, set()).add(one.candidate.text_hash)
        return {
            (day, key): text
            for day, hashes in sorted(days.items())
            for key, text in self._answered.texts(day, hashes).items()
        }

    def result(self, audit: Audit) -> AuditResult:
        """What an audit tells so far."""
        return result(audit, self._items.judged(audit.id))

    def changed(self, audit: Audit) -> int:
        """How many of its questions say something else by now than when they were drawn."""
        return self._items.changed(audit.id)

    def newest_finished(self) -> AuditResult | None:
        """The newest audit that somebody has looked at in full."""
        return next((told for told in map(self.result, self.audits.all()) if told.finished), None)

    def about(self, period: Period) -> AuditResult | None:
        """The newest finished audit about days of the period."""
        return next((told for told in map(self.result, self.audits.about(period)) if told.finished), None)
