"""What became of each question, day by day; a day is finished as soon as nothing of it is outstanding."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from keyword_assets.core.models.coverage import DayCoverage
from keyword_assets.core.models.questions import Question
from keyword_assets.core.models.runs import DayTally
from keyword_assets.core.models.usage import Usage
from keyword_assets.core.ports.store import Saved

# So many different reasons are told of a day's failures.
MOST_REASONS = 50


@dataclass
class Books:
    """The tallies of a run.

    Args:
        before: the coverage counted at the start, day by day.
        day_finished: called as soon as nothing of a day is outstanding, oldest first where days are read in order.
        progressed: called after each change of a tally.
    """

    before: Sequence[DayCoverage]
    day_finished: Callable[[DayTally], None]
    progressed: Callable[[DayTally], None]

    tallies: dict[date, DayTally] = field(default_factory=dict, init=False)
    unread: deque[date] = field(default_factory=deque, init=False)
    """Days of which more questions may come."""

    def __post_init__(self) -> None:
        self.tallies = {row.day: DayTally(row.day, row) for row in self.before}
        self.unread = deque(sorted(self.tallies))

    def expect(self, question: Question) -> None:
        """A question of a page that was read."""
        self.tallies[question.day].outstanding += 1

    def read_up_to(self, day: date | None) -> None:
        """No more questions come of days before this one; None for all days."""
        while self.unread and (day is None or self.unread[0] < day):
            self._finish_if_done(self.tallies[self.unread.popleft()])

    def saved(self, questions: Sequence[Question], saved: Saved, *, reused: bool = False) -> None:
        """Answers were written, but for those that the database refused or whose rows stay."""
        for question in questions:
            if question in saved.refused:
                self.failed([question], saved.refused[question])
                continue
            tally = self.tallies[question.day]
            if question in saved.skipped:
                tally.skipped += 1
            else:
                tally.processed += 1
                tally.reused += reused
            self._settle(tally)

    def failed(self, questions: Sequence[Question], reason: str, *, quarantined: bool = False) -> None:
        """These stay missing in this run."""
        for question in questions:
            tally = self.tallies[question.day]
            tally.failed += 1
            tally.quarantined += quarantined
            # A server may have another reason for each text; all of them would go into the run's record.
            known = reason if reason in tally.reasons or len(tally.reasons) < MOST_REASONS else "others"
            tally.reasons[known] = tally.reasons.get(known, 0) + 1
            self._settle(tally)

    def waiting(self, questions: Sequence[Question]) -> None:
        """These are not sent today: so many new texts of their day were."""
        for question in questions:
            tally = self.tallies[question.day]
            tally.waiting += 1
            self._settle(tally)

    def charge(self, usage: Usage, weights: Mapping[date, int]) -> dict[date, Usage]:
        """Lay what a request used on the days of its texts."""
        shares = usage.shared(weights)
        for day, share in shares.items():
            self.tallies[day].usage += share
        return shares

    def close(self) -> None:
        """Finish the days that an early but orderly end left open."""
        for tally in self.tallies.values():
            if not tally.finished:
                tally.finished = True
                self.day_finished(tally)

    def _settle(self, tally: DayTally) -> None:
        tally.outstanding -= 1
        self.progressed(tally)
        if tally.day not in self.unread:
            self._finish_if_done(tally)

    def _finish_if_done(self, tally: DayTally) -> None:
        if tally.outstanding == 0 and not tally.finished:
            tally.finished = True
            self.day_finished(tally)
