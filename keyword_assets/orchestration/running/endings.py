"""Notes how each run ended, for whoever decides what people should be told."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from keyword_assets.configuration.secrecy import without_addresses
from keyword_assets.configuration.sources import scrubbed
from keyword_assets.core.alerting.alerts import EndedRun
from keyword_assets.core.errors import DatabaseError, HcxDenied, HcxUnreachable, InputError, KeywordAssetsError
from keyword_assets.core.models.period import Period
from keyword_assets.core.models.runs import RunResult
from keyword_assets.core.outcomes import Outcome
from keyword_assets.sql.alerting.ended_runs import EndedRuns
from keyword_assets.sql.classifying.store import SqlQuestionStore

log = logging.getLogger(__name__)

_OUTCOMES: dict[type[KeywordAssetsError], Outcome] = {
    HcxDenied: Outcome.DENIED,
    HcxUnreachable: Outcome.UNREACHABLE,
    DatabaseError: Outcome.DATABASE,
    InputError: Outcome.INPUT,
}


@dataclass
class Ending:
    """What a run that went through did; without a result it only counted, and there is nothing to note."""

    result: RunResult | None = None


@contextmanager
def noted_end(store: SqlQuestionStore, run_id: str, period: Period, now: Callable[[], datetime]) -> Iterator[Ending]:
    """Keep how the run ended. One whose process dies notes nothing, and one that was interrupted need not."""
    ending = Ending()

    def note(outcome: Outcome, reason: str = "", *, in_vain: int = logging.WARNING) -> None:
        try:
            EndedRuns(store.engine, store.tables).note(EndedRun(run_id, now(), period, outcome, reason))
        except KeywordAssetsError as error:
            # The run's own end must not be hidden by this; Dagster knows of its failure too.
            log.log(in_vain, "%s", error)

    try:
        yield ending
    except KeywordAssetsError as error:
        outcome = next((word for kind, word in _OUTCOMES.items() if isinstance(error, kind)), Outcome.ERROR)
        # A database that ended the run takes no note of it either, and that is told already.
        note(
            outcome, for_strangers(error), in_vain=logging.INFO if isinstance(error, DatabaseError) else logging.WARNING
        )
        raise
    except Exception as error:
        # Not its words, which nobody has looked through for secrets and questions.
        note(Outcome.ERROR, type(error).__name__)
        raise
    if ending.result is not None:
        note(outcome_of(ending.result))


def for_strangers(said: object) -> str:
    """What an error says, for a channel that others read: of a database no more than its host, and no secret."""
    return without_addresses(scrubbed(said))


def outcome_of(result: RunResult) -> Outcome:
    """The outcome of a run that went through."""
    if result.stopped is Outcome.FAILING and result.quota_refused:
        return Outcome.QUOTA
    return result.stopped or (Outcome.GAPS if result.failed else Outcome.DONE)
