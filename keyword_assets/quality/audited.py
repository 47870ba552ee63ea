"""What a report says of audits: nothing where statistics are not installed, and then nothing could be drawn here."""

from importlib.util import find_spec

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.models.period import Period
from keyword_assets.core.reporting.report import Audited
from keyword_assets.sql.classifying.store import SqlQuestionStore


def audited(settings: Settings, store: SqlQuestionStore, period: Period) -> Audited | None:
    """What the newest finished audit about days of the period tells."""
    if find_spec("scipy") is None:
        return None
    # What computes takes a while to load.
    from keyword_assets.quality.auditing import Auditing

    result = Auditing.of(settings, store).about(period)
    if result is None:
        return None
    told = result.whole.category
    assert told.accuracy is not None, "of a finished audit something is judged"
    return Audited(result.audit.id, told.n, result.audit.questions, told.accuracy, told.low, told.high)
