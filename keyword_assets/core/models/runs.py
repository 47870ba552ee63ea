"""What a run has done, for a day and in all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.outcomes import Outcome


@dataclass
class DayTally:
    """What a run has done for one day so far, counted in questions."""

    day: date
    before: DayCoverage
    processed: int = 0
    reused: int = 0
    skipped: int = 0
    """Questions that turned out to have the rows they should have: written by another process meanwhile, for one."""
    failed: int = 0
    quarantined: int = 0
    waiting: int = 0
    """Questions that are not sent today because so many new texts of the day were."""
    usage: Usage = field(default_factory=Usage)
    """The day's share of what the run used so far."""
    outstanding: int = 0
    finished: bool = False
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def settled(self) -> int:
        """Questions of the day that this run has dealt with, whatever became of them."""
        return self.processed + self.skipped + self.failed

    @property
    def done(self) -> int:
        """Questions of the day that need nothing more in this run."""
        return self.before.classified + self.settled

    @property
    def did_something(self) -> bool:
        """Whether the run has dealt with a question of the day, or has paid for it."""
        return bool(self.settled or self.waiting) or self.usage != Usage()

    def copy(self) -> "DayTally":
        """The tally as it stands now, for who reads it later."""
        return replace(self, reasons=dict(self.reasons))


@dataclass(frozen=True)
class RunResult:
    """What a run did.

    `processed` are questions newly classified, `reused` of them without asking HCX; `skipped` were classified before;
    `failed` were tried and are still missing, `quarantined` of them by this run. `asked` counts the distinct
    texts sent. `reasons` counts the failed ones by reason, `by_day` is the usage laid on days. `stopped` is a limit, a
    budget or `FAILING` when that ended the run early; `quota_refused` says that requests were given up for the quota.
    """

    began: datetime
    processed: int = 0
    reused: int = 0
    skipped: int = 0
    failed: int = 0
    quarantined: int = 0
    asked: int = 0
    usage: Usage = field(default_factory=Usage)
    cost_krw: float = 0.0
    model: str = ""
    seconds: float = 0.0
    stopped: Outcome | None = None
    quota_refused: bool = False
    reasons: Mapping[str, int] = field(default_factory=dict)
    by_day: Mapping[date, Usage] = field(default_factory=dict)

    def __add__(self, later: "RunResult") -> "RunResult":
        """Two runs over the same period told as one; what failed first may have been mended later."""
        return RunResult(
            began=self.began,
            processed=self.processed + later.processed,
            reused=self.reused + later.reused,
            skipped=self.skipped,
            failed=max(later.failed, self.failed - later.processed),
            quarantined=self.quarantined + later.quarantined,
            asked=self.asked + later.asked,
            usage=self.usage + later.usage,
            cost_krw=round(self.cost_krw + later.cost_krw, 4),
            model=later.model or self.model,
            seconds=self.seconds + later.seconds,
            stopped=later.stopped or self.stopped,
            quota_refused=later.quota_refused or self.quota_refused,
            reasons=later.reasons or self.reasons,
            by_day={
                day: self.by_day.get(day, Usage()) + later.by_day.get(day, Usage())
                for day in sorted({*self.by_day, *later.by_day})
            },
        )
