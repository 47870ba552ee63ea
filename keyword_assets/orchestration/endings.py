"""Notes how each run ended, for whoever decides what people should be told."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from keyword_assets.core.alerts import EndedRun
from keyword_assets.core.errors import DatabaseError, HcxDenied, HcxUnreachable, InputError, KeywordAssetsError
from keyword_assets.core.models import Period, RunReport
from keyword_assets.secrecy import without_addresses
from keyword_assets.sources import scrubbed, secrets
from keyword_assets.sql.ended_runs import EndedRuns
from keyword_assets.sql.store import SqlQuestionStore

log = logging.getLogger(__name__)

_OUTCOMES: dict[type[KeywordAssetsError], str] = {
    HcxDenied: "denied",
    HcxUnreachable: "unreachable",
    DatabaseError: "database",
    InputError: "input",
}
# Requests or tokens used up to the last retry. 42902 and 42903 say that HCX itself is busy.
_QUOTA = re.compile(r"HTTP \d{3} 4290[01]\b|HTTP 429 (?!429)")


@dataclass
class Ending:
    """What a run that went through did; without a report it only counted, and there is nothing to note."""

    report: RunReport | None = None


@contextmanager
def noted_end(store: SqlQuestionStore, run_id: str, period: Period, now: Callable[[], datetime]) -> Iterator[Ending]:
    """Keep how the run ended. One whose process dies notes nothing, and one that was interrupted need not."""
    ending = Ending()

    def note(outcome: str, reason: str = "", *, in_vain: int = logging.WARNING) -> None:
        try:
            EndedRuns(store.engine, store.tables).note(EndedRun(run_id, now(), period, outcome, reason))
        except KeywordAssetsError as error:
            # The run's own end must not be hidden by this; Dagster knows of its failure too.
            log.log(in_vain, "%s", error)

    try:
        yield ending
    except KeywordAssetsError as error:
        outcome = next((word for kind, word in _OUTCOMES.items() if isinstance(error, kind)), "error")
        # A database that ended the run takes no note of it either, and that is told already.
        note(
            outcome, for_strangers(error), in_vain=logging.INFO if isinstance(error, DatabaseError) else logging.WARNING
        )
        raise
    except Exception as error:
        # Dagster keeps its words, and those of its causes, with the run.
        secrets().scrub(error)
        # Not its words, which nobody has looked through for secrets and questions.
        note("error", type(error).__name__)
        raise
    if ending.report is not None:
        note(outcome_of(ending.report))


def for_strangers(said: object) -> str:
    """What an error says, for a channel that others read: of a database no more than its host, and no secret."""
    return without_addresses(scrubbed(said))


def outcome_of(report: RunReport) -> str:
    """The outcome of a run that went through, as `EndedRun` spells it."""
    if report.stopped == "failing" and any(_QUOTA.search(reason) for reason in report.reasons):
        return "quota"
    return report.stopped or ("gaps" if report.failed else "done")
