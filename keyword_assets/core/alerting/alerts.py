"""What alerts are about: how runs ended, what is amiss since when, and what is said of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from keyword_assets.core.models.period import Period
from keyword_assets.core.outcomes import Outcome

# What an alert can be about. The first two are of a day, the others of runs.
GAP, STALE_DAY = "gap", "stale_day"
RUN_FAILED, KEY_REJECTED, QUOTA_OR_BUDGET = "run_failed", "key_rejected", "quota_or_budget"
REPORT_FAILED = "report_failed"
# About the questions themselves, whatever became of them.
MANY_QUESTIONS = "many_questions"
# What another classifying run does not end.
NOT_RUN_AGAIN = (REPORT_FAILED, MANY_QUESTIONS)
KINDS = (KEY_REJECTED, QUOTA_OR_BUDGET, RUN_FAILED, REPORT_FAILED, MANY_QUESTIONS, STALE_DAY, GAP)

# How runs end, as far as somebody should know. What is read from a table may be of another version, and no `Outcome`.
KIND_OF_OUTCOME: dict[str, str] = {
    Outcome.DENIED: KEY_REJECTED,
    Outcome.BUDGET: QUOTA_OR_BUDGET,
    Outcome.BUDGET_KRW: QUOTA_OR_BUDGET,
    Outcome.QUOTA: QUOTA_OR_BUDGET,
    Outcome.FAILING: RUN_FAILED,
    Outcome.UNREACHABLE: RUN_FAILED,
    Outcome.DATABASE: RUN_FAILED,
    Outcome.INPUT: RUN_FAILED,
    Outcome.ERROR: RUN_FAILED,
    Outcome.FAILED: RUN_FAILED,
    Outcome.DIED: RUN_FAILED,
    Outcome.REPORT_NOT_WRITTEN: REPORT_FAILED,
}


@dataclass(frozen=True)
class EndedRun:
    """How a run over a period ended.

    `outcome` is an `Outcome`, or what another program wrote in its place; `reason` says more, for people, without
    secrets and questions.
    """

    run_id: str
    ended_at: datetime
    period: Period
    outcome: str
    reason: str = ""


def is_bad(run: EndedRun) -> bool:
    """Whether somebody should know how it ended."""
    return run.outcome in KIND_OF_OUTCOME


@dataclass(frozen=True)
class Condition:
    """Something that is amiss: questions of a day, or runs over days that all ended in the same way.

    `outcome`, `reason` and `run_id` are those of the newest run over the days, empty where there was none lately.
    `questions` are those of a day that has many times the `usual` number.
    """

    subject: str
    days: tuple[date, ...]
    missing: int = 0
    quarantined: int = 0
    coverage: float = 0.0
    outcome: str = ""
    reason: str = ""
    run_id: str = ""
    questions: int = 0
    usual: int = 0


@dataclass(frozen=True)
class Alert:
    """A condition since it was first seen.

    `told_at` is None as long as nobody was told. `over` is one that is over and waits for those that it was told with.
    """

    condition: Condition
    kind: str
    began_at: datetime
    told_at: datetime | None = None
    over: bool = False

    @property
    def is_of_a_day(self) -> bool:
        """Whether it is about questions of a day, not about runs."""
        return self.condition.subject.startswith("day:")


class Remedies(Protocol):
    """What helps, in the words of those who do it: commands of one line, and addresses of pages where there are any."""

    def look_over(self) -> str:
        """Look at settings, database and account."""

    def classify(self, start: date, end: date) -> str:
        """Classify what is missing in these days."""

    def estimate(self, start: date, end: date) -> str:
        """See what that would cost."""

    def report(self, start: date, end: date) -> str:
        """Write the report of these days again, and send it."""

    def quarantined(self, start: date, end: date) -> str:
        """See which questions are quarantined, and why."""

    def page_of_day(self, day: date) -> str | None:
        """Where a day can be looked at."""

    def page_of_run(self, run_id: str) -> str | None:
        """Where a run can be looked at."""


@dataclass(frozen=True)
class Rules:
    """When to tell, and what to advise. Hours are of the wall clock."""

    remedies: Remedies
    grace: timedelta = timedelta(hours=24)
    deadline_hour: int = 9
    digest_hour: int = 9


@dataclass(frozen=True)
class Notice:
    """What is sent, `title` in one line; the files go with it as far as the channel takes them.

    Their names are of ASCII characters: others are mangled in mails.
    """

    title: str
    body: str
    attachments: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What to send, the alerts that are open from now on, and when the last digest was due."""

    notices: tuple[Notice, ...]
    alerts: tuple[Alert, ...]
    digest_at: datetime | None
