"""Whether the golden set holds: not shown to be less right under the classifier in force than under the one before."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from keyword_assets import privacy
from keyword_assets.core.quality.figures import Comparison, Share
from keyword_assets.core.quality.golden import GoldenSet
from keyword_assets.quality import evaluating
from keyword_assets.quality.asking import Questioning, ask
from keyword_assets.quality.extra import require_extra
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quality.evaluations import Evaluations


@dataclass(frozen=True)
class Held:
    """What the golden set says of the classifier in force.

    Args:
        evaluation: its number.
        accuracy: under this classifier.
        whole: whether all questions were asked.
        cost_krw: what asking has cost now.
        before: the number of the evaluation under the classifier before, and what changed; None where there is none.
    """

    evaluation: int
    accuracy: Share
    whole: bool
    cost_krw: float
    before: tuple[int, Comparison] | None

    @property
    def holds(self) -> bool:
        """Whether all were asked, and chance explains what is less right than before."""
        return self.whole and not (self.before and self.before[1].high < 0)


def hold(
    questioning: Questioning,
    golden: GoldenSet,
    store: SqlQuestionStore,
    run: Callable[[Coroutine[Any, Any, Any]], Any],
    *,
    may_ask: bool,
) -> Held | None:
    """Look at the golden set under the classifier in force; asked only if it may and has not been under this one.

    Returns:
        None if it would have to be asked, and may not.

    Raises:
        InputError: the extra is not installed, the set has a category that the taxonomy lacks, or shots say all of it.
        HcxError: HCX denied or could not be reached.
        DatabaseError: the database failed.
    """
    require_extra()
    golden.require_categories(questioning.taxonomy)
    golden = questioning.asked_of(golden)
    evaluations, mask = Evaluations(store, questioning.settings.now), privacy.sent(questioning.settings.mask)
    known = evaluations.newest(questioning.configuration, golden)
    if known is None and not may_ask:
        return None
    if known is not None:
        number, whole, cost = known.id, True, 0.0
    else:
        asked = ask(questioning, golden, 1, store, run=run)
        number, whole, cost = asked.evaluation, asked.whole, asked.cost_krw
    if whole:
        evaluations.put_in_force(number)
    judged = evaluations.judged(questioning.configuration.identity, golden.questions, 1, mask)
    accuracy = evaluating.share(sum(one.right for one in judged), len(judged))
    before = evaluations.in_force_before(questioning.configuration.version, golden)
    if before is None:
        return Held(number, accuracy, whole, cost, None)
    theirs = evaluations.judged(before.configuration.identity, golden.questions, 1, mask)
    return Held(number, accuracy, whole, cost, (before.id, evaluating.compare(judged, theirs)))
